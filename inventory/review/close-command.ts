import { basename } from "node:path";
import type { Command } from "commander";
import { FileError } from "../cli/errors";
import { EXIT, type ExitCode } from "../cli/exit-code";
import { type Io, note, sha256, writeWhole } from "../cli/io";
import { formatCount } from "../cli/text";
import { VERSIONS } from "../cli/versions";
import { editedRoster, printDiff } from "../edit/roster-edit";
import { unifiedDiff } from "../edit/unified-diff";
import { readRosterFile } from "../live/roster";
import type { Context, Run } from "../options";
import { type Closing, closingOf, closingText } from "./closing";
import { judge } from "./decisions";
import { evidence, formatDecision } from "./evidence";
import { FILES } from "./files";
import { nameIn } from "./names";
import {
  type ClosedReview,
  decisionFilesIn,
  has,
  inFolder,
  readDecisions,
  readReview,
} from "./review-folder";
import { revocations } from "./revocation";
import { type Remark, rosterChanges } from "./roster-changes";
import { rosterSince } from "./roster-since";

interface Options {
  roster?: string;
  write: boolean;
}

export function addReviewClose(review: Command, run: Run): void {
  review
    .command("close <folder>")
    .description("check the decisions, write the evidence, and turn the decisions into an edit of the roster")
    .option("--roster <file>", "the roster to edit; default: the one that the review was opened with")
    .option("--write", "close the review and edit the roster; default: print the edit, write nothing", false)
    .addHelpText("after", EXAMPLES)
    .action((folder: string, options: Options) => run((context) => close(context, folder, options)));
}

const EXAMPLES = `
Every file of the folder that is called decisions*.csv counts. The edit goes to stdout as a unified diff. --write
edits the roster and puts the edit (roster.patch), closed.json and evidence.md into the folder. Notion is not
changed: the edit takes the way of every other change of the roster. A person can be taken out of the groups that
their row names; other groups are listed as things to do by hand.

Examples:
  notion-inventory review close reviews/2026-Q4
  notion-inventory review close reviews/2026-Q4 --roster members.csv --write`;

async function close({ io }: Context, folder: string, options: Options): Promise<ExitCode> {
  const review = readReview(io, folder);
  if (has(io, folder, FILES.closed)) {
    throw new FileError(
      `${folder} is closed already. \`notion-inventory review verify ${folder}\` looks what became of it.`,
    );
  }
  const { manifest, people } = review;
  const left = [FILES.edit, FILES.readings, FILES.evidence].filter((file) => has(io, folder, file));
  if (left.length > 0) {
    throw new FileError(
      `${folder} was closed before: ${left.join(" and ")} ${left.length === 1 ? "is" : "are"} there, and ${FILES.closed} is not. ` +
        `Put ${FILES.closed} back as it was (from Git). If a run was broken off while it closed, delete ${left.join(" and ")} first.`,
    );
  }
  const files = decisionFilesIn(io, folder).map((file) => readDecisions(io, folder, file));
  const { decisions, problems } = judge(
    { people, review: review.manifestSha256, openedAt: manifest.openedAt, now: io.now },
    files,
  );
  if (problems.length > 0) {
    throw new FileError(`${folder} is not closed:`, problems, "Nothing was written.");
  }
  const file = options.roster ?? manifest.roster?.file;
  const roster = file === undefined ? undefined : readRosterFile(io, file);
  const edit = rosterChanges({
    decisions,
    roster,
    openedWith:
      manifest.roster === null || review.roster === undefined
        ? undefined
        : { file: manifest.roster.file, rows: review.roster.rows },
    review: manifest.name,
    now: io.now,
  });
  const since =
    roster === undefined || review.roster === undefined
      ? { changed: [], joined: [] }
      : rosterSince(people, review.roster.rows, roster.rows);
  const edited =
    roster === undefined || edit.changes.length === 0
      ? undefined
      : editedRoster(basename(roster.file), roster, edit.changes, "Nothing was written.");
  const diff =
    roster === undefined || edited === undefined
      ? ""
      : unifiedDiff(basename(roster.file), roster.text, edited.text);
  const closing = closingOf({
    closedAt: new Date(io.now).toISOString(),
    opened: Object.entries(review.files).map(([file, sha256]) => ({ file, sha256 })),
    decisions: files.map(({ file, sha256 }) => ({ file, sha256 })),
    roster: roster === undefined ? null : { file: basename(roster.file), sha256: roster.sha256 },
    edit: diff === "" ? null : { file: FILES.edit, sha256: sha256(diff) },
    byHand: noted(edit.byHand),
    settled: noted(edit.settled),
    drifted: noted(edit.drifted),
    changedSince: noted(since.changed),
    joinedSince: since.joined,
    versions: VERSIONS,
  });
  const text = closingText(closing);
  const closed = { ...review, closing, closingSha256: sha256(text), decisions, readings: undefined };
  if (options.write) {
    // All or nothing: a review that is closed and a roster that stayed as it was would not go together.
    writeWhole(io, [
      ...(roster === undefined || edited === undefined ? [] : [{ file: roster.file, text: edited.text }]),
      ...inFolder(folder, {
        ...(diff === "" ? {} : { [FILES.edit]: diff }),
        [FILES.evidence]: evidence(closed),
        [FILES.closed]: text,
      }),
    ]);
  }
  printDiff(io, diff);
  printSummary(io, closed, [...(edited?.notes ?? []), ...added(edit.added)]);
  printNextStep(io, folder, closing, options);
  return EXIT.fine;
}

const noted = (remarks: readonly Remark[]) =>
  remarks.map(({ person: { id, userName }, text }) => ({ id, userName, text }));

const added = (remarks: readonly Remark[]) =>
  remarks.map(({ person: { userName }, text }) => `${userName} ${text}.`);

/** More than fit on a screen nobody reads. */
const MOST_LINES = 30;

function printSummary(io: Io, { decisions, closing, people }: ClosedReview, notes: readonly string[]): void {
  const nameOf = nameIn(people);
  const list = <T>(all: readonly T[], lineOf: (one: T) => string) => {
    for (const one of all.slice(0, MOST_LINES)) note(io, lineOf(one));
    if (all.length > MOST_LINES) note(io, `  … and ${all.length - MOST_LINES} more, in ${FILES.evidence}`);
  };
  const revoked = revocations(decisions);
  note(io, `${formatCount(decisions.length, "decision")}, ${revoked.length} of them other than keep.`);
  list(revoked, (each) => `  ${nameOf(each.person)}: ${formatDecision(each)} (${each.reason})`);
  const { changedSince, joinedSince, settled, drifted, byHand } = closing;
  if (changedSince.length > 0) note(io, "Changed in the roster since the review was opened:");
  list(changedSince, (each) => `  ${nameOf(each)}: ${each.text}`);
  if (joinedSince.length > 0) note(io, "Added to the roster since, and not reviewed:");
  list(joinedSince, (email) => `  ${email}`);
  for (const sentence of notes) note(io, sentence);
  list(settled, (each) => `Nothing to edit: ${nameOf(each)}: ${each.text}.`);
  list(byHand, (each) => `By hand: ${nameOf(each)}: ${each.text}.`);
  list(drifted, (each) => `Drifted: ${nameOf(each)}: ${each.text}.`);
}

function printNextStep(io: Io, folder: string, closing: Closing, { roster, write }: Options): void {
  const where = roster ?? closing.roster?.file ?? "";
  if (!write) {
    const edits = closing.edit === null ? "" : ` and edits ${where}`;
    note(io, `Nothing was written: --write closes the review${edits}.`);
    return;
  }
  if (closing.edit !== null) {
    note(
      io,
      `${where} is edited. Commit it and open a pull request: \`pulumi preview\` shows what happens to each person.`,
    );
  }
  const up = closing.drifted.length === 0 ? "pulumi up" : "pulumi up --refresh";
  note(io, `${FILES.evidence} is in ${folder}. After \`${up}\`: notion-inventory review verify ${folder}`);
}
