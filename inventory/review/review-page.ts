import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PageData } from "./page-data";

/** What the page consists of. */
interface Parts {
  html: string;
  style: string;
  script: string;
}

/** From dist/, where the build puts the page together, also when this module is run from its source. */
function partsOf(): Parts {
  const root = dirname(require.resolve("pulumi-notion/package.json"));
  const folder = join(root, "dist", "bin", "review-page");
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  return { html: read("page.html"), style: read("page.css"), script: read("page.js") };
}

/** What the page's HTML says as it stands: nothing may be loaded, and nothing run. */
const CLOSED = "default-src 'none'";

/**
 * The page of a review: one file that works without a network and without a server. Its content security policy
 * lets no script run but its own and nothing be loaded from anywhere.
 */
export function reviewPage(data: PageData, { html, style, script }: Parts = partsOf()): string {
  const policy = [
    CLOSED,
    `script-src ${sourceOf(script)}`,
    `style-src ${sourceOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  // Inside of a script element nothing but `<` can end it or begin a comment; JSON reads \u003c as the same text.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return [
    [`content="${CLOSED}"`, `content="${policy}"`],
    ["<style></style>", `<style>${style}</style>`],
    ['id="data"></script>', `id="data">${json}</script>`],
    ["<script></script>", `<script>${script}</script>`],
  ].reduce((page, [place = "", text = ""]) => page.replace(place, () => text), html);
}

function sourceOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
