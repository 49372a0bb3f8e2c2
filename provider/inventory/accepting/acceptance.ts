import { emailOf, isEmail } from "../../member/email";
import { liveProfile, type Profile } from "../../member/profile";
import { roleOf, type User } from "../../member/record";
import { isRole } from "../../member/role";
import type { RosterChange, RosterFields } from "../../people/editing/change";
import { type Finding, valueAt } from "../comparing/drift";
import { REMEDIES } from "../comparing/remedies";
import { type Declared, type DeclaredRole, roleDue } from "../reading/declared";
import type { RosterFile } from "../reading/roster-file";
import { phaseAt } from "../reading/time";
import { type Attribute, isDeclarable, takeOver } from "../taking-over/takeover";

/** What of some drift an edit of the roster declares, and what it cannot. */
export interface Acceptance {
  changes: RosterChange[];
  /** Drift that stays as it is, a sentence each. */
  left: string[];
  /** What there is to know beside it, a sentence each. */
  notes: string[];
}

/** What an acceptance goes by beside the drift. */
export interface Known {
  declared: Declared;
  /** Everybody who is there, by id. */
  live: ReadonlyMap<string, User>;
  roster: RosterFile;
  /** In milliseconds since 1970. */
  now: number;
  /** What is declared of somebody who is added, beside e-mail and role. */
  attributes: Attribute[];
  /** Folded addresses of those who were asked for by name: they are added although the program excepts them. */
  named: ReadonlySet<string>;
}

/** What becomes of one finding: cells of a row, a row less, a row more, or words. */
type Answer =
  | { set: RosterFields; note?: string }
  | { remove: true }
  | { add: RosterFields & { userName: string }; notes: string[] }
  | { left: string }
  | { note: string };

/**
 * Pure: the changes of a roster after which what is there is what is declared. Only what the roster still says as it was
 * applied last is changed: a later edit of the same cell is its author's to settle.
 */
export function acceptDrift(findings: readonly Finding[], known: Known): Acceptance {
  const left: string[] = [];
  const notes: string[] = [];
  const sets = new Map<string, Record<string, string>>();
  const others: RosterChange[] = [];
  for (const finding of findings) {
    const answer = answerTo(finding, known);
    const what = finding.attribute === null ? finding.who : `${finding.attribute} of ${finding.who}`;
    if ("left" in answer) left.push(`${what} (${finding.kind}): ${answer.left}`);
    else if ("set" in answer) {
      const email = finding.person ?? finding.who;
      sets.set(email, { ...sets.get(email), ...answer.set });
      if (answer.note !== undefined) notes.push(`${what}: ${answer.note}`);
    } else if ("remove" in answer) others.push({ kind: "remove", userName: finding.person ?? finding.who });
    else if ("add" in answer) {
      others.push({ kind: "add", fields: answer.add });
      notes.push(...answer.notes);
    } else notes.push(`${what}: ${answer.note}`);
  }
  const changed = [...sets].map(([userName, fields]) => ({ kind: "set" as const, userName, fields }));
  return { changes: [...changed, ...others], left, notes };
}

function answerTo(finding: Finding, known: Known): Answer {
  switch (finding.kind) {
    case "expired":
      return { left: `accepting gives nobody more time. ${finding.todo}` };
    case "duplicate":
      return { left: finding.todo };
    case "unmanaged":
      return added(finding, known);
    case "missing":
    case "changed":
    case "role":
      return ofARow(finding, known);
  }
}

function added({ who, id, todo }: Finding, { declared, live, roster, attributes, named }: Known): Answer {
  const user = live.get(id ?? "");
  const namesakes = [...live.values()].filter((each) => emailOf(each) === who);
  const isDeclared = declared.users.some((each) => each.person === who || each.profile.userName === who);
  if (user === undefined || namesakes.length > 1 || isDeclared) return { left: REMEDIES.twoMembers.todo };
  if (todo === REMEDIES.otherTime.todo) return { left: todo };
  const row = roster.rows.find(({ email }) => email === who);
  if (row !== undefined)
    return { note: `line ${row.line} declares them already; \`pulumi up\` takes them over.` };
  if (todo === REMEDIES.excepted.todo && !named.has(who)) {
    return { left: "the program leaves them alone (`except`). To add them all the same: --who." };
  }
  const { people, notes } = takeOver([user], { attributes, ids: false });
  const [person] = people;
  if (person === undefined) return { left: notes.join(" ") };
  const { userName, role, attributes: texts } = person;
  return { add: { userName, ...(role === undefined ? {} : { role }), ...texts }, notes };
}

function ofARow(finding: Finding, known: Known): Answer {
  const { person } = finding;
  if (person === null) {
    return { left: `a resource of its own declares this, not a roster. ${finding.todo}` };
  }
  const row = known.roster.rows.find(({ email }) => email === person);
  if (row === undefined) {
    return finding.kind === "missing"
      ? { note: "no row of the roster declares them any more." }
      : { left: `no row of the roster is for ${person}: change it where the program declares them.` };
  }
  const user = known.live.get(finding.id ?? "");
  if (finding.kind === "missing") {
    const isBack = [...known.live.values()].some((each) => emailOf(each) === finding.who);
    return isBack
      ? { left: "is a member again, with another id: `pulumi up --refresh` takes them over." }
      : { remove: true };
  }
  if (user === undefined || finding.attribute === "active") return { left: finding.todo };
  if (finding.declared === "[secret]")
    return { left: "the program keeps it secret; it is not written into a file." };
  return finding.kind === "role"
    ? otherRole(finding, user, row, known)
    : otherAttribute(finding, user, row, known);
}

type Row = RosterFile["rows"][number];

function otherRole(finding: Finding, user: User, row: Row, { declared, now }: Known): Answer {
  const held = roleOf(user);
  const resource = declared.roles.find(
    ({ urn, person }) => urn === finding.resource && person === finding.person,
  );
  if (held === undefined || !isRole(held) || resource === undefined) return { left: finding.todo };
  return cell(row, roleColumn(resource, now), roleDue(resource, now) ?? "", held);
}

/** Outside of its time a role is that of `roleThen`. */
const roleColumn = (resource: DeclaredRole, now: number) =>
  resource.time === undefined || phaseAt(resource, now) === "during" ? "role" : "roleThen";

/** The columns of a roster that are called otherwise than the attribute. */
const COLUMNS: Record<string, string> = {
  "name.formatted": "name",
  "name.givenName": "givenName",
  "name.familyName": "familyName",
};

function otherAttribute(finding: Finding, user: User, row: Row, { declared, roster }: Known): Answer {
  const attribute = finding.attribute ?? "";
  if (attribute === "userName") return otherEmail(user, row, roster);
  if (attribute === "phoneNumbers") return { left: "a roster has no column for phone numbers." };
  const resource = declared.users.find(
    ({ urn, person }) => urn === finding.resource && person === finding.person,
  );
  const profile = (resource?.profile ?? {}) as Profile;
  const [before, after] = [profile, liveProfile(profile, user)].map((each) =>
    String(valueAt(each, attribute) ?? ""),
  );
  const column = COLUMNS[attribute] ?? attribute;
  if (after === undefined || before === undefined) return { left: finding.todo };
  if (after !== "" && !isDeclarable(column, after)) {
    return {
      left: "what is there would not pass the provider's check: spaces around it, or characters that are none.",
    };
  }
  return cell(row, column, before, after);
}

function otherEmail(user: User, row: Row, roster: RosterFile): Answer {
  const email = emailOf(user);
  const other = roster.rows.find((each) => each.email === email);
  if (other !== undefined)
    return { left: `line ${other.line} is for ${email} already: settle which of the two rows is right.` };
  if (!isEmail(email)) return { left: `${email} is no address that a program can declare.` };
  return { set: { userName: email, formerUserName: row.email } };
}

/** A cell that is to say what is there; one that says something else than was applied last is not touched. */
function cell(row: Row, column: string, before: string, after: string): Answer {
  const says = row.cells[column] ?? "";
  if (says === after) return { note: `line ${row.line} says so already.` };
  if (says !== before) {
    return {
      left: `line ${row.line} says ${says === "" ? "nothing" : `"${says}"`} by now, which no run has applied: settle it there.`,
    };
  }
  const note =
    after === "" ? { note: "empty in Notion: its cell is cleared, and it is not managed any more." } : {};
  return { set: { [column]: after }, ...note };
}
