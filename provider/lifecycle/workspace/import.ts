import { DeclarationError } from "../../apply/errors";
import { emailOf } from "../../model/email";
import { declarableRole, type User, whyNotDeclarable } from "../../model/record";
import { dayOf } from "../../plan/schedule";
import { limitsForOwners } from "../../plan/violations";
import type { DeclaredPerson } from "../../state/person";
import { appliedAsDeclared, WORKSPACE_ID, type WorkspaceInputs } from "../../state/workspace";
import type { ReadResult } from "../resource-lifecycle";
import type { Session } from "../session";

/**
 * A workspace that no state has yet, as if everybody in it had been declared with their role. Attributes of a profile are
 * not declared: declared means managed.
 * @throws {DeclarationError} with why it cannot be imported
 */
export async function importWorkspace(session: Session, id: string, now: number): Promise<ReadResult> {
  if (id !== WORKSPACE_ID) {
    throw new DeclarationError(
      `A NotionWorkspace has the id ${WORKSPACE_ID}, not "${id}". Run \`pulumi import notion:index:NotionWorkspace <name> ${WORKSPACE_ID}\`.`,
    );
  }
  const { people: listed, complete } = await session.directory.everybody();
  if (!complete) {
    throw new DeclarationError(
      "Notion's list of members changed while it was read, so somebody may be missing. Nothing was imported: run it again.",
    );
  }
  const { people, ids, left } = importable(listed);
  for (const line of left) session.log(line);
  const limits = limitsForOwners(Object.values(people).filter(({ role }) => role === "owner").length);
  const inputs: WorkspaceInputs = { people, ...(limits && { limits }) };
  return { id, props: { ...appliedAsDeclared(inputs, ids, dayOf(now)) }, inputs: { ...inputs } };
}

/** Pure: who can be declared just as they are, and a line for everybody who is left out. */
export function importable(listed: readonly User[]): {
  people: Record<string, DeclaredPerson>;
  ids: Record<string, string>;
  left: string[];
} {
  const people: Record<string, DeclaredPerson> = {};
  const ids: Record<string, string> = {};
  const left: string[] = [];
  const whyNot = whyNotDeclarable(listed);
  for (const user of listed) {
    const email = emailOf(user);
    const why = whyNot(user);
    if (why !== undefined) {
      left.push(`? ${email} (${user.id}) is not imported: ${why}.`);
      continue;
    }
    const { role, why: whyNoRole } = declarableRole(user);
    if (whyNoRole !== undefined) left.push(`? The role of ${email} is not imported: ${whyNoRole}.`);
    people[email] = role === undefined ? {} : { role };
    ids[email] = user.id;
  }
  return { people, ids, left };
}
