import { subscribe } from "node:diagnostics_channel";

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Calls back when the run is asked to end, by the first Ctrl-C: the engine then calls Cancel of every provider and
 * waits for what is under way. The host of dynamic providers answers that call without telling the provider, so it
 * is seen where it comes in: Node tells of each stream of its HTTP/2 server (since 22.17 and 24.2; before, nobody
 * tells, and a run goes on to its end as it would anyway).
 */
export function onCancel(cancel: () => void): void {
  subscribe("http2.server.stream.created", (message) => {
    const { headers } = message as { headers?: Record<string, unknown> };
    if (headers?.[":path"] === CANCEL) cancel();
  });
}
