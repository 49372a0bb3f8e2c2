import * as proxy from "@pulumi/policy/proxy";
import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import { type DeclaredResource, readWorkspace, type Workspace } from "../../policies/workspace";
import {
  NotionRoleAssignment,
  type NotionRoleAssignmentArgs,
  NotionUser,
  type NotionUserArgs,
} from "../../provider/index";

// Its own types leave these out: what matters here is that unknown values behave as in a real preview.
const { unknownCheckingProxy, unknownStringValue } = proxy as unknown as {
  unknownCheckingProxy: <T extends object>(properties: T) => T;
  unknownStringValue: string;
};

/** A value that the engine does not know in a preview, as @pulumi/policy gets it. */
export const unknown = unknownStringValue;

/** What a program declares, as data: for the pure rules, and for the real engine. */
export interface Declaration {
  kind: "user" | "role";
  name: string;
  args: Record<string, unknown>;
  /** Of a role: the user from whose id its userId is taken. */
  of?: string;
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
  return { kind: "role", name: of, of, args: { userId: unknown, role, ...args }, opts };
}

/** The role of a member of whom no more than the id is said. */
export function roleOfId(userId: string, role: string, args: Record<string, unknown> = {}): Declaration {
  return { kind: "role", name: `of-${userId}`, args: { userId, role, ...args } };
}

const nameOf = (userName: string) => userName.split("@")[0]?.toLowerCase() ?? userName;

export const urnOf = ({ kind, name }: Pick<Declaration, "kind" | "name">) =>
  `urn:pulumi:dev::company::${typeOf(kind)}::${name}`;

const typeOf = (kind: Declaration["kind"]) =>
  kind === "user" ? NotionUser.__pulumiType : NotionRoleAssignment.__pulumiType;

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
    propertyDependencies:
      each.of === undefined
        ? {}
        : { userId: [{ type: NotionUser.__pulumiType, urn: urnOf({ kind: "user", name: each.of }) }] },
  }));
}

export function workspaceOf(...declarations: Declaration[]): Workspace {
  return readWorkspace(resourcesOf(declarations));
}

/** Declares it all in the running program. What is `unknown` comes from a resource that does not exist yet. */
export function declare(declarations: readonly Declaration[]): void {
  const users = new Map<string, CustomResource>();
  const needsUnknown = declarations.some(({ args, of }) => of === undefined && holdsUnknown(args));
  const elsewhere = needsUnknown
    ? new Raw(FOREIGN_TYPE, "elsewhere", { __provider: INDIFFERENT })
    : undefined;
  for (const { kind, name, args, of, opts, raw } of declarations) {
    const known = Object.entries(args).map(([key, value]) => [
      key,
      value === unknown ? elsewhere?.id : value,
    ]);
    const found = of === undefined ? undefined : users.get(of);
    const declared = { ...Object.fromEntries(known), ...(found === undefined ? {} : { userId: found.id }) };
    if (raw) new Raw(typeOf(kind), name, { ...declared, __provider: INDIFFERENT }, opts);
    else if (kind === "role") new NotionRoleAssignment(name, declared, opts);
    else users.set(name, new NotionUser(name, declared, opts));
  }
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

function holdsUnknown(args: Record<string, unknown>): boolean {
  return Object.values(args).includes(unknown);
}
