import { z } from "zod";
import { domainOf } from "../provider/member/email";
import { DEFAULT_ROLE, isPrivileged, LOWEST_ROLE } from "../provider/member/role";
import type { Member } from "./declaration";
import { claimsOf, holdersOf, listed, type RoleProperty, tell } from "./held-roles";
import { defineRule } from "./rule";
import { count, domains, sharedAccount } from "./settings";
import { known, textOf, UNKNOWN } from "./value";
import type { Person } from "./workspace";

/** Membership admins can add and remove anybody but owners. */
export const maximumMembershipAdmins = defineRule({
  name: "maximum-membership-admins",
  area: "Roles",
  description: "The workspace has no more membership admins than it needs.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Give some of the membership admins a lower role.",
  scope: "stack",
  settings: z.strictObject({ maximum: count(5, "How many membership admins there are at most.") }),
  judge: (workspace, { maximum }) => {
    const { certain } = holdersOf(workspace, "membership_admin");
    if (certain.length <= maximum) return [];
    return [
      {
        found: `The stack declares ${certain.length} membership admins: ${listed(certain.map(({ label }) => label))}`,
        allowed: `${maximum} at most`,
        mend: `give ${certain.length - maximum} of them a lower role, or raise maximum-membership-admins.maximum`,
      },
    ];
  },
});

/** Whoever is not of the house sees what is shared with them and no more. */
export const outsidersRestricted = defineRule({
  name: "outsiders-restricted",
  area: "Roles",
  description: "People from outside hold restricted_member at most.",
  severity: "critical",
  level: "mandatory",
  remediationSteps:
    "Give the person the role restricted_member; at the level `remediate` the pack sets initialRole, or the role of a person in a NotionWorkspace, to it.",
  scope: "stack",
  settings: z.strictObject({
    domains: domains(
      "The domains of the house. Whoever is at another one is an outsider. Empty: the rule is idle.",
    ),
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  judge: ({ people, unplaced }, settings) =>
    people
      .filter((person) => isOutsider(known(person.email), settings.domains))
      .flatMap((person) => {
        const rule = {
          allowed: `${LOWEST_ROLE} for everybody who is not at ${listed(settings.domains)}`,
          mend: `set the role to "${LOWEST_ROLE}", or add the domain to outsiders-restricted.domains if it is yours`,
        };
        const tooHigh = claimsOf(person).filter(
          ({ role }) => typeof role === "string" && role !== LOWEST_ROLE,
        );
        if (tooHigh.length > 0) {
          return tooHigh.map(({ told, by }) => ({
            urn: by.urn,
            found: `${person.label} is from outside and is made ${told} by ${by.label}`,
            ...rule,
          }));
        }
        // An assignment that is not placed yet may be this person's.
        if (claimsOf(person).length > 0 || unplaced.length > 0) return [];
        return {
          urn: person.members[0]?.urn,
          found: `${person.label} is from outside and has no declared role: Notion makes them ${DEFAULT_ROLE}`,
          ...rule,
          mend: `add ${roleProperty(person.members[0])}: "${LOWEST_ROLE}"${
            person.members[0] === undefined ? "" : ` to ${person.members[0].place}`
          }`,
        };
      }),
  remediate: (member, settings) => {
    if (!isOutsider(known(member.email), settings.domains)) return undefined;
    const property = roleProperty(member);
    const tooHigh = [property, "roleThen" as const].filter((each) => {
      const role = textOf(member.props, each);
      // The role of a NotionUser that says none may be that of an assignment; in a workspace it is nowhere else.
      return role === undefined ? each === "role" : role !== UNKNOWN && role !== LOWEST_ROLE;
    });
    return tooHigh.length === 0 ? undefined : Object.fromEntries(tooHigh.map((each) => [each, LOWEST_ROLE]));
  },
});

/** An account that several people or programs use must not be able to change who is in the workspace. */
export const sharedAccountsUnprivileged = defineRule({
  name: "shared-accounts-unprivileged",
  area: "Roles",
  description: "Shared and service accounts never hold owner or membership_admin.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Give the role to a person, and a lower one to the account.",
  scope: "stack",
  settings: z.strictObject({ pattern: sharedAccount }),
  judge: ({ people }, settings) => {
    const pattern = new RegExp(settings.pattern, "i");
    return people
      .filter(({ email }) => typeof email === "string" && pattern.test(email))
      .flatMap((person) =>
        privilegedClaims(person).map(({ told, by }) => ({
          urn: by.urn,
          found: `${person.label} looks like a shared or service account and is made ${told} by ${by.label}`,
          allowed: `member or ${LOWEST_ROLE} for such accounts`,
          mend: "give the role to a person instead; if this is one, change shared-accounts-unprivileged.pattern",
        })),
      );
  },
});

/** Two assignments for one person undo each other's work. */
export const oneRolePerPerson = defineRule({
  name: "one-role-per-person",
  area: "Roles",
  description: "The role of a person is declared once.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Keep the declaration with the role that the person is to hold.",
  scope: "stack",
  settings: z.strictObject({}),
  judge: ({ people }) =>
    people
      .filter(({ assignments }) => assignments.length > 1)
      .map((person) => ({
        urn: person.assignments.at(-1)?.urn,
        found: `The role of ${person.label} is declared ${person.assignments.length} times: ${listed(
          person.assignments.map((each) => `${each.label} (${tell(each.role, "role", each)})`),
        )}`,
        allowed: "one role for each person: of a NotionRoleAssignment, or of a person in a NotionWorkspace",
        mend: `keep the role of ${person.assignments[0]?.place} or another one of them, and remove the rest`,
      })),
});

/** Rules that judge by e-mail can't judge somebody of whom the program says no more than an id. */
export const privilegedPersonDeclared = defineRule({
  name: "privileged-person-declared",
  area: "Roles",
  description: "Whoever is made owner or membership_admin is somebody whom the program names.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Take userId from a NotionUser, declared or read with `NotionUser.get`.",
  scope: "stack",
  settings: z.strictObject({}),
  judge: ({ people }) =>
    people
      .filter(({ members, email }) => members.length === 0 && typeof email !== "string")
      .flatMap((person) =>
        privilegedClaims(person).map(({ told, by }) => ({
          urn: by.urn,
          found: `${person.label} is made ${told}, and nothing says who that is`,
          allowed: "ids that come from a NotionUser",
          mend: `use the id of the person's NotionUser, or of NotionUser.get("…", "<id>") for somebody who is not managed here`,
        })),
      ),
});

/** Where a member's own declaration says the role. */
function roleProperty(member: Member | undefined): Exclude<RoleProperty, "roleThen"> {
  return member?.kind === "NotionWorkspace" ? "role" : "initialRole";
}

function privilegedClaims(person: Person) {
  return claimsOf(person).filter(({ role }) => typeof role === "string" && isPrivileged(role));
}

function isOutsider(email: string | undefined, inside: readonly string[]): boolean {
  const domain = email === undefined ? undefined : domainOf(email);
  return domain !== undefined && !inside.includes(domain);
}
