import { UncertainError } from "../forge/errors";
import type { Forge, Issue } from "../forge/forge";
import { isMarked, issueMarker } from "../text/marker";
import type { Verdict } from "../verdict";
import { withStatus } from "./body";
import { decide, type Found, type IssueTexts, type Step } from "./decide";

/** The label of the issues of all stacks. */
export const LABEL = "notion-drift";

/**
 * Keeps the one issue about a stack up to date. After opening one it looks again: two runs at once may both have opened
 * one. Then the older stays and the other is closed as its duplicate.
 * @returns a clause for people
 */
export async function upsertIssue(
  forge: Forge,
  name: string,
  title: string,
  verdict: Verdict,
  say: IssueTexts,
): Promise<string> {
  const { others, ...found } = await findIssues(forge, name, verdict);
  const done = await applyStep(forge, name, title, decide(verdict, found, say), found);
  if (found.open === undefined || verdict.kind === "unknown") return done;
  // Two runs at once, or a person who opened an old one again: the oldest stays.
  const status =
    verdict.kind === "in sync"
      ? say.ended.status
      : `> **Closed:** see #${found.open.number}, which reports the same.`;
  for (const { number, body } of others)
    await forge.changeIssue(number, { body: withStatus(body, status), open: false });
  return [done, ...others.map(({ number }) => `#${number} is closed`)].join(", ");
}

async function applyStep(
  forge: Forge,
  name: string,
  title: string,
  step: Step,
  found: Found,
): Promise<string> {
  switch (step.do) {
    case "nothing":
      return found.open === undefined
        ? "there is no issue, and none is needed"
        : `#${found.open.number} is unchanged`;
    case "open":
      return open(forge, name, title, step.body);
    case "change": {
      const { issue, body, news } = step;
      // The description comes before the comment about it.
      if (step.open !== false) await forge.changeIssue(issue.number, { body, ...opened(step.open) });
      if (news !== undefined) await forge.commentOnIssue(issue.number, news);
      // Close it last: if the comment fails, the next run finds the issue open and comments again.
      if (step.open === false) await forge.changeIssue(issue.number, { body, open: false });
      return `#${issue.number} is ${step.open === undefined ? "changed" : step.open ? "open again" : "closed"}`;
    }
  }
}

const opened = (open: boolean | undefined) => (open === undefined ? {} : { open });

async function findIssues(
  forge: Forge,
  name: string,
  { kind }: Verdict,
): Promise<Found & { others: Issue[] }> {
  const [open, ...others] = await marked(forge, name);
  if (open !== undefined || kind !== "drift") return { open, closedByHand: undefined, others };
  const closed = (await forge.issues(LABEL, "closed")).find(
    ({ body }) => isMarked(body, issueMarker(name)) || isMarked(body, issueMarker(name, true)),
  );
  const byHand = closed !== undefined && isMarked(closed.body, issueMarker(name));
  return { open, closedByHand: byHand ? closed : undefined, others };
}

/** Oldest first. A person reopened an open one that is marked as ended. */
async function marked(forge: Forge, name: string): Promise<Issue[]> {
  return (await forge.issues(LABEL, "open"))
    .filter(({ body }) => isMarked(body, issueMarker(name)) || isMarked(body, issueMarker(name, true)))
    .sort((a, b) => a.number - b.number);
}

async function open(forge: Forge, name: string, title: string, body: string): Promise<string> {
  const made = await forge.openIssue(title, body, LABEL).catch((error: unknown) => {
    // It may have been opened: look for it before opening it a second time.
    if (error instanceof UncertainError) return undefined;
    throw error;
  });
  const [first, ...later] = await marked(forge, name);
  if (first === undefined) {
    const number = made?.number ?? (await forge.openIssue(title, body, LABEL)).number;
    return `#${number} is opened`;
  }
  for (const { number } of later)
    await forge.changeIssue(number, {
      body: `Two runs opened this at once: see #${first.number}.`,
      open: false,
    });
  return `#${first.number} is opened`;
}
