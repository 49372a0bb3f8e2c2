import { createHash, randomUUID } from "node:crypto";
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileText, formatProblem } from "../../provider/roster/file-text";
import type { Secret } from "../../provider/secret";
import { FileError } from "./errors";
import { sanitize } from "./text";

/** A place for text: a stream of the process, or a test's list of strings. */
export interface Sink {
  write(text: string): void;
  isTTY: boolean;
  /** Width of the terminal; undefined where there is none. */
  columns: number | undefined;
}

/** What a run of the program has of the world around it. */
export interface Io {
  /** Data alone. */
  stdout: Sink;
  /** Progress, notes and errors. */
  stderr: Sink;
  env: NodeJS.ProcessEnv;
  /** Relative file names are meant from here. */
  cwd: string;
  /** The present, read once in a run: milliseconds since 1970. */
  now: number;
  /** Values that output for people never shows. Code that reads a secret adds it; a program that reads none has no list. */
  secrets?: Secret[];
}

/** A text for people without what is secret. Data (JSON, CSV, a roster) is written as it is. */
export function redact({ secrets = [] }: Io, text: string): string {
  return secrets.reduce((each, secret) => secret.scrub(each), text);
}

/** The same world, in which stderr shows no secret that is read from now on. */
export function withRedaction(io: Io): Io {
  const hiding: Io = { ...io, secrets: [] };
  const { isTTY, columns } = io.stderr;
  hiding.stderr = { write: (text) => io.stderr.write(redact(hiding, text)), isTTY, columns };
  return hiding;
}

/** One line for the person who runs the program; names, roles and groups in it are Notion's words. */
export function note(io: Io, line: string): void {
  io.stderr.write(`${sanitize(line)}\n`);
}

/** The text of a file that a program wrote, without its byte order mark. @throws {FileError} when it cannot be read, or is not UTF-8 */
export function readText(io: Io, file: string): string {
  return readContent(io, file, "a program").text.replace(/^\uFEFF/, "");
}

/** The text of a file as it stands, and the digest of its bytes. @throws {FileError} when it cannot be read, or is not UTF-8 */
export function readContent(io: Io, file: string, from?: "a program"): { text: string; sha256: string } {
  const bytes = readBytes(io, file);
  const content = fileText(bytes, from);
  if ("problem" in content) throw new FileError(`${formatProblem(file, content.problem)}.`);
  return { text: content.text, sha256: sha256(bytes) };
}

/** SHA-256 in hexadecimal digits, as `sha256sum` prints it. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** @throws {FileError} when the file cannot be read */
export function readBytes(io: Io, file: string): Buffer {
  return reading(file, () => readFileSync(resolve(io.cwd, file)));
}

/** When a file was written last, in milliseconds since 1970. @throws {FileError} when the file cannot be read */
export function modifiedAt(io: Io, file: string): number {
  return reading(file, () => statSync(resolve(io.cwd, file)).mtimeMs);
}

/** Whether there is a file of this name with something in it: a device or an empty file is none to lose. */
export function holdsSomething(io: Io, file: string): boolean {
  try {
    const stats = statSync(resolve(io.cwd, file));
    return stats.isFile() && stats.size > 0;
  } catch {
    // Not there, or not to be reached: who writes it says so.
    return false;
  }
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new FileError(`Could not read ${file}: ${codeOf(error)}. Check the name and where it is.`);
  }
}

/** Writes files whole: a rename puts each text in its place once all of them are on the disk. A file keeps its mode. */
export function writeWhole(io: Io, files: { file: string; text: string }[]): void {
  const ready: { from: string; to: string }[] = [];
  try {
    for (const { file, text } of files) {
      const place = destination(resolve(io.cwd, file));
      // A device or a pipe (/dev/null, >(less)) is written to, never replaced.
      if (place === undefined) writeFileSync(resolve(io.cwd, file), text);
      else {
        const { to, mode } = place;
        const from = `${to}.${randomUUID()}.tmp`;
        ready.push({ from, to });
        writeFileSync(from, text, { flag: "wx" });
        if (mode !== undefined) chmodSync(from, mode);
      }
    }
    for (const { from, to } of ready) renameSync(from, to);
  } catch (error) {
    for (const { from } of ready) removeIfThere(from);
    const names = files.map(({ file }) => file).join(" and ");
    throw new FileError(`Could not write ${names}: ${codeOf(error)}. Name a place where you may write.`);
  }
}

/** What cannot even be looked for was not written. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** The file behind a path, links followed, and its mode if it is there; undefined where it is something other than a file. */
function destination(path: string): { to: string; mode?: number } | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { to: path };
  return stats.isFile() ? { to: realpathSync(path), mode: stats.mode & 0o7777 } : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
