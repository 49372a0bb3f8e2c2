import type { z } from "zod";
import { DeclarationError } from "../apply/errors";
import type { RunSettings } from "../plan/run-settings";
import type { Properties } from "../state/properties";
import { changesOfOne } from "./details";
import type { Evaluation } from "./evaluation";
import { checkInputs } from "./inputs";
import type { Process } from "./process";
import type { CreateResult, ReadResult, ResourceLifecycle, UpdateResult } from "./resource-lifecycle";
import { noteMove, noteNames, noteRetained, refuseShared, refuseTaken } from "./run-notes";
import type { RunRegistry } from "./run-registry";
import type { Session } from "./session";

/** The decisions and actions of one kind of resource, as they are without the engine. */
export interface Kind<Inputs, Outputs> {
  claim: "users" | "roles";
  schema: z.ZodObject;
  /** What a resource with these inputs wants of the member. */
  wish(inputs: Properties): string;
  /** What cannot be meant although each property is as it may be, a sentence each. */
  problems?(inputs: Properties): string[];
  /** How the declaration changes what a person may do, as properties beside the inputs. */
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

/** One kind of resource for the hosts: with what all kinds note of the run, and ask of it. */
export function kindProvider<Inputs, Outputs>(
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
      await registry.untilPlaceIsTold();
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

/** The inputs without those that only policies read. */
function toApply(inputs: Properties): Properties {
  const { changed: _, ...declared } = inputs;
  return declared;
}
