import { z } from "zod";
import { HIDDEN } from "../provider/state/redaction";
import { formatList, isAmong } from "./format";
import { holdersForGood, holdersOf, isForATimeOnly } from "./holders";
import type { Reach } from "./person";
import { isOver } from "./reach";
import { defineRule } from "./rule";
import { breakGlass, count, emails } from "./settings";
import { notEvaluated, type Workspace } from "./workspace";

/** One owner who leaves or loses their account must not lock everybody out. */
export const minimumOwners = defineRule({
  name: "minimum-owners",
  area: "Roles",
  description: "A stack that declares owners has enough permanent owners.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Declare another owner, without an expiration.",
  scopes: ["end"],
  settings: z.strictObject({ minimum: count(2, "The fewest owners.") }),
  idle: ({ minimum }) => (minimum === 0 ? "the minimum is 0" : undefined),
  evaluate: (workspace, { minimum }, now) => {
    const { certain, possible } = holdersForGood(workspace, "owner", now);
    // A stack of contractors has no owners to keep. A stack that has had owners until now does.
    if (!managesOwners(workspace) || certain.length + possible >= minimum) return [];
    const names = formatList(certain.map(({ label }) => label));
    const forATime = formatList(
      workspace.people.filter((each) => isForATimeOnly(each, "owner", now)).map(({ label }) => label),
    );
    return [
      {
        found:
          `The stack declares ${quantity(certain.length)}${names === "" ? "" : `: ${names}`}` +
          (forATime === "" ? "" : `, and only for a time: ${forATime}`),
        allowed: `${minimum} or more permanent owners`,
        remediation: { key: "addOwners", count: minimum - certain.length },
      },
    ];
  },
});

function managesOwners({ reaches, assignments, rosters }: Workspace): boolean {
  const changes = [
    ...assignments.map(({ change }) => change),
    ...rosters.flatMap(({ gone, entries }) => [
      ...Object.values(gone),
      ...entries.map((each) => each.change),
    ]),
  ];
  return reaches.some(({ role }) => role === "owner") || changes.some((change) => change?.wasOwner);
}

/** Every owner can remove members and export everything. */
export const maximumOwners = defineRule({
  name: "maximum-owners",
  area: "Roles",
  description: "The workspace has no more owners than it needs.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Give some of the owners a lower role; membership_admin is enough to manage people.",
  scopes: ["end"],
  settings: z.strictObject({
    maximum: count(5, "The most owners, now or later."),
    share: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("The share of the declared members who may be owners, if that is more than `maximum`."),
    breakGlass,
  }),
  idle: ({ share }) => (share === 1 ? "the share is 1: everybody may be owner" : undefined),
  evaluate: (workspace, settings, now) => {
    const members = workspace.people.filter((person) => person.members.length > 0).length;
    const allowed = Math.max(settings.maximum, Math.floor(settings.share * members));
    const counted = holdersOf(workspace, "owner", now).certain.filter(
      ({ email }) => !isAmong(email, settings.breakGlass),
    );
    if (counted.length <= allowed) return [];
    return [
      {
        found: `The stack declares ${quantity(counted.length)}: ${formatList(counted.map(({ label }) => label))}`,
        allowed: `${allowed} at most`,
        remediation: { key: "lowerSome", count: counted.length - allowed, setting: "maximum-owners.maximum" },
      },
    ];
  },
});

/** The company decides by name who may be an owner. */
export const ownersFromList = defineRule({
  name: "owners-from-list",
  area: "Roles",
  description: "Only people on the list are owners, now or later.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Give the person a lower role, or add them to the setting `owners`.",
  scopes: ["before", "end"],
  settings: z.strictObject({ owners: emails("The e-mail addresses of the allowed owners.") }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  evaluate: (workspace, settings, now) =>
    onePerDeclaration(notEvaluated(workspace).filter((each) => each.role === "owner" && !isOver(each, now)))
      .filter(({ person }) => typeof person.email === "string" && !settings.owners.includes(person.email))
      .map(({ person, by, path }) => ({
        urn: by.urn,
        found: `${person.label} ${path === "held" ? "holds the role" : "is declared"} ${
          by.secrets.has("role") ? HIDDEN : "owner"
        } and is not on the list of owners`,
        allowed: `${formatList(settings.owners)} as owners`,
        remediation: { key: "lowerOrList" },
      })),
});

function onePerDeclaration(reaches: readonly Reach[]): Reach[] {
  return [...new Map(reaches.map((each) => [each.by, each])).values()];
}

function quantity(owners: number): string {
  return owners === 0 ? "no owner" : owners === 1 ? "one owner" : `${owners} owners`;
}
