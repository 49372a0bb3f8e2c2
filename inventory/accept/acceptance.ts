import { emailOf } from "../../provider/model/email";
import { liveProfile, type Profile } from "../../provider/model/profile";
import { roleOf, type User } from "../../provider/model/record";
import { isRole } from "../../provider/model/role";
import type { RosterChange } from "../../provider/roster/editing/change";
import { withGroup } from "../../provider/roster/group-cell";
import type { ParsedRoster } from "../../provider/roster/roster";
import type { RosterRow } from "../../provider/roster/roster-rows";
import { HIDDEN } from "../../provider/state/redaction";
import { valueAt } from "../drift/drift";
import type { Finding } from "../drift/finding";
import { REMEDIATIONS } from "../drift/remediations";
import { type Attribute, adopt, isDeclarable } from "../export/adoption";
import { type Declared, type DeclaredRole, phaseAt, roleDue } from "../live/declared";
import { acceptMembership } from "./membership";
import { type Answer, cell, newEmail, newId, rowFor } from "./row";

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
  roster: ParsedRoster;
  /** In milliseconds since 1970. */
  now: number;
  /** What is declared of somebody who is added, beside e-mail and role. */
  attributes: Attribute[];
  /** Folded addresses of those who were asked for by name: they are added although the program excepts them. */
  named: ReadonlySet<string>;
}

interface Context extends Known {
  byEmail: ReadonlyMap<string, readonly User[]>;
}

/**
 * Pure: the changes of a roster after which what is there is what is declared. Only what the roster still says as it was
 * applied last is changed: a later edit of the same cell is its author's to settle.
 */
export function acceptDrift(findings: readonly Finding[], known: Known): Acceptance {
  const context = { ...known, byEmail: Map.groupBy(known.live.values(), emailOf) };
  const left: string[] = [];
  const notes: string[] = [];
  const sets = new Map<string, Record<string, string>>();
  const others: RosterChange[] = [];
  const memberships = findings.filter(({ subject }) => subject === "membership");
  for (const finding of findings) {
    if (finding.subject === "membership") continue;
    const answer = answerTo(finding, context);
    const what = whatOf(finding);
    if ("left" in answer) left.push(`${what} (${finding.kind}): ${answer.left}`);
    else if ("set" in answer) {
      const { email } = answer.row;
      sets.set(email, { ...sets.get(email), ...answer.set });
      if (answer.note !== undefined) notes.push(`${what}: ${answer.note}`);
    } else if ("remove" in answer) others.push({ kind: "remove", userName: answer.remove.email });
    else if ("add" in answer) {
      others.push({ kind: "add", fields: answer.add });
      notes.push(...answer.notes);
    } else notes.push(`${what}: ${answer.note}`);
  }
  for (const finding of memberships) {
    const answer = acceptMembership(finding, context);
    const what = `group ${finding.group} of ${finding.who}`;
    if ("row" in answer) {
      const { email, fields } = answer.row;
      const cells = sets.get(email) ?? {};
      sets.set(email, { ...cells, groups: answer.cellOf(cells.groups ?? fields.groups ?? "") });
    } else if ("note" in answer) notes.push(`${what}: ${answer.note}`);
    else {
      const added = "who" in answer ? others.findIndex((each) => isAdded(each, answer.who)) : -1;
      const change = others[added];
      if ("who" in answer && change?.kind === "add") {
        const groups = withGroup(change.fields.groups ?? "", answer.group);
        others[added] = { kind: "add", fields: { ...change.fields, groups } };
      } else left.push(`${what} (${finding.kind}): ${answer.left}`);
    }
  }
  const changed = [...sets].map(([userName, fields]) => ({ kind: "set" as const, userName, fields }));
  return { changes: [...changed, ...others], left, notes };
}

const isAdded = (change: RosterChange, email: string) =>
  change.kind === "add" && change.fields.userName === email;

function whatOf({ subject, attribute, who }: Finding): string {
  const name = subject === "group" ? `group ${who}` : who;
  return attribute === null ? name : `${attribute} of ${name}`;
}

const textOf = ({ remediation }: Finding) => REMEDIATIONS[remediation].text;

function answerTo(finding: Finding, known: Context): Answer {
  if (finding.subject === "group")
    return { left: `the program declares groups, not a roster. ${textOf(finding)}` };
  switch (finding.kind) {
    case "expired":
      return { left: `accepting gives nobody more time. ${textOf(finding)}` };
    case "duplicate":
      return { left: textOf(finding) };
    case "unmanaged":
      return added(finding, known);
    case "missing":
    case "changed":
    case "role":
      return ofARow(finding, known);
  }
}

function added(finding: Finding, known: Context): Answer {
  const { who, id, remediation } = finding;
  const { declared, live, byEmail, roster, attributes, named } = known;
  const user = live.get(id ?? "");
  const namesakes = byEmail.get(who) ?? [];
  if (remediation === "otherAccount") return { left: textOf(finding) };
  const isDeclared = declared.users.some((each) => each.person === who || each.profile.userName === who);
  if (user === undefined || namesakes.length > 1 || isDeclared) return { left: REMEDIATIONS.twoMembers.text };
  if (remediation === "otherTime") return { left: textOf(finding) };
  const { row, why } = rowFor(roster, { id: user.id, email: who });
  if (why !== undefined) return { left: why };
  if (row !== undefined && row.email !== who) {
    const [other] = byEmail.get(row.email) ?? [];
    return other === undefined
      ? newEmail(row, user, roster)
      : {
          left: `line ${row.line} has their id, and the e-mail of the account ${other.id}: settle it there.`,
        };
  }
  if (row !== undefined)
    return { note: `line ${row.line} declares them already; \`pulumi up\` adopts them.` };
  if (remediation === "excepted" && !named.has(who)) {
    return { left: "the program leaves them alone (`except`). To add them all the same: --who." };
  }
  const { people, notes } = adopt([user], { attributes, ids: roster.columns.has("id") });
  const [person] = people;
  if (person === undefined) return { left: notes.join(" ") };
  const { userName, role, attributes: texts } = person;
  const fields = { userName, ...(role && { role }), ...texts, ...(person.id && { id: person.id }) };
  return { add: fields, notes };
}

/** Whether a finding is about what this declares. */
const isOf = ({ urn, person }: { urn: string; person: string | null }, finding: Finding) =>
  urn === finding.resource && person === finding.person;

function ofARow(finding: Finding, known: Context): Answer {
  const { person } = finding;
  if (person === null) {
    return { left: `a resource of its own declares this, not a roster. ${textOf(finding)}` };
  }
  const { declaredId } = known.declared.users.find((each) => isOf(each, finding)) ?? {};
  const { row, why } = rowFor(known.roster, { id: finding.id, email: person, declaredId });
  if (why !== undefined) {
    return finding.kind === "missing" && known.live.has(row?.fields.id ?? "")
      ? { note: `line ${row?.line} names another account already, which is there.` }
      : { left: why };
  }
  if (row === undefined) {
    return finding.kind === "missing"
      ? { note: "no row of the roster declares them any more." }
      : { left: `no row of the roster is for ${person}: change it where the program declares them.` };
  }
  if (finding.kind === "missing") return ofSomebodyGone(finding, row, known);
  const user = known.live.get(finding.id ?? "");
  if (user === undefined || finding.attribute === "active") return { left: textOf(finding) };
  if (finding.declared === HIDDEN)
    return { left: "the program keeps it secret; it is not written into a file." };
  if (finding.attribute === "id") return newId(row, user, known.roster, known.live);
  return finding.kind === "role"
    ? otherRole(finding, user, row, known)
    : otherAttribute(finding, user, row, known);
}

/** Nobody is taken out whose e-mail is there: it may be the same person, with a new account. */
function ofSomebodyGone(finding: Finding, row: RosterRow, { live, byEmail, roster }: Context): Answer {
  const emails = new Set([row.email, finding.who]);
  const namesakes = [...emails].flatMap((email) => byEmail.get(email) ?? []);
  const [back] = namesakes;
  if (back === undefined) return { remove: row };
  if (finding.remediation === "emailTaken") return { left: textOf(finding) };
  if (namesakes.length > 1) return { left: REMEDIATIONS.twoMembers.text };
  if (row.fields.id === undefined)
    return { left: "is a member again, with another id: `pulumi up --refresh` adopts the new account." };
  return newId(row, back, roster, live);
}

function otherRole(finding: Finding, user: User, row: RosterRow, { declared, now }: Known): Answer {
  const held = roleOf(user);
  const resource = declared.roles.find((each) => isOf(each, finding));
  if (held === undefined || !isRole(held) || resource === undefined) return { left: textOf(finding) };
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

function otherAttribute(finding: Finding, user: User, row: RosterRow, { declared, roster }: Known): Answer {
  const attribute = finding.attribute ?? "";
  if (attribute === "userName") {
    const isTheirs = row.email === finding.person || row.email === emailOf(user);
    return isTheirs
      ? newEmail(row, user, roster)
      : cell(row, "userName", finding.person ?? "", emailOf(user));
  }
  if (attribute === "phoneNumbers") return { left: "a roster has no column for phone numbers." };
  const resource = declared.users.find((each) => isOf(each, finding));
  const profile = (resource?.profile ?? {}) as Profile;
  const [before, after] = [profile, liveProfile(profile, user)].map((each) =>
    String(valueAt(each, attribute) ?? ""),
  );
  const column = COLUMNS[attribute] ?? attribute;
  if (after === undefined || before === undefined) return { left: textOf(finding) };
  if (after !== "" && !isDeclarable(column, after)) {
    return {
      left: "what is there would not pass the provider's check: spaces around it, or characters that are none.",
    };
  }
  return cell(row, column, before, after);
}
