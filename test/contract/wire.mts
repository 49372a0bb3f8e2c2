import { setTimeout as sleep } from "node:timers/promises";
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import type { Answer } from "./answer.mts";

/** Between two requests to a server that is somebody's: scripts that work live send 1 to 3 a second. */
const PAUSE_MS = 400;
const TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** How often a 429 is waited for, and the longest wait. */
const PATIENCE = 5;
const MAX_WAIT_SECONDS = 60;
const DEFAULT_WAIT_SECONDS = 5;

export interface Asked {
  /** Default GET. */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string>;
  body?: object;
  /** wrong: one that no server gave out. Default own. */
  token?: "own" | "none" | "wrong";
  headers?: Record<string, string>;
}

export const WRONG_TOKEN = "contract_check_this_is_no_token";

/** Requests as they are, where the wire itself is the question. */
export class Wire {
  /** How often the server asked to slow down. */
  rateLimited = 0;
  readonly #base: URL;
  readonly #token: string;
  readonly #pauseMs: number;
  readonly #agent: Dispatcher;

  constructor(base: URL, token: string) {
    this.#base = base;
    this.#token = token;
    this.#pauseMs = isLocal(base) ? 0 : PAUSE_MS;
    const options = { allowH2: false, maxResponseSize: MAX_ANSWER_BYTES };
    this.#agent = base.protocol === "https:" ? new EnvHttpProxyAgent(options) : new Agent(options);
  }

  async ask(asked: Asked): Promise<Answer> {
    for (let patience = PATIENCE; ; patience -= 1) {
      await sleep(this.#pauseMs);
      const answer = await this.#send(asked);
      if (answer.status !== 429 || patience === 0) return answer;
      this.rateLimited += 1;
      const seconds = Number(answer.headers["retry-after"] ?? DEFAULT_WAIT_SECONDS);
      if (!(seconds <= MAX_WAIT_SECONDS)) return answer;
      await sleep(seconds * 1000);
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #send({ method = "GET", path, query, body, token = "own", headers }: Asked): Promise<Answer> {
    const bearer = { own: this.#token, wrong: WRONG_TOKEN, none: undefined }[token];
    const {
      statusCode,
      headers: came,
      body: stream,
    } = await this.#agent.request({
      origin: this.#base.origin,
      path: this.#base.pathname.replace(/\/$/, "") + path,
      method,
      ...(query === undefined ? {} : { query }),
      headers: {
        accept: "application/scim+json, application/json",
        "accept-encoding": "identity",
        "user-agent": "pulumi-notion contract",
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { "content-type": "application/scim+json" }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await stream.text();
    const first = Object.entries(came).map(([name, value]) => [name, [value].flat()[0] ?? ""]);
    return { status: statusCode, headers: Object.fromEntries(first), text, json: parsed(text) };
  }
}

/** A server on this machine minds no pace. */
export function isLocal({ protocol }: URL): boolean {
  return protocol === "http:";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
