import { endWords, instantWords } from "../../provider/model/instant";
import { formatCount } from "../cli/text";
import type { Decision } from "./decisions";
import { FILES } from "./files";
import { joined, type Markdown, md, mdTable } from "./markdown-text";
import { nameIn } from "./names";
import { MARKS, type Person } from "./person";
import type { ClosedReview } from "./review-folder";
import { latestFindings, revocations } from "./revocation";
import { DECISION_LABELS, DECISIONS } from "./rules";

/** Pure: what a review comes to, for an auditor, in Markdown; with every reading of `review verify` so far. */
export function evidence(review: ClosedReview): string {
  const nameOf = nameIn(review.people);
  return md`# Access review ${review.manifest.name}

${summary(review)}

## Population

${population(review)}

## Who decided

${reviewers(review)}

## Decisions that are not keep

${decisionTable(review, nameOf)}

${exceptions(review, nameOf)}## How it is carried out

${carriedOut(review, nameOf)}

${since(review, nameOf)}## Whether it is gone

${verification(review, nameOf)}

## Files

${files(review)}

## What this does not prove

- That the person at the browser was the reviewer: the page asks for an e-mail address and checks no password. Where that matters, have each reviewer commit or sign their own decisions.
- Anything about guests, page permissions, or who can see what: SCIM lists members, their roles and groups.
- That nothing changed between the reading and the decision, or between two readings.
- That the lists of other systems were complete: their digests say which files were used.
`.markdown;
}

type NameOf = (person: Pick<Person, "id" | "userName">) => string;

function summary({ manifest, closing, decisions, readings }: ClosedReview): Markdown {
  const revoked = revocations(decisions);
  const open = latestFindings(readings?.readings ?? []).filter(({ done }) => done === false);
  const proven =
    readings === undefined || readings.readings.length === 0
      ? md`Whether it is gone has not been verified yet.`
      : open.length === 0
        ? md`Every revoked access that is due was found to be gone.`
        : md`${formatCount(open.length, "revoked access is", "revoked accesses are")} **still there**.`;
  return joined(
    [
      md`Workspace: ${manifest.workspace}`,
      md`Population frozen: ${instant(manifest.openedAt)}. Closed: ${instant(closing.closedAt)}.`,
      md`${formatCount(manifest.counts.people, "person", "people")} reviewed, ${formatCount(revoked.length, "decision")} other than keep. ${proven}`,
    ],
    "  \n",
  );
}

function population({ manifest, populationSha256 }: ClosedReview): Markdown {
  const { counts, requests, sources, baselines, roster, stack } = manifest;
  const lists = [
    ...(stack === null ? [] : [md`the stack ${stack}`]),
    ...(roster === null
      ? []
      : [
          md`the roster ${roster.file} (${roster.commits === null ? "in no repository" : `${formatCount(roster.commits, "commit")} read`})`,
        ]),
    ...sources.map(
      ({ name, layout, people, date, dateFrom }) =>
        md`the source ${name} (${layout}, ${formatCount(people, "line")}, of ${date} by ${dateFrom})`,
    ),
    ...baselines.map(({ name, date, dateFrom }) => md`the earlier list ${name} (of ${date} by ${dateFrom})`),
  ];
  const held = (values: Record<string, number>) =>
    Object.entries(values)
      .map(([what, count]) => `${what} ${count}`)
      .join(", ") || "none";
  return md`Everybody that \`GET /Users\` of the workspace lists, by ${sent(requests)}. The listing was proven complete: the total that the server announced stayed the same from page to page, no id came twice, and as many entries came as were announced. An incomplete listing opens no review.

Held against: ${lists.length === 0 ? "no other list" : joined(lists, "; ")}.

- People: ${counts.people}
- By role: ${held(counts.byRole)}
- Striking: ${held(counts.byMark)}
- Groups: ${counts.groups}
- SHA-256 of ${FILES.population}: \`${populationSha256}\``;
}

function reviewers({ decisions }: ClosedReview): Markdown {
  const names = [...new Set(decisions.map(({ reviewer }) => reviewer))].sort();
  const rows = names.map((name) => {
    const own = decisions.filter(({ reviewer }) => reviewer === name);
    const times = own.map(({ decidedAt }) => Date.parse(decidedAt)).sort((a, b) => a - b);
    const kinds = DECISIONS.map((kind) => `${own.filter((each) => each.kind === kind).length}`);
    return [name, ...kinds, instantWords(times[0] ?? 0), instantWords(times.at(-1) ?? 0)];
  });
  const head = ["reviewer", ...DECISIONS.map((kind) => DECISION_LABELS[kind].toLowerCase()), "first", "last"];
  return md`${mdTable(head, rows)}

Nobody reviewed themself: neither under their e-mail nor under another address that Notion, the roster or a source lists as theirs; an address with a plus counts as the one without. Every decision names the digest of ${FILES.manifest} and is dated between opening and closing.`;
}

function decisionTable({ decisions }: ClosedReview, nameOf: NameOf): Markdown {
  const rows = revocations(decisions).map((decision) => [
    nameOf(decision.person),
    decision.person.role ?? "none",
    formatDecision(decision),
    decision.reason,
    decision.reviewer,
    instant(decision.decidedAt),
  ]);
  if (rows.length === 0) return md`Everybody keeps what they have.`;
  return mdTable(["person", "role", "decision", "reason", "reviewer", "when"], rows);
}

/** `remove`, `lower to member`, `out of Engineering`, `ends at the end of 2026-12-31 UTC, then restricted_member`. */
export function formatDecision({
  kind,
  toRole,
  until,
  groups,
}: Pick<Decision, "kind" | "toRole" | "until" | "groups">): string {
  if (kind === "groups") return `out of ${groups.join(", ")}`;
  if (kind === "lower") return `lower to ${toRole}`;
  if (kind === "end") return `ends ${endWords(until ?? "")}, then ${toRole ?? "leaves"}`;
  return kind;
}

/** Who stays although something is said about them. */
function exceptions({ decisions }: ClosedReview, nameOf: NameOf): Markdown {
  const rows = decisions
    .filter(({ kind, person }) => kind === "keep" && person.marks.length > 0)
    .map(({ person, reason, reviewer }) => [
      nameOf(person),
      person.role ?? "none",
      MARKS.filter((mark) => person.marks.includes(mark)).join(", "),
      reason,
      reviewer,
    ]);
  if (rows.length === 0) return md``;
  return md`## Kept in spite of something

${mdTable(["person", "role", "what", "reason", "reviewer"], rows)}

`;
}

type Remarks = ClosedReview["closing"]["byHand"];

const remarkTable = (remarks: Remarks, nameOf: NameOf) =>
  mdTable(
    ["person", "what"],
    remarks.map((remark) => [nameOf(remark), remark.text]),
  );

function carriedOut({ closing, decisions }: ClosedReview, nameOf: NameOf): Markdown {
  if (revocations(decisions).length === 0) return md`Nothing had to be carried out.`;
  const { edit, byHand, settled, drifted } = closing;
  const parts = [
    ...(edit === null
      ? []
      : [
          md`An edit of the roster, ${edit.file}, which goes through the ordinary pull request: its review, its merge and the run after it are in the history of that repository.`,
        ]),
    ...(settled.length === 0 ? [] : [md`As the roster says already:`, remarkTable(settled, nameOf)]),
    ...(drifted.length === 0
      ? []
      : [
          md`Notion gave more than the roster, so that only \`pulumi up --refresh\` carries it out:`,
          remarkTable(drifted, nameOf),
        ]),
    ...(byHand.length === 0 ? [] : [md`By hand:`, remarkTable(byHand, nameOf)]),
  ];
  return md`${parts}`;
}

/** What the decisions were not about. */
function since({ closing }: ClosedReview, nameOf: NameOf): Markdown {
  const { changedSince, joinedSince } = closing;
  if (changedSince.length === 0 && joinedSince.length === 0) return md``;
  const parts = [
    ...(changedSince.length === 0 ? [] : [remarkTable(changedSince, nameOf)]),
    ...(joinedSince.length === 0
      ? []
      : [md`Added to the roster, and not reviewed: ${joinedSince.join(", ")}.`]),
  ];
  return md`## What changed in the roster between opening and closing

${parts}

`;
}

function verification({ readings, decisions }: ClosedReview, nameOf: NameOf): Markdown {
  if (revocations(decisions).length === 0) return md`There is nothing to look for.`;
  const all = readings?.readings ?? [];
  const last = all.at(-1);
  if (last === undefined)
    return md`Not verified yet: \`notion-inventory review verify\` reads the workspace and completes this page.`;
  const rows = latestFindings(all).map((finding) => [
    nameOf(finding),
    finding.done === null ? "its day has not come" : finding.done ? "gone" : "STILL THERE",
    finding.found,
    instant(finding.since),
  ]);
  return md`Read ${formatCount(all.length, "time")}, last ${instant(last.at)}, by ${sent(last.requests)}. A person counts as gone if no complete listing holds them and Notion answered 404 to a request for that person alone. A membership of a group counts as gone if the whole list of the group's members lacks the person.

${mdTable(["person", "access", "found", "since the reading of"], rows)}`;
}

function files({ manifest, closing, closingSha256 }: ClosedReview): Markdown {
  const rows = [
    ...closing.opened.map(({ file, sha256 }) => [file, sha256]),
    ...closing.decisions.map(({ file, sha256 }) => [file, sha256]),
    ...(closing.edit === null ? [] : [[closing.edit.file, closing.edit.sha256]]),
    [FILES.closed, closingSha256],
    ...(closing.roster === null ? [] : [[`${closing.roster.file}, before the edit`, closing.roster.sha256]]),
    ...[...manifest.sources, ...manifest.baselines].map(({ file, sha256 }) => [file, sha256]),
  ];
  return md`\`sha256sum\` gives the same.

${mdTable(["file", "SHA-256"], rows)}`;
}

const sent = (requests: Record<string, number>) =>
  Object.entries(requests)
    .map(([what, times]) => `${times} × ${what}`)
    .join(", ");

function instant(text: string): string {
  return instantWords(Date.parse(text));
}
