import { z } from "zod";
import { domainOf, foldEmail } from "../provider/model/email";
import { placeToSay } from "./ends";
import { formatList, isAmong } from "./format";
import { allGrants, formatGrant, type Grant, grantsOf, isSamePerson, isSecret } from "./given";
import type { Person } from "./person";
import { instantIn } from "./reach";
import { defineRule, type Violation } from "./rule";
import { breakGlass, domains, exceptions, sharedAccount } from "./settings";
import { UNKNOWN } from "./value";
import type { Workspace } from "./workspace";

/** Two pairs of eyes. */
export const approvedByAnother = defineRule({
  name: "approved-by-another",
  area: "Access that ends",
  description:
    "Whoever has a privileged role, or access for a time, has it approved by somebody else, each time.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Say in `approvedBy` the e-mail of who approved it: another person whom the stack declares, of an allowed domain.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    domains: domains("The domains of those who may approve."),
    approvers: exceptions(
      "The e-mail addresses of those who may approve although this stack does not declare them.",
    ),
    founders: exceptions(
      "The e-mail addresses of those who were owners before the stack: in the run that declares them first they may approve each other.",
    ),
    pattern: sharedAccount,
    breakGlass,
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  evaluate: (workspace, settings, now) => {
    const shared = new RegExp(settings.pattern, "i");
    const allowed = `approval by somebody else at ${formatList(settings.domains)}`;
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
      const told = isSecret(by, "approvedBy") ? "[secret]" : String(approver);
      if (approver === undefined) return [violation(grant, "nobody has approved it")];
      if (isSamePerson(person.email, approver)) return [violation(grant, "they approved it themself")];
      if (!settings.domains.includes(domainOf(approver) ?? ""))
        return [violation(grant, `it is approved by ${told}`)];
      if (shared.test(approver)) {
        return [violation(grant, `it is approved by ${told}, which looks like a shared account`)];
      }
      if ((by.change?.extended || by.change?.raised) && by.change.sameApproval) {
        const what = by.change.raised
          ? "it is more than before"
          : "it ends later, or begins sooner, than before";
        return [
          violation(grant, `${what}, with the approval of before`, {
            allowed: `${allowed}, and another one for each extension and each higher role`,
            remediation: { key: "sayNewApproval", place: by.place },
          }),
        ];
      }
      return [];
    });
    return [...single, ...(workspace.isWhole ? amongEachOther(workspace, settings, now, violation) : [])];
  },
});

/** What the whole shows alone: whether approvers are declared, and whether two approve each other. */
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
  // Whoever leaves after approving has approved. A grant that stays as it was must not stop the runs after that.
  const grants = grantsOf(workspace.reaches, excepted, now).filter(
    (grant) => typeof grant.by.approvedBy === "string" && isNew(grant),
  );
  const byPerson = new Map(grants.map((grant) => [grant.person.email, grant]));
  const isFounding = ({ by, person }: Grant) => by.change?.begins === true && isAmong(person.email, founders);
  return grants.flatMap((grant): Violation[] => {
    const { by, person } = grant;
    const approver = foldEmail(String(by.approvedBy));
    const told = isSecret(by, "approvedBy") ? "[secret]" : approver;
    if (!declared.has(approver) && !approvers.includes(approver)) {
      return [
        violation(grant, `it is approved by ${told}, whom the stack does not declare`, {
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
        allowed: "approval by somebody whose own access is not approved by them in the same change",
        remediation: { key: "sayOtherApprover", place: by.place },
      }),
    ];
  });
}

/** Whether this run gives the grant, gives more by it, or names another approver. */
function isNew({ by: { change } }: Grant): boolean {
  return [change?.begins, change?.extended, change?.raised, change?.approvedAnew].includes(true);
}

/** Why somebody is no member at a moment, a clause; undefined where they are one, or it is not known. */
function absenceOf(person: Person | undefined, now: number): string | undefined {
  const absences = (person?.members ?? []).map(({ from, until }) => {
    if ((instantIn(until, "until") ?? Number.POSITIVE_INFINITY) <= now) return "is over";
    return (instantIn(from, "from") ?? now) > now ? "has not begun" : undefined;
  });
  return absences.every((each) => each !== undefined) ? absences[0] : undefined;
}
