import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type Io, readContent } from "../cli/io";
import { parseBaseline } from "../drift/baseline";
import { dateInName } from "../sources/dates";
import { FILES } from "./files";
import type { Manifest } from "./manifest";
import { readReview } from "./review-folder";
import type { EarlierList } from "./since";

type Listed = Manifest["baselines"][number];

/** A baseline with what the manifest says of it. */
export interface Baseline {
  list: EarlierList;
  listed: Listed;
}

/**
 * Reads earlier lists of members, the newest first: reports in JSON, or folders of earlier reviews.
 * @throws {FileError}
 */
export function readEarlierLists(io: Io, files: readonly string[]): Baseline[] {
  return files
    .map((file) => (isFolder(io, file) ? ofReview(io, file) : ofReport(io, file)))
    .sort((a, b) => Date.parse(b.list.date) - Date.parse(a.list.date));
}

function isFolder(io: Io, file: string): boolean {
  return statSync(resolve(io.cwd, file), { throwIfNoEntry: false })?.isDirectory() === true;
}

function ofReport(io: Io, file: string): Baseline {
  const { text, sha256 } = readContent(io, file);
  const { users, groups } = parseBaseline(text.replace(/^\uFEFF/, ""), file);
  const name = basename(file);
  const inGroups = new Map<string, string[]>();
  for (const { displayName, members } of groups)
    for (const { id } of members) inGroups.set(id, [...(inGroups.get(id) ?? []), displayName]);
  return withList(
    { name, file: name, ...dateOf(io, file), sha256 },
    users.map((user) => ({ ...user, groups: inGroups.get(user.id) ?? [] })),
    groups.map(({ id, displayName, complete }) => ({ id, name: displayName, complete })),
  );
}

function ofReview(io: Io, folder: string): Baseline {
  const { manifest, people, manifestSha256 } = readReview(io, folder);
  const file = join(basename(folder), FILES.manifest);
  const listed = {
    name: `the review ${manifest.name}`,
    file,
    date: manifest.openedAt,
    dateFrom: "its manifest",
  };
  const groups = manifest.groups.map((group) => ({ ...group, complete: true }));
  return withList({ ...listed, sha256: manifestSha256 }, people, groups);
}

function withList(
  listed: Listed,
  users: readonly { id: string; role: string | null; groups: readonly string[] }[],
  groups: readonly { id: string; name: string; complete: boolean }[],
): Baseline {
  const { name, date, dateFrom } = listed;
  const list = {
    ...{ name, date, dateFrom },
    roles: new Map(users.map(({ id, role }) => [id, role])),
    groups: new Map(users.map(({ id, groups }) => [id, groups])),
    groupNames: new Map(groups.map(({ id, name }) => [id, name])),
    cut: new Set(groups.flatMap(({ name, complete }) => (complete ? [] : [name]))),
  };
  return { list, listed };
}

/** A report does not say when it was made: the same workspace gives the same bytes. */
function dateOf(io: Io, file: string): { date: string; dateFrom: string } {
  const named = dateInName(basename(file));
  if (named !== undefined) return { date: named, dateFrom: "the file's name" };
  const { mtimeMs } = statSync(resolve(io.cwd, file));
  return { date: new Date(mtimeMs).toISOString(), dateFrom: "the file's time" };
}
