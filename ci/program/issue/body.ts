/** What follows is what was found, until the end of the text; before it stands how the last run went. */
const FOUND = "<!-- notion-ci found -->";

/** What the description of an issue is made of, each as Markdown. */
export interface Findings {
  /** As `notion-inventory drift` prints it. */
  drift: string;
  /** As `notion-inventory report --ending` prints it. */
  ending?: string | undefined;
  /** As `notion-inventory accept` prints it: a unified diff. */
  edit?: string | undefined;
}

/** Pure: the first lines, the marker among them, and what was found. */
export function issueBody(status: string, { drift, ending, edit }: Findings): string {
  const parts = [drift, ending, edit === undefined ? undefined : editWords(edit)];
  const found = parts.flatMap((part) => (part?.trim() ? [part.trim()] : []));
  return `${status}\n\n${FOUND}\n${found.join("\n\n")}`;
}

/** Pure: what was found, without how the last run went. */
export function foundIn(body: string): string {
  const at = body.indexOf(FOUND);
  return at < 0 ? body : body.slice(at);
}

/** Pure: another status over what was found before. */
export function withStatus(body: string, status: string): string {
  return body.includes(FOUND) ? `${status}\n\n${foundIn(body)}` : `${status}\n`;
}

function editWords(diff: string): string {
  if (diff.trim() === "") return "";
  // A fence longer than any in the text: a roster's comment may hold one.
  const longest = Math.max(2, ...[...diff.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [
    "### To accept it instead",
    "This edit of the roster makes what is there the declared state, for all of them or for the lines that you keep. Make it a pull request.",
    `${fence}diff\n${diff.trimEnd()}\n${fence}`,
  ].join("\n\n");
}
