import { z } from "zod";
import { domainOf } from "../provider/model/email";
import { DAY_MS } from "../provider/model/instant";
import type { Member } from "./declaration";
import { placeToSay } from "./ends";
import { formatList } from "./format";
import { allGrants, formatGrant, isSamePerson, isSecret } from "./given";
import type { Person } from "./person";
import { formatEnd, instantIn } from "./reach";
import { defineRule, type Violation } from "./rule";
import { breakGlass, count, domains, pattern } from "./settings";
import { UNKNOWN } from "./value";

/** Who looks at it later wants to know why. */
export const grantHasReason = defineRule({
  name: "grant-has-reason",
  area: "Access that ends",
  description: "Whoever has a privileged role, or access for a time, has a reason.",
  severity: "medium",
  level: "mandatory",
  remediationSteps: "Say the `reason` of the person, such as a ticket.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    pattern: pattern(
      "",
      "What a reason looks like (regular expression, any case), such as `^INC-\\d+`; `.` takes any. Empty: the rule is idle.",
    ),
    breakGlass,
  }),
  idle: (settings) => (settings.pattern === "" ? "no pattern is configured" : undefined),
  evaluate: (workspace, settings, now) => {
    const like = new RegExp(settings.pattern, "i");
    return allGrants(workspace, settings.breakGlass, now).flatMap((grant): Violation[] => {
      const { by } = grant;
      if (by.reason === UNKNOWN || (by.reason !== undefined && like.test(by.reason))) return [];
      const reason = isSecret(by, "reason") ? "[secret]" : `"${by.reason}"`;
      return [
        {
          urn: by.urn,
          found: `${formatGrant(grant)}, ${by.reason === undefined ? "and no reason is given" : `and the reason is ${reason}`}`,
          allowed: `a reason that matches ${settings.pattern}`,
          remediation: { key: "sayReason", place: placeToSay(by) },
        },
      ];
    });
  },
});

/** What is taken out of the program and left in Notion is nobody's decision, and ends never. */
export const privilegedAccessNotDropped = defineRule({
  name: "privileged-access-not-dropped",
  area: "Access that ends",
  description:
    "A privileged role is taken away, and not left with somebody whose role nothing declares any more.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Declare the lower role that the person is to have, and take them out in another change.",
  scopes: ["before"],
  settings: z.strictObject({}),
  evaluate: ({ rosters }) =>
    rosters.flatMap(({ urn, label, hidesEmail, entries, gone }) => {
      const kept = entries.filter(({ change }) => change?.dropped).map(({ key }) => key);
      const left = Object.entries(gone).flatMap(([email, { dropped }]) => (dropped ? [email] : []));
      return [...kept, ...left].map((email) => ({
        urn,
        found: `${hidesEmail ? "somebody" : email} had a privileged role by ${label}, and would keep it without a declaration`,
        allowed: "roles that are declared, or taken away",
        remediation: { key: "lowerFirst" as const, label },
      }));
    }),
});

/** People from outside are here for a purpose that ends, and somebody inside answers for them. */
export const outsidersSponsored = defineRule({
  name: "outsiders-sponsored",
  area: "Access that ends",
  description: "People from outside are members for a time, and somebody of the house answers for them.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Say of the person in the roster until when they are a member (`until`), and who answers (`approvedBy`).",
  scopes: ["before"],
  settings: z.strictObject({
    domains: domains(
      "The domains of the house. Whoever is at another one is an outsider and needs a sponsor.",
    ),
    days: count(180, "How many days ahead the end may be at most."),
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
                found: `${person.label} is from outside and ${wrong.join(" and ")}`,
                allowed: `an end within ${settings.days} days, and a sponsor at ${formatList(settings.domains)}`,
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
  if (end === undefined || by.onRemove === "retain") return ["has no end"];
  return end - now > days * DAY_MS ? [`stays until ${formatEnd(String(by.until), by, now)}`] : [];
}

function unsponsored(by: Member, { email }: Person, house: readonly string[]): string[] {
  if (by.approvedBy === UNKNOWN) return [];
  if (by.approvedBy === undefined) return ["has no sponsor"];
  const isOurs = house.includes(domainOf(by.approvedBy) ?? "") && !isSamePerson(email, by.approvedBy);
  return isOurs ? [] : ["has a sponsor who is not of the house"];
}
