import { isDeepStrictEqual } from "node:util";

/** A bag of properties as the engine hands it over; it may hold `__provider`. */
export type Properties = Record<string, unknown>;

const PROVIDER_KEY = "__provider";

/** The text by which the engine's host finds this package, which has to stay in the state. */
export function providerIn(properties: Properties): Properties {
  return PROVIDER_KEY in properties ? { [PROVIDER_KEY]: properties[PROVIDER_KEY] } : {};
}

/** The properties without the text by which the engine's host finds this package. */
export function omitProvider({ [PROVIDER_KEY]: _, ...rest }: Properties): Properties {
  return rest;
}

/** Whether a value is a bag of properties: no list, and no single value. */
export function isBag(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two bags have other values under some of these keys. */
export function differIn(keys: readonly string[], one: Properties, other: Properties): boolean {
  return keys.some((key) => !isDeepStrictEqual(one[key], other[key]));
}

/** An object without some of its keys. */
export function without<T extends object>(object: T, keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as T;
}

/** Those of some keys that an object has. */
export function pick<T extends object, const K extends keyof T & string>(
  object: T,
  keys: readonly K[],
): Pick<T, K> {
  return Object.fromEntries(
    keys.flatMap((key) => (object[key] === undefined ? [] : [[key, object[key]]])),
  ) as unknown as Pick<T, K>;
}
