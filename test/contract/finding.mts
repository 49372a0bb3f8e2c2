/**
 * How what was met compares with what this package can work with.
 * expected: as written down. copes: other than written down, and the package does its work, or what it never asks
 * for. fails: the package can't do its work there.
 */
export type Verdict = "expected" | "copes" | "fails";

/** Where an expectation comes from. */
export type Source = "Notion" | "seen live" | "connectors" | "open question" | `RFC ${string}`;

/** What is asked of a server. */
export interface Question {
  id: string;
  asked: string;
  expected: string;
  source: Source;
}

/** What came of it. Its texts are made of statuses, counts and words of SCIM, never of what a server said of anybody. */
export interface Finding {
  met: string;
  /** What the package does then. */
  package: string;
  verdict: Verdict;
}

export type Line = Question & Finding;

/** 0: the package copes with everything met. 2: it does not. */
export function exitCodeOf(lines: readonly Line[]): 0 | 2 {
  return lines.some(({ verdict }) => verdict === "fails") ? 2 : 0;
}

export function countsOf(lines: readonly Line[]): Record<Verdict, number> {
  const counts = { expected: 0, copes: 0, fails: 0 };
  for (const { verdict } of lines) counts[verdict] += 1;
  return counts;
}
