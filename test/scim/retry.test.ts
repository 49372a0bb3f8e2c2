import { describe, expect, test } from "vitest";
import {
  asksForPause,
  type Failure,
  type Method,
  mayRepeat,
  parseRetryAfter,
} from "../../provider/scim/retry";

const status = (code: number, retryAfter = false): Failure => ({ kind: "status", status: code, retryAfter });

describe("what may be sent again", () => {
  const cases: [Method, string, Failure, boolean][] = [
    ["GET", "no connection", { kind: "unreached" }, true],
    ["POST", "no connection", { kind: "unreached" }, true],
    ["GET", "a lost answer", { kind: "lost" }, true],
    ["PATCH", "a lost answer", { kind: "lost" }, true],
    ["DELETE", "a lost answer", { kind: "lost" }, true],
    ["POST", "a lost answer", { kind: "lost" }, false],
    ["POST", "429", status(429), true],
    ["POST", "503 with Retry-After", status(503, true), true],
    ["POST", "503 without", status(503), false],
    ["POST", "529 with Retry-After", status(529, true), true],
    ["POST", "500", status(500), false],
    ["POST", "502", status(502), false],
    ["GET", "500", status(500), true],
    ["PATCH", "503", status(503), true],
    ["DELETE", "504", status(504), true],
    ["GET", "400", status(400), false],
    ["GET", "401", status(401), false],
    ["DELETE", "403", status(403), false],
    ["GET", "404", status(404), false],
    ["PATCH", "409", status(409), false],
    ["GET", "501", status(501), false],
  ];
  test.each(cases)("%s after %s", (method, _, failure, expected) => {
    expect(mayRepeat({ method }, failure)).toBe(expected);
  });

  test("not a change of e-mail that was answered with 500: the address belongs to someone else", () => {
    expect(mayRepeat({ method: "PATCH", changesEmail: true }, status(500))).toBe(false);
    expect(mayRepeat({ method: "PATCH", changesEmail: true }, status(502))).toBe(true);
  });
});

test.each([
  [429, undefined, true],
  [503, 1000, true],
  [503, undefined, false],
  [529, 0, true],
  [500, 1000, false],
])(
  "an answer %i with a Retry-After of %s ms pauses the whole process: %s",
  (code, retryAfterMs, expected) => {
    expect(asksForPause(code, retryAfterMs)).toBe(expected);
  },
);

describe("Retry-After", () => {
  const now = Date.parse("Sat, 21 Nov 2026 10:00:00 GMT");

  test.each([
    ["7", 7000],
    [" 120 ", 120_000],
    ["0", 0],
    ["Sat, 21 Nov 2026 10:00:30 GMT", 30_000],
    ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
  ])("%j asks for a wait of %s ms", (header, expected) => {
    expect(parseRetryAfter(header, undefined, now)).toBe(expected);
  });

  test("as a date counts from the answer's own date, whatever this machine's clock says", () => {
    const sent = "Sat, 21 Nov 2026 08:00:00 GMT";
    expect(parseRetryAfter("Sat, 21 Nov 2026 08:00:10 GMT", sent, now)).toBe(10_000);
  });

  test("is none when the header is missing", () => {
    expect(parseRetryAfter(undefined, undefined, now)).toBeUndefined();
  });
});
