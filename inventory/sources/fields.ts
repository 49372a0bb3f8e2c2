/** What is read of a line, in the words of `--map`. */
export const FIELDS = [
  "email",
  "login",
  "other",
  "name",
  "givenName",
  "familyName",
  "status",
  "since",
  "end",
  "deleted",
  "manager",
  "department",
  "employeeNumber",
  "role",
  "userType",
] as const;
export type Field = (typeof FIELDS)[number];

/** Which columns of a file hold what, the preferred first. */
export type ColumnsByField = Readonly<Partial<Record<Field, readonly string[]>>>;

/**
 * A column's name as it is looked for: without what exports of other versions write around it (`Status [READ ONLY]`,
 * `profile.email`, `user.login`), letters and digits alone.
 */
export function columnKey(column: string): string {
  return column
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\[[^\]]*\]/gu, "")
    .replace(/^\s*(profile|user)[._]/u, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}
