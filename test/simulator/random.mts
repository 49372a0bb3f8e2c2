import { createHash } from "node:crypto";

/** A UUID that is the same for the same words, so that a failing test fails the same way again. */
export function uuidOf(words: string): string {
  const hex = createHash("sha256").update(words).digest("hex");
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Digits that mean nothing, as in Notion's `meta.created`. */
export function digitsOf(words: string): string {
  return BigInt(`0x${createHash("sha256").update(words).digest("hex").slice(0, 12)}`)
    .toString()
    .padStart(15, "1");
}

/** mulberry32: small, seeded, good enough to shuffle a list. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
