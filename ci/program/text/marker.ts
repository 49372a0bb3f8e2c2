import { UsageError } from "../../../inventory/cli/errors";

/** A stack's name is part of a hidden marker, so it must not end an HTML comment. */
const NAME = /^[\w.][\w./-]{0,99}$/;

/** @throws {UsageError} for a name that a marker cannot hold */
export function checkName(name: string): string {
  if (NAME.test(name) && !name.includes("--")) return name;
  throw new UsageError(
    `--name is "${name}". Use up to 100 letters, digits, _ . / and single -, such as prod or acme/notion/prod.`,
  );
}

/** The first line of the comment about a stack. Readers do not see it. */
export function commentMarker(name: string): string {
  return `<!-- notion-ci comment name=${name} -->`;
}

/** The first line of the issue about a stack. It also says that the drift has ended: the next drift is another issue. */
export function issueMarker(name: string, ended = false): string {
  return `<!-- notion-ci issue name=${name}${ended ? " ended" : ""} -->`;
}

/** Whether a text begins with a marker. */
export function isMarked(body: string, marker: string): boolean {
  return body.trimStart().startsWith(marker);
}

/** Whether two texts are the isSameText: forges change line ends and remove spaces at the end. */
export function isSameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").trim();
  return plain(a) === plain(b);
}
