import { emailMatcher, emailOf } from "../../provider/model/email";
import { roleOf, type User } from "../../provider/model/record";
import { isDemotion, LOWEST_ROLE } from "../../provider/model/role";
import type { OnRemove } from "../../provider/state/person";
import { type DeclaredWorkspace, phaseAt } from "../live/declared";

const WRITE_BACK = "To write back what is declared: `pulumi up --refresh`.";
const REPAIR = `${WRITE_BACK} To keep what is there: change the program.`;
const REPAIR_ROW = `${WRITE_BACK} To keep what is there: change their row in the roster.`;
const MISSING = "Missing: declared, not in the workspace";
const REINVITED = "Missing: the account is gone, and a new one has the e-mail";
const ADOPT_NEW = "If it is the same person: `pulumi up --refresh` adopts the new account.";
const UNMANAGED = "Unmanaged: in the workspace, not declared";
const CHANGED = "Changed: an attribute is not as declared";
const EMAIL = "Changed: another e-mail than declared";
const OTHER_ID = "Changed: another id than declared";
const DEACTIVATED = "Changed: deactivated";
const ROLE = "Role: another than declared";
const UNKNOWN_ROLE = "Role: one that this version does not know, and so cannot give";
const ROW = "Add a row to the roster (`pulumi up` adopts existing members)";

const OTHER_WRITER =
  "What the program set in this group was undone in Notion twice. Let one of the two own the group: take it out of the identity provider's provisioning, or declare `members: add`.";

const ENDED_ROLE = "Expired: the role is over, and they still have it";
const END_ROLE = "To give them the role that was declared for afterwards: `pulumi up`.";
const EXTEND_MEMBERSHIP = "To extend it: a later `until` in their row of the roster.";

/**
 * What can be found, in the order of a report: the heading it stands under, and what to do about it. People of a
 * NotionWorkspace are rows of a roster: nobody has a resource to take out of the state.
 */
export const REMEDIATIONS = {
  endedRetain: {
    kind: "expired",
    title: "Expired: the membership is over, and they are still here",
    text: `\`pulumi up\` only lets go of them (\`onRemove: retain\`): remove them in Notion. ${EXTEND_MEMBERSHIP}`,
  },
  endedRestrict: {
    kind: "expired",
    title: "Expired: the membership is over, and they are not restricted yet",
    text: `To make them restricted_member, as is declared: \`pulumi up\`. ${EXTEND_MEMBERSHIP}`,
  },
  endedRemove: {
    kind: "expired",
    title: "Expired: the membership is over, and they are still here",
    text: `To remove them, as is declared: \`pulumi up\`. ${EXTEND_MEMBERSHIP}`,
  },
  ended: {
    kind: "expired",
    title: ENDED_ROLE,
    text: `${END_ROLE} To extend it: a later \`until\` in the program.`,
  },
  endedRow: {
    kind: "expired",
    title: ENDED_ROLE,
    text: `${END_ROLE} To extend it: a later \`roleUntil\` in their row of the roster.`,
  },
  missing: {
    kind: "missing",
    title: MISSING,
    text: "To add them again: `pulumi up --refresh`. If they are to stay away: take them out of the program, then `pulumi refresh`.",
  },
  missingRow: {
    kind: "missing",
    title: MISSING,
    text: "To add them again: `pulumi up --refresh`. If they are to stay away: take their row out of the roster, then `pulumi up`.",
  },
  reinvited: {
    kind: "missing",
    title: REINVITED,
    text: `${ADOPT_NEW} If not: take them out of the program, run \`pulumi refresh\`, and remove the new account in Notion.`,
  },
  reinvitedRow: {
    kind: "missing",
    title: REINVITED,
    text: `${ADOPT_NEW} If not: take their row out of the roster, run \`pulumi up\`, and remove the new account in Notion.`,
  },
  reinvitedById: {
    kind: "missing",
    title: `${REINVITED}; the program names the old one by its id`,
    text: "If it is the same person: change the id in the program; `notion-inventory accept` writes the new id into a roster. If not: take them out of the program, and remove the new account in Notion.",
  },
  emailTaken: {
    kind: "missing",
    title: "Missing: the account is gone, and another declared person has the e-mail",
    text: "Settle in Notion whose e-mail it is, then declare each person under their own.",
  },
  groupMissing: {
    kind: "missing",
    title: "Missing: a declared group, not in Notion",
    text: "To create it again with its declared members: `pulumi up --refresh`. If it is to stay away: take it out of the program, then `pulumi up`.",
  },
  groupReplaced: {
    kind: "missing",
    title: "Missing: a declared group was deleted, and another one has its name",
    text: "`pulumi up --refresh` adopts the other group, and shows its members before anybody leaves it.",
  },
  membershipMissing: {
    kind: "missing",
    title: "Missing: declared in a group, not in it",
    text: "To put them back: `pulumi up --refresh`. To keep them out: take the group out of their row, as `notion-inventory accept` does.",
  },
  membershipMissingOne: {
    kind: "missing",
    title: "Missing: declared in a group by a NotionGroupMembership, not in it",
    text: "To put them back: `pulumi up --refresh`. To keep them out: take the NotionGroupMembership out of the program, then `pulumi refresh`.",
  },
  membershipUndone: {
    kind: "missing",
    title: "Missing: declared in a group that something else writes",
    text: OTHER_WRITER,
  },
  unmanaged: {
    kind: "unmanaged",
    title: UNMANAGED,
    text: "Add them to the program (`pulumi up` adopts existing members), remove them in Notion, or list them in the --ignore file.",
  },
  unmanagedRow: {
    kind: "unmanaged",
    title: UNMANAGED,
    text: `${ROW}, remove them in Notion, or list them in the --ignore file.`,
  },
  otherAccount: {
    kind: "unmanaged",
    title: `${UNMANAGED}, with the e-mail of somebody who is`,
    text: "The e-mail belonged to an account that the program declares, which has another e-mail now. First settle that one; then add the new account to the program, or remove it in Notion.",
  },
  otherTime: {
    kind: "unmanaged",
    title: `${UNMANAGED} for now`,
    text: "Their row in the roster is for another time (`from`, `until`): change it and run `pulumi up`, which adopts existing members, or remove them in Notion.",
  },
  toReport: {
    kind: "unmanaged",
    title: `${UNMANAGED}, and to be named`,
    text: `${ROW}, or remove them in Notion. Until then \`pulumi preview --refresh\` names them, too (\`undeclared: report\`).`,
  },
  toRestrict: {
    kind: "unmanaged",
    title: `${UNMANAGED}, and to be restricted`,
    text: "The program makes them restricted_member (`undeclared: restrict`): a `pulumi up --refresh` names them, and the next `pulumi up` does so. To leave them as they are: add a row to the roster, or list them in `except`.",
  },
  toRemove: {
    kind: "unmanaged",
    title: `${UNMANAGED}, and to be removed`,
    text: "The program removes them (`undeclared: remove`): a `pulumi up --refresh` names them, and the next `pulumi up` does so. To keep them: add a row to the roster, or list them in `except`.",
  },
  excepted: {
    kind: "unmanaged",
    title: `${UNMANAGED}, and excepted`,
    text: "The program leaves them alone (`except`). To leave them out here, too: list them in the --ignore file.",
  },
  groupUnmanaged: {
    kind: "unmanaged",
    title: "Unmanaged: a group in Notion, not declared",
    text: "Declare it (`pulumi up` adopts existing groups), delete it in Notion, or list it under `groups` in the --ignore file.",
  },
  membershipUnmanaged: {
    kind: "unmanaged",
    title: "Unmanaged: in an exact group, not declared in it",
    text: "To take them out of the group: `pulumi up --refresh`, once a run has named them. To keep them: name the group in their row, as `notion-inventory accept` does.",
  },
  membershipContested: {
    kind: "unmanaged",
    title: "Unmanaged: in an exact group that something else writes",
    text: OTHER_WRITER,
  },
  changed: { kind: "changed", title: CHANGED, text: REPAIR },
  changedRow: { kind: "changed", title: CHANGED, text: REPAIR_ROW },
  email: {
    kind: "changed",
    title: EMAIL,
    text: `${WRITE_BACK} To keep the one that is there: change userName in the program.`,
  },
  emailRow: {
    kind: "changed",
    title: EMAIL,
    text: `${WRITE_BACK} To keep the one that is there: write it in their row as userName, and the declared one as formerUserName, so that they stay the same person.`,
  },
  otherId: {
    kind: "changed",
    title: OTHER_ID,
    text: "They were invited again, and have a new account. Write its id into the program.",
  },
  otherIdRow: {
    kind: "changed",
    title: OTHER_ID,
    text: "They were invited again, and have a new account. Write its id into their row: `notion-inventory accept` does so.",
  },
  groupRenamed: {
    kind: "changed",
    title: "Changed: a group has another name than declared",
    text: `${WRITE_BACK} To keep the one that is there: declare the group by it, with the old name as \`formerName\`.`,
  },
  groupRenamedOne: {
    kind: "changed",
    title: "Changed: a NotionGroup has another name than declared",
    text: `${WRITE_BACK} To keep the one that is there: change displayName in the program.`,
  },
  deactivated: {
    kind: "changed",
    title: DEACTIVATED,
    text: "To activate them again: `pulumi up --refresh`. To leave it so: `pulumi state delete` for them and take them out of the program.",
  },
  deactivatedRow: {
    kind: "changed",
    title: DEACTIVATED,
    text: "To activate them again: `pulumi up --refresh`. If they are to stay out: take their row out of the roster, and `pulumi up` removes them from the workspace.",
  },
  role: {
    kind: "role",
    title: ROLE,
    text: "To give back the declared role: `pulumi up --refresh`. To keep what is there: change the program.",
  },
  roleRow: {
    kind: "role",
    title: ROLE,
    text: "To give back the declared role: `pulumi up --refresh`. To keep what is there: change their row in the roster.",
  },
  unknownRole: {
    kind: "role",
    title: UNKNOWN_ROLE,
    text: `${WRITE_BACK} To keep what is there: \`pulumi state delete\` for the assignment and take it out of the program.`,
  },
  unknownRoleRow: {
    kind: "role",
    title: UNKNOWN_ROLE,
    text: `${WRITE_BACK} To keep what is there: leave their role empty in the roster.`,
  },
  twoResources: {
    kind: "duplicate",
    title: "Duplicate: two resources for one person",
    text: "Keep one: take the other out of the program, and out of the state with `pulumi state delete`, so that nobody is removed.",
  },
  twoDeclarations: {
    kind: "duplicate",
    title: "Duplicate: a person in a NotionWorkspace and somewhere else",
    text: "Keep one: say `onRemove: retain` for them in the other, run `pulumi up`, and then take them out there, so that nobody is removed.",
  },
  twoMembers: {
    kind: "duplicate",
    title: "Duplicate: two members with one e-mail",
    text: "Settle in Notion which of the two is right; a program can declare only one.",
  },
  twoGroups: {
    kind: "duplicate",
    title: "Duplicate: two groups with a declared name",
    text: "Rename or delete one of the two in Notion: a program declares a group by its name.",
  },
} as const;

/** What to do about a finding, by its key. */
export type Remediation = keyof typeof REMEDIATIONS;
/** What can be found of a resource, whichever kind it is of. */
type OfResource = { [Key in Remediation]: `${Key}Row` extends Remediation ? Key : never }[Remediation];

/** What to do about something that a resource declares: a person of a NotionWorkspace is a row. */
export function remediationFor(what: OfResource, { person }: { person: string | null }): Remediation {
  return person === null ? what : `${what}Row`;
}

/** What to do about somebody whose membership is over: what was declared to become of them. */
export function remediationForEnded(onRemove: OnRemove): Remediation {
  const remediations = { remove: "endedRemove", restrict: "endedRestrict", retain: "endedRetain" } as const;
  return remediations[onRemove];
}

/** What to do about people who are not declared: what the stack's NotionWorkspaces say becomes of them. */
export function remediationsForUnmanaged(
  workspaces: readonly DeclaredWorkspace[],
  now: number,
): (user: User) => Remediation {
  const isExcepted = emailMatcher(workspaces.flatMap(({ except }) => except));
  const modes = new Set(workspaces.map(({ undeclared }) => undeclared));
  return (user) => {
    const email = emailOf(user);
    const times = workspaces.flatMap(({ times }) => times.get(email) ?? []);
    if (times.some((time) => phaseAt({ time }, now) !== "during")) return "otherTime";
    if (workspaces.length === 0) return "unmanaged";
    if (isExcepted(email)) return "excepted";
    if (modes.has("remove")) return "toRemove";
    if (modes.has("restrict") && isDemotion(roleOf(user), LOWEST_ROLE)) return "toRestrict";
    return modes.has("report") ? "toReport" : "unmanagedRow";
  };
}
