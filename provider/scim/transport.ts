import { debuglog } from "node:util";
import type { Agent, Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import type { Secret } from "../secret";
import { ReadOnlyError, UserError } from "./errors";
import type { Method } from "./retry";
import { sanitizeLine } from "./sanitize";

/** Loaded by the first connection: it takes longer than all else here, and most previews send nothing. */
const undici = () => require("undici") as typeof import("undici");

const debug = debuglog("notion-scim");

/** Time limits of one attempt, in milliseconds. Notion answers a page of 100 within a second or two. */
export interface Timeouts {
  /** Until the connection stands. */
  connectMs: number;
  /** From the request's end to the answer's headers. */
  headersMs: number;
  /** Between two pieces of the answer's body. */
  bodyMs: number;
  /** The whole attempt: a server that sends a byte now and then must not hold a run for ever. */
  totalMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  headersMs: 30_000,
  bodyMs: 30_000,
  totalMs: 120_000,
};

/** A page of 100 members takes about 100 kB; far more than that is no answer to anything asked here. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export interface HttpRequest {
  method: Method;
  /** Path below the base address, such as `/Users/1`, each part of it already encoded. */
  path: string;
  query?: Record<string, string> | undefined;
  body?: object | undefined;
  /** Of the body. Default `application/scim+json`, RFC 7644 section 8.1. */
  contentType?: string | undefined;
}

export interface HttpResponse {
  status: number;
  /** Header values by lower-case name; a repeated header as its first value. */
  header: (name: string) => string | undefined;
  text: string;
}

/** The exchange failed below HTTP, or the answer was too large to be read. */
export class WireError extends Error {
  /** `barred`: a proxy refused, `untrusted`: the certificate was not accepted; both would be so again. */
  readonly kind: "unreached" | "barred" | "untrusted" | "lost" | "oversized";

  constructor(kind: WireError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface TransportOptions {
  /** Such as `https://api.notion.com/scim/v2`. */
  baseUrl: URL;
  token: Secret;
  timeouts?: Partial<Timeouts> | undefined;
  /** The methods that may leave this process. Default: all. A reader allows GET alone. */
  methods?: readonly Method[] | undefined;
}

/**
 * Sends one request over one kept-alive pool; never follows a redirect, so the token stays with its origin. An
 * `https:` address is reached as HTTPS_PROXY and NO_PROXY say, by a tunnel through which a proxy reads nothing.
 */
export class Transport {
  readonly #pool: Dispatcher;
  readonly #options: TransportOptions;
  readonly #totalMs: number;

  constructor(options: TransportOptions) {
    const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.#options = options;
    this.#totalMs = timeouts.totalMs;
    const pool = {
      connections: 16,
      connect: { timeout: timeouts.connectMs },
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyMs,
      keepAliveTimeout: 30_000,
      maxResponseSize: MAX_BODY_BYTES,
      // With HTTP/2 an answer that is cut off is handed over as whole, and undici repeats requests by itself.
      allowH2: false,
    };
    // Anything else than https: stays on this machine.
    this.#pool =
      options.baseUrl.protocol === "https:" ? viaProxy(pool, timeouts.connectMs) : new (undici().Agent)(pool);
  }

  /** @throws {WireError} when no whole answer came; {@link ReadOnlyError} for a method that is not allowed here */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { baseUrl, token, methods } = this.#options;
    if (methods !== undefined && !methods.includes(request.method)) {
      throw new ReadOnlyError(`This program only reads: ${request.method} ${request.path} was not sent.`);
    }
    const started = performance.now();
    const trace = (outcome: string) =>
      debug(
        token.scrub(
          `${request.method} ${request.path} ${outcome} ${Math.round(performance.now() - started)} ms`,
        ),
      );
    try {
      const answer = await this.#pool.request({
        origin: baseUrl.origin,
        method: request.method,
        path: baseUrl.pathname.replace(/\/$/, "") + request.path,
        ...(request.query === undefined ? {} : { query: request.query }),
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          accept: "application/scim+json, application/json",
          "accept-encoding": "identity",
          "user-agent": "pulumi-notion",
          ...(request.body === undefined
            ? {}
            : { "content-type": request.contentType ?? "application/scim+json" }),
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: AbortSignal.timeout(this.#totalMs),
      });
      const text = await answer.body.text();
      const header = (name: string) => {
        const [value] = [answer.headers[name] ?? []].flat();
        return value;
      };
      const id = requestIdOf(header, (text) => token.scrub(text));
      trace(`${answer.statusCode} request=${id ?? "-"}`);
      // As it came: the token may stand in the data by chance. It is hidden in what is said of the data.
      return { status: answer.statusCode, header, text };
    } catch (error) {
      const wire = wireError(error, baseUrl.host);
      trace(wire.message);
      throw wire;
    }
  }

  /** Closes the pool once what is under way has ended. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** Connections to a proxy. Asking for a tunnel is part of connecting: nothing of the request has been sent. */
function proxyPool(...[origin, options]: ConstructorParameters<typeof Pool>): Pool {
  const { Pool } = undici();
  class ProxyPool extends Pool {
    override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
      let answer: Dispatcher.ConnectData;
      try {
        answer = await super.connect(options);
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
        throw new WireError("unreached", `no connection to the proxy that HTTPS_PROXY names (${code})`);
      }
      if (answer.statusCode === 200) return answer;
      answer.socket.on("error", () => {}).destroy();
      // A proxy that has decided is not asked again: a password that is sent too often may lock an account.
      const kind = answer.statusCode < 500 ? "barred" : "unreached";
      throw new WireError(kind, `the proxy that HTTPS_PROXY names answered ${answer.statusCode}`);
    }
  }
  return new ProxyPool(origin, options);
}

function viaProxy(pool: Agent.Options, connectMs: number): Dispatcher {
  try {
    return new (undici().EnvHttpProxyAgent)({
      ...pool,
      connectTimeout: connectMs,
      // undici would wait for five minutes for a proxy that does not answer, whatever the request's own limit.
      clientFactory: (origin: URL, options: object) =>
        proxyPool(origin, { ...options, headersTimeout: connectMs }),
    } as EnvHttpProxyAgent.Options);
  } catch {
    // Its own error may hold the proxy's password.
    throw new UserError(
      "HTTPS_PROXY (or HTTP_PROXY) is not an address such as http://proxy.example.com:8080.",
    );
  }
}

/** Notion's id of a request, from whichever header bears it. @param scrub takes out the token before the id is cut */
export function requestIdOf(
  header: HttpResponse["header"],
  scrub = (text: string) => text,
): string | undefined {
  const id = header("x-notion-request-id") ?? header("x-request-id");
  return id === undefined ? undefined : sanitizeLine(scrub(id));
}

// Codes of a connection that was never made: the server has seen nothing of the request.
const UNREACHED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPROTO",
]);
/** What TLS says of a connection that stood and was damaged: something may have come through before. */
const DAMAGED = /BAD_RECORD_MAC|DECRYPT/;
/** Node's codes of a certificate that does not lead to a known authority, is out of date, or is another host's. */
const UNTRUSTED =
  /^(CERT_|CRL_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_|PATH_LENGTH_|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;

/** What an error of undici or Node means for a request. */
export function wireError(error: unknown, host: string): WireError {
  if (error instanceof WireError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new WireError("oversized", `the answer was larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB`);
  }
  if (code === "UND_ERR_CONNECT_TIMEOUT") {
    return new WireError("unreached", `no connection to ${host} in time`);
  }
  if (UNREACHED.has(code) || (code.startsWith("ERR_SSL_") && !DAMAGED.test(code)))
    return new WireError("unreached", `no connection to ${host} (${code})`);
  if (UNTRUSTED.test(code)) {
    return new WireError("untrusted", `the certificate of ${host} was not accepted (${code})`);
  }
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return new WireError("lost", "no answer in time");
  }
  if (error instanceof Error && error.name === "TimeoutError")
    return new WireError("lost", "no answer in time");
  return new WireError("lost", `the connection to ${host} was lost${code === "" ? "" : ` (${code})`}`);
}
