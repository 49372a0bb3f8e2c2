import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";
import { foldEmail } from "../../member/email";
import { type RosterRows, rosterReader, yamlRows } from "../../people/roster-rows";
import type { DeclaredSince, RosterHistory } from "./since";

/** One version of a roster file. */
export interface RosterVersion {
  commit: string;
  date: string;
  text: string;
}

/** More are not read: of a file with a longer history the oldest of them is where it begins. */
const MOST_COMMITS = 400;
const MOST_BYTES = 256 * 1024 * 1024;

export function rosterRows(file: string, text: string): RosterRows {
  return (rosterReader(file) ?? yamlRows)(text);
}

/**
 * Pure: since when each person of a roster stands in it with the role that it gives them now.
 * @param versions the newest first
 * @param isCut whether the history goes on behind the last of them
 */
export function historyOf(
  file: string,
  text: string,
  versions: readonly RosterVersion[],
  isCut: boolean,
): RosterHistory {
  const since = new Map<string, DeclaredSince>();
  for (const [email, role] of rolesIn(file, text)) {
    since.set(email, { role, date: null, commit: null, orLonger: false });
  }
  const open = new Set(since.keys());
  for (const [index, { commit, date, text: earlier }] of versions.entries()) {
    const roles = rolesIn(file, earlier);
    for (const email of open) {
      const known = since.get(email);
      if (known === undefined || !roles.has(email) || roles.get(email) !== known.role) open.delete(email);
      else since.set(email, { ...known, commit, date, orLonger: isCut && index === versions.length - 1 });
    }
  }
  return { file, since };
}

function rolesIn(file: string, text: string): Map<string, string | null> {
  return new Map(
    rosterRows(file, text).rows.flatMap(({ fields }) =>
      fields.userName === undefined ? [] : [[foldEmail(fields.userName), fields.role ?? null]],
    ),
  );
}

/** Reads the versions of a file that git has, the newest first; undefined where it is in no repository. */
export async function gitVersions(
  path: string,
): Promise<{ versions: RosterVersion[]; isCut: boolean } | undefined> {
  const name = basename(path);
  const git = (...args: string[]) =>
    promisify(execFile)("git", ["-C", dirname(path), ...args], { maxBuffer: MOST_BYTES });
  try {
    const shallow = (await git("rev-parse", "--is-shallow-repository")).stdout.trim() === "true";
    const log = await git("log", `--max-count=${MOST_COMMITS + 1}`, "--format=%H %cI", "--", name);
    const commits = log.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split(" "));
    const versions: RosterVersion[] = [];
    for (const [commit = "", date = ""] of commits.slice(0, MOST_COMMITS)) {
      // A commit that took the file away ends what is known.
      const shown = await git("show", `${commit}:./${name}`).catch(() => undefined);
      if (shown === undefined) return { versions, isCut: false };
      versions.push({ commit, date, text: shown.stdout });
    }
    return { versions, isCut: shallow || commits.length > MOST_COMMITS };
  } catch {
    return undefined;
  }
}
