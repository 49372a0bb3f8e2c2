import { subscribe } from "node:diagnostics_channel";

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Whether somebody has asked the run to end, by the first Ctrl-C: the engine then calls Cancel of every provider and
 * waits for what is under way. The host of dynamic providers answers that call without telling the provider, so it
 * is seen where it comes in: Node tells of each stream of its HTTP/2 server (since 22.17 and 24.2; before, nobody
 * tells, and a run goes on to its end as it would anyway).
 */
class Cancellation {
  #asked = false;

  constructor() {
    subscribe("http2.server.stream.created", (message) => {
      const { headers } = message as { headers?: Record<string, unknown> };
      if (headers?.[":path"] === CANCEL) this.#asked = true;
    });
  }

  get asked(): boolean {
    return this.#asked;
  }
}

export const cancellation = new Cancellation();
