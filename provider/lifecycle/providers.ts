import type { z } from "zod";
import type { Holding } from "../apply/context";
import { DeclarationError } from "../apply/errors";
import { addressOfAnother } from "../apply/who-is-meant";
import { asOfRefusal } from "../config";
import { ENOUGH_TO_TELL } from "../directory/place";
import { UNKNOWN } from "../model/unknown";
import type { RunSettings } from "../plan/run-settings";
import * as guard from "../state/guard";
import type { Properties } from "../state/properties";
import { type RoleInputs, type RoleOutputs, roleInputsSchema } from "../state/role-assignment";
import { type UserInputs, type UserOutputs, userInputsSchema } from "../state/user";
import { changesOfOne } from "./details";
import type { Evaluation } from "./evaluation";
import { groupProvider } from "./group";
import { membershipProvider } from "./group-membership";
import { checkGuard } from "./guard";
import { checkInputs } from "./inputs";
import type { Process } from "./process";
import type { CreateResult, ReadResult, ResourceLifecycle, UpdateResult } from "./resource-lifecycle";
import { createRole, deleteRole, readRole, updateRole } from "./role";
import { announceRole, changeOfRole, evaluateRole, problemsOfRole } from "./role-preview";
import { type RunRegistry, roleWish, twoHolders } from "./run-registry";
import type { Session } from "./session";
import { createUser, deleteUser, readUser, updateUser } from "./user";
import { refuseExchange } from "./user-identity";
import { announceUser, evaluateUser } from "./user-preview";
import { workspaceProvider } from "./workspace/provider";

/** What answers for each kind of resource in one process of the provider. */
export interface Providers {
  user: ResourceLifecycle;
  role: ResourceLifecycle;
  guard: ResourceLifecycle;
  workspace: ResourceLifecycle;
  group: ResourceLifecycle;
  membership: ResourceLifecycle;
}

export function providers(process: Process): Providers {
  const { redactor } = process.registry;
  const quiet: Process = {
    registry: process.registry,
    run: () => process.run(),
    act: (action) => process.act(action),
    actNow: (action) => process.actNow(action),
    tell: (line) => process.tell(redactor.scrub(line)),
  };
  return {
    user: redactor.around(provider(quiet, USER)),
    role: redactor.around(provider(quiet, ROLE)),
    guard: redactor.around(guardProvider(quiet)),
    workspace: redactor.around(workspaceProvider(quiet)),
    group: redactor.around(groupProvider(quiet)),
    membership: redactor.around(membershipProvider(quiet)),
  };
}

/** The decisions and actions of one kind of resource, as they are without the engine. */
interface Kind<Inputs, Outputs> {
  claim: "users" | "roles";
  schema: z.ZodObject;
  /** What a resource with these inputs wants of the member. */
  wish(inputs: Properties): string;
  /** What cannot be meant although each property is as it may be, a sentence each. */
  problems?(inputs: Properties): string[];
  /** How what is declared changes what somebody may do, as properties beside the inputs. */
  change?(olds: Properties, news: Properties, now: number): Properties;
  /** What a change comes to. @param who the member's e-mail, where it is known */
  evaluate(
    olds: Properties,
    news: Properties,
    id: string,
    who: string | undefined,
    run: RunSettings,
  ): Evaluation;
  /** What a preview has to say in words of one that is not in the state yet. */
  announce?(news: Properties, who: string | undefined, run: RunSettings): string[];
  create(session: Session, inputs: Inputs, now: number): Promise<CreateResult>;
  read(session: Session, id: string, props: Properties): Promise<ReadResult>;
  update(session: Session, id: string, olds: Outputs, news: Inputs, now: number): Promise<UpdateResult>;
  delete(session: Session, id: string, props: Outputs): Promise<void>;
}

const USER: Kind<UserInputs, UserOutputs> = {
  schema: userInputsSchema,
  claim: "users",
  wish: ({ userName }) => String(userName),
  evaluate: (olds, news, id, _, { now }) => evaluateUser(olds, news, id, now),
  announce: announceUser,
  create: createUser,
  read: readUser,
  update: updateUser,
  delete: deleteUser,
};

const ROLE: Kind<RoleInputs, RoleOutputs> = {
  schema: roleInputsSchema,
  claim: "roles",
  wish: roleWish,
  evaluate: (olds, news, _, who, run) => evaluateRole(olds, news, who, run),
  problems: problemsOfRole,
  change: changeOfRole,
  announce: announceRole,
  create: createRole,
  read: readRole,
  update: updateRole,
  delete: deleteRole,
};

/** One kind of resource for the hosts: with what all kinds note of the run, and ask of it. */
function provider<Inputs, Outputs>(
  { registry, run, act, actNow, tell }: Process,
  kind: Kind<Inputs, Outputs>,
): ResourceLifecycle {
  const claim = registry[kind.claim];
  const keys = Object.keys(kind.schema.shape);
  return {
    check: async (olds, news) => {
      const { handedOnBy, accountsElsewhere, addressesElsewhere, declaredInAll, ...said } = news;
      if (typeof declaredInAll === "number") registry.arrivals.expect(declaredInAll);
      const { changed: _, privileged: __, ...declared } = said;
      const result = checkInputs(kind.schema, declared, olds);
      claim.declare(kind.wish(result.inputs));
      if (typeof handedOnBy === "string") registry.handedOn.set(kind.wish(result.inputs), handedOnBy);
      for (const address of Object.values(Object(addressesElsewhere)))
        registry.addresses.add(String(address));
      noteNames(registry, kind, result.inputs, olds, accountsElsewhere);
      const isNew = Object.keys(olds).length === 0;
      if (kind.claim === "users" && (isNew || result.failures.length > 0))
        registry.arrivals.note(kind.wish(result.inputs));
      if (result.failures.length > 0) {
        registry.isRefused = true;
        return result;
      }
      if (isNew) {
        const who = registry.names.get(String(result.inputs.userId));
        for (const line of kind.announce?.(result.inputs, who, run()) ?? []) tell(line);
      }
      const isNewcomer = kind.claim === "users" && isNew && result.inputs.userId === undefined;
      const problems = [
        ...(kind.problems?.(result.inputs) ?? []),
        ...(isNewcomer ? registry.passing([String(result.inputs.userName)]) : []),
      ];
      registry.isRefused ||= problems.length > 0;
      // Policies see the inputs, and not what they change.
      const change = kind.change?.(olds, result.inputs, run().now);
      return {
        inputs: { ...result.inputs, ...change },
        failures: problems.map((reason) => ({ property: "", reason })),
      };
    },
    diff: async (id, olds, news) => {
      // An assignment keeps the e-mail as it was then; its NotionUser, if there is one, came first.
      if (typeof olds.userName === "string" && (kind.claim === "users" || !registry.names.has(id)))
        registry.names.set(id, olds.userName);
      const settings = tokenIn(registry, run());
      const { diff: found, refusal, lines } = kind.evaluate(olds, news, id, registry.names.get(id), settings);
      const diff = { ...found, details: changesOfOne(keys, olds, news, found.replaces) };
      registry.stateIds.add(id);
      noteRetained(registry, kind, id, olds);
      if (diff.replaces.length === 0) claim.want(id, kind.wish(news));
      // In the refresh phase nothing is declared yet, and the news are what was declared before.
      if (!claim.declares(kind.wish(news))) return diff;
      if (kind.claim === "users") registry.arrivals.note(kind.wish(news));
      const against =
        refusal ??
        (kind.claim === "users"
          ? (refuseTaken(registry, id, String(news.userName)) ??
            noteMove(registry, id, olds, news) ??
            refuseShared(registry, id, news))
          : undefined);
      if (against !== undefined) {
        registry.isRefused = true;
        throw new DeclarationError(against);
      }
      for (const line of lines) tell(line);
      return diff;
    },
    create: async (inputs) => {
      // Two people of the state tell whether this is their workspace.
      await registry.arrivals.settled(() => registry.stateIds.size >= ENOUGH_TO_TELL);
      return actNow((session) => kind.create(session, toApply(inputs) as Inputs, run().now));
    },
    read: (id, props) => {
      // A `get` has no properties: the person that it asks for is not in the state.
      if (Object.keys(props).length > 0) registry.stateIds.add(id);
      return act((session) => kind.read(session, id, props));
    },
    update: (id, olds, news) =>
      actNow((session) => kind.update(session, id, olds as Outputs, toApply(news) as Inputs, run().now)),
    delete: (id, props) => {
      registry.stateIds.add(id);
      noteRetained(registry, kind, id, props);
      return actNow((session) => kind.delete(session, id, props as Outputs));
    },
  };
}

/** The settings, with whose token it is as a guard or a workspace of this run said it. */
function tokenIn({ tokenOwners }: RunRegistry, run: RunSettings): RunSettings {
  const [said] = tokenOwners;
  return said === undefined ? run : { ...run, tokenOwner: run.tokenOwner ?? said, tokenOwnerSaid: true };
}

/** Notes by which names a resource means people: nobody else is to take them for somebody else. */
function noteNames(
  registry: RunRegistry,
  { claim }: Pick<Kind<unknown, unknown>, "claim">,
  { userName, formerUserName, userId }: Properties,
  olds: Properties,
  accountsElsewhere: unknown,
): void {
  const isKnown = (value: unknown) => typeof value === "string" && value !== UNKNOWN;
  if (claim !== "users") {
    if (isKnown(userId)) registry.assignedIds.add(String(userId));
    return;
  }
  registry.emails.add(String(userName));
  // Once it is carried out it means nothing any more.
  if (isKnown(formerUserName) && olds.userName !== userName) registry.emails.add(String(formerUserName));
  if (isKnown(formerUserName) && formerUserName !== userName && userId === undefined && !("userName" in olds))
    registry.formerOfNew.set(String(formerUserName), String(userName));
  registry.declareAccounts(accountsElsewhere);
  if (!isKnown(userId)) return;
  registry.declareAccounts({ [String(userId)]: String(userName) });
  registry.declaredIds.add(String(userId));
}

/** Notes a member who stays when their NotionUser is taken out. */
function noteRetained(
  registry: RunRegistry,
  { claim }: Pick<Kind<unknown, unknown>, "claim">,
  id: string,
  { userName, onRemove }: Properties,
): void {
  if (claim === "users" && onRemove === "retain") registry.retain([id], { [String(userName)]: id });
}

/** A create of this run has adopted the account before anybody could know that this resource has it. */
function refuseTaken(registry: RunRegistry, id: string, userName: string): string | undefined {
  const taken = registry.users.takenOtherwise(id, userName);
  return taken === undefined ? undefined : addressOfAnother(taken, userName).message;
}

/** Notes that the resource has its account. @returns why it may not have it, if another resource of the program has it too */
function refuseShared(registry: RunRegistry, id: string, { userName }: Properties): string | undefined {
  if (typeof userName !== "string" || userName === UNKNOWN) return undefined;
  const mine: Holding = { kind: "NotionUser", email: userName };
  const other = registry.hold(id, mine);
  return other === undefined ? undefined : twoHolders(id, other, mine);
}

/** Notes a change of e-mail of this run. @returns why it is refused, if it is */
function noteMove(registry: RunRegistry, id: string, olds: Properties, news: Properties): string | undefined {
  const { userName: from } = olds;
  const { userName: to } = news;
  if (typeof from !== "string" || typeof to !== "string" || from === to || to === UNKNOWN) return undefined;
  registry.moves.set(id, { id, from, to });
  return refuseExchange({ id, from, to }, registry.moves.values());
}

/** The inputs without those that only policies read. */
function toApply(inputs: Properties): Properties {
  const { changed: _, ...declared } = inputs;
  return declared;
}

/** A guard exists in the state alone: what it is for happens in check, which sees what was applied last. */
function guardProvider({ registry, run }: Process): ResourceLifecycle {
  const writing = () => {
    const refusal = asOfRefusal(run());
    if (refusal !== undefined) throw refusal;
  };
  const applied = (inputs: Properties) => {
    writing();
    return { outs: { ...guard.outputs(inputs) } };
  };
  return {
    check: async (olds, news) => {
      const { inputs, reasons, passed, tokenOwner } = checkGuard(olds, news, run());
      registry.sayTokenOwner(tokenOwner);
      if (reasons.length === 0) registry.letThrough += passed;
      else registry.isRefused = true;
      return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
    },
    diff: async (_id, olds, news) => ({ changes: olds.digest !== guard.outputs(news).digest, replaces: [] }),
    create: async (inputs) => ({ id: "guard", ...applied(inputs) }),
    read: async (id, props) => ({ id, props }),
    update: async (_id, _olds, news) => applied(news),
    delete: async () => writing(),
  };
}
