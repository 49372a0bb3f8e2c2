import { writeFileSync } from "node:fs";
import { CommanderError } from "commander";
import type { readSettings } from "../../provider/config.ts";
import type { MemberDirectory } from "../../provider/directory/member-directory.ts";
import type { createReader, createWriter } from "../../provider/scim/client.ts";
import type { Secret } from "../../provider/secret.ts";
import { type Answer, entriesOf } from "./answer.mts";
import { type Readers, runCheck } from "./check.mts";
import { exitCodeOf, type Line } from "./finding.mts";
import type { Life } from "./life/life.mts";
import { live } from "./life/live.mts";
import { announcement, objection, observe } from "./life/person.mts";
import { type ContractOptions, readOptions } from "./options.mts";
import { privateWords, scrubbed } from "./private-words.mts";
import { discovery, tokens } from "./reads/discovery.mts";
import { entries } from "./reads/entries.mts";
import { filters } from "./reads/filters.mts";
import { headers } from "./reads/headers.mts";
import { paging } from "./reads/paging.mts";
import { jsonOf, type Report, tableOf } from "./report.mts";
import { isLocal, Wire, WRONG_TOKEN } from "./wire.mts";

/** What is held against the server: the package as it is built, or its source. */
export interface Package {
  version: string;
  readSettings: typeof readSettings;
  createReader: typeof createReader;
  createWriter: typeof createWriter;
  MemberDirectory: typeof MemberDirectory;
  Secret: typeof Secret;
}

export interface Io {
  stdout: { write(text: string): unknown; columns?: number | undefined };
  stderr: { write(text: string): unknown };
  env: NodeJS.ProcessEnv;
  /** Asks to end early; the person who is touched is still put back. */
  stop: AbortSignal;
}

const EXIT = { error: 1, usage: 64 } as const;
const NOTION_HOST = "api.notion.com";
const DEFAULT_COLUMNS = 160;
/** As many as a server that is somebody's is asked each second. */
const REQUESTS_PER_SECOND = 2;
const SAMPLE = 100;

const READS = [discovery, tokens, paging, filters, entries, headers].flat();

/** A reason to stop that is told as it is. */
class Stopped extends Error {}

/** `npm run contract`. Nothing is thrown. */
export async function contract(args: readonly string[], io: Io, tested: Package): Promise<number> {
  try {
    const options = readOptions(args, {
      out: (text) => io.stdout.write(text),
      err: (text) => io.stderr.write(text),
    });
    return await run(options, io, tested);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    io.stderr.write(`contract: ${error instanceof Error ? error.message : error}\n`);
    return EXIT.error;
  }
}

async function run(options: ContractOptions, io: Io, tested: Package): Promise<number> {
  const { token, baseUrl, tokenOwner } = tested.readSettings({
    env: { ...io.env, NOTION_SCIM_BASE_URL: options.baseUrl },
    config: () => undefined,
  });
  const wire = new Wire(baseUrl, token.reveal());
  const client = { baseUrl, ...(isLocal(baseUrl) ? {} : { requestsPerSecond: REQUESTS_PER_SECOND }) };
  const reader = tested.createReader({ ...client, token });
  const refused = tested.createReader({ ...client, token: new tested.Secret(WRONG_TOKEN) });
  const writer = options.sacrifice === undefined ? undefined : tested.createWriter({ ...client, token });
  try {
    const first = await wire.ask({ path: "/Users", query: { startIndex: "1", count: `${SAMPLE}` } });
    refuseWithoutListing(first);
    const sample = entriesOf(first) ?? [];
    const secrets = [token.reveal(), options.sacrifice ?? [], ...privateWords(sample)].flat();

    // Before anything else, so that who may not be touched is told at once.
    const life =
      writer &&
      (await begin(
        { wire, writer, directory: () => new tested.MemberDirectory(writer), email: options.sacrifice ?? "" },
        tokenOwner,
        io,
      ));
    const lines: Line[] = [];
    const readers: Readers = {
      wire,
      reader,
      directory: () => new tested.MemberDirectory(reader),
      refused,
      sample,
    };
    for (const check of READS) {
      if (io.stop.aborted) throw new Stopped("stopped before it was through; nobody was touched.");
      lines.push(await runCheck(check, readers));
    }
    let left = "";
    if (life !== undefined) {
      const end = await live(life, io.stop, ({ id }) => io.stderr.write(`${id}\n`));
      lines.push(...end.lines);
      left = end.left;
      io.stderr.write(`${life.email} is left ${left}.\n`);
    }
    const report: Report = {
      versions: { package: tested.version, node: process.version },
      server: baseUrl.host === NOTION_HOST ? NOTION_HOST : "another",
      sacrifice: life !== undefined,
      lines: lines.map((line) => scrubbed(line, secrets)),
    };
    print(report, options, io);
    return left.startsWith("NOT") ? EXIT.error : exitCodeOf(lines);
  } finally {
    await Promise.all([wire, reader, refused, writer].map((each) => each?.close()));
  }
}

/** Says what will be done to whom. */
async function begin(
  asking: Pick<Life, "wire" | "writer" | "directory" | "email">,
  tokenOwner: string | undefined,
  io: Io,
): Promise<Life> {
  const { writer, email } = asking;
  const before = await observe(writer, email);
  const why = objection(before, email, tokenOwner);
  if (why !== undefined) throw new Stopped(`${email} ${why}. Nothing was done. Name somebody else.`);
  io.stderr.write(`${announcement(before, email)}\n`);
  return { ...asking, before, id: before?.id ?? "", removedId: "" };
}

/** Every question needs a server that answers this one. */
function refuseWithoutListing(answer: Answer): void {
  if (answer.status === 200 && entriesOf(answer) !== undefined) return;
  const why = answer.status === 401 ? "the token is not accepted" : "check the address and the token";
  throw new Stopped(`GET /Users is answered by ${answer.status}: ${why}.`);
}

function print(report: Report, { format, output }: ContractOptions, { stdout }: Io): void {
  const text = format === "json" ? jsonOf(report) : tableOf(report, stdout.columns ?? DEFAULT_COLUMNS);
  if (output === undefined) stdout.write(text);
  else writeFileSync(output, text);
}
