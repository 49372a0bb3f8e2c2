import { UNKNOWN } from "../../model/unknown";
import { declaredMembership, membershipId } from "../../state/group-membership";
import type { Properties } from "../../state/properties";
import { actsOnUnmanaged, type WorkspaceInputs } from "../../state/workspace";
import type { Resource } from "./kinds";

/** What a resource of the program declares. */
interface Declaration extends Resource {
  /** By what nobody else may declare: members, accounts, roles of members. */
  keys: readonly string[];
  /** What a workspace does to unmanaged members, where it decides over them. */
  decides: string | undefined;
  /** Whether the program has told of all its resources before the first of them was planned, as a TypeScript program does. */
  isToldOfAll: boolean;
}

/** So many are named. */
const MOST_NAMED = 10;

/**
 * What the resources of one workspace declare in one run. In most languages a resource is known when the engine hands it
 * over, and a workspace has been planned by then: who comes later could have been removed already.
 */
export class Declarations {
  readonly #all = new Map<string, Declaration>();

  /** Notes what a resource declares. @returns why the program may not, a sentence each */
  declare(resource: Resource, inputs: Properties, isToldOfAll: boolean): string[] {
    const mine = declarationOf(resource, inputs, isToldOfAll);
    const others = [...this.#all.values()].filter(({ urn }) => urn !== resource.urn);
    this.#all.set(resource.urn, mine);
    const reasons = [...authority(mine, others), ...twice(mine, others)];
    return reasons.length > 0 ? reasons : late(mine, others);
  }
}

function declarationOf(resource: Resource, inputs: Properties, isToldOfAll: boolean): Declaration {
  const common = { ...resource, isToldOfAll };
  switch (resource.kind) {
    case "user":
      return {
        ...common,
        keys: [member(inputs.userName), account(inputs.userId)].flat(),
        decides: undefined,
      };
    case "role":
      return { ...common, keys: known("The role of the member", inputs.userId), decides: undefined };
    case "group":
      return { ...common, keys: group(inputs.displayName), decides: undefined };
    case "membership": {
      const membership = declaredMembership(inputs);
      return {
        ...common,
        keys: known("The membership", membership && membershipId(membership)),
        decides: undefined,
      };
    }
    case "workspace": {
      const { people, groups = {}, undeclared } = inputs as unknown as WorkspaceInputs;
      return {
        ...common,
        keys: [
          ...Object.entries(people).flatMap(([email, { id }]) => [...member(email), ...account(id)]),
          ...Object.keys(groups).flatMap(group),
        ],
        decides: actsOnUnmanaged(undeclared) ? undeclared : undefined,
      };
    }
  }
}

const member = (email: unknown) => known("The member", email);
const group = (name: unknown) => known("The group", name);
const account = (id: unknown) => known("The account", id);
const known = (what: string, value: unknown) =>
  typeof value === "string" && value !== UNKNOWN ? [`${what} ${value}`] : [];

const CLASS = {
  user: "NotionUser",
  role: "NotionRoleAssignment",
  workspace: "NotionWorkspace",
  group: "NotionGroup",
  membership: "NotionGroupMembership",
} as const;
const nameOf = ({ kind, name }: Resource) => `${CLASS[kind]} "${name}"`;
const declaresPeople = ({ kind }: Resource) => kind === "user" || kind === "workspace";

/** Authoritative means alone. */
function authority(mine: Declaration, others: readonly Declaration[]): string[] {
  const [deciding] = [mine, ...others].filter(({ decides }) => decides !== undefined);
  const other = deciding === mine ? others.find(declaresPeople) : declaresPeople(mine) ? mine : undefined;
  if (deciding === undefined || other === undefined) return [];
  return [
    `${nameOf(deciding)} has undeclared: "${deciding.decides}" and decides over everybody in the workspace, so no other resource ` +
      `of the provider may declare people. ${nameOf(other)} does. Declare all people in one NotionWorkspace, or set undeclared to "report".`,
  ];
}

function twice(mine: Declaration, others: readonly Declaration[]): string[] {
  const found = others.flatMap((other) => {
    const theirs = new Set(other.keys);
    return mine.keys.filter((key) => theirs.has(key)).map((key) => ({ key, other }));
  });
  const told = found
    .slice(0, MOST_NAMED)
    .map(
      ({ key, other }) =>
        `${key} is declared twice, by ${nameOf(other)} and by ${nameOf(mine)}. Keep one of the two.`,
    );
  return found.length > MOST_NAMED ? [...told, `… and ${found.length - MOST_NAMED} more.`] : told;
}

/** A workspace that is planned does not know of what comes after it. */
function late(mine: Declaration, others: readonly Declaration[]): string[] {
  // A group names nobody.
  if (mine.kind === "group") return [];
  const workspace = others.find(
    ({ kind, isToldOfAll, decides }) =>
      kind === "workspace" && !isToldOfAll && (declaresPeople(mine) || decides !== undefined),
  );
  if (workspace === undefined) return [];
  return [
    `${nameOf(mine)} comes after ${nameOf(workspace)}, which was planned without it and may remove the people that this one declares. ` +
      {
        user: `Let ${nameOf(workspace)} depend on it (dependsOn).`,
        role: `Declare the role in the row of ${nameOf(workspace)}.`,
        membership: `Declare the group in ${nameOf(workspace)}.`,
        workspace: `Declare everybody in ${nameOf(workspace)}.`,
      }[mine.kind],
  ];
}
