import { UsageError } from "../../../inventory/cli/errors";

/** What somebody calls a stack: it stands in a hidden marker, so it ends nothing and hides nothing. */
const NAME = /^[\w.][\w./-]{0,99}$/;

/** @throws {UsageError} for a name that cannot stand in a marker */
export function checkName(name: string): string {
  if (NAME.test(name) && !name.includes("--")) return name;
  throw new UsageError(
    `--name is "${name}"; allowed are up to 100 letters, digits, _ . / and single -, such as prod or acme/notion/prod.`,
  );
}

/** The first line of the comment about a stack; no reader sees it. */
export function commentMarker(name: string): string {
  return `<!-- notion-ci comment name=${name} -->`;
}

/** The first line of the issue about a stack. Once all is as declared again it says so: the next drift is another issue. */
export function issueMarker(name: string, ended = false): string {
  return `<!-- notion-ci issue name=${name}${ended ? " ended" : ""} -->`;
}

/** Whether a text begins with a marker, whatever line ends the forge gave it. */
export function isMarked(body: string, marker: string): boolean {
  return body.trimStart().startsWith(marker);
}

/** Whether two texts say the same: forges change line ends and take blanks off the end. */
export function isSameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trim();
  return plain(a) === plain(b);
}
