import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";
import { foldEmail } from "../../provider/model/email";
import { parseRoster } from "../../provider/roster/roster";
import type { RosterRow } from "../../provider/roster/roster-rows";
import type { DeclaredSince, RosterHistory } from "./since";

/** One version of a roster file. */
export interface RosterVersion {
  commit: string;
  date: string;
  /** What the file was called then. */
  file: string;
  text: string;
}

/** More are not read: of a file with a longer history the oldest of them is where it begins. */
const MOST_COMMITS = 400;
const MOST_BYTES = 256 * 1024 * 1024;

/** Somebody on their way back through the versions. */
interface Tracked {
  /** Their address in the version that was looked at last. */
  email: string;
  /** The one that they had before, as that version says. */
  former: string | undefined;
  known: DeclaredSince;
}

/**
 * Pure: since when each person of a roster stands in it with the role that it gives them now, also under an address
 * that they had before.
 * @param versions the newest first
 */
export function historyOf(file: string, text: string, versions: readonly RosterVersion[]): RosterHistory {
  const open = new Map<string, Tracked>();
  const since = new Map<string, DeclaredSince>();
  for (const [email, { role, formerUserName }] of rowsIn(file, text)) {
    const known = { role: role ?? null, date: null, commit: null, orLonger: false };
    since.set(email, known);
    open.set(email, { email, former: formerUserName, known });
  }
  for (const [index, { commit, date, file, text }] of versions.entries()) {
    const rows = rowsIn(file, text);
    for (const [name, { email, former, known }] of open) {
      const before = rows.has(email) || former === undefined ? email : foldEmail(former);
      const row = rows.get(before);
      if (row === undefined || (row.role ?? null) !== known.role) {
        open.delete(name);
        continue;
      }
      const found = { ...known, commit, date, orLonger: index === versions.length - 1 };
      since.set(name, found);
      open.set(name, { email: before, former: row.formerUserName, known: found });
    }
  }
  return { file, since };
}

function rowsIn(file: string, text: string): Map<string, RosterRow["fields"]> {
  return new Map(parseRoster(file, text).rows.map(({ email, fields }) => [email, fields]));
}

/** Reads the versions of a file that git has, the newest first, also under earlier names; undefined where it is in no repository. */
export async function gitVersions(path: string): Promise<RosterVersion[] | undefined> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", ["-C", dirname(path), ...args], { maxBuffer: MOST_BYTES })).stdout;
  try {
    // --follow goes on behind a renaming; the names tell what to ask of each commit.
    const log = await git(
      ...["--literal-pathspecs", "-c", "core.quotePath=false", "log", "--follow", "--name-only"],
      ...[`--max-count=${MOST_COMMITS}`, "--format=%x00%H %cI", "--", basename(path)],
    );
    const versions: RosterVersion[] = [];
    let file = "";
    for (const entry of log.split("\0").filter((each) => each !== "")) {
      const [head = "", ...names] = entry.split("\n").filter((line) => line !== "");
      const [commit = "", date = ""] = head.split(" ");
      file = names.at(-1) ?? file;
      // A commit that took the file away ends what is known.
      const text = await git("show", `${commit}:${file}`).catch(() => undefined);
      if (text === undefined) return versions;
      versions.push({ commit, date, file, text });
    }
    return versions;
  } catch {
    return undefined;
  }
}
