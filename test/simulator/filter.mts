import { createRequire } from "node:module";
import { Refusal } from "./refusal.mts";

const library = createRequire(import.meta.url)("scim2-parse-filter") as typeof import("scim2-parse-filter");

/** E-mails are lower-cased before they are compared; names are case sensitive (notion-scim.md, Filters). */
const LOWER_CASED = new Set(["email", "username"]);

/** A test for one `attribute eq "value"`, the only filter that Notion documents. */
export function matcher(
  query: string,
  attributes: readonly string[],
): (view: Record<string, unknown>) => boolean {
  let parsed: ReturnType<typeof library.parse>;
  try {
    parsed = library.parse(query);
  } catch (error) {
    throw invalid(`The filter can't be read: ${error instanceof Error ? error.message : error}`);
  }
  if (parsed.op !== "eq") throw invalid(`The filter ${parsed.op} is not supported, only eq.`);
  const attribute = parsed.attrPath.toLowerCase();
  if (!attributes.some((known) => known.toLowerCase() === attribute)) {
    throw invalid(`Can't filter by ${parsed.attrPath}, only by ${attributes.join(", ")}.`);
  }
  const { compValue } = parsed;
  const lowered = LOWER_CASED.has(attribute) && typeof compValue === "string";
  return library.filter(lowered ? { ...parsed, compValue: compValue.toLowerCase() } : parsed);
}

function invalid(detail: string): Refusal {
  return new Refusal(400, detail, { scimType: "invalidFilter" });
}
