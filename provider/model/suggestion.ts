/** The known name that a misspelt one is most likely meant as; undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = fold(name);
  const same = known.find((each) => fold(each) === bare);
  if (same !== undefined) return same;
  const most = bare.length > 4 ? 2 : 1;
  const near = known
    .map((each) => ({ each, distance: distanceOf(bare, fold(each)) }))
    .filter(({ distance }) => distance <= most);
  return near.sort((a, b) => a.distance - b.distance)[0]?.each;
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Levenshtein's: how many letters have to be put in, taken out or replaced. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (row[at - 1] ?? 0) + (other[at - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
