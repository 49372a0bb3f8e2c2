/** Before this mark stands the result of the last run, after it the findings. */
const FOUND = "<!-- notion-ci found -->";
/** After this mark stands what changes every night without news: the next expirations, counted from now. */
const BESIDE = "<!-- notion-ci beside -->";

/** The parts of an issue's description, each as Markdown. */
export interface Findings {
  /** The output of `notion-inventory drift`. */
  drift: string;
  /** The output of `notion-inventory report --ending`. */
  ending?: string | undefined;
  /** The output of `notion-inventory accept`: a unified diff. */
  edit?: string | undefined;
}

/** Pure: the first lines with the marker, then the findings. */
export function issueBody(status: string, { drift, ending, edit }: Findings): string {
  const parts = [ending, edit === undefined ? undefined : formatEdit(edit)];
  const beside = parts.flatMap((part) => (part?.trim() ? [part.trim()] : []));
  const after = beside.length === 0 ? "" : `\n\n${BESIDE}\n${beside.join("\n\n")}`;
  return `${status}\n\n${FOUND}\n${drift.trim()}${after}`;
}

/** Pure: only the drift in a description, without the result of the last run and the next expirations. */
export function driftIn(body: string): string {
  return fromFound(body).split(BESIDE)[0] ?? "";
}

function fromFound(body: string): string {
  const at = body.indexOf(FOUND);
  return at < 0 ? body : body.slice(at);
}

/** Pure: a new status above the earlier findings. */
export function withStatus(body: string, status: string): string {
  return body.includes(FOUND) ? `${status}\n\n${fromFound(body)}` : `${status}\n`;
}

function formatEdit(diff: string): string {
  if (diff.trim() === "") return "";
  // The fence is longer than any in the text: a roster's comment may hold one.
  const longest = Math.max(2, ...[...diff.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [
    "### To accept the drift instead",
    "This edit of the roster declares the present workspace. Keep all of its lines or some of them, and make it a pull request.",
    `${fence}diff\n${diff.trimEnd()}\n${fence}`,
  ].join("\n\n");
}
