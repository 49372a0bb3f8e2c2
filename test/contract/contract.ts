import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../../provider/config";
import { MemberDirectory } from "../../provider/directory/member-directory";
import { createReader, createWriter } from "../../provider/scim/client";
import { Secret } from "../../provider/secret";
import type { Line } from "./finding.mts";
import type { Report } from "./report.mts";
import { contract, type Package } from "./run.mts";

/** The package as its source is, with retries that do not make a test wait. */
const retry = { attempts: 3, minDelayMs: 1, maxDelayMs: 5 };
const tested: Package = {
  version: "source",
  readSettings,
  createReader: (options) => createReader({ ...options, retry }),
  createWriter: (options) => createWriter({ ...options, retry }),
  MemberDirectory,
  Secret,
};

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
  /** What was written to the file; empty where nothing was. */
  json: string;
  report: Report;
  /** Of one question. */
  line(id: string): Line;
}

/** Runs the contract against a server, and reads its report. */
export async function runContract(
  target: { baseUrl: string; token: string },
  args: readonly string[] = [],
  {
    env = {},
    stop = new AbortController().signal,
    bare = false,
    heard = () => {},
  }: {
    env?: NodeJS.ProcessEnv;
    stop?: AbortSignal;
    /** The arguments as they are, without the address. */
    bare?: boolean;
    /** Told what is written to stderr, as it is. */
    heard?: (text: string) => void;
  } = {},
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-contract-"));
  try {
    const file = join(folder, "report.json");
    const written = { stdout: "", stderr: "" };
    const sink = (stream: keyof typeof written) => ({
      write: (text: string) => {
        written[stream] += text;
        if (stream === "stderr") heard(text);
      },
    });
    const io = {
      stdout: sink("stdout"),
      stderr: sink("stderr"),
      env: { NOTION_SCIM_TOKEN: target.token, ...env },
      stop,
    };
    const usual = ["--base-url", target.baseUrl, "--format", "json", "--output", file];
    const code = await contract(bare ? args : [...usual, ...args], io, tested);
    const json = existsSync(file) ? readFileSync(file, "utf8") : "";
    const report = (json.startsWith("{") ? JSON.parse(json) : { lines: [] }) as Report;
    const line = (id: string) => {
      const found = report.lines.find((each) => each.id === id);
      if (found === undefined) throw new Error(`No line ${id}; ${written.stderr}`);
      return found;
    };
    return { code, ...written, report, json, line };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The questions that the package does not cope with. */
export function failed({ report }: Run): string[] {
  return report.lines.filter(({ verdict }) => verdict === "fails").map(({ id }) => id);
}
