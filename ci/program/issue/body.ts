/** What follows is what was found, until the end of the text; before it stands how the last run went. */
const FOUND = "<!-- notion-ci found -->";
/** What follows changes from night to night although nothing else does: who ends within so many days from now. */
const BESIDE = "<!-- notion-ci beside -->";

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
  const parts = [ending, edit === undefined ? undefined : formatEdit(edit)];
  const beside = parts.flatMap((part) => (part?.trim() ? [part.trim()] : []));
  const after = beside.length === 0 ? "" : `\n\n${BESIDE}\n${beside.join("\n\n")}`;
  return `${status}\n\n${FOUND}\n${drift.trim()}${after}`;
}

/** Pure: the drift that a description tells of, without how the last run went and what stands beside. */
export function driftIn(body: string): string {
  return fromFound(body).split(BESIDE)[0] ?? "";
}

function fromFound(body: string): string {
  const at = body.indexOf(FOUND);
  return at < 0 ? body : body.slice(at);
}

/** Pure: another status over what was found before. */
export function withStatus(body: string, status: string): string {
  return body.includes(FOUND) ? `${status}\n\n${fromFound(body)}` : `${status}\n`;
}

function formatEdit(diff: string): string {
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
