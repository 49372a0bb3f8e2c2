import { z } from "zod";
import {
  claimsOf,
  holdersForGood,
  holdersOf,
  holds,
  holdsForGood,
  isForATime,
  listed,
  tell,
} from "./held-roles";
import { defineRule } from "./rule";
import { count, foldedTexts } from "./settings";
import { UNKNOWN } from "./value";
import type { Person, Workspace } from "./workspace";

/** One owner who leaves or loses their account must not lock everybody out. */
export const minimumOwners = defineRule({
  name: "minimum-owners",
  area: "Roles",
  description: "The workspace has enough owners whose role has no end.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Declare another owner, without an end.",
  scope: "stack",
  settings: z.strictObject({ minimum: count(2, "How many owners there are at least.") }),
  judge: (workspace, { minimum }, now) => {
    // A stack that declares no role at all does not manage owners.
    const declaresRoles =
      workspace.assignments.length > 0 ||
      workspace.members.some(({ initialRole }) => initialRole !== undefined);
    const { certain, possible } = holdersForGood(workspace, "owner", now);
    if (!declaresRoles || certain.length + possible >= minimum) return [];
    const names = listed(certain.map(({ label }) => label));
    const forATime = listed(
      workspace.people.filter((each) => isOwnerForATime(each, now)).map(({ label }) => label),
    );
    return [
      {
        found:
          `The stack declares ${quantity(certain.length)}${names === "" ? "" : `: ${names}`}` +
          (forATime === "" ? "" : `, and for a time only: ${forATime}`),
        allowed: `${minimum} or more whose role has no end`,
        mend: `give the role "owner" without an end to ${minimum - certain.length} more, or lower minimum-owners.minimum`,
      },
    ];
  },
});

/** Every owner can remove members and export everything. */
export const maximumOwners = defineRule({
  name: "maximum-owners",
  area: "Roles",
  description: "The workspace has no more owners than it needs.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Give some of the owners a lower role; membership_admin is enough to manage people.",
  scope: "stack",
  settings: z.strictObject({
    maximum: count(5, "How many owners there are at most."),
    share: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe("The share of the declared members who may be owners, where that is more than `maximum`."),
  }),
  judge: (workspace, { maximum, share }) => {
    const members = workspace.people.filter((person) => person.members.length > 0).length;
    const allowed = Math.max(maximum, Math.floor(share * members));
    const { certain } = holdersOf(workspace, "owner");
    if (certain.length <= allowed) return [];
    return [
      {
        found: `The stack declares ${quantity(certain.length)}: ${listed(certain.map(({ label }) => label))}`,
        allowed: `${allowed} at most`,
        mend: `give ${certain.length - allowed} of them a lower role, or raise maximum-owners.maximum`,
      },
    ];
  },
});

/** Who may be an owner is decided by name. */
export const ownersFromList = defineRule({
  name: "owners-from-list",
  area: "Roles",
  description: "Only people of the list are owners.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Give the person a lower role, or add them to the setting `owners`.",
  scope: "stack",
  settings: z.strictObject({
    owners: foldedTexts("The e-mail addresses of those who may be owners. Empty: the rule is idle."),
  }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  judge: (workspace, settings) => {
    const allowed = new Set(settings.owners);
    return workspace.people
      .filter((person) => claimsOf(person).some(({ role }) => role === "owner"))
      .filter(({ email }) => typeof email === "string" && !allowed.has(email))
      .map((person) => ({
        urn: (person.assignments.find(({ role }) => role === "owner") ?? person.members[0])?.urn,
        found: `${person.label} is declared owner and is not on the list of owners`,
        allowed: `${listed(settings.owners)} as owners`,
        mend: "give the person a lower role, or add the address to owners-from-list.owners",
      }));
  },
});

/** Those without whom nobody could recover the workspace. */
export const permanentOwners = defineRule({
  name: "permanent-owners",
  area: "Roles",
  description: "The named owners stay owners, without an end.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Declare the person as an owner again, without an end.",
  scope: "stack",
  settings: z.strictObject({
    owners: foldedTexts("The e-mail addresses of those who must be owners. Empty: the rule is idle."),
  }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  judge: (workspace, settings, now) => {
    const allowed = `${listed(settings.owners)} as owners`;
    const byEmail = new Map(workspace.people.map((person) => [person.email, person]));
    const named = settings.owners.map((email) => ({ email, person: byEmail.get(email) }));
    const demoted = named.flatMap(({ person }) => {
      const role = person?.assignments.find((each) => typeof each.role === "string");
      if (person === undefined || role === undefined || holds(person, "owner") !== false) return [];
      return {
        urn: role.urn,
        found: `${person.label} is declared ${tell(role.role, "role", role)} and must stay owner`,
        allowed,
        mend: `set the role of ${role.place} to "owner", or take the address out of permanent-owners.owners`,
      };
    });
    const forATime = named.flatMap(({ person }) => {
      if (person === undefined || !isOwnerForATime(person, now)) return [];
      const by = [...person.assignments, ...person.members].find(isForATime);
      return {
        urn: by?.urn,
        found: `${person.label} is owner for a time only, and must stay owner`,
        allowed: `${allowed}, without an end`,
        mend: `take the time out of ${by?.place}, or the address out of permanent-owners.owners`,
      };
    });
    const missing = named.filter(
      ({ person }) =>
        person === undefined || (person.assignments.length === 0 && holds(person, "owner") === false),
    );
    // One of the people who are not known yet may be the one who is missing, and no more than one each.
    const found = missing.length > possibleOwners(workspace, now) ? missing : [];
    return [
      ...demoted,
      ...forATime,
      ...found.map(({ email, person }) => ({
        urn: person?.members[0]?.urn,
        found: `${person?.label ?? email} is not declared as an owner and must stay one`,
        allowed,
        mend: 'declare the role "owner" for them, in a roster or by a NotionRoleAssignment, or take the address out of permanent-owners.owners',
      })),
    ];
  },
});

/** A declaration that goes missing must not take an owner with it. */
export const ownersProtected = defineRule({
  name: "owners-protected",
  area: "Roles",
  description: "Owners and their role assignments are protected.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Add the option `{ protect: true }` to the resource; to a person of a NotionWorkspace, or to all of it, `protect: true`.",
  scope: "stack",
  settings: z.strictObject({}),
  judge: ({ people, unplaced }) => {
    const ofOwners = people
      .filter((person) => holds(person, "owner") === true)
      .flatMap((person) =>
        [...new Set([...person.members, ...person.assignments])].map((declaration) => ({
          who: person.label,
          declaration,
        })),
      );
    const ofNobodyYet = unplaced
      .filter(({ role }) => role === "owner")
      .map((declaration) => ({ who: `the owner of ${declaration.label}`, declaration }));
    return [...ofOwners, ...ofNobodyYet]
      .filter(({ declaration }) => !declaration.protect)
      .map(({ who, declaration }) => ({
        urn: declaration.urn,
        found: `${who} is an owner, and ${declaration.place} is not protected`,
        allowed: "owners whose declarations are protected",
        mend:
          declaration.kind === "NotionWorkspace"
            ? // Pulumi's own option keeps the workspace as a whole, and lets a person be taken out of it.
              `add protect: true to ${declaration.place}, or to the arguments of ${declaration.label}; Pulumi's option alone lets a line of the roster go`
            : `add { protect: true } as the third argument of ${declaration.label}`,
      }));
  },
});

function isOwnerForATime(person: Person, now: number): boolean {
  return holds(person, "owner") === true && holdsForGood(person, "owner", now) === false;
}

function possibleOwners(workspace: Workspace, now: number): number {
  const unknownPeople = workspace.people.filter(({ email }) => email === UNKNOWN);
  return holdersForGood(workspace, "owner", now).possible + unknownPeople.length;
}

function quantity(owners: number): string {
  return owners === 0 ? "no owner" : owners === 1 ? "one owner" : `${owners} owners`;
}
