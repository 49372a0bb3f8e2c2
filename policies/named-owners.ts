import { z } from "zod";
import { declarationsOf } from "./declaration";
import { formatList, isAmong } from "./format";
import { holds, holdsForGood } from "./holders";
import { howToProtect } from "./kept-owners";
import { formatRole } from "./reach";
import { defineRule, type Violation } from "./rule";
import { emails } from "./settings";
import type { Workspace } from "./workspace";

/** Owners that the recovery of the workspace needs. */
export const permanentOwners = defineRule({
  name: "permanent-owners",
  area: "Roles",
  description: "The named owners stay owners permanently.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Declare the person as an owner again, without an expiration.",
  scopes: ["before", "end"],
  settings: z.strictObject({ owners: emails("The e-mail addresses of the permanent owners.") }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  evaluate: (workspace, settings, now) =>
    namedOwners(workspace, settings.owners, now, {
      allowed: `${formatList(settings.owners)} as owners`,
      setting: "permanent-owners.owners",
    }),
});

/** Accounts for an emergency in which nobody else can sign in. */
export const breakGlassOwners = defineRule({
  name: "break-glass-owners",
  area: "Roles",
  description: "The named break-glass owners are permanent owners, and protected.",
  severity: "critical",
  level: "mandatory",
  remediationSteps: "Declare the account as an owner without an expiration, with `protect: true`.",
  scopes: ["before", "end"],
  settings: z.strictObject({ owners: emails("The e-mail addresses of the break-glass owners.") }),
  idle: ({ owners }) => (owners.length === 0 ? "no owners are configured" : undefined),
  evaluate: (workspace, { owners }, now) => {
    const allowed = `${formatList(owners)} as owners, protected`;
    const open = workspace.people
      .filter(({ email }) => isAmong(email, owners))
      .flatMap((person) =>
        declarationsOf(person)
          .filter((by) => !by.protect && !(workspace.isWhole && by.evaluated))
          .map((by) => ({
            urn: by.urn,
            found: `${person.label} is a break-glass owner, and ${by.place} is not protected`,
            allowed,
            remediation: howToProtect(by),
          })),
      );
    return [
      ...namedOwners(workspace, owners, now, { allowed, setting: "break-glass-owners.owners" }),
      ...open,
    ];
  },
});

/** Violations of people who must be permanent owners. A person without a known address is none of them. */
function namedOwners(
  workspace: Workspace,
  owners: readonly string[],
  now: number,
  { allowed, setting }: { allowed: string; setting: string },
): Violation[] {
  const byEmail = new Map(workspace.people.map((person) => [person.email, person]));
  return owners.flatMap((email): Violation[] => {
    const person = byEmail.get(email);
    const decides = person?.assignments[0];
    if (person === undefined || decides === undefined) {
      if (!workspace.isWhole || (person !== undefined && holdsForGood(person, "owner", now) !== false))
        return [];
      return [
        {
          urn: person?.members[0]?.urn,
          found: `${person?.label ?? email} is not declared as an owner and must stay one`,
          allowed,
          remediation: { key: "declareOwner", setting },
        },
      ];
    }
    if (workspace.isWhole && person.assignments.every(({ evaluated }) => evaluated)) return [];
    if (holdsForGood(person, "owner", now) !== false) return [];
    const isOwner = holds(person, "owner", now) !== false;
    return [
      {
        urn: decides.urn,
        found: isOwner
          ? `${person.label} is owner only for a time, and must stay owner`
          : `${person.label} is declared ${formatRole(decides.role, "role", decides)} and must stay owner`,
        allowed: isOwner ? `${allowed}, without an expiration` : allowed,
        remediation: { key: isOwner ? "takeTimeOut" : "setOwner", place: decides.place, setting },
      },
    ];
  });
}
