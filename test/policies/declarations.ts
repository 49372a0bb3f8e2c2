import * as proxy from "@pulumi/policy/proxy";
import { CustomResource, type CustomResourceOptions, Output } from "@pulumi/pulumi";
import type { z } from "zod";
import type { DeclaredResource } from "../../policies/declaration";
import type { Rule, Violation } from "../../policies/rule";
import { plainProperties } from "../../policies/value";
import { readWorkspace, type Workspace } from "../../policies/workspace";
import {
  NotionRoleAssignment,
  type NotionRoleAssignmentArgs,
  NotionUser,
  type NotionUserArgs,
  NotionWorkspace,
  type NotionWorkspaceArgs,
} from "../../provider/index";

// Its own types leave these out: what matters here is that unknown values behave as in a real preview.
const { unknownCheckingProxy, unknownStringValue } = proxy as unknown as {
  unknownCheckingProxy: <T extends object>(properties: T) => T;
  unknownStringValue: string;
};

/** A value that the engine does not know in a preview, as @pulumi/policy gets it. */
export const unknown = unknownStringValue;

/** Where a test is not about the clock. */
export const NOW = Date.parse("2026-12-01T09:00:00Z");

/** What a program declares, as data: for the pure rules, and for the real engine. */
export interface Declaration {
  kind: "user" | "role" | "workspace";
  name: string;
  args: Record<string, unknown>;
  /** Of a role: the user from whose id its userId is taken. */
  of?: string;
  /** What an `apply` on that id makes of it: the id of somebody else. */
  instead?: string;
  opts?: Pick<CustomResourceOptions, "protect" | "ignoreChanges" | "additionalSecretOutputs">;
  /** Registers it with a provider that takes whatever it is given, as another program's or an older one might. */
  raw?: boolean;
}

export function user(userName: string, args: Partial<NotionUserArgs> = {}, opts = {}): Declaration {
  return { kind: "user", name: nameOf(userName), args: { userName, ...args }, opts };
}

/** The role of a declared user, before ids exist. */
export function roleOf(
  userName: string,
  role: string,
  args: Partial<NotionRoleAssignmentArgs> = {},
  opts = {},
): Declaration {
  const of = nameOf(userName);
  // The class says whose id it is handed.
  const member = userName === "" ? {} : { member: userName.toLowerCase() };
  return { kind: "role", name: of, of, args: { userId: unknown, ...member, role, ...args }, opts };
}

/** The role of a member of whom no more than the id is said. */
export function roleOfId(userId: string, role: string, args: Record<string, unknown> = {}): Declaration {
  return { kind: "role", name: `of-${userId}`, args: { userId, role, ...args } };
}

/** Several people in one resource, each by e-mail, as the engine is given them. */
export function workspace(
  people: Record<string, Record<string, unknown>>,
  settings: Record<string, unknown> = {},
  opts = {},
): Declaration {
  return { kind: "workspace", name: "acme", args: { people, ...settings }, opts };
}

const nameOf = (userName: string) => userName.split("@")[0]?.toLowerCase() ?? userName;

export const urnOf = ({ kind, name }: Pick<Declaration, "kind" | "name">) =>
  `urn:pulumi:dev::company::${typeOf(kind)}::${name}`;

const typeOf = (kind: Declaration["kind"]) =>
  ({ user: NotionUser, role: NotionRoleAssignment, workspace: NotionWorkspace })[kind].__pulumiType;

/** As @pulumi/policy hands resources to a stack policy: touching an unknown value throws. */
export function resourcesOf(declarations: readonly Declaration[]): DeclaredResource[] {
  return declarations.map((each) => ({
    type: typeOf(each.kind),
    urn: urnOf(each),
    name: each.name,
    props: unknownCheckingProxy(each.args),
    opts: {
      protect: each.opts?.protect ?? false,
      ignoreChanges: (each.opts?.ignoreChanges ?? []) as string[],
      additionalSecretOutputs: each.opts?.additionalSecretOutputs ?? [],
    },
  }));
}

/** The whole stack, as a run that has judged nothing before, or a state, has it. */
export function workspaceOf(...declarations: Declaration[]): Workspace {
  return readWorkspace(resourcesOf(declarations));
}

/** What a rule says in a run: of each resource before it is written, then of the whole. */
export function judged<Settings extends z.ZodObject>(
  rule: Rule<string, Settings>,
  declarations: readonly Declaration[],
  settings: z.output<Settings>,
  now = NOW,
): Violation[] {
  const declared = resourcesOf(declarations).map((each) => ({
    ...each,
    declared: plainProperties(each.props),
  }));
  const before = rule.scopes.includes("before")
    ? declared.map((each) => readWorkspace([{ ...each, props: each.declared, declared: undefined }], false))
    : [];
  const workspaces = [...before, ...(rule.scopes.includes("end") ? [readWorkspace(declared)] : [])];
  return workspaces.flatMap((each) => rule.evaluate(each, settings, now));
}

/** Declares it all in the running program. What is `unknown` comes from a resource that does not exist yet. */
export function declare(declarations: readonly Declaration[]): void {
  const users = new Map<string, CustomResource>();
  const needsUnknown = declarations.some(({ args, of }) => of === undefined && holdsUnknown(args));
  const elsewhere = needsUnknown
    ? new Raw(FOREIGN_TYPE, "elsewhere", { __provider: INDIFFERENT })
    : undefined;
  for (const { kind, name, args, of, instead, opts, raw } of declarations) {
    const known = withUnknown(args, elsewhere?.id) as Record<string, unknown>;
    const found = of === undefined ? undefined : users.get(of);
    const id = instead === undefined ? found?.id : found?.id.apply(() => instead);
    const declared = { ...known, ...(id === undefined ? {} : { userId: id }) };
    if (raw) new Raw(typeOf(kind), name, { ...declared, __provider: INDIFFERENT }, opts);
    else if (kind === "role")
      new NotionRoleAssignment(name, declared as unknown as NotionRoleAssignmentArgs, opts);
    else if (kind === "workspace") new NotionWorkspace(name, asListed(declared), opts);
    else users.set(name, new NotionUser(name, declared as unknown as NotionUserArgs, opts));
  }
}

/** The people as a program lists them. */
function asListed({ people, ...settings }: Record<string, unknown>): NotionWorkspaceArgs {
  const entries = Object.entries(people as Record<string, object>);
  return { ...settings, people: entries.map(([userName, person]) => ({ userName, ...person })) };
}

/** A resource of another provider, with everything that the rules would object to. */
export function declareForeign(): void {
  const title = `ntn_${"1234567890".repeat(4)}`;
  const props = { userName: "Mallory@Elsewhere.net", role: "owner", initialRole: "owner", title };
  new Raw(FOREIGN_TYPE, "foreign", { ...props, __provider: INDIFFERENT });
}

class Raw extends CustomResource {}

const FOREIGN_TYPE = "pulumi-nodejs:dynamic/elsewhere:Account";
const INDIFFERENT = 'exports.handler=()=>({create:async(inputs)=>({id:"raw",outs:inputs})})';

function holdsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  return typeof value === "object" && value !== null && !Output.isInstance(value)
    ? Object.values(value).some(holdsUnknown)
    : false;
}

/** The same with `replacement` for what is unknown. */
function withUnknown(value: unknown, replacement: unknown): unknown {
  if (value === unknown) return replacement;
  if (!holdsUnknown(value)) return value;
  const entries = Object.entries(value as object).map(([key, inner]) => [
    key,
    withUnknown(inner, replacement),
  ]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
