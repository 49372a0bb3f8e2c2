import { isRecord, type Json } from "./answer.mts";
import type { Line } from "./finding.mts";

const EMAIL = /[^\s@"'<>()]+@[^\s@"'<>()]+\.[a-z]+/gi;
const UUID = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/gi;
/** Shorter ones are parts of ordinary words. */
const MIN_LETTERS = 4;

/** What entries say of people: their ids, addresses and names. */
export function privateWords(entries: readonly Json[]): string[] {
  const words = entries.flatMap(({ id, userName, displayName, name, title }) => [
    ...[id, userName, displayName, title],
    ...Object.values(isRecord(name) ? name : {}),
  ]);
  return words.filter((word) => typeof word === "string" && word.length >= MIN_LETTERS) as string[];
}

/**
 * The second line of defence: findings are made of words of SCIM alone, so that there is nothing to take out.
 * @param secrets the token, the person's address and whatever entries said of people
 */
export function scrubbed(line: Line, secrets: readonly string[]): Line {
  const clean = (text: string) =>
    secrets
      .reduce((rest, secret) => rest.replaceAll(secret, "[left out]"), text)
      .replace(EMAIL, "[left out]")
      .replace(UUID, "[left out]");
  return { ...line, met: clean(line.met), package: clean(line.package) };
}
