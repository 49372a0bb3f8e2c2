import type { Command } from "commander";
import { FileError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { note } from "../cli/io";
import { formatCount, sanitize } from "../cli/text";
import { settingsOf } from "../live/connection";
import { readWorkspace } from "../live/read-workspace";
import { doubtsOf } from "../live/workspace";
import { addStackOptions, type Context, type Run, type StackOptions, stackOf } from "../options";
import { readingsText } from "./closing";
import { evidence } from "./evidence";
import { FILES } from "./files";
import { nameIn } from "./names";
import { type ClosedReview, readClosedReview, writeFiles } from "./review-folder";
import { findingsOf, latestFindings, type Reading, revocations } from "./revocation";

export function addReviewVerify(review: Command, run: Run): void {
  const command = review
    .command("verify <folder>")
    .description("check that the access that a closed review revoked is gone, and since which reading")
    .addHelpText("after", EXAMPLES)
    .action((folder: string, options: StackOptions) => run((context) => verify(context, folder, options)));
  addStackOptions(command);
}

const EXAMPLES = `
Each reading is kept in readings.json and completes evidence.md.
Exit codes: 0 all access that is due is gone, 2 something is still there, 3 the listing could not be proven complete, 1 error.

Examples:
  notion-inventory review verify reviews/2026-Q4`;

async function verify({ io, wire }: Context, folder: string, options: StackOptions): Promise<ExitCode> {
  const review = readClosedReview(io, folder);
  const settings = await settingsOf(io, stackOf(options, io));
  const address = settings.baseUrl.href.replace(/\/$/, "");
  if (address !== review.manifest.workspace) {
    throw new FileError(
      `${folder} is a review of ${review.manifest.workspace}, and the address now is ${address}: nothing was read.`,
    );
  }
  const users = revocations(review.decisions).map(({ person: { id, userName } }) => ({ id, who: userName }));
  const groupIds = Map.groupBy(review.manifest.groups, ({ name }) => sanitize(name));
  const names = new Set(review.decisions.flatMap(({ groups }) => groups));
  const asked = [...names].flatMap((name) => groupIds.get(name) ?? []);
  const { workspace, gone, requests } = await readWorkspace({ io, wire }, settings, {
    groups: asked.length > 0,
    expected: { users, groups: asked },
  });
  const doubts = doubtsOf(workspace, []);
  mustBeTheSame(review, new Set(workspace.users.map(({ id }) => id)));
  if (doubts.length > 0 || workspace.unreadable.size > 0) {
    for (const sentence of doubts) note(io, `INCOMPLETE: ${sentence}`);
    if (workspace.unreadable.size > 0) {
      note(io, `INCOMPLETE: ${formatCount(workspace.unreadable.size, "member")} cannot be read.`);
    }
    note(io, "This reading proves nothing and was not kept. Run it again.");
    return EXIT.incomplete;
  }
  const reading: Reading = {
    at: new Date(io.now).toISOString(),
    requests,
    findings: findingsOf(
      review.decisions,
      {
        ...{ users: workspace.users, groups: workspace.groups, gone },
        groupIds: new Map([...groupIds].map(([name, groups]) => [name, groups.map(({ id }) => id)])),
      },
      io.now,
    ),
  };
  const readings = {
    kind: "notion-inventory review readings" as const,
    version: 1 as const,
    closed: review.closingSha256,
    readings: [...(review.readings?.readings ?? []), reading],
  };
  writeFiles(io, folder, {
    [FILES.readings]: readingsText(readings),
    [FILES.evidence]: evidence({ ...review, readings }),
  });
  const found = latestFindings(readings.readings);
  const nameOf = nameIn(review.people);
  for (const { done, found: words, since, ...who } of found) {
    const state = done === null ? "not due" : done ? "gone" : "STILL THERE";
    const line = `${state.padEnd(11)}  ${nameOf(who)}: ${words} (since the reading of ${since})`;
    io.stdout.write(`${sanitize(line)}\n`);
  }
  const still = found.filter(({ done }) => done === false).length;
  note(
    io,
    `${formatCount(found.length, "decision")} other than keep, ${still} still there. ${FILES.evidence} is completed.`,
  );
  return still > 0 ? EXIT.drift : EXIT.fine;
}

/**
 * A workspace that holds nobody of the review is another one: there everybody would be gone. So it is where most of those
 * who were kept are missing, as one person may be a member of both.
 */
function mustBeTheSame({ people, decisions }: ClosedReview, listed: ReadonlySet<string>): void {
  const kept = decisions
    .filter(({ kind }) => kind === "keep" || kind === "groups")
    .map(({ person }) => person);
  const expected = kept.length > 1 ? kept : people;
  const found = expected.filter(({ id }) => listed.has(id)).length;
  if (expected.length < 2 || (expected === kept ? found * 2 >= kept.length : found > 0)) return;
  const who = expected === kept ? "people who keep their access" : "people of the review";
  throw new FileError(
    `${found === 0 ? "None" : `Only ${found}`} of the ${expected.length} ${who} ${found > 1 ? "are" : "is"} in this workspace: the token is most likely one of another workspace. Nothing was written.`,
  );
}
