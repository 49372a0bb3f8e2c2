import { marked } from "marked";
import { expect, test } from "vitest";
import { evidence } from "../../../inventory/review/evidence";
import type { ClosedReview } from "../../../inventory/review/review-folder";
import { person } from "./people";

const RAW = "](http://evil.example) <img src=x> @octocat #12 `code` **bold**\n# Heading | cell";
const DIGEST = "5".repeat(64);

/** A review in which whatever a file can say is hostile. */
function hostile(): ClosedReview {
  const ada = person("ada", { userName: RAW, role: RAW, marks: ["undeclared"] });
  const list = { name: RAW, file: RAW, date: RAW, dateFrom: RAW, sha256: DIGEST };
  const remarks = [{ id: "id", userName: RAW, text: RAW }];
  const decision = {
    person: ada,
    kind: "lower" as const,
    toRole: "member" as const,
    until: null,
    groups: [],
    reason: RAW,
    reviewer: RAW,
    decidedAt: "2026-11-20T12:00:00Z",
    file: RAW,
  };
  return {
    manifest: {
      kind: "notion-inventory review",
      version: 1,
      name: RAW,
      workspace: RAW,
      openedAt: "2026-11-20T12:00:00.000Z",
      complete: true,
      counts: {
        people: 1,
        byRole: { [RAW]: 1 },
        byMark: { [RAW]: 1 },
        groups: 1,
        byReviewer: {},
        withoutReviewer: 0,
      },
      requests: { [RAW]: 1 },
      versions: { "pulumi-notion": RAW, node: RAW },
      reviewers: [],
      stack: RAW,
      roster: { file: RAW, sha256: DIGEST, commits: 1 },
      sources: [{ ...list, layout: RAW, people: 1, notes: [] }],
      baselines: [list],
      groups: [{ id: "id", name: RAW }],
      files: {},
    },
    manifestSha256: DIGEST,
    people: [ada],
    populationSha256: DIGEST,
    roster: undefined,
    files: {},
    closing: {
      kind: "notion-inventory review closed",
      version: 1,
      closedAt: "2026-11-21T12:00:00.000Z",
      opened: [{ file: RAW, sha256: DIGEST }],
      decisions: [{ file: RAW, sha256: DIGEST }],
      roster: { file: RAW, sha256: DIGEST },
      edit: { file: RAW as "roster.patch", sha256: DIGEST },
      byHand: remarks,
      settled: remarks,
      drifted: remarks,
      changedSince: remarks,
      joinedSince: [RAW],
      versions: { "pulumi-notion": RAW, node: RAW },
    },
    closingSha256: DIGEST,
    decisions: [decision, { ...decision, kind: "keep" }, { ...decision, kind: "groups", groups: [RAW] }],
    readings: {
      kind: "notion-inventory review readings",
      version: 1,
      closed: DIGEST,
      readings: [
        {
          at: "2026-11-22T12:00:00.000Z",
          requests: { [RAW]: 1 },
          findings: [{ userName: RAW, id: "id", done: false, found: RAW }],
        },
      ],
    },
  };
}

test("no text of any file reaches the evidence as Markdown or HTML", () => {
  const text = evidence(hostile());
  // A bare address may become a link that says where it leads.
  const html = marked.parse(text, { async: false }).replace(/<a href="([^"]*)">\1<\/a>/g, "$1");
  expect(html).not.toMatch(/<img|<a /);
  expect(text).not.toMatch(/(^|[^\w\u2060])@octocat/);
  // Its own headings and no other; each hostile text as it is, as often as it stands there.
  expect(html.match(/<h\d/g)).toHaveLength(10);
  expect(html.split("**bold**").length).toBeGreaterThan(30);
  expect(html).not.toContain("<strong>bold");
  expect(html).not.toMatch(/<code>code/);
});
