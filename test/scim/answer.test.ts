import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MalformedAnswerError, RefusedError, type ScimError } from "../../provider/scim/errors";
import type { ScimReader } from "../../provider/scim/reader";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { failure, ONCE, pageBody, reader, reply, serve, serveAlways, userBody, writer } from "./connect";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

describe("an answer that is not what SCIM promises is an error, never a result", () => {
  test.each([
    ["truncated_json", "broken JSON"],
    ["wrong_shape", "JSON of an unexpected shape (at totalResults: "],
    ["html_ok", "a web page instead of JSON"],
  ] as const)("%s to a listing", async (name, what) => {
    simulator.faults.add({ name, times: "always" });
    const error = await failure(reader(simulator).listUsers());
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.message).toContain(`Could not list the members: Notion answered 200 with ${what}`);
    expect(error.message).toContain("notion:baseUrl");
    expect((error as ScimError).requestId).toBeDefined();
    expect(simulator.requests.count()).toBe(1);
  });

  test.each<[string, string, at: string]>([
    ["a number where the page should be", "7", "at the top"],
    ["null", "null", "at the top"],
    ["a list", "[]", "at the top"],
    ["a total in words", '{"totalResults": "3", "Resources": []}', "at totalResults"],
    ["a total below zero", '{"totalResults": -1}', "at totalResults"],
    ["a fractional total", '{"totalResults": 1.5}', "at totalResults"],
    ["entries that are no list", '{"totalResults": 1, "Resources": {}}', "at Resources"],
    [
      "an entry without an id",
      '{"totalResults": 1, "Resources": [{"userName": "a@b.c"}]}',
      "cannot be read (at id: ",
    ],
    [
      "an entry with an empty id",
      '{"totalResults": 1, "Resources": [{"id": "", "userName": "a"}]}',
      "cannot be read (at id: ",
    ],
    [
      "an entry without an e-mail",
      '{"totalResults": 1, "Resources": [{"id": "1"}]}',
      "cannot be read (at userName: ",
    ],
    ["nothing", "", "broken JSON"],
  ])("%s", async (_, body, at) => {
    const server = await serveAlways(200, body);
    const error = await failure(reader(server).listUsers());
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.message).toContain(at);
  });

  test("bytes in an encoding that was not asked for, which is named", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "content-type": "application/scim+json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(pageBody([userBody("u1")]))));
    });
    const error = await failure(reader(server).listUsers());
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.message).toContain("a body in the encoding gzip, which nobody asked for");
    expect(server.requests[0]?.headers["accept-encoding"]).toBe("identity");
  });

  test("a user answer that is a list, to each method that gives a user", async () => {
    const server = await serveAlways(200, pageBody([userBody("u1")]));
    const client = writer(server);
    for (const asked of [
      client.user("u1"),
      client.createUser({ userName: "a@example.com" }),
      client.patchUser("u1", { title: "x" }, "change u1"),
    ]) {
      expect(await failure(asked)).toBeInstanceOf(MalformedAnswerError);
    }
    expect(server.requests).toHaveLength(3);
  });

  test("one of 50 MB, of which only a part is taken in", async () => {
    simulator.faults.add({ name: "huge_answer", times: "always" });
    const error = await failure(reader(simulator).listUsers());
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error.message).toContain("larger than 16 MiB");
    expect(simulator.requests.count()).toBe(1);
  });

  test("one of 50 MB to a removal, or as a refusal", async () => {
    const id = simulator.workspace.members[2]?.id ?? "";
    simulator.faults.add({ name: "huge_answer", times: "always" });
    expect(await failure(writer(simulator).deleteUser(id, "u"))).toBeInstanceOf(MalformedAnswerError);
    const server = await serve((response) => {
      response.writeHead(403);
      const more = () => {
        while (response.writable && response.write(Buffer.alloc(1024 * 1024))) {}
      };
      response.on("drain", more);
      more();
    });
    expect(await failure(reader(server).listUsers())).toBeInstanceOf(MalformedAnswerError);
  });
});

describe("hostile JSON", () => {
  const polluted = () => Reflect.get({}, "polluted");

  test("does not reach the prototype of anything", async () => {
    const hostile = '"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}';
    const user =
      `{"id": "u1", "userName": "u1@example.com", ${hostile}, "name": {"formatted": "U", ${hostile}},` +
      ` "urn:ietf:params:scim:schemas:extension:notion:2.0:User": {"role": "member", ${hostile}}}`;
    const server = await serveAlways(200, user);
    const found = await reader(server).user("u1");
    expect(found).toMatchObject({ id: "u1", name: { formatted: "U" } });
    expect(polluted()).toBeUndefined();
    for (const value of [found, found?.name]) {
      expect(Reflect.get(value ?? {}, "polluted")).toBeUndefined();
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.keys(value ?? {})).not.toContain("__proto__");
    }
    const refused = await serveAlways(400, `{${hostile}, "detail": "No."}`);
    expect((await failure(reader(refused).user("u1"))).message).toContain('"No."');
    expect(polluted()).toBeUndefined();
  });

  test("nested a hundred thousand deep is an error or is ignored, and ends", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const server = await serve((response, seen) => reply(response, seen === 1 ? 200 : 400, deep));
    expect(await failure(reader(server).user("u1"))).toBeInstanceOf(MalformedAnswerError);
    expect(await failure(reader(server).user("u1"))).toBeInstanceOf(RefusedError);
  });
});

describe("a token that the server repeats is shown nowhere", () => {
  // The characters of base64, and what JSON would escape.
  const TOKEN = 'ntn_a/b+c=="\\x';
  const escaped = TOKEN.replace(/[/"\\]/g, "\\$&");
  const unicode = [...TOKEN]
    .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

  const shown = (error: Error) =>
    [
      error.message,
      error.stack,
      String(error),
      JSON.stringify(error),
      JSON.stringify({ ...error }),
      inspect(error, { depth: 10, showHidden: true }),
    ].join("\n");

  test.each<[string, number, string | object, Record<string, string>]>([
    ["in SCIM's detail", 401, { detail: `Bad token ${TOKEN}`, scimType: TOKEN }, {}],
    ["in Notion's message", 401, { message: `Bearer ${TOKEN}`, code: TOKEN, request_id: TOKEN }, {}],
    ["with slashes that JSON may escape", 403, `{"detail": "Bad token ${escaped}"}`, {}],
    ["in JSON's escapes of characters", 403, `{"detail": "Bad token ${unicode}"}`, {}],
    ["in a web page", 502, `<title>${TOKEN}</title>`, { "content-type": "text/html" }],
    ["in headers", 429, {}, { "x-notion-request-id": TOKEN, "x-request-id": TOKEN, "retry-after": TOKEN }],
    [
      "in the address of a redirect",
      307,
      "",
      { location: `https://${encodeURIComponent(TOKEN)}.example.com/` },
    ],
    ["in a success of the wrong shape", 200, { [TOKEN]: TOKEN, totalResults: TOKEN }, {}],
    ["in a web page with status 200", 200, `<title>${TOKEN}</title>`, { "content-type": "text/html" }],
  ])("%s", async (_, status, body, headers) => {
    const lines: string[] = [];
    const server = await serveAlways(status, body, headers, TOKEN);
    const log = (line: string) => lines.push(line);
    const error = await failure(reader(server, { retry: ONCE, log }).listUsers());
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    for (const text of [shown(error), lines.join("\n")]) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain("ntn_a");
    }
  });

  test.each([
    ["as it is", TOKEN],
    ["in capital letters", TOKEN.toUpperCase()],
  ])("nor a part of it, %s, where a long text of the server is cut in the middle of it", async (_, token) => {
    const detail = `${"x".repeat(300 - TOKEN.length)} ${token} and more ${"y".repeat(300)}`;
    const server = await serveAlways(403, { detail }, {}, TOKEN);
    const error = await failure(reader(server, { retry: ONCE }).listUsers());
    expect(error.message).toContain("xxx [redacted]");
    expect(shown(error).toLowerCase()).not.toContain("ntn_a");
  });

  test("nor does a log line hold it that is about a member whose entry cannot be read", async () => {
    const lines: string[] = [];
    const broken = { id: "u2", userName: `${TOKEN}@example.com`, title: 7 };
    const server = await serveAlways(200, pageBody([userBody("u1"), broken]), {}, TOKEN);
    await reader(server, { log: (line) => lines.push(line) }).listUsers();
    expect(lines).toEqual([expect.stringContaining("[redacted]@example.com")]);
  });

  const endless = (token: string) => `${"x".repeat(300 - TOKEN.length)} ${token.toUpperCase()} and more`;
  test.each<[string, object, (client: ScimReader) => Promise<unknown>]>([
    ["name", pageBody([{ id: "u1", userName: endless(TOKEN), title: 7 }]), (client) => client.listUsers()],
    ["id", userBody(endless(TOKEN)), (client) => client.user("u1")],
    [
      "address",
      pageBody([userBody("u1", { emails: [{ value: "bob@example.com" }], userName: endless(TOKEN) })]),
      (client) => client.findUser("bob@example.com"),
    ],
  ])("nor a part of it in an endless %s that is cut in the middle of it", async (_, body, ask) => {
    const server = await serveAlways(200, body, {}, TOKEN);
    const error = await failure(ask(reader(server)));
    expect(error.message).toContain("xxx [redacted]");
    expect(shown(error).toLowerCase()).not.toContain("ntn_a");
  });

  test("nor into the error of a connection that is lost or not made", async () => {
    const server = await serve((response) => response.destroy(), TOKEN);
    expect(shown(await failure(reader(server).listUsers()))).not.toContain("ntn_a");
    const nowhere = { baseUrl: "http://127.0.0.1:1/scim/v2", token: TOKEN };
    expect(shown(await failure(reader(nowhere).listUsers()))).not.toContain("ntn_a");
  });

  test("and yet what Notion holds stays as it is: the token of a mock server may be a part of every address", async () => {
    for (const token of ["t", "example", "u1@example.com", TOKEN]) {
      const server = await serveAlways(
        200,
        pageBody([userBody("u1", { title: `x ${TOKEN} y`, displayName: "Example" })]),
        { "x-request-id": "t-1" },
        token,
      );
      const { entries } = await reader(server).listUsers();
      expect(entries).toMatchObject([
        { userName: "u1@example.com", title: `x ${TOKEN} y`, displayName: "Example" },
      ]);
    }
  });

  test("nor out of a client or its options when they are printed", () => {
    const client = reader({ baseUrl: "http://127.0.0.1:1/scim/v2", token: TOKEN });
    expect(inspect(client, { depth: 10, showHidden: true })).not.toContain("ntn_a");
    expect(JSON.stringify(client)).not.toContain("ntn_a");
  });
});
