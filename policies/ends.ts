import { z } from "zod";
import { domainOf, foldEmail } from "../provider/member/email";
import { DAY_MS, endWords, instantOf, spanWords } from "../provider/member/instant";
import { isDemotion, isPrivileged } from "../provider/member/role";
import type { Assignment, Member } from "./declaration";
import { isForATime, listed, type RoleProperty, tell } from "./held-roles";
import { defineRule, type Violation } from "./rule";
import { count, domains, foldedTexts, pattern } from "./settings";
import { known, type Text, UNKNOWN } from "./value";
import type { Workspace } from "./workspace";

/** One declaration that gives somebody more than others have, or for a time. */
interface Grant {
  /** How messages name the person. */
  who: string;
  email: Text;
  by: Member | Assignment;
  /** The privileged roles that it gives. */
  privileged: { told: string; property: RoleProperty }[];
  /** When the role itself ends, and when the membership does. */
  roleUntil: Text;
  until: Text;
}

/** Whoever may change who is in the workspace may do so for a while, but for those who are named. */
export const privilegedRoleExpires = defineRule({
  name: "privileged-role-expires",
  area: "Access that ends",
  description: "Owners and membership admins are so for a time, but for the named permanent owners.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Say until when the person has the role, and which one they have then: `roleUntil` and `roleThen` of a roster, `until` and `then` of a NotionRoleAssignment.",
  scope: "stack",
  settings: z.strictObject({
    owners: foldedTexts(
      "The e-mail addresses of those who have a privileged role for good. Empty: the rule is idle.",
    ),
    days: count(30, "How many days ahead the end may be at most."),
  }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  judge: (workspace, { owners, days }, now) =>
    grantsOf(workspace)
      .filter(({ email }) => typeof email === "string" && !owners.includes(foldEmail(email)))
      .flatMap((grant) => {
        const { who, by } = grant;
        const allowed = `an end within ${days} days, or one of ${listed(owners)} without one`;
        return grant.privileged.flatMap(({ told, property }): Violation[] => {
          // What is held outside of the role's time ends with the membership alone.
          const ends: Text[] = property === "role" ? [grant.roleUntil, grant.until] : [grant.until];
          if (ends.includes(UNKNOWN)) return [];
          const end = earliest(ends);
          if (end === undefined) {
            const found = `${who} is made ${told} by ${by.label} (${property}), without an end`;
            return [{ urn: by.urn, found, allowed, mend: howToEnd(by, property) }];
          }
          if (end.at - now <= days * DAY_MS) return [];
          return [
            {
              urn: by.urn,
              found: `${who} is ${told} until ${endWords(end.until)}, ${spanWords(end.at - now)} ahead`,
              allowed,
              mend: `declare an earlier end in ${by.place}, or raise privileged-role-expires.days`,
            },
          ];
        });
      }),
});

/** Notion ends nothing: what is over and was not taken away is access that nobody meant. */
export const expiredIsNotHeld = defineRule({
  name: "expired-is-not-held",
  area: "Access that ends",
  description: "Nobody holds a role or a membership whose end has passed.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Run `pulumi up`: it ends what is over. Run it on a schedule.",
  scope: "stack",
  settings: z.strictObject({}),
  // A program declares an end and holds nothing: that it has passed is what the update is for.
  judge: ({ people, unplaced }, _settings, now) => [
    ...people.flatMap(({ label, members, assignments }) => [
      ...assignments.flatMap((by) => expiredRole(label, by, now)),
      ...members.flatMap((by) => expiredMembership(label, by, now)),
    ]),
    ...unplaced.flatMap((by) => expiredRole(`the member of ${by.label}`, by, now)),
  ],
});

const UP = "run `pulumi up`, which ends it, and see that it runs on a schedule";

function expiredRole(who: string, by: Assignment, now: number): Violation[] {
  const [held, then] = [known(by.role), known(by.roleThen)];
  const end = passed(by.roleUntil, now);
  if (!by.applied || end === undefined || held === undefined || !isDemotion(held, then)) return [];
  return [
    {
      urn: by.urn,
      found: `${who} is still ${tell(by.role, "role", by)}, which ended ${endWords(end)}`,
      allowed: `${tell(by.roleThen, "roleThen", by)} since then`,
      mend: UP,
    },
  ];
}

function expiredMembership(who: string, by: Member, now: number): Violation[] {
  const end = passed(by.until, now);
  if (!by.applied || end === undefined) return [];
  return [
    {
      urn: by.urn,
      found: `${who} is still here, and their membership ended ${endWords(end)}`,
      allowed: "nobody whose membership is over",
      mend: UP,
    },
  ];
}

/** Who looks at it later wants to know why. */
export const grantHasReason = defineRule({
  name: "grant-has-reason",
  area: "Access that ends",
  description: "Whoever has a privileged role, or access for a time, has a reason.",
  severity: "medium",
  level: "mandatory",
  remediationSteps: "Say the `reason` of the person, such as a ticket.",
  scope: "stack",
  settings: z.strictObject({
    pattern: pattern(
      "",
      "What a reason looks like (regular expression, any case), such as `^INC-\\d+`; `.` takes any. Empty: the rule is idle.",
    ),
  }),
  idle: (settings) => (settings.pattern === "" ? "no pattern is configured" : undefined),
  judge: (workspace, settings) => {
    const like = new RegExp(settings.pattern, "i");
    return grantsOf(workspace).flatMap((grant): Violation[] => {
      const { by } = grant;
      if (by.reason === UNKNOWN || (by.reason !== undefined && like.test(by.reason))) return [];
      const reason = isSecret(by, "reason") ? "[secret]" : `"${by.reason}"`;
      return [
        {
          urn: by.urn,
          found: `${whatOf(grant)}, ${by.reason === undefined ? "and no reason is given" : `and the reason is ${reason}`}`,
          allowed: `a reason that matches ${settings.pattern}`,
          mend: `say such a reason in ${placeToSay(by)}`,
        },
      ];
    });
  },
});

/** Two pairs of eyes. */
export const approvedByAnother = defineRule({
  name: "approved-by-another",
  area: "Access that ends",
  description: "Whoever has a privileged role, or access for a time, has it approved by somebody else.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Say in `approvedBy` the e-mail of who approved it: somebody else, of an allowed domain.",
  scope: "stack",
  settings: z.strictObject({
    domains: domains("The domains of those who may approve. Empty: the rule is idle."),
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  judge: (workspace, settings) =>
    grantsOf(workspace).flatMap((grant): Violation[] => {
      const { by, email } = grant;
      if (by.approvedBy === UNKNOWN) return [];
      const approver = by.approvedBy === undefined ? undefined : foldEmail(by.approvedBy);
      const wrong = objectionTo(approver, email, settings.domains, isSecret(by, "approvedBy"));
      if (wrong === undefined) return [];
      return [
        {
          urn: by.urn,
          found: `${whatOf(grant)}, and ${wrong}`,
          allowed: `approval by somebody else at ${listed(settings.domains)}`,
          mend: `say who approved it (approvedBy) in ${placeToSay(by)}`,
        },
      ];
    }),
});

function objectionTo(
  approver: string | undefined,
  email: Text,
  allowed: readonly string[],
  hidden: boolean,
): string | undefined {
  if (approver === undefined) return "nobody has approved it";
  if (typeof email === "string" && foldEmail(email) === approver) return "they approved it themself";
  if (allowed.includes(domainOf(approver) ?? "")) return undefined;
  return `it is approved by ${hidden ? "[secret]" : approver}`;
}

/** What is given to people beyond what most have: privileged roles, and whatever is for a time. */
function grantsOf({ people, unplaced }: Workspace): Grant[] {
  const grants = [
    ...people.flatMap(({ label, email, members, assignments }) => {
      // A NotionUser gives a role where nothing else does; an entry of a workspace may be in both.
      const others = members.filter((by) => by.kind === "NotionWorkspace" || assignments.length === 0);
      return [...new Set<Member | Assignment>([...assignments, ...others])].map((by) =>
        grantBy(by, label, email),
      );
    }),
    ...unplaced.map((by) => grantBy(by, `the member of ${by.label}`, UNKNOWN)),
  ];
  return grants.filter((grant) => grant.privileged.length > 0 || isForATime(grant.by));
}

function grantBy(by: Member | Assignment, who: string, email: Text): Grant {
  const roles: [RoleProperty, Text][] = [
    ["role", "role" in by ? by.role : undefined],
    ["roleThen", "roleThen" in by ? by.roleThen : undefined],
    ["initialRole", "initialRole" in by ? by.initialRole : undefined],
  ];
  return {
    who,
    email,
    by,
    privileged: roles.flatMap(([property, role]) =>
      typeof role === "string" && isPrivileged(role) ? [{ told: tell(role, property, by), property }] : [],
    ),
    roleUntil: "roleUntil" in by ? by.roleUntil : undefined,
    until: "until" in by ? by.until : undefined,
  };
}

/** Who has what, for a message. */
function whatOf({ who, by, privileged }: Grant): string {
  const roles = listed(privileged.map(({ told }) => told));
  return roles === ""
    ? `${who} has access for a time by ${by.label}`
    : `${who} is made ${roles} by ${by.label}`;
}

/** Whether no message may tell what is said: it is secret itself, or the people are. */
function isSecret(by: Member | Assignment, property: "reason" | "approvedBy"): boolean {
  return by.secrets.has(property) || ("hidesEmail" in by && by.hidesEmail);
}

/** Where a reason can be said: a NotionUser has no place for one. */
function placeToSay(by: Member | Assignment): string {
  return by.kind === "NotionUser" ? "a NotionRoleAssignment for them, with that role" : by.place;
}

function howToEnd(by: Member | Assignment, property: RoleProperty): string {
  if (property === "roleThen") return `give ${by.place} a lower role for afterwards`;
  const [until, then] = by.kind === "NotionWorkspace" ? ["roleUntil", "roleThen"] : ["until", "then"];
  return `say ${until} and ${then} in ${placeToSay(by)}, or add them to privileged-role-expires.owners`;
}

/** The first of the ends that are said. */
function earliest(ends: readonly Text[]): { until: string; at: number } | undefined {
  return ends
    .flatMap((until) => {
      const at = typeof until === "string" ? instantOf(until, "until") : undefined;
      return at === undefined || typeof until !== "string" ? [] : [{ until, at }];
    })
    .sort((a, b) => a.at - b.at)[0];
}

/** An end that is over. */
function passed(until: Text, now: number): string | undefined {
  const end = earliest([until]);
  return end !== undefined && end.at <= now ? end.until : undefined;
}
