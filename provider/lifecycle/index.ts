/**
 * What the stub in every resource's state names (`../resources/stub.ts`): the dynamic providers.
 * Old state goes on naming `pulumi-notion/lifecycle` and `user`, `role` and `guard`, so these names stay.
 */
// First: it ends the loading of all that follows.
import "./node-version";

import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { readRunLimits } from "../config";
import { roleWish } from "./claims";
import { DeclarationError, HostError } from "./errors";
import { checkGuard, digest } from "./guard";
import {
  checkInputs,
  omitProvider,
  type Properties,
  providerIn,
  roleInputsSchema,
  userInputsSchema,
} from "./inputs";
import { createRole, deleteRole, diffRole, readRole, updateRole } from "./role";
import { claims, configure, printLine, type Session, session, settingsSource } from "./session";
import { createUser, deleteUser, diffUser, readUser, updateUser } from "./user";
import { checkWorkspaceInputs } from "./workspace/inputs";
import type { WorkspaceInputs, WorkspaceOutputs } from "./workspace/state";
import {
  createWorkspace,
  deleteWorkspace,
  diffWorkspace,
  type Judged,
  judge,
  readWorkspace,
  updateWorkspace,
} from "./workspace/workspace";

/** The decisions and actions of one kind of resource, as they are without the engine. */
interface Kind<Inputs, Outputs> {
  schema: z.ZodType<Properties>;
  claim: { declare(wish: string): void; want(id: string, wish: string): void };
  /** What a resource with these inputs wants of the member. */
  wish(inputs: Properties): string;
  diff(olds: Properties, news: Properties): dynamic.DiffResult;
  create(session: Session, inputs: Inputs): Promise<dynamic.CreateResult>;
  read(session: Session, id: string, props: Properties): Promise<dynamic.ReadResult>;
  update(session: Session, id: string, olds: Outputs, news: Inputs): Promise<dynamic.UpdateResult>;
  delete(session: Session, id: string, props: Outputs): Promise<void>;
}

/** Fits a kind to the interface of the engine's host, which hands `__provider` along with the properties. */
function provider<Inputs, Outputs>(kind: Kind<Inputs, Outputs>): Required<dynamic.ResourceProvider> {
  return {
    configure: async ({ config }) => configure((key) => config.get(key)),
    check: async (_olds, news) => {
      const result = checkInputs(kind.schema, omitProvider(news));
      kind.claim.declare(kind.wish(result.inputs));
      return result;
    },
    diff: async (id, olds, news) => {
      const result = kind.diff(omitProvider(olds), omitProvider(news));
      if (result.replaces?.length === 0) kind.claim.want(id, kind.wish(news));
      return result;
    },
    create: (inputs) => act((session) => kind.create(session, omitProvider(inputs) as Inputs), inputs),
    read: (id, props) => act((session) => kind.read(session, id, omitProvider(props ?? {}))),
    update: (id, olds, news) =>
      act(
        (session) => kind.update(session, id, omitProvider(olds) as Outputs, omitProvider(news) as Inputs),
        news,
      ),
    delete: (id, props) => act((session) => kind.delete(session, id, omitProvider(props) as Outputs)),
  };
}

/** @param properties those of a resource that may end up in the state although the action failed */
async function act<T>(action: (session: Session) => Promise<T>, properties: Properties = {}): Promise<T> {
  try {
    return await action(session());
  } catch (error) {
    throw error instanceof Error ? new HostError(error, providerIn(properties)) : error;
  }
}

export const user = provider({
  schema: userInputsSchema,
  claim: claims.users,
  wish: ({ userName }) => String(userName),
  diff: diffUser,
  create: createUser,
  read: readUser,
  update: updateUser,
  delete: deleteUser,
});

export const role = provider({
  schema: roleInputsSchema,
  claim: claims.roles,
  wish: roleWish,
  diff: diffRole,
  create: createRole,
  read: readRole,
  update: updateRole,
  delete: deleteRole,
});

/** A guard exists in the state alone: what it is for happens in check, which sees what was applied last. */
export const guard: Required<dynamic.ResourceProvider> = {
  configure: async () => {},
  check: async (olds, news) => {
    const { inputs, reasons, passed } = checkGuard(omitProvider(olds), omitProvider(news));
    if (reasons.length === 0) claims.letThrough += passed;
    return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
  },
  diff: async (_id, olds, news) => ({ changes: olds.digest !== digest(omitProvider(news)) }),
  create: async (inputs) => ({ id: "guard", outs: { digest: digest(omitProvider(inputs)) } }),
  read: async (id, props) => ({ id, props }),
  update: async (_id, _olds, news) => ({ outs: { digest: digest(omitProvider(news)) } }),
  delete: async () => {},
};

/** Whom the resources of this run declare, for a workspace that decides who leaves. */
const elsewhere = () => claims.emails;

/** Declarations that were checked and whose plan has not been told yet. */
const untold = new Set<string>();

/** The same for the same people, in whichever order the engine hands their properties over. */
const planKey = ({ people }: Properties) => digest(sorted(people ?? {}) as Properties);

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

export const workspace: Required<dynamic.ResourceProvider> = {
  configure: async ({ config }) => configure((key) => config.get(key)),
  check: async (olds, news) => {
    const { declaredElsewhere = [], ...declared } = omitProvider(news);
    for (const email of declaredElsewhere as string[]) claims.emails.add(email);
    const result = checkWorkspaceInputs(omitProvider(olds), declared);
    if ((result.failures ?? []).length > 0) return result;
    const inputs = result.inputs as WorkspaceInputs;
    for (const email of Object.keys(inputs.people)) claims.emails.add(email);
    untold.add(planKey(inputs as unknown as Properties));
    // A new one has no diff: what there is to say is said here.
    if ("people" in olds) return result;
    const judged = judge(undefined, inputs, elsewhere(), readRunLimits(settingsSource()));
    tell(judged);
    return { inputs: result.inputs, failures: judged.objections.map((reason) => ({ property: "", reason })) };
  },
  diff: async (_id, olds, news) => {
    const [state, inputs] = [omitProvider(olds), omitProvider(news)] as unknown as [
      WorkspaceOutputs,
      WorkspaceInputs,
    ];
    const judged = judge(state, inputs, elsewhere(), readRunLimits(settingsSource()));
    // The refresh part of a run asks for a diff, too, with what no program declared: nothing is said of that.
    if (untold.delete(planKey(inputs as unknown as Properties))) {
      tell(judged);
      if (judged.objections.length > 0)
        throw new HostError(new DeclarationError(judged.objections.join("\n")));
    }
    return diffWorkspace(state, inputs, judged);
  },
  create: (inputs) =>
    act(
      (session) =>
        createWorkspace(
          session,
          omitProvider(inputs) as unknown as WorkspaceInputs,
          elsewhere(),
          readRunLimits(settingsSource()),
        ),
      inputs,
    ),
  read: (id, props) =>
    act((session) => readWorkspace(session, id, omitProvider(props ?? {}) as unknown as WorkspaceOutputs)),
  update: (_id, olds, news) =>
    act(
      (session) =>
        updateWorkspace(
          session,
          omitProvider(olds) as unknown as WorkspaceOutputs,
          omitProvider(news) as unknown as WorkspaceInputs,
          elsewhere(),
          readRunLimits(settingsSource()),
        ),
      news,
    ),
  delete: (_id, props) =>
    act((session) =>
      deleteWorkspace(
        session,
        omitProvider(props) as unknown as WorkspaceOutputs,
        elsewhere(),
        readRunLimits(settingsSource()),
      ),
    ),
};

function tell({ lines, summary }: Judged): void {
  for (const line of [...lines, summary]) printLine(line);
}
