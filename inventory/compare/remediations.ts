const IN_NOTION = "an owner removes them in Notion's settings, under People";

/** What to do about what was found; `Row`: somebody with a row in the roster that was given. */
const REMEDIATIONS = {
  leftRow: "Take their row out of the roster: the next `pulumi up` removes them.",
  leftDeclared: "Take them out of the program: the next `pulumi up` removes them.",
  leftUndeclared: `Nothing declares them: ${IN_NOTION}.`,
  leftGuest: "A guest is in no roster: remove them in Notion's settings, under Guests.",
  stays:
    "Their row says that they stay (`protect` or `onRemove`): take that out, run `pulumi up`, then take the row out.",
  guess:
    "The person at the source is a guess (the finding says by what). If it is the same person, take their row out of the roster.",
  suspendedRow: "Lower them to restricted_member in the roster until it is settled, or take their row out.",
  suspendedDeclared: "Lower them to restricted_member in the program until it is settled, or take them out.",
  suspendedUndeclared: `Nothing declares them: ${IN_NOTION}, or add a row to the roster with the role restricted_member.`,
  suspendedLowest: "They hold the least role already: take them out if they do not come back.",
  disagree: "Settle at the sources which is right; if they left, take their row out of the roster.",
  contradiction:
    "The status and the end of a line cannot both be true (somebody came back, or the end was moved). Correct the line at its source, export the list again, and compare again.",
  goneRow: "Take their row out of the roster, unless a source lacks them.",
  goneDeclared: "Take them out of the program, unless a source lacks them.",
  orphan:
    "Find out who they are. If they are to stay, add a row to the roster; if not, remove them in Notion.",
  shared:
    "Find the person responsible for it, or remove it in Notion. Its name, or --shared, marks it as a shared account, and no source has it.",
  emailRow:
    "If it is the same person: write the address of the source in their row, and theirs as formerUserName.",
  emailRowWithId: "If it is the same person: write the address of the source in their row; its id stays.",
  emailDeclared:
    "If it is the same person: write the address of the source in the program, and theirs as formerUserName.",
  emailUndeclared:
    "If it is the same person: change their e-mail in Notion, or add a row to the roster under the new one.",
  emailTwice:
    "If it is the same person: two rows of the roster declare them; take the one with the old address out.",
  guest: "If they are to be a member: add a row to the roster. If not, remove the guest in Notion.",
  guestMember: "They are a member under the address of the source: remove the guest in Notion.",
  expected: "Add a row to the roster.",
  expectedDeclared: "They are declared already: `pulumi up` adds them.",
  groupsRow: "To follow the source: change the groups in their row of the roster.",
  groupsPartly:
    "To follow the source: change the groups that their row names. Change the others where the program declares them, at the source, or in Notion.",
  groupsElsewhere:
    "Their row does not decide this: change it at the source, where the program declares the group (`include`, `where`, `except`), or in Notion.",
  groupsUnknown: "Change it at the source, in the program, or in Notion.",
} as const;

/** What to do about a finding, by its key. */
export type Remediation = keyof typeof REMEDIATIONS;

const ONLY_BY_NAME =
  "They are owner or membership admin: --edit changes their row only with --privileged and their e-mail.";

/** The sentence for people. */
export function remediationText({
  remediation,
  onlyByName,
}: {
  remediation: Remediation;
  onlyByName?: true;
}): string {
  return onlyByName === true ? `${REMEDIATIONS[remediation]} ${ONLY_BY_NAME}` : REMEDIATIONS[remediation];
}
