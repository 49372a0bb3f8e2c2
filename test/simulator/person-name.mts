import type { PersonName } from "./person.mts";

/** Notion has one name field, so the parts follow `formatted` and `formatted` follows the parts. */
export function reconcileName(before: PersonName, after: PersonName): PersonName {
  const partsChanged = before.givenName !== after.givenName || before.familyName !== after.familyName;
  if (before.formatted === after.formatted && !partsChanged) return before;

  const joined = joinParts(after);
  if (after.formatted === joined) return after;
  if (before.formatted !== after.formatted && after.formatted !== undefined)
    return splitName(after.formatted);
  if (partsChanged) return joined === undefined ? {} : { ...after, formatted: joined };
  return {};
}

function joinParts(name: PersonName): string | undefined {
  const parts = [name.givenName, name.familyName].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? undefined : parts.join(" ");
}

function splitName(formatted: string): PersonName {
  const space = formatted.trim().lastIndexOf(" ");
  if (space < 0) return { formatted, givenName: formatted };
  return {
    formatted,
    givenName: formatted.trim().slice(0, space),
    familyName: formatted.trim().slice(space + 1),
  };
}
