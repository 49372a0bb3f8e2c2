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

/** Whoever may change who is in the workspace may do so for a while, but for those who are named. */
export const privilegedRoleExpires = defineRule({
  name: "privileged-role-expires",
  area: "Access that ends",
  description: "Owners and membership admins are so for a time, but for the named permanent owners.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Say until when the person has the role, and which one they have then: `roleUntil` and `roleThen` of a roster, `until` and `then` of a NotionRoleAssignment.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    owners: emails("The e-mail addresses of those who have a privileged role for good."),
    days: count(30, "How many days ahead the end may be at most."),
    breakGlass,
  }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  evaluate: (workspace, { owners, days, breakGlass: permanent }, now) =>
    notEvaluated(workspace)
      .filter((each) => isPrivilegedReach(each) && each.path !== "held" && !isOver(each, now))
      // Whose address is known in an update alone is judged there, before the write.
      .filter(
        ({ person: { email } }) => email !== UNKNOWN && !isAmong(email, owners) && !isAmong(email, permanent),
      )
      .flatMap((each): Violation[] => {
        if (each.until === UNKNOWN) return [];
        const { by, roleText, person } = each;
        const allowed = `an end within ${days} days, or one of ${formatList(owners)} without one`;
        if (isOutsideOfAnother(each)) {
          return [
            {
              urn: by.urn,
              found: `${person.label} is made ${roleText} by ${by.label} (${propertyOf(each)}), outside of the time of a lower role`,
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
 * A privileged role that ends where a lower one begins: its time is that of the other role, so no extension needs an
 * approval, and no total counts it.
 */
function isOutsideOfAnother({ path, by, until }: Reach): boolean {
  const other = "role" in by ? by.role : undefined;
  return path === "roleThen" && until !== undefined && typeof other === "string" && !isPrivileged(other);
}

function withoutEnd(each: Reach): string {
  const { roleText, by, path } = each;
  return path === "onRemove"
    ? `stays ${roleText} for good when ${by.place} is removed before its end (onRemove)`
    : `is made ${roleText} by ${by.label} (${propertyOf(each)}), without an end`;
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

/** Where a reason or an end can be said: a NotionUser has no place for one. */
export function placeToSay(by: Member | Assignment): string {
  return by.kind === "NotionUser"
    ? "a NotionRoleAssignment for them, with that role, in place of initialRole"
    : by.place;
}

/** A role for a time that is given again and again is one for good. */
export const privilegedTimeLimited = defineRule({
  name: "privileged-time-limited",
  area: "Access that ends",
  description:
    "Whoever is owner or membership admin for a time is so for no more than some days of a period.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Give the role to somebody else, or make the person a permanent owner on purpose.",
  scopes: ["before"],
  settings: z.strictObject({
    days: z
      .int()
      .min(1)
      .optional()
      .describe("How many days in all, the declared end included. Without it the rule is idle."),
    period: z
      .int()
      .min(1)
      .max(731, "is more than 731: two years are remembered")
      .default(365)
      .describe("In how many days up to the declared end; two years at most are remembered."),
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

/** How long somebody had a privileged role since a moment, to the end that is declared. */
function timePrivileged(
  { privileged, roleFrom }: Assignment,
  end: number,
  since: number,
  now: number,
): number {
  // Where no provider has noted one, it begins with this run.
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

/** Notion ends nothing: what is over and was not taken away is access that nobody meant. */
export const expiredIsNotHeld = defineRule({
  name: "expired-is-not-held",
  area: "Access that ends",
  description: "Nobody holds a role or a membership whose end has passed.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Run `pulumi up`: it ends what is over. Run it on a schedule.",
  scopes: ["end"],
  settings: z.strictObject({}),
  // A program declares an end and holds nothing: that it has passed is what the update is for.
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
      found: `${who} is still ${formatRole(by.held, "held", by)}, which ended ${formatEnd(end, by)}`,
      allowed: `${formatRole(by.roleThen, "roleThen", by)} since then`,
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
      found: `${who} is still here, and their membership ended ${formatEnd(end, by)}`,
      allowed: "nobody whose membership is over",
      remediation: { key: "runUp" },
    },
  ];
}

/** An end that is over. */
function passed(until: Text, now: number): string | undefined {
  const end = typeof until === "string" ? instantOf(until, "until") : undefined;
  return typeof until === "string" && end !== undefined && end <= now ? until : undefined;
}
