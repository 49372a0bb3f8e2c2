import type { GroupRecord } from "../model/group";
import type { User } from "../model/record";
import { severalOfOneNameWords } from "../plan/groups-refusals";
import { ConflictError, UserError } from "../scim/errors";

/** The program asks for something that the workspace, or another resource, does not allow. */
export class DeclarationError extends UserError {}

/** The write guard stops a write. */
export class WriteGuardError extends DeclarationError {}

/** Notion answered success and did not do, or not wholly do, what was asked. */
export class NotAppliedError extends UserError {}

/** A conflict, and nobody who is in its way as far as can be seen. */
export function unexplained(conflict: ConflictError): ConflictError {
  return new ConflictError(
    conflict,
    conflict.met,
    "Neither a look-up nor a complete listing shows a member with this address. " +
      "A guest or another account may have it, or Notion may mean something else. Look in Notion's settings.",
  );
}

/** Notion accepted attributes and the member has others. */
export function notApplied(attributes: string[], userName: string): NotAppliedError {
  if (attributes.every((attribute) => attribute === "active")) {
    return new NotAppliedError(
      `Notion accepted to make ${userName} active, and the account is still inactive. ` +
        "Activate it in Notion's settings, or in the identity provider that deactivated it. Otherwise, remove the person from the program.",
    );
  }
  return new NotAppliedError(
    `Notion accepted ${attributes.join(", ")} for ${userName} and did not apply ${attributes.length === 1 ? "it" : "them"}. ` +
      "Profile changes work only for accounts of a domain that the organization has verified. " +
      "Verify the domain in Notion, or remove the attribute from the program, which then leaves it as it is.",
  );
}

/** Notion accepted a role and the member has another one. */
export function roleNotApplied(doing: string, role: string | undefined): NotAppliedError {
  return new NotAppliedError(
    `Notion accepted to ${doing}, but the role is still ${role ?? "not shown"}. ` +
      "Another tool, such as an identity provider, may have changed it back. Look at the member in Notion's settings.",
  );
}

/** Notion answered an addition with another member. */
export function addedAnother(userName: string, user: User): DeclarationError {
  return new DeclarationError(
    `Notion answered with ${user.userName} when ${userName} was to be added: one account may have both addresses. ` +
      `Declare ${user.userName} instead.`,
  );
}

/** Two groups of one name. */
export function severalOfOneName(name: string, groups: readonly GroupRecord[]): DeclarationError {
  return new DeclarationError(severalOfOneNameWords(name, groups));
}

/** People who are to be in a group and are no members yet. */
export function notInWorkspace(emails: readonly string[], group: string): DeclarationError {
  return new DeclarationError(
    `${emails.join(", ")}: not added to group ${group}, since they are not in the workspace yet. Run \`pulumi up\` again.`,
  );
}
