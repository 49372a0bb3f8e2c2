import { writeFileSync } from "node:fs";
import { CommanderError } from "commander";
import type { readSettings } from "../../provider/config.ts";
import type { MemberDirectory } from "../../provider/directory/member-directory.ts";
import type { createReader, createWriter } from "../../provider/scim/client.ts";
import type { Secret } from "../../provider/secret.ts";
import { type Answer, entriesOf } from "./answer.mts";
import { type Readers, runCheck } from "./check.mts";
import { exitCodeOf, type Line } from "./finding.mts";
import type { GroupLife } from "./life/group.mts";
import type { Life } from "./life/life.mts";
import { live } from "./life/live.mts";
import { groupAnnouncement, groupObjection, liveGroup, peopleOf } from "./life/live-group.mts";
import { announcement, objection, observe } from "./life/person.mts";
import { type ContractOptions, readOptions } from "./options.mts";
import { privateWords, scrubbed } from "./private-words.mts";
import { discovery, tokens } from "./reads/discovery.mts";
import { entries } from "./reads/entries.mts";
import { filters } from "./reads/filters.mts";
import { groups } from "./reads/groups.mts";
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

const READS = [discovery, tokens, paging, filters, entries, groups, headers].flat();

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
  const { sacrifice, sacrificeGroup } = options;
  const mayWrite = sacrifice !== undefined || sacrificeGroup !== undefined;
  const writer = mayWrite ? tested.createWriter({ ...client, token }) : undefined;
  try {
    const first = await wire.ask({ path: "/Users", query: { startIndex: "1", count: `${SAMPLE}` } });
    refuseWithoutListing(first);
    const sample = entriesOf(first) ?? [];
    const secrets = [token.reveal(), sacrifice ?? [], sacrificeGroup ?? [], ...privateWords(sample)].flat();

    // Before anything else, so that who may not be touched is told at once.
    const life =
      writer === undefined || sacrifice === undefined
        ? undefined
        : await begin(
            { wire, writer, directory: () => new tested.MemberDirectory(writer), email: sacrifice },
            tokenOwner,
            io,
          );
    const groupLife =
      writer === undefined || sacrificeGroup === undefined
        ? undefined
        : await beginGroup(
            { wire, writer, name: sacrificeGroup },
            sample.filter(({ userName }) => String(userName).toLowerCase() !== sacrifice?.toLowerCase()),
            io,
          );
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
    const told = ({ id }: Line) => io.stderr.write(`${id}\n`);
    const left: string[] = [];
    if (groupLife !== undefined) {
      const end = await liveGroup(groupLife, io.stop, told);
      lines.push(...end.lines);
      left.push(end.left);
      io.stderr.write(`Of the group ${JSON.stringify(groupLife.name)} is left: ${end.left}.\n`);
    }
    if (life !== undefined) {
      const end = await live(life, io.stop, told);
      lines.push(...end.lines);
      left.push(end.left);
      io.stderr.write(`${life.email} is left ${end.left}.\n`);
    }
    const report: Report = {
      versions: { package: tested.version, node: process.version },
      server: baseUrl.host === NOTION_HOST ? NOTION_HOST : "another",
      sacrifice: life !== undefined,
      sacrificeGroup: groupLife !== undefined,
      lines: lines.map((line) => scrubbed(line, secrets)),
    };
    print(report, options, io);
    return left.some((each) => each.startsWith("NOT")) ? EXIT.error : exitCodeOf(lines);
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

/** Says what will be done to the group. */
async function beginGroup(
  asking: Pick<GroupLife, "wire" | "writer" | "name">,
  sample: Parameters<typeof peopleOf>[0],
  io: Io,
): Promise<GroupLife> {
  const people = peopleOf(sample);
  if (people === undefined) throw new Stopped("A group needs three active members. Nothing was done.");
  const why = await groupObjection(asking.writer, asking.name);
  if (why !== undefined) throw new Stopped(`${why}. Nothing was done. Name a group that is not there.`);
  io.stderr.write(`${groupAnnouncement(asking.name)}\n`);
  return { ...asking, people, id: "", made: new Set() };
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
