import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** How often what was asked while `work` ran, repetitions counted: `GET /Users`. */
export async function countingRequests<T>(
  work: () => Promise<T>,
): Promise<{ result: T; requests: Record<string, number> }> {
  const counts = new Map<string, number>();
  const count = (message: unknown) => {
    const { method, path } = (message as { request: { method: string; path: string } }).request;
    const [, what = path] = /(\/(?:Users|Groups|ServiceProviderConfig))(?:[/?]|$)/.exec(path) ?? [];
    const each = /\/(?:Users|Groups)\/./.test(path) ? `${method} ${what}/{id}` : `${method} ${what}`;
    counts.set(each, (counts.get(each) ?? 0) + 1);
  };
  subscribe("undici:request:create", count);
  try {
    const result = await work();
    return { result, requests: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) };
  } finally {
    unsubscribe("undici:request:create", count);
  }
}
