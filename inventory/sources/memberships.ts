import { type FileProblem, formatProblem } from "../../provider/roster/file-text";
import { FileError } from "../cli/errors";
import { type Io, readBytes, sha256 } from "../cli/io";
import { columnKey } from "./fields";
import { columnsOf, tableOf } from "./read-records";
import { addressesIn } from "./record";

/** A list of who is in which group: one CSV file, a line for each person in a group. */
export interface MembershipList {
  /** As it was named on the command line. */
  file: string;
  /** Of the file's bytes, in hexadecimal digits. */
  sha256: string;
  /** Folded addresses by the name of each group. */
  groups: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Columns that hold a group and a member of it, by their keys, the preferred first. */
const GROUP = ["group", "groupname", "groupdisplayname", "displayname", "groupemail"];
const MEMBER = [
  "memberemail",
  "email",
  "useremail",
  "emailaddress",
  "mail",
  "memberuserprincipalname",
  "userprincipalname",
  "login",
  "username",
  "member",
];

/** Reads a list of memberships. @throws {FileError} with everything that is wrong with it */
export function readMemberships(io: Io, file: string): MembershipList {
  const bytes = readBytes(io, file);
  const refuse = (problems: readonly FileProblem[]) =>
    new FileError(
      `${file} cannot be compared with:`,
      problems.map((each) => formatProblem(file, each)),
    );
  const table = tableOf(bytes);
  if ("problems" in table) throw refuse(table.problems);
  const columns = columnsOf(table.header);
  const keys = columns.map(columnKey);
  const at = (names: readonly string[]) =>
    names.map((name) => keys.indexOf(name)).find((index) => index >= 0);
  const [group, member] = [at(GROUP), at(MEMBER)];
  if (group === undefined || member === undefined) {
    const message = `a line for each person in a group is wanted, with the columns group and email; its columns are ${columns.join(", ")}`;
    throw refuse([{ message }]);
  }
  const groups = new Map<string, Set<string>>();
  const problems: { line: number; message: string }[] = [];
  for (const { line, values } of table.rows) {
    const [name = "", cell = ""] = [values[group], values[member]];
    if (name === "" && cell === "") continue;
    const [email] = addressesIn(cell);
    if (name === "") problems.push({ line, message: `no group is named for ${cell}` });
    else if (cell !== "" && email === undefined)
      problems.push({ line, message: `"${cell}" is no e-mail address` });
    else groups.set(name, new Set([...(groups.get(name) ?? []), ...(email === undefined ? [] : [email])]));
  }
  if (problems.length > 0) throw refuse(problems);
  return { file, sha256: sha256(bytes), groups };
}
