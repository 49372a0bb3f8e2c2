export interface RequestEntry {
  readonly method: string;
  /** As sent, below /scim/v2, without the query. */
  readonly path: string;
  /** The path with ids replaced: "/Users/{id}". */
  readonly template: string;
  readonly query: Record<string, string>;
  readonly authorization: "none" | "valid" | "other";
  readonly atMs: number;
  /** JSON that was sent, if any was read. */
  body?: unknown;
  /** 0: no answer was given (yet). */
  status: number;
  /** The fault that fired on this request. */
  fault?: string;
}

/** Every SCIM request, in order of arrival. Control calls are not in it. */
export class RequestLog {
  readonly entries: RequestEntry[] = [];

  /** How often each "METHOD /Template" was asked. */
  get counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { method, template } of this.entries) {
      const key = `${method} ${template}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  /** Of one "METHOD /Template"; without one, of all. */
  count(key?: string): number {
    return key === undefined ? this.entries.length : (this.counts[key] ?? 0);
  }

  clear(): void {
    this.entries.length = 0;
  }
}

export const TEMPLATES: readonly string[] = [
  "/Users",
  "/Users/{id}",
  "/Groups",
  "/Groups/{id}",
  "/ServiceProviderConfig",
  "/ResourceTypes",
  "/Schemas",
];

export function templateOf(path: string): string {
  const [, collection, id, ...rest] = path.split("/");
  if ((collection === "Users" || collection === "Groups") && id && rest.length === 0)
    return `/${collection}/{id}`;
  return path;
}
