import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Longer than any client keeps a connection, so that the two ends never close and reuse it at one moment. */
const KEEP_ALIVE_MS = 120_000;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

export type Handle = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** On 127.0.0.1 alone. */
export async function startHttpServer(port: number, handle: Handle): Promise<HttpServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const url = URL.parse(`http://127.0.0.1${request.url}`);
    if (url === null) {
      response.writeHead(400).end();
      return;
    }
    handle(request, response, url).catch((error: unknown) => {
      // A client that went away is its own affair; anything else is a bug of the simulator and must be seen.
      if (request.destroyed && !request.complete) return;
      console.error("simulator:", error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-type": "text/plain" }).end(`simulator bug: ${error}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
