import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { withUsualNames } from "./attribute-names.mts";
import type { Answer, Exchange } from "./exchange.mts";
import { type Outcome, outcomeOf } from "./fault-outcome.mts";
import type { Faults } from "./faults.mts";
import { writeOutcome } from "./outcome-writer.mts";
import { uuidOf } from "./random.mts";
import { RateLimit } from "./rate-limit.mts";
import { Refusal } from "./refusal.mts";
import { bearerToken, JSON_TYPES, readBody } from "./request-body.mts";
import { type RequestEntry, type RequestLog, templateOf } from "./request-log.mts";
import { ScimService } from "./scim-service.mts";
import type { Settings } from "./settings.mts";
import type { Workspace } from "./workspace.mts";

const BASE_PATH = "/scim/v2";

/** One SCIM request from its first byte to its last: log, fault, rate limit, answer, fault. */
export class ScimHandler {
  readonly #workspace: Workspace;
  readonly #settings: Settings;
  readonly #requests: RequestLog;
  readonly #faults: Faults;
  readonly #service: ScimService;
  readonly #rateLimit = new RateLimit();
  #sequence = 0;

  constructor(workspace: Workspace, settings: Settings, requests: RequestLog, faults: Faults) {
    this.#workspace = workspace;
    this.#settings = settings;
    this.#requests = requests;
    this.#faults = faults;
    this.#service = new ScimService(workspace, settings);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    this.#sequence += 1;
    const requestId = uuidOf(`request ${this.#sequence}`);
    const token = bearerToken(request);
    const inside = url.pathname.startsWith(`${BASE_PATH}/`);
    const path = decodedPath(inside ? url.pathname.slice(BASE_PATH.length) : url.pathname);
    const exchange: Exchange = {
      method: request.method ?? "GET",
      path,
      template: inside ? templateOf(path) : `(outside ${BASE_PATH}) ${path}`,
      query: Object.fromEntries(url.searchParams),
      body: undefined,
    };
    const entry: RequestEntry = {
      method: exchange.method,
      path,
      template: exchange.template,
      query: exchange.query,
      authorization: token === undefined ? "none" : this.#workspace.token(token) ? "valid" : "other",
      atMs: Date.now(),
      status: 0,
    };
    this.#requests.entries.push(entry);

    const outcome = await this.#outcome(request, exchange, token, entry);
    await writeOutcome(response, outcome, entry, { errorStyle: this.#settings.errorStyle, requestId });
  }

  async #outcome(
    request: IncomingMessage,
    exchange: Exchange,
    token: string | undefined,
    entry: RequestEntry,
  ): Promise<Outcome> {
    const ask = (other: Exchange) => this.#service.answer(other, token);
    try {
      const raw = await readBody(request);
      entry.body = lenientJson(raw);
      if (this.#settings.latencyMs > 0) await sleep(this.#settings.latencyMs);

      let current = exchange;
      const before = this.#faults.take("before", exchange);
      if (before !== undefined) {
        entry.fault = before.spec.name;
        const outcome = outcomeOf(before, { exchange, workspace: this.#workspace, answer: undefined, ask });
        if (outcome.kind !== "go-on") return outcome;
        current = outcome.exchange;
      }

      const own = this.#ownOutcome(current, raw, request, token);
      const answer = own.kind === "answer" ? own.answer : { status: own.refusal.status };
      // One fault per request, so that a script can be read from top to bottom.
      const after = before === undefined ? this.#faults.take("after", exchange, answer) : undefined;
      if (after === undefined) return own;
      entry.fault = after.spec.name;
      return outcomeOf(after, { exchange: current, workspace: this.#workspace, answer, ask });
    } catch (error) {
      if (error instanceof Refusal) return { kind: "refusal", refusal: error };
      throw error;
    }
  }

  /** What the server would say if nothing went wrong. */
  #ownOutcome(
    exchange: Exchange,
    raw: string,
    request: IncomingMessage,
    token: string | undefined,
  ): { kind: "answer"; answer: Answer } | { kind: "refusal"; refusal: Refusal } {
    try {
      if (this.#settings.rateLimit !== null) {
        const seconds = this.#rateLimit.take(this.#settings.rateLimit.requestsPerSecond, Date.now());
        if (seconds > 0) {
          const headers = { "retry-after": String(seconds) };
          throw new Refusal(429, "You have been rate limited.", { style: "notion", headers });
        }
      }
      if (raw !== "" && exchange.method !== "GET") {
        const contentType = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
        if (!JSON_TYPES.includes(contentType)) {
          throw new Refusal(415, `Content type ${contentType || "(none)"} is not JSON.`);
        }
        exchange.body = withUsualNames(parseJson(raw));
      }
      return { kind: "answer", answer: this.#service.answer(exchange, token) };
    } catch (error) {
      if (error instanceof Refusal) return { kind: "refusal", refusal: error };
      throw error;
    }
  }
}

function decodedPath(path: string): string {
  try {
    // Decoded per segment, so that an id with an encoded slash stays one segment and is simply not found.
    return path
      .split("/")
      .map((segment) => decodeURIComponent(segment).replaceAll("/", "%2F"))
      .join("/");
  } catch {
    return path;
  }
}

function lenientJson(raw: string): unknown {
  try {
    return raw === "" ? undefined : JSON.parse(raw);
  } catch {
    return raw;
  }
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw new Refusal(400, "The body is not JSON.", { scimType: "invalidSyntax" });
  }
}
