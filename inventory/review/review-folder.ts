import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { FileError } from "../cli/errors";
import { type Io, readContent, writeWhole } from "../cli/io";
import { type RosterFile, readRosterFile } from "../live/roster";
import { type Closing, parseClosing, parseReadings, type Readings } from "./closing";
import { type Decision, type DecisionFile, judge, parseDecisions } from "./decisions";
import { FILES, isDecisionsFile, rosterCopyOf } from "./files";
import { type Manifest, parseManifest } from "./manifest";
import type { Person } from "./person";
import { parsePopulation } from "./population-csv";

/** A review whose files are as they were when it was opened. */
export interface OpenedReview {
  manifest: Manifest;
  /** SHA-256 of its bytes: what decisions name. */
  manifestSha256: string;
  people: Person[];
  populationSha256: string;
  /** The roster as it was then; undefined: none was named. */
  roster: RosterFile | undefined;
  /** SHA-256 of each file of the opening, by name. */
  files: Record<string, string>;
}

/** A review that was closed, with the decisions that it was closed with. */
export interface ClosedReview extends OpenedReview {
  closing: Closing;
  closingSha256: string;
  decisions: Decision[];
  /** What was found since; undefined: nobody looked. */
  readings: Readings | undefined;
}

/** Makes the folder of a review. @throws {FileError} when it holds something already */
export function makeFolder(io: Io, folder: string): void {
  const path = resolve(io.cwd, folder);
  try {
    mkdirSync(path, { recursive: true });
    if (readdirSync(path).length === 0) return;
  } catch (error) {
    throw new FileError(`Could not make the folder ${folder}: ${(error as NodeJS.ErrnoException).code}.`);
  }
  throw new FileError(
    `${folder} is not empty, and a review is not written over: name another folder with --output.`,
  );
}

/** Files of a review by their names, as texts with their place. */
export function inFolder(
  folder: string,
  files: Partial<Record<string, string>>,
): { file: string; text: string }[] {
  return Object.entries(files).flatMap(([file, text]) =>
    text === undefined ? [] : [{ file: join(folder, file), text }],
  );
}

export function writeFiles(io: Io, folder: string, files: Partial<Record<string, string>>): void {
  writeWhole(io, inFolder(folder, files));
}

/** Reads a review and holds every file of its opening against its digest. @throws {FileError} */
export function readReview(io: Io, folder: string): OpenedReview {
  const manifestFile = contentOf(io, folder, FILES.manifest);
  const manifest = parseManifest(join(folder, FILES.manifest), manifestFile.text);
  const copy = rosterCopyOf(manifest.roster);
  const names = [FILES.population, FILES.manifest, FILES.page, ...(copy === undefined ? [] : [copy])];
  const sumsFile = contentOf(io, folder, FILES.sums);
  const sums = parseSums(join(folder, FILES.sums), sumsFile.text);
  const files: Record<string, string> = { [FILES.sums]: sumsFile.sha256 };
  for (const name of names) {
    const { sha256: found } = contentOf(io, folder, name);
    mustBe(join(folder, name), found, sums.get(name));
    files[name] = found;
  }
  const population = contentOf(io, folder, FILES.population);
  for (const [name, { sha256: wanted }] of Object.entries(manifest.files)) {
    mustBe(join(folder, name), files[name] ?? "that of no file of a review", wanted);
  }
  if (manifest.files[FILES.population] === undefined) {
    throw new FileError(`${join(folder, FILES.manifest)} names no ${FILES.population}.`);
  }
  return {
    manifest,
    manifestSha256: manifestFile.sha256,
    people: parsePopulation(join(folder, FILES.population), population.text, manifest.openedAt),
    populationSha256: population.sha256,
    roster: copy === undefined ? undefined : readRosterFile(io, join(folder, copy)),
    files,
  };
}

/** The names of the files with decisions in the folder. @throws {FileError} when there is none */
export function decisionFilesIn(io: Io, folder: string): string[] {
  const found = readdirSync(resolve(io.cwd, folder)).filter(isDecisionsFile).sort();
  if (found.length === 0) {
    throw new FileError(
      `${folder} holds no decisions. Open ${FILES.page} in a browser, decide, and put the decisions.csv that it exports into the folder.`,
    );
  }
  return found;
}

export function readDecisions(io: Io, folder: string, file: string): DecisionFile & { sha256: string } {
  const { text, sha256 } = contentOf(io, folder, file);
  return { ...parseDecisions(file, text), sha256 };
}

/** Reads a closed review and holds every file against the digest that it was closed with. @throws {FileError} */
export function readClosedReview(io: Io, folder: string): ClosedReview {
  const { text, sha256: closingSha256 } = contentOf(
    io,
    folder,
    FILES.closed,
    "Close the review first: `notion-inventory review close --write`.",
  );
  const closing = parseClosing(join(folder, FILES.closed), text);
  for (const { file, sha256: wanted } of [
    ...closing.opened,
    ...closing.decisions,
    ...(closing.edit === null ? [] : [closing.edit]),
  ]) {
    mustBe(join(folder, file), contentOf(io, folder, file).sha256, wanted);
  }
  const opened = readReview(io, folder);
  const { decisions, problems } = judge(
    {
      people: opened.people,
      review: opened.manifestSha256,
      openedAt: opened.manifest.openedAt,
      now: Date.parse(closing.closedAt),
    },
    closing.decisions.map(({ file }) => readDecisions(io, folder, file)),
  );
  if (problems.length > 0)
    throw new FileError(`${folder} was not closed with these decisions: ${problems[0]}.`);
  const readings = readingsIn(io, folder);
  if (readings !== undefined) mustBe(join(folder, FILES.closed), closingSha256, readings.closed);
  return { ...opened, closing, closingSha256, decisions, readings };
}

function readingsIn(io: Io, folder: string): Readings | undefined {
  if (!has(io, folder, FILES.readings)) return undefined;
  return parseReadings(join(folder, FILES.readings), contentOf(io, folder, FILES.readings).text);
}

export function has(io: Io, folder: string, file: string): boolean {
  return readdirSync(resolve(io.cwd, folder)).includes(file);
}

/** The text of a file and the digest of its bytes. @throws {FileError} also when it is not UTF-8 */
function contentOf(
  io: Io,
  folder: string,
  file: string,
  hint = "Is this the folder of a review?",
): { text: string; sha256: string } {
  try {
    return readContent(io, join(folder, file));
  } catch (error) {
    throw error instanceof FileError ? new FileError(`${error.message} ${hint}`) : error;
  }
}

/** As `sha256sum` writes and checks them. */
export function sumsText(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([file, digest]) => `${digest}  ${file}\n`)
    .join("");
}

function parseSums(file: string, text: string): Map<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line, index) => {
      const [, digest, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      if (digest === undefined || name === undefined) {
        throw new FileError(`${file}, line ${index + 1}: it is no line of sha256sum.`);
      }
      return [name, digest];
    }),
  );
}

function mustBe(file: string, found: string, wanted: string | undefined): void {
  if (found === wanted) return;
  throw new FileError(
    `${file} is not what it was: its SHA-256 is ${found}, and ${wanted ?? "none"} was written down. ` +
      "Put back the file as it was; a review of something else is opened anew.",
  );
}
