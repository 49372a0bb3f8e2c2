import { type CustomResourceOptions, mergeOptions, RunError } from "@pulumi/pulumi";
import { stub } from "../hosts/dynamic/stub";
import { NATIVE_TYPE_TOKENS, TYPE_TOKENS } from "../state/type-tokens";
import { checkProgramStart } from "./program-start";
import { refuseOptions, refuseOtherProvider } from "./refused-options";
import { sharedInRun } from "./run-of-the-program";

type Kind = keyof typeof NATIVE_TYPE_TOKENS;

const STUBS = {
  NotionUser: "user",
  NotionRoleAssignment: "role",
  NotionWorkspace: "workspace",
  NotionGroup: "group",
  NotionGroupMembership: "membership",
} as const;

const HOSTS = { dynamic: "pulumi-notion", native: "pulumi-notion/native" } as const;
/** The first resource of the program, and the module that its class is imported from. */
const first = sharedInRun<{ name?: string; module?: string }>(() => ({}));

/**
 * Two hosts are two processes, and neither knows the people that the other one has: who moves from a resource of the one to
 * a resource of the other would be removed.
 * @throws {RunError} where the classes of a program come from both modules
 */
function stayWithOneHost(name: string, module: string): void {
  const run = first();
  if (run === undefined) return;
  run.name ??= name;
  run.module ??= module;
  if (run.module !== module)
    throw new RunError(
      `"${name}" is of ${module}, and "${run.name}" of ${run.module}: neither would know the people that the other one declares. ` +
        "Import all classes from one of the two.",
    );
}

/** What the class of a resource hands to Pulumi for the host that serves it. */
export interface Registration {
  /** Beside what the program declares. */
  properties: { __provider?: string; isToldOfAll?: true };
  opts: CustomResourceOptions;
}

/**
 * What a resource takes to be registered, by the type of its class: that of the dynamic provider, or that of the native
 * plugin. Each is an alias of the other, so that a program moves from one to the other without a replacement.
 * @throws {RunError} where Pulumi could not start the provider, or not do with it what an option asks for
 */
export function registration(
  kind: Kind,
  type: string,
  name: string,
  opts: CustomResourceOptions | undefined,
): Registration {
  if (type === NATIVE_TYPE_TOKENS[kind]) {
    stayWithOneHost(name, HOSTS.native);
    refuseOtherProvider(name, opts);
    return {
      // The classes tell of the whole program: who comes later is refused by them.
      properties: { isToldOfAll: true },
      opts: mergeOptions(opts, { aliases: [{ type: TYPE_TOKENS[kind] }] }),
    };
  }
  checkProgramStart();
  stayWithOneHost(name, HOSTS.dynamic);
  refuseOptions(type, name, opts);
  return {
    properties: { __provider: stub(STUBS[kind]) },
    opts: mergeOptions(opts, { aliases: [{ type: NATIVE_TYPE_TOKENS[kind] }] }),
  };
}
