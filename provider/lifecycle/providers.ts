import { type RoleInputs, type RoleOutputs, roleInputsSchema } from "../state/role-assignment";
import { type UserInputs, type UserOutputs, userInputsSchema } from "../state/user";
import { groupProvider } from "./group";
import { membershipProvider } from "./group-membership";
import { guardProvider } from "./guard";
import { type Kind, kindProvider } from "./kind";
import type { Process } from "./process";
import type { ResourceLifecycle } from "./resource-lifecycle";
import { createRole, deleteRole, readRole, updateRole } from "./role";
import { announceRole, changeOfRole, evaluateRole, problemsOfRole } from "./role-preview";
import { roleWish } from "./run-registry";
import { createUser, deleteUser, readUser, updateUser } from "./user";
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
    user: redactor.around(kindProvider(quiet, USER)),
    role: redactor.around(kindProvider(quiet, ROLE)),
    guard: redactor.around(guardProvider(quiet)),
    workspace: redactor.around(workspaceProvider(quiet)),
    group: redactor.around(groupProvider(quiet)),
    membership: redactor.around(membershipProvider(quiet)),
  };
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
