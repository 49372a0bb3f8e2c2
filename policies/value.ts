import * as proxy from "@pulumi/policy/proxy";

/** A value that is known only after an update. It is never compared. */
export const UNKNOWN = Symbol("known after the update");

/** A declared text; `undefined` if it is left out. */
export type Text = string | undefined | typeof UNKNOWN;

/** The properties of a resource as plain data, with UNKNOWN for values that the engine does not know yet. */
export type Properties = Readonly<Record<string, unknown>>;

// The types of @pulumi/policy leave these out. Without them each property is read through the proxy, which is slower.
const sdk = proxy as unknown as Readonly<Record<string, string | undefined>>;
const UNDER_THE_PROXY = sdk.getSpecialProxyTarget ?? "";
const SENTINELS: ReadonlySet<unknown> = new Set(
  Object.entries(sdk).flatMap(([name, value]) => (/^unknown\w+Value$/.test(name) ? [value] : [])),
);

/**
 * A copy of a policy's input with UNKNOWN for unknown values. @pulumi/policy ends the whole policy when it touches an
 * unknown value, which would hide other violations.
 */
export function plainProperties(properties: Properties): Properties {
  const target: unknown = UNDER_THE_PROXY === "" ? undefined : properties[UNDER_THE_PROXY];
  // A second proxy keeps the secrets of a remediation.
  const isBare = isBag(target) && target[UNDER_THE_PROXY] === undefined;
  return isBare && SENTINELS.size > 0
    ? (copyBare(target) as Properties)
    : Object.fromEntries(Object.keys(properties).map((key) => [key, readPlain(properties, key)]));
}

function copyBare(value: unknown): unknown {
  if (typeof value === "string") return SENTINELS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(copyBare);
  if (!isBag(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) if (key !== "__proto__") copy[key] = copyBare(value[key]);
  return copy;
}

function readPlain(holder: Properties, key: string): unknown {
  let value: unknown;
  try {
    value = holder[key];
  } catch {
    // The proxy that @pulumi/policy puts around properties throws for one reason: the value is unknown.
    return UNKNOWN;
  }
  if (Array.isArray(value))
    return Object.keys(value).map((index) => readPlain(value as unknown as Properties, index));
  return isBag(value)
    ? Object.fromEntries(Object.keys(value).map((inner) => [inner, readPlain(value, inner)]))
    : value;
}

/** Anything with keys; an empty one for what has none. */
export function bagOf(value: unknown): Properties {
  return isBag(value) ? value : {};
}

function isBag(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

/** A property that is a text. Anything else counts as left out: the provider refuses it. */
export function textOf(properties: Properties, key: string): Text {
  const value = properties[key];
  if (value === UNKNOWN) return UNKNOWN;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `value` if it is a known text. */
export function known(value: Text): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Yes, no, or UNKNOWN before the update. */
export type Answer = boolean | typeof UNKNOWN;

export function any(answers: readonly Answer[]): Answer {
  return answers.includes(true) || (answers.includes(UNKNOWN) && UNKNOWN);
}

export function all(answers: readonly Answer[]): Answer {
  return !answers.includes(false) && (answers.includes(UNKNOWN) ? UNKNOWN : true);
}
