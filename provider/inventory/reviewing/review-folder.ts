import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FileError } from "../console/errors";
import { type Io, writeWhole } from "../console/io";
import { type Closing, parseClosing, parseReadings, type Readings } from "./closing";
import { type Decision, type DecisionFile, judge, parseDecisions } from "./decisions";
import { sha256 } from "./digest";
import { type Manifest, parseManifest } from "./manifest";
import type { Person } from "./person";
import { parsePopulation } from "./population-csv";

/** The files of a review, by their names in its folder. */
export const FILES = {
  population: "population.csv",
  page: "review.html",
  manifest: "manifest.json",
  closed: "closed.json",
  edit: "roster.patch",
  readings: "readings.json",
  evidence: "evidence.md",
} as const;

/** `decisions.csv`, or one of several reviewers. */
const DECISIONS_FILE = /^decisions.*\.csv$/i;

/** A review whose files are as they were when it was opened. */
export interface OpenedReview {
  manifest: Manifest;
  manifestSha256: string;
  people: Person[];
  populationSha256: string;
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

export function writeFiles(io: Io, folder: string, files: Partial<Record<string, string>>): void {
  writeWhole(
    io,
    Object.entries(files).flatMap(([file, text]) =>
      text === undefined ? [] : [{ file: join(folder, file), text }],
    ),
  );
}

/** Reads a review, and holds its population against its manifest. @throws {FileError} */
export function readReview(io: Io, folder: string): OpenedReview {
  const manifestText = textOf(io, folder, FILES.manifest);
  const manifest = parseManifest(join(folder, FILES.manifest), manifestText);
  const population = textOf(io, folder, FILES.population);
  const populationSha256 = sha256(population);
  mustBe(join(folder, FILES.population), populationSha256, manifest.files[FILES.population]?.sha256);
  return {
    manifest,
    manifestSha256: sha256(manifestText),
    people: parsePopulation(join(folder, FILES.population), population),
    populationSha256,
  };
}

/** The names of the files with decisions in the folder. @throws {FileError} when there is none */
export function decisionFilesIn(io: Io, folder: string): string[] {
  const found = readdirSync(resolve(io.cwd, folder))
    .filter((file) => DECISIONS_FILE.test(file))
    .sort();
  if (found.length === 0) {
    throw new FileError(
      `${folder} holds no decisions. Open ${FILES.page} in a browser, decide, and put the decisions.csv that it exports into the folder.`,
    );
  }
  return found;
}

export function readDecisions(io: Io, folder: string, file: string): DecisionFile & { sha256: string } {
  const text = textOf(io, folder, file);
  return { ...parseDecisions(file, text), sha256: sha256(text) };
}

/** Reads a closed review and holds every file against the digest that it was closed with. @throws {FileError} */
export function readClosedReview(io: Io, folder: string): ClosedReview {
  const opened = readReview(io, folder);
  const text = textOf(io, folder, FILES.closed, "Close the review first: `notion-inventory review close`.");
  const closing = parseClosing(join(folder, FILES.closed), text);
  mustBe(join(folder, FILES.manifest), opened.manifestSha256, closing.manifest);
  const files = closing.decisions.map(({ file, sha256: wanted }) => {
    const read = readDecisions(io, folder, file);
    mustBe(join(folder, file), read.sha256, wanted);
    return read;
  });
  if (closing.edit !== null) {
    mustBe(
      join(folder, closing.edit.file),
      sha256(textOf(io, folder, closing.edit.file)),
      closing.edit.sha256,
    );
  }
  const { decisions, problems } = judge(
    opened.people,
    opened.populationSha256,
    files,
    Date.parse(closing.closedAt),
  );
  if (problems.length > 0)
    throw new FileError(`${folder} was not closed with these decisions: ${problems[0]}.`);
  const closingSha256 = sha256(text);
  const readings = readingsIn(io, folder);
  if (readings !== undefined) mustBe(join(folder, FILES.closed), closingSha256, readings.closed);
  return { ...opened, closing, closingSha256, decisions, readings };
}

function readingsIn(io: Io, folder: string): Readings | undefined {
  if (!has(io, folder, FILES.readings)) return undefined;
  return parseReadings(join(folder, FILES.readings), textOf(io, folder, FILES.readings));
}

export function has(io: Io, folder: string, file: string): boolean {
  return readdirSync(resolve(io.cwd, folder)).includes(file);
}

function textOf(io: Io, folder: string, file: string, hint = "Is this the folder of a review?"): string {
  try {
    return readFileSync(resolve(io.cwd, folder, file), "utf8");
  } catch (error) {
    throw new FileError(
      `Could not read ${join(folder, file)}: ${(error as NodeJS.ErrnoException).code}. ${hint}`,
    );
  }
}

function mustBe(file: string, found: string, wanted: string | undefined): void {
  if (found === wanted) return;
  throw new FileError(
    `${file} is not what it was: its SHA-256 is ${found}, and ${wanted ?? "none"} was written down. ` +
      "Put back the file as it was; a review of something else is opened anew.",
  );
}
