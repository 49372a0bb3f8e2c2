import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  ConflictError,
  MalformedAnswerError,
  mayHaveActed,
  NotFoundError,
  RateLimitedError,
  RefusedError,
  ScimError,
  UnauthorizedError,
  UnavailableError,
  UserError,
} from "../../provider/scim/errors";
import { type FaultName, type Simulator, startSimulator } from "../simulator/index.mts";
import { failure, ONCE, reader, serveAlways, writer } from "./connect";

const DOING = "change the title of ada@example.com";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.faults.clear());
afterAll(() => simulator.close());

type Kind = abstract new (...args: never[]) => ScimError;

/** The error of a change of title that the server answers so, once. */
async function refusal(status: number, body: string | object = {}, headers: Record<string, string> = {}) {
  const server = await serveAlways(status, body, headers);
  return failure(writer(server, { retry: ONCE }).patchUser("u1", { title: "x" }, DOING));
}

test.each<[FaultName, string]>([
  ["not_found", "Check that the base address is that of a SCIM API"],
  ["forbidden", "The token may not read this"],
  ["conflict", "Notion does not accept this request as it is"],
])("a read that meets %s is not advised as a write would be", async (name, next) => {
  simulator.faults.add({ name, times: "always" });
  const error = await failure(reader(simulator, { retry: ONCE }).listUsers());
  expect(error.message).toContain(next);
  expect(error.message).not.toMatch(/pulumi refresh|last owner|use another one/);
});

describe("each refusal is an error of its own class that says status, request and what to do", () => {
  const cases: [FaultName, number, Kind, next: string][] = [
    ["unauthorized", 401, UnauthorizedError, "set NOTION_SCIM_TOKEN"],
    ["forbidden", 403, RefusedError, "the last owner and the owner of the token"],
    ["not_found", 404, NotFoundError, "pulumi refresh"],
    ["conflict", 409, ConflictError, "exists already is in its way"],
    ["rate_limited", 429, RateLimitedError, "pulumi config set notion:requestsPerSecond 2"],
    ["server_error", 500, UnavailableError, "run it again later"],
    ["bad_gateway", 502, UnavailableError, "run it again later"],
    ["unavailable", 503, UnavailableError, "run it again later"],
    ["gateway_timeout", 504, UnavailableError, "run it again later"],
    ["overloaded", 529, UnavailableError, "run it again later"],
  ];
  describe.each(["scim", "notion", "html"] as const)("in a body of style %s", (style) => {
    test.each(cases)("%s", async (name, status, kind, next) => {
      simulator.faults.add({ name, style, times: "always", message: "Because of that." });
      const id = simulator.workspace.members[2]?.id ?? "";
      const client = writer(simulator, { retry: ONCE });
      const error = await failure(client.patchUser(id, { title: "x" }, DOING));
      if (status === 404 && style === "html") {
        expect(error.constructor).toBe(MalformedAnswerError);
        return;
      }
      expect(error.constructor).toBe(kind);
      expect(error).toBeInstanceOf(ScimError);
      expect(error).toBeInstanceOf(UserError);
      expect(error.name).toBe(kind.name);
      expect(error).toMatchObject({ status, doing: DOING });
      expect(error.message).toMatch(new RegExp(`^Could not ${DOING}: Notion answered ${status}`));
      expect(error.message).toContain(next);
      // The simulator's page has the status as its title; a proxy knows of no request ids.
      expect(error.message).toContain(style === "html" ? `"${status}"` : '"Because of that."');
      const { requestId, scimType } = error as ScimError;
      if (style === "html") expect(requestId).toBeUndefined();
      else {
        expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
        expect(error.message).toContain(`[request ${requestId}]`);
      }
      if (style === "notion") expect(scimType).toMatch(/^[a-z_]+$/);
      else expect(scimType).toBe(style === "scim" && status === 409 ? "uniqueness" : undefined);
    });
  });

  test.each([
    [400, RefusedError],
    [405, RefusedError],
    [408, UnavailableError],
    [412, RefusedError],
    [418, RefusedError],
    [422, RefusedError],
    [501, RefusedError],
    [304, MalformedAnswerError],
    [302, MalformedAnswerError],
  ] as const)("%i", async (status, kind) => {
    const error = await refusal(status);
    expect(error.constructor).toBe(kind);
    expect(error).toMatchObject({ status, doing: DOING });
  });

  test("decided by the status alone, whatever the body says", async () => {
    const body = { status: "404", scimType: "uniqueness", code: "rate_limited", detail: "409 conflict" };
    expect((await refusal(403, body)).constructor).toBe(RefusedError);
  });

  test("with one message that can be acted upon", async () => {
    const body = { schemas: [], status: "409", scimType: "uniqueness", detail: "Taken." };
    expect((await refusal(409, body, { "x-notion-request-id": "req-1" })).message).toBe(
      'Could not change the title of ada@example.com: Notion answered 409 (uniqueness), "Taken." [request req-1]. ' +
        "Something that exists already is in its way.",
    );
  });
});

describe("whom a failed request was about is said", () => {
  test.each<[string, RegExp, (client: ReturnType<typeof writer>) => Promise<unknown>]>([
    ["a read", /^Could not read ada@example.com: /, (client) => client.user("u1", "ada@example.com")],
    ["a read by id", /^Could not read the member u1: /, (client) => client.user("u1")],
    ["a look-up", /^Could not look up ada@example.com: /, (client) => client.findUser("ada@example.com")],
    ["the listing", /^Could not list the members: /, (client) => client.listUsers()],
    ["the groups", /^Could not list the groups: /, (client) => client.listGroups()],
    ["a group", /^Could not read the group g1: /, (client) => client.group("g1")],
    [
      "an addition",
      /^Could not add ada@example.com to the workspace: /,
      (client) => client.createUser({ userName: "ada@example.com" }),
    ],
    [
      "a removal",
      /^Could not remove ada@example.com: /,
      (client) => client.deleteUser("u1", "ada@example.com"),
    ],
  ])("%s", async (_, message, ask) => {
    const server = await serveAlways(403, {});
    expect((await failure(ask(writer(server)))).message).toMatch(message);
  });
});

describe("error bodies of all kinds are read", () => {
  test.each<[string, string | object, Record<string, string>, Partial<ScimError>, said: string]>([
    [
      "SCIM's",
      { status: "400", scimType: "mutability", detail: "No." },
      {},
      { scimType: "mutability" },
      '"No."',
    ],
    [
      "Notion's, with the request id in the body",
      { type: "error", code: "validation_error", message: "No.", request_id: "r-7" },
      {},
      { scimType: "validation_error", requestId: "r-7" },
      '"No."',
    ],
    [
      "the request id of a proxy's header",
      {},
      { "x-request-id": "r-8" },
      { requestId: "r-8" },
      "[request r-8]",
    ],
    [
      "a web page's title",
      "<html><head><title>Just\na moment</title></head></html>",
      { "content-type": "text/html" },
      {},
      '"Just a moment"',
    ],
    ["a web page without a title", "<h1>Oops</h1>", { "content-type": "text/html" }, {}, '"a web page"'],
    ["a web page that calls itself JSON", "  <!DOCTYPE html><title>Gate</title>", {}, {}, '"Gate"'],
    ["none at all", "", {}, { scimType: undefined }, "Notion answered 400."],
    ["broken JSON", '{"detail": "half', {}, { scimType: undefined }, "Notion answered 400."],
    ["null", "null", {}, {}, "Notion answered 400."],
    ["a list", "[1, 2]", {}, {}, "Notion answered 400."],
    ["plain words", "upstream error", { "content-type": "text/plain" }, {}, "Notion answered 400."],
    [
      "wrong types",
      { detail: { a: 1 }, scimType: 7, message: [] },
      {},
      { scimType: undefined },
      "answered 400.",
    ],
    [
      "empty words",
      { detail: "", message: "But this.", scimType: "" },
      {},
      { scimType: undefined },
      '"But this."',
    ],
  ])("%s", async (_, body, headers, fields, said) => {
    const error = await refusal(400, body, headers);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject(fields);
    expect(error.message).toContain(said);
  });
});

describe("what a server says is shown as one harmless line", () => {
  const HARMFUL = /[\p{Cc}\p{Cf}]/u;

  test("without control characters, terminal escapes, line ends or a reversed direction", async () => {
    const nasty = "\u001b[2J\u001b]0;owned\u0007red\r\nCould not: fake\u202egnp\u200b\u009b31m";
    const error = await refusal(400, { detail: nasty, scimType: nasty, request_id: nasty });
    expect(error.message).not.toMatch(HARMFUL);
    expect((error as ScimError).scimType).not.toMatch(HARMFUL);
    expect((error as ScimError).requestId).not.toMatch(HARMFUL);
    expect(error.message).toContain("Could not: fake gnp");
  });

  test("without them in a web page's title or a header either", async () => {
    const page = "<title>\u001b[31mred\u001b[0m</title>";
    const headers = {
      "content-type": "text/html",
      "x-notion-request-id": "a\u009b31mb",
      "retry-after": "\u009bx",
    };
    const error = await refusal(400, page, headers);
    expect(error.message).not.toMatch(HARMFUL);
    expect(error.message).toContain("red");
    expect((error as ScimError).requestId).not.toMatch(HARMFUL);
  });

  test("cut where it is endless", async () => {
    const endless = "x".repeat(10_000);
    const error = await refusal(400, { detail: endless, scimType: endless }, { "x-request-id": endless });
    expect(error.message.length).toBeLessThan(1200);
  });

  test("and so is the address of a member that it names in a conflict", async () => {
    const userName = "grace\u001b[31m@example.com\r\n";
    const emails = [{ value: "hopper@example.com" }];
    const server = await serveAlways(200, { totalResults: 1, Resources: [{ id: "u1", userName, emails }] });
    const error = await failure(reader(server).findUser("hopper@example.com"));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error.message).not.toMatch(HARMFUL);
  });
});

describe("whether a failed request may have taken effect", () => {
  test("is said for an answer that was lost, and for a server error", async () => {
    expect(mayHaveActed(await refusal(500))).toBe(true);
    simulator.faults.add({ name: "drop_after", method: "POST" });
    const lost = await failure(writer(simulator).createUser({ userName: "lost@example.com" }));
    expect(mayHaveActed(lost)).toBe(true);
    expect(simulator.workspace.member("lost@example.com")).toBeDefined();
  });

  test("is said for a success whose answer cannot be read", async () => {
    for (const name of ["truncated_json", "wrong_shape", "html_ok", "huge_answer"] as const) {
      simulator.faults.add({ name, method: "POST", ...(name === "html_ok" ? { acted: true } : {}) });
      const userName = `${name.replace("_", ".")}@example.com`;
      const error = await failure(writer(simulator).createUser({ userName }));
      expect(error).toBeInstanceOf(MalformedAnswerError);
      expect(mayHaveActed(error)).toBe(true);
      expect(simulator.workspace.member(userName)).toBeDefined();
    }
  });

  test.each([400, 401, 403, 404, 409, 429, 302])("is denied for %i", async (status) => {
    expect(mayHaveActed(await refusal(status))).toBe(false);
  });

  test("is denied where no connection was made, and for a read", async () => {
    await simulator.goDown();
    const unreached = await failure(writer(simulator).createUser({ userName: "ada@example.com" }));
    await simulator.comeBack();
    expect(unreached).toBeInstanceOf(UnavailableError);
    expect(mayHaveActed(unreached)).toBe(false);
    for (const name of ["truncated_json", "huge_answer", "server_error", "drop_after"] as const) {
      simulator.faults.add({ name, method: "GET", path: "/Users" });
      expect(mayHaveActed(await failure(reader(simulator, { retry: ONCE }).listUsers()))).toBe(false);
    }
    expect(mayHaveActed(new Error("other"))).toBe(false);
  });
});
