/** An answer as it came over the wire. */
export interface Answer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  text: string;
  /** undefined where the text is not JSON. */
  json: unknown;
}

export type Json = Record<string, unknown>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field of a JSON object; undefined for anything else. */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** The entries of a listing; undefined where the answer is none. */
export function entriesOf(answer: Answer): Json[] | undefined {
  const resources = field(answer.json, "Resources");
  if (Array.isArray(resources)) return resources.filter(isRecord);
  return answer.status === 200 && field(answer.json, "totalResults") === 0 ? [] : undefined;
}

const MESSAGES = "urn:ietf:params:scim:api:messages:2.0:";

/** What kind of body an answer has, without a word of what it says. */
export function bodyKind({ json, text, headers }: Answer): string {
  if (text === "") return "no body";
  if (json === undefined) {
    if (/html/i.test(headers["content-type"] ?? "") || /^\s*</.test(text)) return "a web page";
    return "no JSON";
  }
  if (Array.isArray(json)) return "a bare array";
  const schemas = field(json, "schemas");
  const has = (name: string) => Array.isArray(schemas) && schemas.includes(MESSAGES + name);
  if (has("ListResponse")) return "a ListResponse";
  if (has("Error")) return "a SCIM error";
  if (field(json, "object") === "error" || field(json, "type") === "error")
    return "an error of Notion's other APIs";
  return "a JSON object";
}

/** Such as `400 invalidFilter, a SCIM error`. A word of the server is shown only if it looks like a keyword. */
export function described(answer: Answer): string {
  const type = field(answer.json, "scimType") ?? field(answer.json, "code");
  return `${answer.status}${keyword(type)}, ${bodyKind(answer)}`;
}

export function keyword(word: unknown): string {
  return typeof word === "string" && /^[A-Za-z_]{3,30}$/.test(word) ? ` ${word}` : "";
}

/** A number of members says how large somebody's company is: only its order is shown. */
export function roughly(count: number): string {
  if (count === 0) return "none";
  const limit = [1, 2, 100, 1_000, 10_000].find((each) => count <= each);
  if (limit === undefined) return "more than 10,000";
  return limit <= 2 ? `${limit}` : `up to ${limit.toLocaleString("en")}`;
}
