import { Violation } from "./changes";
import { type History, play } from "./play";

/** So many smaller histories are tried for one that fails. */
const MOST_TRIED = 250;

/** What goes wrong in a history; undefined: nothing. */
export async function failureOf(history: History): Promise<{ kind: string; story: string } | undefined> {
  try {
    await play(history);
    return undefined;
  } catch (error) {
    const story = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof Violation ? error.kind : story.slice(0, story.indexOf("\n")), story };
  }
}

/** The smallest history found in which the same goes wrong: without weeks, edits, troubles and days that do not matter. */
export async function reduced(history: History, kind: string): Promise<History> {
  let best = history;
  let tried = 0;
  const better = async (smaller: History) => {
    tried += 1;
    if (tried > MOST_TRIED || (await failureOf(smaller))?.kind !== kind) return false;
    best = smaller;
    return true;
  };
  let isSmaller = true;
  while (isSmaller && tried < MOST_TRIED) {
    isSmaller = false;
    for (let size = Math.ceil(best.weeks.length / 2); size >= 1; size = Math.floor(size / 2))
      for (let first = best.weeks.length - size; first >= 0; first -= size)
        if (await better({ ...best, weeks: best.weeks.toSpliced(first, size) })) isSmaller = true;
    if (best.places === 2 && (await better({ ...best, places: 1 }))) isSmaller = true;
    if (best.withIds && (await better({ ...best, withIds: false }))) isSmaller = true;
    for (const quiet of [
      { ...best.quiet, days: 0 },
      { ...best.quiet, runs: 0 },
    ])
      if (JSON.stringify(quiet) !== JSON.stringify(best.quiet) && (await better({ ...best, quiet })))
        isSmaller = true;
    for (let index = 0; index < best.weeks.length; index += 1)
      for (const week of simplerWeeks(best, index))
        if (await better({ ...best, weeks: best.weeks.with(index, week) })) {
          isSmaller = true;
          break;
        }
  }
  return best;
}

type Week = History["weeks"][number];

/** One thing less each. */
function simplerWeeks({ weeks }: History, index: number): Week[] {
  const week = weeks[index];
  if (week === undefined) return [];
  const { edits, hands, trouble, days, preview, refresh } = week;
  return [
    ...edits.map((_, each) => ({ ...week, edits: edits.toSpliced(each, 1) })),
    ...hands.map((_, each) => ({ ...week, hands: hands.toSpliced(each, 1) })),
    ...(trouble.what === "none" ? [] : [{ ...week, trouble: { what: "none", a: 0, b: 0 } as const }]),
    ...(days === 0 ? [] : [{ ...week, days: 0 }]),
    ...(preview === "shown" ? [] : [{ ...week, preview: "shown" } as const]),
    ...(refresh === "no" ? [] : [{ ...week, refresh: "no" } as const]),
  ];
}
