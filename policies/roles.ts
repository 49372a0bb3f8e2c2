import { z } from "zod";
import { domainOf } from "../provider/model/email";
import { DEFAULT_ROLE, LOWEST_ROLE } from "../provider/model/role";
import { formatList, isAmong } from "./format";
import { holdersOf } from "./holders";
import type { Reach } from "./person";
import { formatRole, hasNoRole, isOver, isPrivilegedReach, propertyOf } from "./reach";
import { defineRule } from "./rule";
import { breakGlass, count, domains, sharedAccount } from "./settings";
import { known, type Text, textOf, UNKNOWN } from "./value";
import { notEvaluated } from "./workspace";

/** Membership admins can add and remove anybody except owners. */
export const maximumMembershipAdmins = defineRule({
  name: "maximum-membership-admins",
  area: "Roles",
  description: "The workspace has no more membership admins than it needs.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Give some of the membership admins a lower role.",
  scopes: ["end"],
  settings: z.strictObject({
    maximum: count(5, "The most membership admins, now or later."),
  }),
  evaluate: (workspace, { maximum }, now) => {
    const { certain } = holdersOf(workspace, "membership_admin", now);
    if (certain.length <= maximum) return [];
    return [
      {
        found: `The stack declares ${certain.length} membership admins: ${formatList(certain.map(({ label }) => label))}`,
        allowed: `${maximum} at most`,
        remediation: {
          key: "lowerSome",
          count: certain.length - maximum,
          setting: "maximum-membership-admins.maximum",
        },
      },
    ];
  },
});

/** Outsiders see only what is shared with them. */
export const outsidersRestricted = defineRule({
  name: "outsiders-restricted",
  area: "Roles",
  description: "Outsiders hold at most restricted_member, and the program manages their role.",
  severity: "critical",
  level: "mandatory",
  remediationSteps:
    "Give the person the role restricted_member. At the level `remediate` the pack sets initialRole, or the role in a NotionWorkspace, to it.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    domains: domains("The company's domains. A person at another domain is an outsider."),
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  evaluate: (workspace, settings, now) => {
    const allowed = `${LOWEST_ROLE} for everybody outside ${formatList(settings.domains)}`;
    const tooHigh = notEvaluated(workspace)
      .filter((each) => isOutsider(each.person.email, settings.domains) && !isOver(each, now))
      .filter(({ role }) => typeof role === "string" && role !== LOWEST_ROLE);
    // Only the whole stack shows whether anything manages the role of a NotionUser.
    const unmanaged = workspace.people.filter(
      (person) =>
        isOutsider(person.email, settings.domains) &&
        person.assignments.length === 0 &&
        person.members.some(
          (by) =>
            by.managed &&
            (by.kind === "NotionWorkspace" ? !(workspace.isWhole && by.evaluated) : workspace.isWhole),
        ),
    );
    return [
      ...tooHigh.map((each) => ({
        urn: each.by.urn,
        found: `${each.person.label} is an outsider and ${formatReach(each)}`,
        allowed,
        remediation: { key: "restrictOutsider" as const },
      })),
      ...unmanaged.map((person) => {
        const [member] = person.members;
        return {
          urn: member?.urn,
          found: hasNoRole(person)
            ? `${person.label} is an outsider and has no declared role: Notion makes them ${DEFAULT_ROLE}`
            : `${person.label} is an outsider and has only an initialRole: the program does not notice a promotion in Notion`,
          allowed,
          remediation: {
            key:
              member?.kind === "NotionWorkspace" ? ("addLowestRole" as const) : ("assignLowestRole" as const),
            place: String(member?.place),
          },
        };
      }),
    ];
  },
  remediate: (member, settings) => {
    if (!member.managed || !isOutsider(member.email, settings.domains)) return undefined;
    const property = member.kind === "NotionWorkspace" ? "role" : "initialRole";
    const tooHigh = [property, "roleThen"].filter((each) => {
      const role = textOf(member.props, each);
      // A NotionUser without a role may have an assignment; a person in a workspace has none.
      return role === undefined ? each === "role" : role !== UNKNOWN && role !== LOWEST_ROLE;
    });
    return tooHigh.length === 0 ? undefined : Object.fromEntries(tooHigh.map((each) => [each, LOWEST_ROLE]));
  },
});

/** An account of several people or programs must not change the members. */
export const sharedAccountsUnprivileged = defineRule({
  name: "shared-accounts-unprivileged",
  area: "Roles",
  description: "Shared and service accounts never hold owner or membership_admin.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Give the role to a person, and a lower one to the account.",
  scopes: ["before", "end"],
  settings: z.strictObject({ pattern: sharedAccount, breakGlass }),
  evaluate: (workspace, settings, now) => {
    const pattern = new RegExp(settings.pattern, "i");
    return notEvaluated(workspace)
      .filter((each) => isPrivilegedReach(each) && !isOver(each, now))
      .filter(({ person: { email } }) => typeof email === "string" && pattern.test(email))
      .filter(({ person: { email } }) => !isAmong(email, settings.breakGlass))
      .map((each) => ({
        urn: each.by.urn,
        found: `${each.person.label} looks like a shared or service account and ${formatReach(each)}`,
        allowed: `member or ${LOWEST_ROLE} for such accounts`,
        remediation: { key: "giveToPerson" },
      }));
  },
});

/** Two assignments for one person undo each other's work. */
export const oneRolePerPerson = defineRule({
  name: "one-role-per-person",
  area: "Roles",
  description: "The role of a person is declared once.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Keep the declaration with the right role, and remove the others.",
  scopes: ["end"],
  settings: z.strictObject({}),
  evaluate: ({ people, unproven }) => {
    const byId = Map.groupBy(unproven, ({ assignments }) => known(assignments[0]?.id));
    const ofOneId = [...byId].flatMap(([id, persons]) =>
      id === undefined
        ? []
        : [{ label: `the member ${id}`, assignments: persons.flatMap(({ assignments }) => assignments) }],
    );
    return [...people, ...ofOneId]
      .filter(({ assignments }) => assignments.length > 1)
      .map(({ label, assignments }) => ({
        urn: assignments.at(-1)?.urn,
        found: `The role of ${label} is declared ${assignments.length} times: ${formatList(
          assignments.map((each) => `${each.label} (${formatRole(each.role, "role", each)})`),
        )}`,
        allowed: "one role for each person: in a NotionRoleAssignment or in a NotionWorkspace",
        remediation: { key: "keepOneRole", place: String(assignments[0]?.place) },
      }));
  },
});

/** Rules that judge by e-mail cannot judge a person without a proven identity. */
export const identityProven = defineRule({
  name: "identity-proven",
  area: "Roles",
  description: "Everybody with a role assignment has a proven identity.",
  severity: "critical",
  level: "mandatory",
  remediationSteps:
    "Pass `user.id` of a NotionUser or `workspace.idOf(…)` unchanged as userId, or set `member` to the e-mail.",
  scopes: ["before"],
  settings: z.strictObject({}),
  evaluate: ({ unproven }) =>
    unproven
      .filter(({ email }) => email !== UNKNOWN)
      .flatMap(({ label, assignments }) =>
        assignments.map((by) => ({
          urn: by.urn,
          found: `${label} gets the role ${formatRole(by.role, "role", by)} without a proven identity`,
          allowed: "the unchanged `id` of a NotionUser or result of `idOf`, or any id with `member`",
          remediation: { key: "proveIdentity" as const, label: by.label },
        })),
      ),
});

/** A role with its declaration and path, for a message. */
function formatReach(each: Reach): string {
  const { roleText, by, path } = each;
  if (path === "held") return `holds the role ${roleText} by ${by.label}, as a refresh or an update found`;
  if (path === "onRemove") return `stays ${roleText} if ${by.place} is removed (onRemove)`;
  const how = path === "role" ? "" : ` (${propertyOf(each)})`;
  return `gets the role ${roleText} from ${by.label}${how}`;
}

function isOutsider(email: Text, inside: readonly string[]): boolean {
  const domain = typeof email === "string" ? domainOf(email) : undefined;
  return domain !== undefined && !inside.includes(domain);
}
