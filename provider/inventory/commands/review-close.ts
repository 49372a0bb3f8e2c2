import { basename } from "node:path";
import type { Command } from "commander";
import { FileError } from "../console/errors";
import { EXIT, type ExitCode } from "../console/exit-code";
import { type Io, note, writeWhole } from "../console/io";
import { counted } from "../console/text";
import { VERSIONS } from "../console/versions";
import { unifiedDiff } from "../printing/unified-diff";
import { closingText } from "../reviewing/closing";
import { type Decision, judge } from "../reviewing/decisions";
import { sha256 } from "../reviewing/digest";
import { decisionWords, evidence } from "../reviewing/evidence";
import {
  decisionFilesIn,
  FILES,
  has,
  readClosedReview,
  readDecisions,
  readReview,
  writeFiles,
} from "../reviewing/review-folder";
import { revocations } from "../reviewing/revocation";
import { rosterChanges } from "../reviewing/roster-changes";
import { type RosterFile, readRosterFile } from "../reviewing/roster-file";
import type { Context } from "./options";
import { editedRoster } from "./roster-edit";

interface Options {
  roster?: string;
  write: boolean;
}

export function addReviewClose(
  review: Command,
  run: (work: (context: Context) => Promise<ExitCode>) => Promise<void>,
) {
  review
    .command("close <folder>")
    .description("judge the decisions, write the evidence, and make of them an edit of the roster")
    .option("--roster <file>", "the roster to edit; default: the one that the review was opened with")
    .option("--write", "write the edit into the roster, too", false)
    .addHelpText("after", EXAMPLES)
    .action((folder: string, options: Options) => run((context) => close(context, folder, options)));
}

const EXAMPLES = `
Every file of the folder that is called decisions*.csv counts. The edit goes to stdout and to roster.patch, as
\`git apply\` takes it from the folder of the roster. Nothing is changed in Notion: the edit takes the way of every
other change of the roster.

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
  const files = decisionFilesIn(io, folder).map((file) => readDecisions(io, folder, file));
  const { decisions, problems } = judge(review.people, review.populationSha256, files, io.now);
  if (problems.length > 0) {
    throw new FileError(`${folder} is not closed:`, problems, "Nothing was written.");
  }
  const file = options.roster ?? review.manifest.roster?.file;
  const roster = file === undefined ? undefined : readRosterFile(io, file);
  const { changes, byHand } = rosterChanges(decisions, roster?.rows);
  const edited =
    roster === undefined || changes.length === 0
      ? undefined
      : editedRoster(basename(roster.file), roster, changes, "Nothing was written.");
  const diff =
    roster === undefined || edited === undefined
      ? ""
      : unifiedDiff(basename(roster.file), roster.text, edited.text);

  writeFiles(io, folder, {
    [FILES.closed]: closingText({
      closedAt: new Date(io.now).toISOString(),
      manifest: review.manifestSha256,
      decisions: files.map(({ file, sha256 }) => ({ file, sha256 })),
      roster: roster === undefined ? null : { file: basename(roster.file), sha256: roster.sha256 },
      edit: diff === "" ? null : { file: FILES.edit, sha256: sha256(diff) },
      byHand,
      versions: VERSIONS,
    }),
    ...(diff === "" ? {} : { [FILES.edit]: diff }),
  });
  writeFiles(io, folder, { [FILES.evidence]: evidence(readClosedReview(io, folder)) });
  if (options.write && roster !== undefined && edited !== undefined) {
    writeWhole(io, [{ file: roster.file, text: edited.text }]);
  }
  io.stdout.write(diff);
  tell(io, folder, decisions, {
    roster,
    notes: edited?.notes ?? [],
    byHand,
    hasEdit: diff !== "",
    written: options.write,
  });
  return EXIT.fine;
}

function tell(io: Io, folder: string, decisions: readonly Decision[], edit: Told): void {
  const revoked = revocations(decisions);
  note(io, `${counted(decisions.length, "decision")}, ${revoked.length} of them other than keep.`);
  for (const decision of revoked.slice(0, MOST_LINES)) {
    note(io, `  ${decision.person.userName}: ${decisionWords(decision)} (${decision.reason})`);
  }
  if (revoked.length > MOST_LINES) {
    note(io, `  … and ${revoked.length - MOST_LINES} more, in ${FILES.evidence}`);
  }
  for (const sentence of edit.notes) note(io, sentence);
  for (const { userName, todo } of edit.byHand) note(io, `By hand: ${userName}: ${todo}.`);
  if (edit.hasEdit) {
    const where = basename(edit.roster?.file ?? "");
    note(
      io,
      edit.written
        ? `${where} is edited. Commit it and open a pull request: \`pulumi preview\` says what happens to whom.`
        : `${FILES.edit} is the edit of ${where}: \`git apply\` it, or close with --write.`,
    );
  }
  note(
    io,
    `${FILES.evidence} is in ${folder}. After \`pulumi up\`: notion-inventory review verify ${folder}`,
  );
}

/** More than fit on a screen nobody reads. */
const MOST_LINES = 30;

interface Told {
  roster: RosterFile | undefined;
  notes: readonly string[];
  byHand: readonly { userName: string; todo: string }[];
  hasEdit: boolean;
  written: boolean;
}
