import { foldEmail } from "../model/email";
import { fileText } from "./file-text";
import { peopleOf } from "./roster";
import type { RosterRows } from "./roster-rows";

/** Where the people of a roster stand in it. */
export interface RosterPlaces {
  /** The line of each person, from 1, by folded e-mail. */
  lines: ReadonlyMap<string, number>;
  /** The line of each person whose row names the account, by Notion's id. */
  linesById: ReadonlyMap<string, number>;
  /** What is wrong with the file, a sentence each that begins with the line. */
  problems: string[];
}

/** Pure: where everybody stands, also in a file that cannot be used as it is. @param reader for the format of the file */
export function rosterPlaces(reader: (text: string) => RosterRows, bytes: Uint8Array): RosterPlaces {
  const content = fileText(bytes);
  if ("problem" in content) return { lines: new Map(), linesById: new Map(), problems: [content.problem] };
  const read = reader(content.text);
  const lines = new Map<string, number>();
  const linesById = new Map<string, number>();
  for (const { line, fields } of read.rows) {
    const email = foldEmail(fields.userName ?? "");
    if (email !== "" && !lines.has(email)) lines.set(email, line);
    if (fields.id !== undefined && !linesById.has(fields.id)) linesById.set(fields.id, line);
  }
  return { lines, linesById, problems: peopleOf(read).problems };
}
