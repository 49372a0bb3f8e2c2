import { randomUUID } from "node:crypto";
import { type Answer, bodyKind, field } from "../answer.mts";
import { type Check, check, outcome, type Readers } from "../check.mts";
import { watch } from "../exchanges.mts";

const users = { path: "/Users", query: { startIndex: "1", count: "1" } };

const contentType = ({ headers }: Answer) =>
  (headers["content-type"] ?? "none").split(";")[0]?.trim() ?? "none";

/** Names of headers, never what they hold. */
const named = (answer: Answer, pattern: RegExp) =>
  Object.keys(answer.headers)
    .filter((name) => pattern.test(name))
    .join(", ") || "none";

export const headers: Check<Readers>[] = [
  check(
    {
      id: "error.shape",
      asked: "the body of a 400 and of a 404",
      expected: "a SCIM error whose status is a text",
      source: "RFC 7644 section 3.12",
    },
    async ({ wire }) => [
      await wire.ask({ path: "/Users", query: { filter: "email eq" } }),
      await wire.ask({ path: `/Users/${randomUUID()}` }),
    ],
    (answers) => {
      const shapes = answers.map((answer) => {
        const status = field(answer.json, "status");
        return `${answer.status}: ${bodyKind(answer)}${status === undefined ? "" : `, status a ${typeof status}`}`;
      });
      const fine = answers.every(
        (answer) => bodyKind(answer) === "a SCIM error" && typeof field(answer.json, "status") === "string",
      );
      return {
        met: shapes.join("; "),
        package: "goes by the status, and reads SCIM's, Notion's and a proxy's errors",
        verdict: fine ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "header.content-type",
      asked: "the content type of a listing, of a 404 and of an answer to application/json",
      expected: "application/scim+json",
      source: "RFC 7644 section 3.1",
    },
    async ({ wire }) => [
      await wire.ask(users),
      await wire.ask({ path: `/Users/${randomUUID()}` }),
      await wire.ask({ ...users, headers: { accept: "application/json" } }),
    ],
    (answers) => ({
      met: answers.map(contentType).join("; "),
      package: "reads whatever is JSON",
      verdict: answers.every((answer) => contentType(answer) === "application/scim+json")
        ? "expected"
        : "copes",
    }),
  ),
  check(
    {
      id: "header.request-id",
      asked: "a header with the request's id",
      expected: "x-notion-request-id or x-request-id",
      source: "Notion",
    },
    ({ wire }) => wire.ask(users),
    (answer) => {
      const name = named(answer, /request-id|cf-ray|trace-?id|correlation/);
      return {
        met: name,
        package: "quotes it in errors",
        verdict: /x-(notion-)?request-id/.test(name) ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "header.rate-limit",
      asked: "headers about a rate limit, and 429 met so far",
      expected: "nothing is written down for SCIM",
      source: "open question",
    },
    async ({ wire }) => ({ answer: await wire.ask(users), limited: wire.rateLimited }),
    ({ answer, limited }) => ({
      met: `headers: ${named(answer, /rate-?limit|retry-after/)}; 429 ${limited === 0 ? "never" : `${limited} times`}`,
      package: "goes by 429 and Retry-After",
      verdict: "expected",
    }),
  ),
  check(
    {
      id: "header.compression",
      asked: "a listing with Accept-Encoding: gzip, and the package's own",
      expected: "compressed, or not; the package can read its own",
      source: "open question",
    },
    async ({ wire, reader }) => ({
      gzip: await wire.ask({ ...users, headers: { "accept-encoding": "gzip" } }),
      identity: await wire.ask(users),
      read: await watch(() => reader.usersPage()),
    }),
    ({ gzip, identity, read }) => {
      const encoding = ({ headers: came }: Answer) => came["content-encoding"] ?? "not compressed";
      return {
        met: `gzip: ${encoding(gzip)}; identity: ${encoding(identity)}`,
        package: outcome(read, () => "reads what it asked for"),
        verdict: read.stopped === undefined ? "expected" : "fails",
      };
    },
  ),
];
