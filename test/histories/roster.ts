import type { DeclaredPerson } from "../../provider/state/person";
import { isWithin } from "../faults/times";
import { type Resource, workspace } from "../lifecycle/workspace/stack";

export type Mode = "ignore" | "report" | "restrict" | "remove";

/** A row of the roster, and what no program sees: which human being its author means. */
export type Row = { [Cell in keyof DeclaredPerson]: DeclaredPerson[Cell] | undefined } & {
  human: string;
  userName: string;
  /** Which of the program's workspace resources declares it. */
  place: 0 | 1;
  /** Notion's id, where the roster has the column. */
  id?: string | undefined;
};

/** A version of the roster, with what the program says beside it. */
export interface Roster {
  rows: Row[];
  undeclared: Mode;
  except: string[];
  protect: boolean;
}

export const PLACES = ["acme", "partners"] as const;

/** The program that declares this version. */
export function programOf({ rows, undeclared, except, protect }: Roster, places: number): Resource[] {
  return PLACES.slice(0, places).map((name, place) =>
    workspace(
      name,
      Object.fromEntries(
        rows.filter((row) => row.place === place).map((row) => [row.userName, cellsOf(row)]),
      ),
      { undeclared, ...(except.length > 0 && { except }), ...(protect && { protect }) },
    ),
  );
}

function cellsOf({ human: _, userName: _1, place: _2, ...cells }: Row): DeclaredPerson {
  return Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== undefined));
}

/** Whether a row counts at this moment: its membership has begun and is not over. */
export const isPresent = ({ from, until }: Row, now: number) => isWithin(now, from, until);

/** The role that a row asks for at this moment; undefined: none. */
export function wantedRole({ role, roleFrom, roleUntil, roleThen }: Row, now: number): string | undefined {
  return isWithin(now, roleFrom, roleUntil) ? role : roleThen;
}

/** The row as a line of the file, without its empty cells. */
export function lineOf(row: Row): string {
  const cells = Object.entries(cellsOf(row)).map(([name, value]) => `${name}=${shown(value)}`);
  return `${row.userName} ${cells.join(" ")}${row.place === 1 ? " [partners]" : ""}  (${row.human})`;
}

const shown = (value: unknown) => String(value).replace(/@example\.com$|T09:00:00\.000Z$/, "");

/** What a version says that the other one does not, a line each. */
export function changesBetween(before: Roster, after: Roster): string[] {
  const [had, has] = [before.rows.map(lineOf), after.rows.map(lineOf)];
  const settings = ({ undeclared, except, protect }: Roster) =>
    `undeclared=${undeclared} except=${except.join(" ")} protect=${protect}`;
  return [
    ...had.filter((line) => !has.includes(line)).map((line) => `- ${line}`),
    ...has.filter((line) => !had.includes(line)).map((line) => `+ ${line}`),
    ...(settings(before) === settings(after) ? [] : [`  ${settings(after)}`]),
  ];
}
