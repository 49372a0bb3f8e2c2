import { setTimeout as sleep } from "node:timers/promises";
import { parseRetryAfter } from "../../../provider/scim/retry";
import { ForgeError, UncertainError } from "./errors";

/** How long to wait for a forge. */
export interface Patience {
  /** Attempts of one request. Default 4. */
  attempts?: number;
  /** The longest wait of one request, all its pauses together, in milliseconds. Default 3 minutes. */
  maxPauseMs?: number;
  /** The pause after a first failure without Retry-After, in milliseconds; doubles each time. Default 1 second. */
  firstPauseMs?: number;
  /** How long one answer may take, in milliseconds. Default 30 seconds. */
  timeoutMs?: number;
  pause?: (milliseconds: number) => Promise<unknown>;
}

/** Methods to repeat after a lost answer: the second time changes nothing. */
const REPEATABLE = new Set(["GET", "HEAD", "PUT", "PATCH", "DELETE"]);

/**
 * fetch for a forge. It waits for a rate limit as long as the forge says (Retry-After, or the reset time). It repeats a
 * request after a failure of the server or the line, unless that could do the work twice. It sends the token to no other
 * address: a redirect is an error.
 * @throws {ForgeError} when the limit asks for more than `maxPauseMs`
 * @throws {UncertainError} when no answer came
 */
export function fetchWithRetry(forge: string, patience: Patience = {}): typeof fetch {
  const {
    attempts = 4,
    maxPauseMs = 180_000,
    firstPauseMs = 1_000,
    timeoutMs = 30_000,
    pause = sleep,
  } = patience;
  return async (input, init) => {
    const method = (init?.method ?? "GET").toUpperCase();
    let paused = 0;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await fetch(input, {
        ...init,
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => new UncertainError(`${forge} could not be reached: ${reasonOf(error)}.`));
      const limited = answer instanceof Response ? await limitOf(answer, Date.now()) : undefined;
      const broken = answer instanceof UncertainError || answer.status >= 500 || answer.status === 408;
      const again = limited !== undefined || (broken && REPEATABLE.has(method));
      if (!again || attempt === attempts) {
        if (limited !== undefined) throw tooLong(forge, limited);
        if (answer instanceof UncertainError) throw answer;
        if (answer.status >= 300 && answer.status < 400) throw redirected(forge, answer);
        return answer;
      }
      const wait = limited ?? firstPauseMs * 2 ** (attempt - 1);
      if (paused + wait > maxPauseMs) {
        if (limited !== undefined) throw tooLong(forge, limited);
        if (answer instanceof UncertainError) throw answer;
        return answer;
      }
      if (answer instanceof Response) await answer.body?.cancel();
      paused += wait;
      await pause(wait);
    }
  };
}

/** GitHub's pause for a limit without a time. */
const UNSAID_MS = 60_000;

/** Only these words tell this limit from a missing permission: its headers may say that requests are left. */
const SECONDARY = /secondary rate limit|abuse detection/i;

/** How long to wait for a rate limit, in milliseconds; undefined: there is none. A limited request did nothing. */
async function limitOf(response: Response, now: number): Promise<number | undefined> {
  const { status, headers } = response;
  const retryAfter = headers.get("retry-after");
  const spent = headers.get("x-ratelimit-remaining") === "0" || headers.get("ratelimit-remaining") === "0";
  if (status === 403 && retryAfter === null && !spent)
    return SECONDARY.test(await response.clone().text()) ? UNSAID_MS : undefined;
  const limited = status === 429 || status === 403 || (status === 503 && retryAfter !== null);
  if (!limited) return undefined;
  const wait = parseRetryAfter(retryAfter, headers.get("date"), now);
  if (wait !== undefined) return wait;
  const reset = Number(headers.get("x-ratelimit-reset") ?? headers.get("ratelimit-reset") ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : UNSAID_MS;
}

function tooLong(forge: string, wait: number): ForgeError {
  const seconds = Math.ceil(wait / 1000);
  return new ForgeError(
    `${forge} limits requests and asks to wait for ${seconds} more seconds, which is longer than this job waits. Run it again later.`,
  );
}

function redirected(forge: string, answer: Response): ForgeError {
  const to = answer.headers.get("location") ?? "";
  const host = URL.canParse(to) ? new URL(to).host : "another address";
  return new ForgeError(
    `${forge} answered ${answer.status}, a redirect to ${host}, where the token is not sent. If the repository has moved, use its new address.`,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error
    ? cause.message || String((cause as NodeJS.ErrnoException).code)
    : error.message;
}
