import { z } from "zod";
import { domainOf } from "../provider/model/email";
import { DAY_MS } from "../provider/model/instant";
import { HIDDEN } from "../provider/state/redaction";
import type { Member } from "./declaration";
import { placeToSay } from "./ends";
import { formatList } from "./format";
import { allGrants, formatGrant, isSamePerson, isSecret } from "./given";
import type { Person } from "./person";
import { formatEnd, instantIn } from "./reach";
import { defineRule, type Violation } from "./rule";
import { breakGlass, count, domains, pattern } from "./settings";
import { UNKNOWN } from "./value";

/** Later readers want to know why. */
export const grantHasReason = defineRule({
  name: "grant-has-reason",
  area: "Access that ends",
  description: "Each privileged role and each access for a time has a reason.",
  severity: "medium",
  level: "mandatory",
  remediationSteps: "Set `reason`, such as a ticket.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    pattern: pattern(
      "",
      "The form of a reason (regular expression, any case), such as `^INC-\\d+`; `.` allows any. Empty: the rule is idle.",
    ),
    breakGlass,
  }),
  idle: (settings) => (settings.pattern === "" ? "no pattern is configured" : undefined),
  evaluate: (workspace, settings, now) => {
    const like = new RegExp(settings.pattern, "i");
    return allGrants(workspace, settings.breakGlass, now).flatMap((grant): Violation[] => {
      const { by } = grant;
      if (by.reason === UNKNOWN || (by.reason !== undefined && like.test(by.reason))) return [];
      const reason = isSecret(by, "reason") ? HIDDEN : `"${by.reason}"`;
      return [
        {
          urn: by.urn,
          found: `${formatGrant(grant)}, ${by.reason === undefined ? "and has no reason" : `and the reason is ${reason}`}`,
          allowed: `a reason that matches ${settings.pattern}`,
          remediation: { key: "sayReason", place: placeToSay(by) },
        },
      ];
    });
  },
});

/** Access that leaves the program but stays in Notion is nobody's decision and never ends. */
export const privilegedAccessNotDropped = defineRule({
  name: "privileged-access-not-dropped",
  area: "Access that ends",
  description: "No privileged role stays in Notion without a declaration.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Declare a lower role for the person first. Take them out in a later change.",
  scopes: ["before"],
  settings: z.strictObject({}),
  evaluate: ({ rosters }) =>
    rosters.flatMap(({ urn, label, hidesEmail, entries, gone }) => {
      const kept = entries.filter(({ change }) => change?.dropped).map(({ key }) => key);
      const left = Object.entries(gone).flatMap(([email, { dropped }]) => (dropped ? [email] : []));
      return [...kept, ...left].map((email) => ({
        urn,
        found: `${hidesEmail ? "somebody" : email} has a privileged role from ${label} and would keep it without a declaration`,
        allowed: "privileged roles that are declared, or taken away",
        remediation: { key: "lowerFirst" as const, label },
      }));
    }),
});

/** Outsiders have a purpose that ends, and a sponsor inside the company. */
export const outsidersSponsored = defineRule({
  name: "outsiders-sponsored",
  area: "Access that ends",
  description: "Outsiders are members for a time and have a sponsor inside the company.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "In the roster, set when the membership expires (`until`) and the sponsor (`approvedBy`).",
  scopes: ["before"],
  settings: z.strictObject({
    domains: domains("The company's domains. A person at another domain is an outsider and needs a sponsor."),
    days: count(180, "The most days until the membership expires."),
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  evaluate: ({ people }, settings, now) =>
    people
      .filter(({ email }) => typeof email === "string" && !settings.domains.includes(domainOf(email) ?? ""))
      .flatMap((person) =>
        person.members
          .filter(({ managed }) => managed)
          .flatMap((by): Violation[] => {
            const wrong = [...endless(by, settings.days, now), ...unsponsored(by, person, settings.domains)];
            if (wrong.length === 0) return [];
            return [
              {
                urn: by.urn,
                found: `${person.label} is an outsider and ${wrong.join(" and ")}`,
                allowed: `an expiration within ${settings.days} days, and a sponsor at ${formatList(settings.domains)}`,
                remediation:
                  by.kind === "NotionUser"
                    ? { key: "declareWithEnd" }
                    : { key: "sayEndAndSponsor", place: by.place },
              },
            ];
          }),
      ),
});

function endless(by: Member, days: number, now: number): string[] {
  if (by.until === UNKNOWN) return [];
  const end = instantIn(by.until, "until");
  if (end === undefined || by.onRemove === "retain") return ["has no expiration"];
  return end - now > days * DAY_MS ? [`stays until ${formatEnd(String(by.until), by, now)}`] : [];
}

function unsponsored(by: Member, { email }: Person, house: readonly string[]): string[] {
  if (by.approvedBy === UNKNOWN) return [];
  if (by.approvedBy === undefined) return ["has no sponsor"];
  const isOurs = house.includes(domainOf(by.approvedBy) ?? "") && !isSamePerson(email, by.approvedBy);
  return isOurs ? [] : ["has a sponsor from outside"];
}
