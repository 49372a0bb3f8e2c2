import { foldEmail } from "../../member/email";
import type { RosterChange } from "../../people/editing/change";
import type { RosterRows } from "../../people/roster-rows";
import type { Decision } from "./decisions";

/** What decisions come to in a roster, and what has to be done by hand. */
export interface RosterEdit {
  changes: RosterChange[];
  /** Decisions that no edit of this roster carries out, each with what to do. */
  byHand: { userName: string; todo: string }[];
}

const IN_NOTION = "an owner does it in Notion's settings, under People";

/**
 * Pure: the edit of a roster that carries out what was decided.
 * @param roster undefined: there is none
 */
export function rosterChanges(decisions: readonly Decision[], roster: RosterRows | undefined): RosterEdit {
  const rows = new Map(roster?.rows.map(({ fields }) => [foldEmail(fields.userName ?? ""), fields]));
  const hasReason = roster?.columns.has("reason") === true;
  const edit: RosterEdit = { changes: [], byHand: [] };
  for (const decision of decisions) {
    const { userName } = decision.person;
    if (decision.kind === "keep") continue;
    if (roster === undefined) {
      edit.byHand.push({ userName, todo: `no roster was named: ${IN_NOTION}` });
      continue;
    }
    const row = rows.get(userName);
    if (decision.kind === "remove") {
      const hindrance = row === undefined ? `not in the roster: ${IN_NOTION}` : whyStays(row);
      if (hindrance === undefined) edit.changes.push({ kind: "remove", userName });
      else edit.byHand.push({ userName, todo: hindrance });
      continue;
    }
    const fields = { ...fieldsOf(decision, row), ...(hasReason && { reason: decision.reason }) };
    if (row === undefined) edit.changes.push({ kind: "add", fields: { userName, ...filled(fields) } });
    else
      edit.changes.push({ kind: "set", userName: row.userName ?? userName, fields: differing(fields, row) });
  }
  return edit;
}

/** Why taking the row out would not remove the person; undefined where it does. */
function whyStays({ protect, onRemove }: Readonly<Record<string, string>>): string | undefined {
  if (protect === "true") {
    return "their row is protected: take `protect` out, run `pulumi up`, then take the row out";
  }
  if (onRemove !== undefined && onRemove !== "remove") {
    return `their row says \`onRemove: ${onRemove}\`: take that out, run \`pulumi up\`, then take the row out`;
  }
  return undefined;
}

type Cells = Readonly<Record<string, string>>;

function fieldsOf({ kind, toRole, until, person }: Decision, row: Cells | undefined): Cells {
  if (kind === "lower") return { role: toRole ?? "", roleFrom: "", roleUntil: "", roleThen: "" };
  if (toRole === null) return { until: until ?? "" };
  // What is not managed cannot end: the role that they hold is declared with its end.
  return { role: row?.role ?? person.role ?? "", roleUntil: until ?? "", roleThen: toRole };
}

function filled(cells: Cells): Cells {
  return Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== ""));
}

/** Only what differs: a column that is not there is no reason to clear it. */
function differing(cells: Cells, row: Cells): Cells {
  return Object.fromEntries(Object.entries(cells).filter(([column, value]) => value !== (row[column] ?? "")));
}
