import { endWords, instantWords } from "../../member/instant";
import { escaped } from "../console/markdown";
import { counted } from "../console/text";
import type { Decision } from "./decisions";
import { MARKS } from "./person";
import { type ClosedReview, FILES } from "./review-folder";
import { revocations, standings } from "./revocation";
import { DECISION_WORDS, DECISIONS } from "./rules";

/** Pure: what a review comes to, for an auditor, in Markdown; with every reading of `review verify` so far. */
export function evidence(review: ClosedReview): string {
  const { manifest } = review;
  return `${[
    `# Access review ${escaped(manifest.name)}`,
    summary(review),
    `## Population\n\n${population(review)}`,
    `## Who decided\n\n${reviewers(review)}`,
    `## Decisions that are not keep\n\n${decisionTable(review)}`,
    ...exceptions(review),
    `## How it is carried out\n\n${carriedOut(review)}`,
    `## Whether it is gone\n\n${verification(review)}`,
    `## Files\n\n${files(review)}`,
    `## What this does not prove\n\n${LIMITS}`,
  ].join("\n\n")}\n`;
}

const LIMITS = [
  "That the person at the browser was the reviewer: the page asks for an e-mail address and checks no password. Where that matters, have each reviewer commit or sign their own decisions.",
  "Anything about guests, page permissions, or who can see what: SCIM lists members, their roles and groups.",
  "That nothing changed between the reading and the decision, or between two readings.",
  "That the lists of other systems were complete: their digests say which files were used.",
]
  .map((line) => `- ${line}`)
  .join("\n");

function summary({ manifest, closing, decisions, readings }: ClosedReview): string {
  const revoked = revocations(decisions);
  const open = standings(readings?.readings ?? []).filter(({ done }) => done === false);
  const proven =
    readings === undefined || readings.readings.length === 0
      ? "Whether it is gone has not been verified yet."
      : open.length === 0
        ? "Every revoked access whose day has come was found to be gone."
        : `${counted(open.length, "revoked access is", "revoked accesses are")} **still there**.`;
  return [
    `Workspace: ${escaped(manifest.workspace)}`,
    `Population frozen: ${instant(manifest.openedAt)}. Closed: ${instant(closing.closedAt)}.`,
    `${counted(manifest.counts.people, "person", "people")} reviewed, ${counted(revoked.length, "decision")} other than keep. ${proven}`,
  ].join("  \n");
}

function population({ manifest, populationSha256 }: ClosedReview): string {
  const { counts, requests, sources, baselines, roster, stack } = manifest;
  const sent = Object.entries(requests).map(([what, times]) => `${times} × ${what}`);
  const lists = [
    ...(stack === null ? [] : [`the stack ${escaped(stack)}`]),
    ...(roster === null
      ? []
      : [
          `the roster ${escaped(roster.file)} (${roster.commits === null ? "in no repository" : `${counted(roster.commits, "commit")} read`})`,
        ]),
    ...sources.map(
      ({ name, layout, people, date, dateFrom }) =>
        `the source ${escaped(name)} (${layout}, ${counted(people, "line")}, of ${date} by ${dateFrom})`,
    ),
    ...baselines.map(
      ({ name, date, dateFrom }) => `the earlier list ${escaped(name)} (of ${date} by ${dateFrom})`,
    ),
  ];
  const held = (values: Record<string, number>) =>
    Object.entries(values)
      .map(([what, count]) => `${escaped(what)} ${count}`)
      .join(", ") || "none";
  return [
    `Everybody whom \`GET /Users\` of the workspace lists, by ${sent.join(", ")}. The listing was proven complete: the total that the server announced stayed the same from page to page, no id came twice, and as many entries came as were announced. An incomplete listing opens no review.`,
    `Held against: ${lists.length === 0 ? "no other list" : lists.join("; ")}.`,
    [
      `- People: ${counts.people}`,
      `- By role: ${held(counts.byRole)}`,
      `- Striking: ${held(counts.byMark)}`,
      `- Groups: ${counts.groups}`,
      `- SHA-256 of ${FILES.population}: \`${populationSha256}\``,
    ].join("\n"),
  ].join("\n\n");
}

function reviewers({ decisions }: ClosedReview): string {
  const names = [...new Set(decisions.map(({ reviewer }) => reviewer))].sort();
  const rows = names.map((name) => {
    const own = decisions.filter(({ reviewer }) => reviewer === name);
    const times = own.map(({ decidedAt }) => Date.parse(decidedAt)).sort((a, b) => a - b);
    const kinds = DECISIONS.map((kind) => `${own.filter((each) => each.kind === kind).length}`);
    return [name, ...kinds, instantWords(times[0] ?? 0), instantWords(times.at(-1) ?? 0)];
  });
  const head = ["reviewer", ...DECISIONS.map((kind) => DECISION_WORDS[kind].toLowerCase()), "first", "last"];
  return `${table(head, rows)}\n\nNobody reviewed themself.`;
}

function decisionTable({ decisions }: ClosedReview): string {
  const rows = revocations(decisions).map((decision) => [
    decision.person.userName,
    decision.person.role ?? "none",
    decisionWords(decision),
    decision.reason,
    decision.reviewer,
    instant(decision.decidedAt),
  ]);
  if (rows.length === 0) return "Everybody keeps what they have.";
  return table(["person", "role", "decision", "reason", "reviewer", "when"], rows);
}

/** `remove`, `lower to member`, `ends at the end of 2026-12-31 UTC, then restricted_member`. */
export function decisionWords({ kind, toRole, until }: Pick<Decision, "kind" | "toRole" | "until">): string {
  if (kind === "lower") return `lower to ${toRole}`;
  if (kind === "end") return `ends ${endWords(until ?? "")}, then ${toRole ?? "leaves"}`;
  return kind;
}

/** Who stays although something is said about them. */
function exceptions({ decisions }: ClosedReview): string[] {
  const rows = decisions
    .filter(({ kind, person }) => kind === "keep" && person.marks.length > 0)
    .map(({ person, reason, reviewer }) => [
      person.userName,
      person.role ?? "none",
      MARKS.filter((mark) => person.marks.includes(mark)).join(", "),
      reason,
      reviewer,
    ]);
  if (rows.length === 0) return [];
  return [
    `## Kept in spite of something\n\n${table(["person", "role", "what", "reason", "reviewer"], rows)}`,
  ];
}

function carriedOut({ closing, decisions }: ClosedReview): string {
  const parts: string[] = [];
  if (revocations(decisions).length === 0) return "Nothing had to be carried out.";
  if (closing.edit !== null) {
    parts.push(
      `An edit of the roster, ${closing.edit.file}, which goes through the ordinary pull request: its review, its merge and the run after it are in the history of that repository.`,
    );
  }
  if (closing.byHand.length > 0) {
    parts.push(
      `By hand:\n\n${table(
        ["person", "what"],
        closing.byHand.map(({ userName, todo }) => [userName, todo]),
      )}`,
    );
  }
  return parts.join("\n\n");
}

function verification({ readings, decisions }: ClosedReview): string {
  if (revocations(decisions).length === 0) return "There is nothing to look for.";
  const all = readings?.readings ?? [];
  const last = all.at(-1);
  if (last === undefined)
    return "Not verified yet: `notion-inventory review verify` reads the workspace and completes this page.";
  const rows = standings(all).map(({ userName, done, found, since }) => [
    userName,
    done === null ? "its day has not come" : done ? "gone" : "STILL THERE",
    found,
    instant(since),
  ]);
  const sent = Object.entries(last.requests).map(([what, times]) => `${times} × ${what}`);
  return [
    `Read ${counted(all.length, "time")}, last ${instant(last.at)}, by ${sent.join(", ")}. Whoever is called gone was in no listing that was proven complete, and a request for just that person was answered 404.`,
    table(["person", "access", "found", "since the reading of"], rows),
  ].join("\n\n");
}

function files({ manifest, manifestSha256, closing, closingSha256 }: ClosedReview): string {
  const rows = [
    ...Object.entries(manifest.files).map(([file, { sha256 }]) => [file, sha256]),
    [FILES.manifest, manifestSha256],
    ...closing.decisions.map(({ file, sha256 }) => [file, sha256]),
    ...(closing.edit === null ? [] : [[closing.edit.file, closing.edit.sha256]]),
    [FILES.closed, closingSha256],
    ...(manifest.roster === null
      ? []
      : [[`${manifest.roster.file}, when it was opened`, manifest.roster.sha256]]),
    ...(closing.roster === null ? [] : [[`${closing.roster.file}, before the edit`, closing.roster.sha256]]),
    ...[...manifest.sources, ...manifest.baselines].map(({ file, sha256 }) => [file, sha256]),
  ];
  return `\`sha256sum\` gives the same.\n\n${table(["file", "SHA-256"], rows)}`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map((row) => line(row.map(escaped)))].join(
    "\n",
  );
}

function instant(text: string): string {
  return instantWords(Date.parse(text));
}
