import pRetry, { type Options } from "p-retry";
import type { Secret } from "../secret";
import { CHECK_ADDRESS, errorOf, looksLikeHtml } from "./answer";
import { MalformedAnswerError, RefusedError, UnavailableError } from "./errors";
import { RateLimiter, type RateLimiterOptions } from "./rate-limiter";
import { asksForPause, type Failure, type Method, mayRepeat, parseRetryAfter } from "./retry";
import { sanitizeLine } from "./sanitize";
import { type HttpRequest, type HttpResponse, type Timeouts, Transport, WireError } from "./transport";

/** The longest Retry-After that is waited for; beyond it the run ends and says so. */
const MAX_PAUSE_MS = 5 * 60_000;

/** How failed requests are repeated. Times in milliseconds. */
export interface RetryOptions {
  /** Attempts in all, those not counted that were refused for their pace (429). Default 6. */
  attempts: number;
  /** The wait before the second attempt, doubled for each further one, with jitter. Default 500. */
  minDelayMs: number;
  /** The longest wait between two attempts. Default 30,000. */
  maxDelayMs: number;
  /** How long 429 is put up with while nothing of this process gets through. Default 300,000. */
  maxStallMs: number;
}

/**
 * A slow server is no reason to give up as long as something gets through: a thousand additions at three a second
 * take six minutes. Give up after five minutes without progress: another client is using the whole rate limit.
 */
const MAX_STALL_MS = 5 * 60_000;

const DEFAULT_RETRY: RetryOptions = {
  attempts: 6,
  minDelayMs: 500,
  maxDelayMs: 30_000,
  maxStallMs: MAX_STALL_MS,
};

const FIND_OUT = "Notion may or may not have acted; running it again finds out.";
const CHECK_NETWORK =
  "Check the network, the proxy if there is one (HTTPS_PROXY), and the base address (notion:baseUrl, NOTION_SCIM_BASE_URL).";
const TRUST =
  "If a proxy of your company opens TLS, name the file of its certificate authority in NODE_EXTRA_CA_CERTS, or " +
  "except the host from the proxy in NO_PROXY.";

export interface ClientOptions extends RateLimiterOptions {
  /** Such as `https://api.notion.com/scim/v2`. */
  baseUrl: URL;
  token: Secret;
  timeouts?: Partial<Timeouts> | undefined;
  retry?: Partial<RetryOptions> | undefined;
  /** What to do with a new token where this one is not accepted. Default: set NOTION_SCIM_TOKEN. */
  tokenAdvice?: string | undefined;
}

/** One request as the client means it: what goes over the wire, and what it is for. */
export interface Request extends HttpRequest {
  doing: string;
  changesEmail?: boolean;
  /** One of two forms of a request: after a 500 the other comes first. */
  tried?: boolean;
}

const PLAIN_JSON = "application/json";

function isUnsupportedType(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.status === 415;
}

/** Carries a request to an answer with a success status: pace, attempts, errors. */
export class HttpClient {
  readonly #transport: Transport;
  readonly #token: ClientOptions["token"];
  readonly #tokenAdvice: string;
  readonly #limiter: RateLimiter;
  readonly #retry: RetryOptions;
  #contentType = "application/scim+json";
  /** Since when this process has met nothing but 429; undefined when something got through. */
  #stalledSince: number | undefined;
  #underWay = 0;
  /** Whether anything has ever been answered by a success: until then the address may be that of something else. */
  proven = false;

  /** Tells the person who runs it. */
  readonly log: (line: string) => void;

  constructor(options: ClientOptions, methods?: readonly Method[]) {
    this.log = options.log ?? (() => {});
    this.#token = options.token;
    this.#tokenAdvice = options.tokenAdvice ?? "set NOTION_SCIM_TOKEN";
    this.#transport = new Transport({ ...options, methods });
    this.#limiter = new RateLimiter(options);
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
  }

  /** Attempts at a request in all. */
  get attempts(): number {
    return this.#retry.attempts;
  }

  /** The waits between two attempts, in p-retry's words. */
  get backoff(): Options {
    const { minDelayMs, maxDelayMs } = this.#retry;
    return { minTimeout: minDelayMs, maxTimeout: maxDelayMs, randomize: true };
  }

  /**
   * A server that does not take SCIM's own type of JSON is sent the general one, from then on.
   * @param onFailure told of each attempt that failed in a way that may be repeated
   */
  async send(request: Request, onFailure: (failure: Failure) => void = () => {}): Promise<HttpResponse> {
    const contentType = this.#contentType;
    try {
      return await this.#send({ ...request, contentType }, onFailure);
    } catch (error) {
      if (request.body === undefined || contentType === PLAIN_JSON || !isUnsupportedType(error)) throw error;
      return this.#asPlainJson(request, onFailure, error);
    }
  }

  async #asPlainJson(
    request: Request,
    onFailure: (failure: Failure) => void,
    refusal: RefusedError,
  ): Promise<HttpResponse> {
    try {
      const answer = await this.#send({ ...request, contentType: PLAIN_JSON }, onFailure);
      this.#contentType = PLAIN_JSON;
      return answer;
    } catch (error) {
      if (isUnsupportedType(error)) throw refusal;
      this.#contentType = PLAIN_JSON;
      throw error;
    }
  }

  async #send(request: Request, onFailure: (failure: Failure) => void): Promise<HttpResponse> {
    // What an earlier part of the run gave up on says nothing of now.
    if (this.#underWay === 0) this.#stalledSince = undefined;
    this.#underWay += 1;
    let failure: Failure | undefined;
    return pRetry(
      async () => {
        failure = undefined;
        const { answer, failed, error } = await this.#limiter.run(() => this.#attempt(request));
        if (answer !== undefined) return answer;
        failure = failed;
        if (failed !== undefined) onFailure(failed);
        throw error;
      },
      {
        ...this.backoff,
        retries: this.attempts - 1,
        // A refusal for the pace is an appointment, not a failure: the pause is kept by all, and the attempt is not counted.
        shouldConsumeRetry: () => failure?.kind !== "status" || failure.status !== 429,
        shouldRetry: () => failure !== undefined && mayRepeat(request, failure),
      },
    ).finally(() => {
      this.#underWay -= 1;
    });
  }

  /** One attempt; a failure is a value here, with what the decision to repeat it needs. */
  async #attempt(request: Request): Promise<{ answer?: HttpResponse; failed?: Failure; error?: Error }> {
    let answer: HttpResponse;
    try {
      answer = await this.#transport.send(request);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return this.#wireFailure(request, error);
    }
    const stalledMs = this.#stalledMs(answer.status);
    if (answer.status >= 200 && answer.status < 300) {
      this.#limiter.ease();
      // What answers web pages may answer them to everything.
      if (!looksLikeHtml(answer)) this.proven = true;
      // Its text is data and stays as it came; headers are told.
      return { answer: { ...answer, header: this.#redactedHeader(answer.header) } };
    }
    const error = errorOf(this.#redacted(answer), {
      ...request,
      changesEmail: request.changesEmail ?? false,
      stalledMs,
      tokenAdvice: this.#tokenAdvice,
    });
    const retryAfterMs = parseRetryAfter(answer.header("retry-after"), answer.header("date"), Date.now());
    if (retryAfterMs !== undefined && retryAfterMs > MAX_PAUSE_MS) return { error };
    const { minDelayMs, maxDelayMs, maxStallMs } = this.#retry;
    if (answer.status === 429 && stalledMs > maxStallMs) return { error };
    if (asksForPause(answer.status, retryAfterMs)) {
      // As long again as nothing got through: waits that double, at least what is asked for.
      const pauseMs = Math.max(retryAfterMs ?? minDelayMs, Math.min(stalledMs, maxDelayMs));
      this.#limiter.pause(pauseMs, `Notion answered ${answer.status}`);
    }
    return {
      failed: { kind: "status", status: answer.status, retryAfter: retryAfterMs !== undefined },
      error,
    };
  }

  /** A refusal without the token. Its words are cut later, and half a token would not be found there. */
  #redacted({ status, header, text }: HttpResponse): HttpResponse {
    return { status, text: this.#token.scrub(text), header: this.#redactedHeader(header) };
  }

  #redactedHeader(header: HttpResponse["header"]): HttpResponse["header"] {
    return (name) => {
      const value = header(name);
      return value === undefined ? undefined : this.#token.scrub(value);
    };
  }

  /** Takes note of an answer; for how long this process has met nothing but 429. */
  #stalledMs(status: number): number {
    const now = Date.now();
    if (status === 429) this.#stalledSince ??= now;
    else if (status < 500) this.#stalledSince = undefined;
    return this.#stalledSince === undefined ? 0 : now - this.#stalledSince;
  }

  #wireFailure({ method, doing }: Request, wire: WireError): { failed?: Failure; error: Error } {
    const writes = method !== "GET";
    if (wire.kind === "oversized") {
      return {
        error: new MalformedAnswerError(
          { doing },
          wire.message,
          `No SCIM answer is that large. ${CHECK_ADDRESS}`,
          writes,
        ),
      };
    }
    const open = wire.kind === "lost" && writes;
    const next = open ? FIND_OUT : wire.kind === "untrusted" ? TRUST : CHECK_NETWORK;
    const error = new UnavailableError({ doing }, wire.message, next, open);
    const isFinal = wire.kind === "barred" || wire.kind === "untrusted";
    return isFinal ? { error } : { failed: { kind: wire.kind }, error };
  }

  /** A server's words for people: without the token, then as one line that is not endless. */
  quote(text: string): string {
    return sanitizeLine(this.#token.scrub(text));
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
