/**
 * What the stub in every resource's state names (`../resources/stub.ts`): the dynamic providers.
 * Old state goes on naming `pulumi-notion/lifecycle` and `user`, `role` and `guard`, so these names stay.
 */
// First: it ends the loading of all that follows.
import "./node-version";

import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { act } from "./act";
import { roleWish } from "./claims";
import { checkGuard, digest } from "./guard";
import { checkInputs, omitProvider, type Properties, roleInputsSchema, userInputsSchema } from "./inputs";
import { createRole, deleteRole, diffRole, readRole, updateRole } from "./role";
import { claims, configure, type Session } from "./session";
import { createUser, deleteUser, diffUser, readUser, updateUser } from "./user";

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

export { workspace } from "./workspace/provider";
