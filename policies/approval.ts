import { z } from "zod";
import { domainOf, foldEmail } from "../provider/model/email";
import { HIDDEN } from "../provider/state/redaction";
import { placeToSay } from "./ends";
import { formatList, isAmong } from "./format";
import { allGrants, formatGrant, type Grant, grantsOf, isSamePerson, isSecret } from "./given";
import type { Person } from "./person";
import { instantIn } from "./reach";
import { defineRule, type Violation } from "./rule";
import { breakGlass, domains, exceptions, sharedAccount } from "./settings";
import { UNKNOWN } from "./value";
import type { Workspace } from "./workspace";

/** A second person approves. */
export const approvedByAnother = defineRule({
  name: "approved-by-another",
  area: "Access that ends",
  description: "Another person approves each privileged role, each access for a time, and each extension.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Set `approvedBy` to the approver's e-mail: another person of an allowed domain, declared in this stack.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    domains: domains("The domains of approvers."),
    approvers: exceptions("The e-mail addresses of approvers outside of this stack."),
    founders: exceptions(
      "The e-mail addresses of people who were owners before the stack. They may approve each other in the run that first declares them.",
    ),
    pattern: sharedAccount,
    breakGlass,
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  evaluate: (workspace, settings, now) => {
    const shared = new RegExp(settings.pattern, "i");
    const allowed = `an approval by another person at ${formatList(settings.domains)}`;
    const violation = (grant: Grant, wrong: string, more: Partial<Violation> = {}): Violation => ({
      urn: grant.by.urn,
      found: `${formatGrant(grant)}, and ${wrong}`,
      allowed,
      remediation: { key: "sayApprover", place: placeToSay(grant.by) },
      ...more,
    });
    const single = allGrants(workspace, settings.breakGlass, now).flatMap((grant): Violation[] => {
      const { by, person } = grant;
      if (by.approvedBy === UNKNOWN) return [];
      const approver = by.approvedBy === undefined ? undefined : foldEmail(by.approvedBy);
      const told = isSecret(by, "approvedBy") ? HIDDEN : String(approver);
      if (approver === undefined) return [violation(grant, "nobody has approved it")];
      if (isSamePerson(person.email, approver)) return [violation(grant, "they approved it themselves")];
      if (!settings.domains.includes(domainOf(approver) ?? ""))
        return [violation(grant, `it is approved by ${told}`)];
      if (shared.test(approver)) {
        return [violation(grant, `it is approved by ${told}, which looks like a shared account`)];
      }
      if ((by.change?.extended || by.change?.raised) && by.change.sameApproval) {
        const what = by.change.raised
          ? "the role is higher than before"
          : "it ends later or begins sooner than before";
        return [
          violation(grant, `${what}, with the earlier approval`, {
            allowed: `${allowed}, and a new one for each extension and each higher role`,
            remediation: { key: "sayNewApproval", place: by.place },
          }),
        ];
      }
      return [];
    });
    return [...single, ...(workspace.isWhole ? amongEachOther(workspace, settings, now, violation) : [])];
  },
});

/** Checks that need the whole stack: declared approvers, and two people who approve each other. */
function amongEachOther(
  workspace: Workspace,
  {
    approvers,
    founders,
    breakGlass: excepted,
  }: Record<"approvers" | "founders" | "breakGlass", readonly string[]>,
  now: number,
  violation: (grant: Grant, wrong: string, more?: Partial<Violation>) => Violation,
): Violation[] {
  const declared = new Map(
    workspace.people.filter(({ members }) => members.length > 0).map((person) => [person.email, person]),
  );
  // An approval stays valid after the approver leaves: an unchanged grant must not stop later runs.
  const grants = grantsOf(workspace.reaches, excepted, now).filter(
    (grant) => typeof grant.by.approvedBy === "string" && isNew(grant),
  );
  const byPerson = new Map(grants.map((grant) => [grant.person.email, grant]));
  const isFounding = ({ by, person }: Grant) => by.change?.begins === true && isAmong(person.email, founders);
  return grants.flatMap((grant): Violation[] => {
    const { by, person } = grant;
    const approver = foldEmail(String(by.approvedBy));
    const told = isSecret(by, "approvedBy") ? HIDDEN : approver;
    if (!declared.has(approver) && !approvers.includes(approver)) {
      return [
        violation(grant, `it is approved by ${told}, who is not declared in the stack`, {
          remediation: { key: "sayDeclaredApprover", place: by.place },
        }),
      ];
    }
    const absent = absenceOf(declared.get(approver), now);
    if (absent !== undefined)
      return [violation(grant, `it is approved by ${told}, whose membership ${absent}`)];
    const theirs = byPerson.get(approver);
    const isMutual =
      theirs !== undefined &&
      theirs.person !== person &&
      typeof person.email === "string" &&
      typeof theirs.by.approvedBy === "string" &&
      isSamePerson(person.email, foldEmail(theirs.by.approvedBy));
    if (!isMutual || (isFounding(grant) && isFounding(theirs))) return [];
    return [
      violation(grant, `it is approved by ${told}, whose access they approve in the same change`, {
        allowed: "an approver whose own access is not approved by this person in the same change",
        remediation: { key: "sayOtherApprover", place: by.place },
      }),
    ];
  });
}

/** Whether this run gives or raises the grant, or names another approver. */
function isNew({ by: { change } }: Grant): boolean {
  return [change?.begins, change?.extended, change?.raised, change?.approvedAnew].includes(true);
}

/** Why a person is no member at a moment, as a clause; undefined if they are one, or it is not known. */
function absenceOf(person: Person | undefined, now: number): string | undefined {
  const absences = (person?.members ?? []).map(({ from, until }) => {
    if ((instantIn(until, "until") ?? Number.POSITIVE_INFINITY) <= now) return "has expired";
    return (instantIn(from, "from") ?? now) > now ? "has not begun" : undefined;
  });
  return absences.every((each) => each !== undefined) ? absences[0] : undefined;
}
