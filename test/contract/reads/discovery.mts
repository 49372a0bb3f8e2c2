import { bodyKind, described, field } from "../answer.mts";
import { type Check, check, outcome, type Readers } from "../check.mts";
import { watch } from "../exchanges.mts";

const OFFERS = ["patch", "filter", "bulk", "sort", "etag"];

export const discovery: Check<Readers>[] = [
  check(
    {
      id: "discovery.no-token",
      asked: "GET /ServiceProviderConfig without a token",
      expected: "200, so that it proves nothing about a token",
      source: "seen live",
    },
    ({ wire }) => wire.ask({ path: "/ServiceProviderConfig", token: "none" }),
    (answer) => ({
      met: described(answer),
      package: "never takes it for a proof of the token",
      verdict: answer.status === 200 ? "expected" : "copes",
    }),
  ),
  check(
    {
      id: "discovery.offers",
      asked: "GET /ServiceProviderConfig: what is offered",
      expected: "patch and filter; neither bulk, sort nor etag",
      source: "seen live",
    },
    async ({ wire, reader }) => ({
      answer: await wire.ask({ path: "/ServiceProviderConfig" }),
      read: await watch(() => reader.serviceProviderConfig()),
    }),
    ({ answer, read }) => {
      const offers = OFFERS.filter((name) => field(field(answer.json, name), "supported") === true);
      const asExpected = offers.join() === "patch,filter";
      return {
        met: answer.status === 200 ? `offers ${offers.join(", ") || "nothing"}` : described(answer),
        package: outcome(read, () => "reads it, and relies on patch and filter alone"),
        verdict: asExpected && read.stopped === undefined ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "discovery.resource-types",
      asked: "GET /ResourceTypes",
      expected: "a bare array, or a ListResponse as in RFC 7644 section 4",
      source: "open question",
    },
    ({ wire }) => wire.ask({ path: "/ResourceTypes" }),
    (answer) => ({
      met: described(answer),
      package: "never asks it",
      verdict: /bare array|ListResponse/.test(bodyKind(answer)) ? "expected" : "copes",
    }),
  ),
  check(
    { id: "discovery.schemas", asked: "GET /Schemas", expected: "404: not offered", source: "seen live" },
    ({ wire }) => wire.ask({ path: "/Schemas" }),
    (answer) => ({
      met: described(answer),
      package: "never asks it",
      verdict: answer.status === 404 ? "expected" : "copes",
    }),
  ),
];

export const tokens: Check<Readers>[] = [
  check(
    {
      id: "token.none",
      asked: "GET /Users without a token",
      expected: "401 with WWW-Authenticate",
      source: "RFC 7644 section 2",
    },
    ({ wire }) => wire.ask({ path: "/Users", query: { count: "1" }, token: "none" }),
    (answer) => {
      const challenged = answer.headers["www-authenticate"] !== undefined;
      return {
        met: `${described(answer)}, ${challenged ? "with" : "no"} WWW-Authenticate`,
        package: "never asks without one",
        // Who reads without a token is let in with a wrong one too, and nothing that is read proves anything.
        verdict: answer.status === 200 ? "fails" : answer.status === 401 && challenged ? "expected" : "copes",
      };
    },
  ),
  check(
    {
      id: "token.wrong",
      asked: "GET /Users with a token that nobody gave out",
      expected: "401",
      source: "RFC 7644 section 2",
    },
    async ({ wire, refused }) => ({
      answer: await wire.ask({ path: "/Users", query: { count: "1" }, token: "wrong" }),
      read: await watch(() => refused.usersPage()),
    }),
    ({ answer, read }) => ({
      met: described(answer),
      package: outcome(read, () => "takes it for a token that works"),
      verdict:
        read.stopped === undefined ? "fails" : read.stopped.startsWith("Unauthorized") ? "expected" : "copes",
    }),
  ),
];
