import { LOWEST_ROLE } from "../../provider/model/role";
import type { RosterChange } from "../../provider/roster/editing/change";
import type { ComparisonFinding, ComparisonKind } from "./finding";
import type { Remediation } from "./remediations";
import { addressesOf, type Declaration, isPrivilegedSubject, type Subject } from "./subject";

/** What can be found of a person, beside their groups. */
export type PersonKind = Exclude<ComparisonKind, "groups">;

/** What to do about a finding. */
export type Proposal = Pick<ComparisonFinding, "remediation" | "edit"> & { onlyByName?: true };
export const byHand = (remediation: Remediation): Proposal => ({ remediation, edit: null });

/** @param there their address at a source that has them */
export function proposalFor(
  kind: PersonKind,
  subject: Subject,
  there: string | null,
  emails: ReadonlySet<string>,
  { hasRoster }: { hasRoster: boolean },
): Proposal {
  const { declaration } = subject;
  const hasRow = declaration !== null && declaration.line !== null;
  switch (kind) {
    case "left":
      if (subject.kind === "guest") return byHand("leftGuest");
      if (hasRow) return removal(declaration.email, declaration.row, "leftRow");
      return byHand(declaration === null ? "leftUndeclared" : "leftDeclared");
    case "gone":
      return hasRow ? removal(declaration.email, declaration.row, "goneRow") : byHand("goneDeclared");
    case "suspended":
      return lowering(subject);
    case "email":
      if (!hasRow || there === null)
        return byHand(declaration === null ? "emailUndeclared" : "emailDeclared");
      if (emails.has(there)) return byHand("emailTwice");
      return newEmail(declaration, there);
    case "guest":
      if (there === null || emails.has(there)) return byHand("guestMember");
      return addition(there, "guest", hasRoster);
    case "expected":
      return addition(subject.email, "expected", hasRoster);
    default:
      return byHand(kind);
  }
}

/** An id says who it is; without one `formerUserName` does. */
function newEmail({ email, row }: Declaration, there: string): Proposal {
  const edit = { kind: "set", userName: email } as const;
  if (row.id !== undefined)
    return { remediation: "emailRowWithId", edit: { ...edit, fields: { userName: there } } };
  return { remediation: "emailRow", edit: { ...edit, fields: { userName: there, formerUserName: email } } };
}

function removal(
  userName: string,
  row: Readonly<Record<string, string>>,
  remediation: Remediation,
): Proposal {
  const stays = row.protect === "true" || (row.onRemove ?? "remove") !== "remove";
  return stays ? byHand("stays") : { remediation, edit: { kind: "remove", userName } };
}

export function addition(userName: string, remediation: Remediation, hasRoster: boolean): Proposal {
  return { remediation, edit: hasRoster ? { kind: "add", fields: { userName } } : null };
}

/** A suspension may end: what they may do is taken, not that they are there. */
function lowering({ declaration, role }: Subject): Proposal {
  if (declaration === null) {
    return byHand(role === LOWEST_ROLE ? "suspendedLowest" : "suspendedUndeclared");
  }
  const { row, line, email } = declaration;
  if ((row.role ?? role) === LOWEST_ROLE) return byHand("suspendedLowest");
  if (line === null) return byHand("suspendedDeclared");
  const timed = ["roleFrom", "roleUntil", "roleThen"].filter((column) => row[column] !== undefined);
  const fields = { role: LOWEST_ROLE, ...Object.fromEntries(timed.map((column) => [column, ""])) };
  const edit: RosterChange = { kind: "set", userName: email, fields };
  return { remediation: "suspendedRow", edit };
}

/** A list that is cut short, or a namesake, must cost no owner and no membership admin their row. */
export function onlyByName(subject: Subject, remedy: Proposal, named: readonly string[]): Proposal {
  if (remedy.edit === null || remedy.edit.kind === "add" || !isPrivilegedSubject(subject)) return remedy;
  if (addressesOf(subject).some((address) => named.includes(address))) return remedy;
  return { ...byHand(remedy.remediation), onlyByName: true };
}
