import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { type History, play } from "./play";

// The smallest histories in which something fell once, one a line. Their numbers stand for choices of `edits.ts` and
// `hands.ts`: a change there may make another story of a line, and then `PULUMI_NOTION_FUZZ_RUNS` finds new ones.

const FALLEN = readFileSync(join(__dirname, "fallen.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line): { what: string; history: History } => JSON.parse(line));

test.each(FALLEN)("$what", async ({ history }) => {
  await play(history);
});
