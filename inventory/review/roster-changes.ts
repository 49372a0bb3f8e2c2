import { instantOf } from "../../provider/model/instant";
import { isPrivileged, isRole, rankOf } from "../../provider/model/role";
import type { RosterChange, RosterFields } from "../../provider/roster/editing/change";
import { groupNames, withoutGroup } from "../../provider/roster/group-cell";
import type { ParsedRoster } from "../../provider/roster/roster";
import type { RosterRow } from "../../provider/roster/roster-rows";
import { cap, roleGivenBy, whyNotTimes } from "../edit/role-times";
import type { Decision } from "./decisions";
import type { Person } from "./person";
import { whoseRows } from "./whose-row";

/** Something to be said about one person. */
export interface Remark {
  person: Person;
  /** A clause behind their name. */
  text: string;
}

/** What decisions come to in a roster. */
export interface RosterEdit {
  changes: RosterChange[];
  /** Decisions that no edit of this roster carries out, each with what to do. */
  byHand: Remark[];
  /** Decisions that the roster says already, each with how. */
  settled: Remark[];
  /** Where Notion gave another role than the roster: only a run that reads Notion sees it. */
  drifted: Remark[];
  /** A person who gets a row: an unmanaged member. */
  added: Remark[];
}

/** What a roster is edited by. */
export interface Basis {
  /** The roster as it is now; undefined: there is none. */
  roster: Roster | undefined;
  decisions: readonly Decision[];
  /** The roster when the review was opened; undefined: none was named then. */
  openedWith: { file: string; rows: readonly RosterRow[] } | undefined;
  /** The review's name. */
  review: string;
  /** Milliseconds since 1970. */
  now: number;
}

type Roster = Pick<ParsedRoster, "columns" | "rows">;
type Row = Readonly<Record<string, string>>;
type Outcome =
  | { fields: RosterFields; besides?: string }
  | { remove: true }
  | { settled: string }
  | { byHand: string };

const IN_NOTION = "an owner does it in Notion's settings, under People";

/**
 * Pure: the edit of a roster that carries out what was decided. It goes by the roster as it is now: what it gives less
 * by then stays, and nobody gets more than it gives.
 */
export function rosterChanges({ roster, decisions, openedWith, review, now }: Basis): RosterEdit {
  const edit: RosterEdit = { changes: [], byHand: [], settled: [], drifted: [], added: [] };
  const people = decisions.map(({ person }) => person);
  const rows = whoseRows(people, roster?.rows ?? []);
  const before = whoseRows(people, openedWith?.rows ?? []);
  for (const decision of decisions) {
    const { person, kind } = decision;
    if (kind === "keep") continue;
    const whose = rows.get(person.id);
    if (roster === undefined) edit.byHand.push({ person, text: `no roster was named: ${IN_NOTION}` });
    else if (whose !== undefined && "doubt" in whose) {
      edit.byHand.push({ person, text: `${whose.doubt}; ${IN_NOTION}` });
    } else if (whose === undefined) withoutRow(edit, decision, roster, { openedWith, review });
    else {
      const outcome = outcomeOf(decision, whose.row.fields, now);
      const userName = whose.row.fields.userName ?? person.userName;
      if ("byHand" in outcome) edit.byHand.push({ person, text: outcome.byHand });
      else if ("settled" in outcome) edit.settled.push({ person, text: outcome.settled });
      else if ("remove" in outcome) edit.changes.push({ kind: "remove", userName });
      else {
        if (outcome.besides !== undefined) edit.byHand.push({ person, text: outcome.besides });
        const fields = { ...outcome.fields, ...reasonOf(decision, whose.row, roster, review) };
        edit.changes.push({ kind: "set", userName, fields: differing(fields, whose.row.fields) });
      }
      const was = before.get(person.id);
      const opened = was !== undefined && "row" in was ? [was.row.fields] : [];
      const drift = kind === "groups" ? undefined : driftOf(person, whose.row.fields, opened, now);
      if (drift !== undefined) edit.drifted.push({ person, text: drift });
    }
  }
  return edit;
}

/** What a decision comes to in the row that somebody has. */
function outcomeOf({ kind, toRole, until, groups, person }: Decision, row: Row, now: number): Outcome {
  if (kind === "remove") {
    const why = whyStays(row, "take the row out");
    return why === undefined ? { remove: true } : { byHand: why };
  }
  if (kind === "groups") return outOfGroups(row, groups);
  if (kind === "end" && toRole === null) return ended(row, until ?? "");
  if (toRole === null) return { byHand: IN_NOTION };
  const given = roleGivenBy(row, now);
  if (given === undefined) {
    if (kind === "lower") return { fields: { role: toRole } };
    // What is not managed cannot end: the role that they hold is declared with its end.
    if (!isRole(person.role) || isPrivileged(person.role)) {
      return {
        byHand: `the roster manages no role of theirs: declare \`role\` with \`roleUntil\` ${until} and \`roleThen\` ${toRole}, if Notion still gives ${person.role}`,
      };
    }
    return { fields: { role: person.role, roleUntil: until ?? "", roleThen: toRole } };
  }
  const result = cap(row, toRole, kind === "end" ? until : null, now);
  if (result.kind === "so already") {
    return { settled: `the roster gives ${given}${endOf(row)} already, which is no more than was decided` };
  }
  if (result.kind === "too much") {
    const when = kind === "end" ? `after ${until}` : "from now on";
    return {
      byHand: `no row can say what the roster gives (${given}${endOf(row)}) and that it is no more than ${toRole} ${when}: edit their row`,
    };
  }
  return { fields: result.cells };
}

/** A row gives the groups that it names; what gives the others stands elsewhere. */
function outOfGroups({ groups: cell = "" }: Row, groups: readonly string[]): Outcome {
  const named = new Set(groupNames(cell));
  const others = groups.filter((name) => !named.has(name));
  const besides = `their row does not name ${others.join(", ")}: take them out where the program declares it, or in Notion's settings`;
  if (others.length === groups.length) return { byHand: besides };
  const left = groups.filter((name) => named.has(name)).reduce(withoutGroup, cell);
  return { fields: { groups: left }, ...(others.length > 0 && { besides }) };
}

/** An end of the membership: never a later one than the roster has. */
function ended(row: Row, until: string): Outcome {
  const at = (text: string) => instantOf(text, "until") ?? Number.POSITIVE_INFINITY;
  if (row.until !== undefined && at(row.until) <= at(until)) {
    return { settled: `the roster ends their membership on ${row.until} already` };
  }
  const why = whyStays(row, `set \`until\` to ${until}`);
  if (why !== undefined) return { byHand: why };
  const [problem] = whyNotTimes({ ...row, until });
  if (problem !== undefined) {
    return { byHand: `${problem} (from ${row.from ?? "?"}, until ${until}): take their row out, or edit it` };
  }
  return { fields: { until } };
}

const endOf = ({ roleUntil, roleThen }: Row) =>
  roleUntil === undefined ? "" : ` (until ${roleUntil}, then ${roleThen ?? "?"})`;

/** Why a row that is out, or whose end is there, would not remove the person; undefined where it does. */
function whyStays({ protect, onRemove }: Row, then: string): string | undefined {
  if (protect === "true") {
    return `their row is protected: take \`protect\` out, run \`pulumi up\`, then ${then}`;
  }
  if (onRemove !== undefined && onRemove !== "remove") {
    return `their row says \`onRemove: ${onRemove}\`: take that out, run \`pulumi up\`, then ${then}`;
  }
  return undefined;
}

/** A decision about somebody who has no row. */
function withoutRow(
  edit: RosterEdit,
  decision: Decision,
  { columns }: Roster,
  { openedWith, review }: Pick<Basis, "openedWith" | "review">,
): void {
  const { person, kind, toRole, until, groups } = decision;
  if (person.declared !== null && person.declared === openedWith?.file) {
    // A row under their old address would invite another person: the file does not say where they went.
    const text =
      "their row is not in the roster any more. If it was taken out, `pulumi up` removes them; if it has another address now, edit it there";
    edit.byHand.push({ person, text });
  } else if (person.declared !== null) {
    edit.byHand.push({
      person,
      text: `${person.declared} declares them, and not the roster: change it there`,
    });
  } else if (kind === "groups") {
    const text = `not in the roster: take them out of ${groups.join(", ")} in Notion's settings`;
    edit.byHand.push({ person, text });
  } else if (kind === "remove") edit.byHand.push({ person, text: `not in the roster: ${IN_NOTION}` });
  else if (kind === "end" && toRole !== null && (!isRole(person.role) || isPrivileged(person.role))) {
    edit.byHand.push({
      person,
      text: `not in the roster, which would have to give them ${person.role}: ${IN_NOTION}`,
    });
  } else {
    const role =
      kind === "lower"
        ? { role: toRole ?? "" }
        : toRole === null
          ? { until: until ?? "" }
          : { role: person.role ?? "", roleUntil: until ?? "", roleThen: toRole };
    const fields = {
      userName: person.userName,
      ...(columns.has("id") && { id: person.id }),
      ...role,
      ...(columns.has("reason") && { reason: reasonText("", decision, review) }),
    };
    edit.changes.push({ kind: "add", fields });
    edit.added.push({
      person,
      text: "gets a row, and the next run adopts them. If `pulumi preview` says that they join, they left Notion meanwhile: take the row out",
    });
  }
}

/** The reviewer's reason goes beside the one that the row has: who granted what, and why, stays readable. */
function reasonOf(
  decision: Decision,
  { fields }: RosterRow,
  { columns }: Roster,
  review: string,
): RosterFields {
  return columns.has("reason") ? { reason: reasonText(fields.reason ?? "", decision, review) } : {};
}

/** What an earlier review put there: its name, the reviewer and the reason. */
const OF_A_REVIEW = /\s*\[review [^\],]+, [^\s\],]+@[^\s\],]+: [^\]]*\]$/;

function reasonText(own: string, { reason, reviewer }: Decision, review: string): string {
  const said = `[review ${review.replaceAll(",", " ")}, ${reviewer}: ${reason}`
    .replaceAll("]", ")")
    .replace(/\s+/g, " ");
  return `${own.replace(OF_A_REVIEW, "")} ${said}]`.trim();
}

/**
 * Whether Notion gave somebody more than their row does, and did when the review was opened: a role that was lowered
 * since is known to the state.
 */
function driftOf({ role }: Person, row: Row, opened: readonly Row[], now: number): string | undefined {
  const given = roleGivenBy(row, now);
  const isMore = (each: Row) => rankOf(role ?? "") > rankOf(roleGivenBy(each, now) ?? role ?? "");
  if (given === undefined || ![row, ...opened].every(isMore)) return undefined;
  return `Notion gave them ${role}, the roster gives ${given}. Only \`pulumi up --refresh\` sees that`;
}

/** Only what differs: a column that is not there is no reason to clear it. */
function differing(cells: RosterFields, row: Row): RosterFields {
  return Object.fromEntries(Object.entries(cells).filter(([column, value]) => value !== (row[column] ?? "")));
}
