/** Stands for a value that is known only after an update. It is never a violation and never compared. */
export const UNKNOWN = Symbol("known after the update");

/** A declared text: `undefined` where it is left out. */
export type Text = string | undefined | typeof UNKNOWN;

/** The properties of a resource as plain data, with UNKNOWN for what the engine cannot tell yet. */
export type Properties = Readonly<Record<string, unknown>>;

/**
 * A copy of what a policy is handed, in which unknown values are UNKNOWN: @pulumi/policy ends the whole
 * policy when one is touched, which would hide the violations that can be decided.
 */
export function plainProperties(properties: Properties): Properties {
  return Object.fromEntries(Object.keys(properties).map((key) => [key, readPlain(properties, key)]));
}

function readPlain(holder: Properties, key: string): unknown {
  let value: unknown;
  try {
    value = holder[key];
  } catch {
    // The proxy that @pulumi/policy puts around properties throws for one reason: the value is unknown.
    return UNKNOWN;
  }
  if (Array.isArray(value)) return Object.values(plainProperties(value as unknown as Properties));
  return typeof value === "object" && value !== null ? plainProperties(value as Properties) : value;
}

/** A property that is a text; anything else counts as left out, the provider refuses it. */
export function textOf(properties: Properties, key: string): Text {
  const value = properties[key];
  if (value === UNKNOWN) return UNKNOWN;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `value` if it is a known text. */
export function known(value: Text): string | undefined {
  return typeof value === "string" ? value : undefined;
}
