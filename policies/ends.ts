import { z } from "zod";
import { DAY_MS, instantOf, spanWords } from "../provider/model/instant";
import { isDemotion, isPrivileged } from "../provider/model/role";
import type { Assignment, Member } from "./declaration";
import { formatList, isAmong } from "./format";
import type { Reach } from "./person";
import { formatEnd, formatRole, instantIn, isOver, isPrivilegedReach, propertyOf } from "./reach";
import type { Remediation } from "./remediations";
import { defineRule, type Violation } from "./rule";
import { breakGlass, count, emails } from "./settings";
import { known, type Text, UNKNOWN } from "./value";
import { notEvaluated } from "./workspace";

/** The right to change members is for a time, except for named people. */
export const privilegedRoleExpires = defineRule({
  name: "privileged-role-expires",
  area: "Access that ends",
  description: "Owners and membership admins hold their role for a time, except the named permanent owners.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Set when the role expires, and the role afterwards: `roleUntil` and `roleThen` in a roster, `until` and `then` in a NotionRoleAssignment.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    owners: emails("The e-mail addresses of people with a permanent privileged role."),
    days: count(30, "The most days until the role expires."),
    breakGlass,
  }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  evaluate: (workspace, { owners, days, breakGlass: permanent }, now) =>
    notEvaluated(workspace)
      .filter((each) => isPrivilegedReach(each) && each.path !== "held" && !isOver(each, now))
      // An address that only the update knows is judged there, before the write.
      .filter(
        ({ person: { email } }) => email !== UNKNOWN && !isAmong(email, owners) && !isAmong(email, permanent),
      )
      .flatMap((each): Violation[] => {
        if (each.until === UNKNOWN) return [];
        const { by, roleText, person } = each;
        const allowed = `an expiration within ${days} days, or none for ${formatList(owners)}`;
        if (isOutsideOfAnother(each)) {
          return [
            {
              urn: by.urn,
              found: `${person.label} gets the role ${roleText} from ${by.label} (${propertyOf(each)}), outside the time of a lower role`,
              allowed,
              remediation: { key: "swapRoles", place: by.place, property: propertyOf(each) },
            },
          ];
        }
        const end = instantIn(each.until, "until");
        if (end === undefined || typeof each.until !== "string") {
          return [
            {
              urn: by.urn,
              found: `${person.label} ${withoutEnd(each)}`,
              allowed,
              remediation: howToEnd(each),
            },
          ];
        }
        if (end - now <= days * DAY_MS) return [];
        return [
          {
            urn: by.urn,
            found: `${person.label} is ${roleText} until ${formatEnd(each.until, by, now)}`,
            allowed,
            remediation: { key: "endEarlier", place: by.place, setting: "privileged-role-expires.days" },
          },
        ];
      }),
});

/**
 * A privileged role that ends when a lower one begins. Its time is that of the other role, so no extension would need an
 * approval, and no total would count it.
 */
function isOutsideOfAnother({ path, by, until }: Reach): boolean {
  const other = "role" in by ? by.role : undefined;
  return path === "roleThen" && until !== undefined && typeof other === "string" && !isPrivileged(other);
}

function withoutEnd(each: Reach): string {
  const { roleText, by, path } = each;
  return path === "onRemove"
    ? `stays ${roleText} for good if ${by.place} is removed before the expiration (onRemove)`
    : `gets the role ${roleText} from ${by.label} (${propertyOf(each)}) without an expiration`;
}

function howToEnd(each: Reach): Remediation {
  const { by, path } = each;
  if (path === "onRemove") {
    const onRemove = by.kind === "NotionRoleAssignment" ? "restricted_member" : "restrict";
    return { key: "lowerOnRemove", place: by.place, onRemove };
  }
  if (path === "roleThen") return { key: "lowerAfterwards", place: by.place };
  const leaves = by.onRemove === "retain" && "until" in by && by.until !== undefined;
  if (leaves) return { key: "endOnRemove", place: by.place };
  const [until, then] = by.kind === "NotionWorkspace" ? ["roleUntil", "roleThen"] : ["until", "then"];
  return { key: "sayEnd", place: placeToSay(by), until, then };
}

/** Where to set a reason or an expiration: a NotionUser has no property for them. */
export function placeToSay(by: Member | Assignment): string {
  return by.kind === "NotionUser"
    ? "a NotionRoleAssignment with that role, in place of initialRole"
    : by.place;
}

/** A temporary role that is renewed again and again is a permanent one. */
export const privilegedTimeLimited = defineRule({
  name: "privileged-time-limited",
  area: "Access that ends",
  description:
    "Temporary owners and membership admins hold their role for a limited number of days in a period.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Give the role to another person, or make this person a permanent owner on purpose.",
  scopes: ["before"],
  settings: z.strictObject({
    days: z
      .int()
      .min(1)
      .optional()
      .describe("The most days in all, up to the declared expiration. Without it the rule is idle."),
    period: z
      .int()
      .min(1)
      .max(731, "is more than 731. The state remembers two years")
      .default(365)
      .describe(
        "The length of the period in days, up to the declared expiration. The state remembers two years.",
      ),
  }),
  idle: ({ days, period }) => {
    if (days === undefined) return "no days are configured";
    return days < period ? undefined : `nobody has a role for more than ${days} of ${period} days`;
  },
  evaluate: ({ people }, { days = 0, period }, now) =>
    people.flatMap((person) =>
      person.assignments.flatMap((by): Violation[] => {
        const role = person.reaches.find((each) => each.by === by && each.path === "role");
        const end = role === undefined ? undefined : instantIn(role.until, "until");
        if (role === undefined || end === undefined || !isPrivilegedReach(role) || isOver(role, now))
          return [];
        const total = timePrivileged(by, end, end - period * DAY_MS, now);
        if (total <= days * DAY_MS) return [];
        return [
          {
            urn: by.urn,
            found: `${person.label} would be ${role.roleText} for ${spanWords(total)} of the ${period} days until ${formatEnd(String(role.until), by)}`,
            allowed: `${days} days`,
            remediation: { key: "endEarlier", place: by.place, setting: "privileged-time-limited.days" },
          },
        ];
      }),
    ),
});

/** How long a person had a privileged role, from a moment to the declared expiration. */
function timePrivileged(
  { privileged, roleFrom }: Assignment,
  end: number,
  since: number,
  now: number,
): number {
  // If no provider has recorded a beginning, the role begins with this run.
  const times = privileged.some(({ until }) => until === undefined)
    ? privileged
    : [...privileged, { since: new Date(now).toISOString() }];
  return times.reduce((total, each) => {
    const isOpen = each.until === undefined;
    const from = Math.max(
      Date.parse(each.since),
      since,
      isOpen ? (instantIn(roleFrom, "from") ?? since) : since,
    );
    return total + Math.max(0, (isOpen ? end : Date.parse(String(each.until))) - from);
  }, 0);
}

/** Notion ends no access by itself: expired access that is still there is unintended. */
export const expiredIsNotHeld = defineRule({
  name: "expired-is-not-held",
  area: "Access that ends",
  description: "Nobody holds an expired role or an expired membership.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Run `pulumi up`, which ends expired access. Run it on a schedule.",
  scopes: ["end"],
  settings: z.strictObject({}),
  // A program only declares an expiration. Ending the access is the job of its update.
  evaluate: ({ people, unproven }, _settings, now) =>
    [...people, ...unproven].flatMap(({ label, members, assignments }) => [
      ...assignments.flatMap((by) => expiredRole(label, by, now)),
      ...members.flatMap((by) => expiredMembership(label, by, now)),
    ]),
});

function expiredRole(who: string, by: Assignment, now: number): Violation[] {
  const [held, then] = [known(by.held), known(by.roleThen)];
  const end = passed(by.roleUntil, now);
  if (!by.applied || end === undefined || held === undefined || !isDemotion(held, then)) return [];
  return [
    {
      urn: by.urn,
      found: `${who} is still ${formatRole(by.held, "held", by)}, but the role expired ${formatEnd(end, by)}`,
      allowed: `the role ${formatRole(by.roleThen, "roleThen", by)} since then`,
      remediation: { key: "runUp" },
    },
  ];
}

function expiredMembership(who: string, by: Member, now: number): Violation[] {
  const end = passed(by.until, now);
  if (!by.applied || end === undefined) return [];
  return [
    {
      urn: by.urn,
      found: `${who} is still here, but their membership expired ${formatEnd(end, by)}`,
      allowed: "no member with an expired membership",
      remediation: { key: "runUp" },
    },
  ];
}

/** A past expiration. */
function passed(until: Text, now: number): string | undefined {
  const end = typeof until === "string" ? instantOf(until, "until") : undefined;
  return typeof until === "string" && end !== undefined && end <= now ? until : undefined;
}
