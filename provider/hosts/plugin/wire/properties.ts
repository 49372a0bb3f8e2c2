import type { Properties } from "../../../state/properties";
import { decodeStruct, encodeStruct } from "./struct";

// Properties as they travel between the engine and the plugin: values, and which of them are secret.

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The keys that lead to a value among properties; an index of a list is a key as well. */
export type Path = readonly string[];

export interface Received {
  properties: Properties;
  /** Where a value is secret. */
  secrets: Path[];
}

/** Pure: what a Struct holds, with plain values in the place of marked ones. */
export function received(bytes: Uint8Array | undefined): Received {
  if (bytes === undefined) return { properties: {}, secrets: [] };
  const decoded = decodeStruct(bytes);
  // Most have no secret: then nothing is walked through and copied.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(SIGNATURE))
    return { properties: decoded, secrets: [] };
  const secrets: Path[] = [];
  const properties = unmarked(decoded, [], secrets) as Properties;
  return { properties, secrets };
}

function unmarked(value: unknown, path: Path, secrets: Path[]): unknown {
  if (Array.isArray(value)) return value.map((each, index) => unmarked(each, [...path, `${index}`], secrets));
  if (typeof value !== "object" || value === null) return value;
  if (Reflect.get(value, SIGNATURE) === SECRET) {
    secrets.push(path);
    return unmarked(Reflect.get(value, "value"), path, []);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, unmarked(each, [...path, key], secrets)]),
  );
}

/** Pure: properties as a Struct, some of them marked as secret. */
export function encoded(properties: object, secrets: readonly Path[] = []): Uint8Array {
  return encodeStruct(marked(properties, secrets) as object);
}

/** Pure: the value with a mark at the end of each path; a path that leads nowhere marks nothing. */
function marked(value: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0) return value;
  // What is in a secret is secret.
  if (paths.some((path) => path.length === 0)) return { [SIGNATURE]: SECRET, value };
  if (typeof value !== "object" || value === null) return value;
  const byKey = new Map<string, Path[]>();
  for (const [key = "", ...rest] of paths) byKey.set(key, [...(byKey.get(key) ?? []), rest]);
  const inner = (key: string, each: unknown) => marked(each, byKey.get(key) ?? []);
  if (Array.isArray(value)) return value.map((each, index) => inner(`${index}`, each));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inner(key, each)]));
}
