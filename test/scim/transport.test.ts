import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { MalformedAnswerError, ReadOnlyError, UnavailableError } from "../../provider/scim/errors";
import { Transport, type TransportOptions, WireError, wireError } from "../../provider/scim/transport";
import { Secret } from "../../provider/secret";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  failure,
  ONCE,
  pageBody,
  reader,
  reply,
  serve,
  serveAlways,
  type Target,
  userBody,
  writer,
} from "./connect";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

function transport(target: Target, extra: Partial<TransportOptions> = {}): Transport {
  const made = new Transport({ baseUrl: new URL(target.baseUrl), token: new Secret(target.token), ...extra });
  onTestFinished(() => made.close());
  return made;
}

describe("a transport for reading", () => {
  test.each(["POST", "PATCH", "DELETE"] as const)("refuses %s, and nothing arrives", async (method) => {
    const wire = transport(simulator, { methods: ["GET"] });
    const error = await failure(
      wire.send({ method, path: "/Users/u1", body: { userName: "a@example.com" } }),
    );
    expect(error).toBeInstanceOf(ReadOnlyError);
    expect(error.message).toBe(`This program only reads: ${method} /Users/u1 was not sent.`);
    expect(simulator.requests.count()).toBe(0);
  });

  test("lets GET through", async () => {
    const wire = transport(simulator, { methods: ["GET"] });
    expect((await wire.send({ method: "GET", path: "/Users" })).status).toBe(200);
    expect(simulator.requests.counts).toEqual({ "GET /Users": 1 });
  });

  test("is not the default: any method is let through", async () => {
    const wire = transport(simulator);
    for (const method of ["POST", "PATCH", "DELETE"] as const)
      await wire.send({ method, path: "/Users/none" });
    expect(simulator.requests.count()).toBe(3);
  });
});

describe("a request", () => {
  test("carries the token, asks for SCIM-JSON, and has a content type only with a body", async () => {
    const server = await serveAlways(200, userBody("u1"));
    const client = writer(server);
    await client.user("u1");
    await client.createUser({ userName: "ada@example.com", title: "Gräfin 東京" });
    const [get, post] = server.requests;
    expect(get?.headers).toMatchObject({
      authorization: "Bearer test_token",
      accept: "application/scim+json, application/json",
    });
    expect(get?.headers).not.toHaveProperty("content-type");
    expect(get?.body).toBe("");
    expect(post?.headers["content-type"]).toBe("application/scim+json");
    expect(JSON.parse(post?.body ?? "")).toMatchObject({ title: "Gräfin 東京" });
  });

  test.each(["/scim/v2", "/scim/v2/", "/gate/scim/v2"])("goes below the base address %s", async (base) => {
    const server = await serveAlways(200, userBody("u1"));
    await reader({ ...server, baseUrl: server.origin + base }).user("u1");
    expect(server.requests[0]?.url).toBe(`${base.replace(/\/$/, "")}/Users/u1`);
  });

  test("goes to the root where the base address has no path", async () => {
    const server = await serveAlways(200, userBody("u1"));
    await reader({ ...server, baseUrl: server.origin }).user("u1");
    expect(server.requests[0]?.url).toBe("/Users/u1");
  });

  test("reads an answer that is sent in pieces, and characters that fall on two of them", async () => {
    const bytes = Buffer.from(JSON.stringify(userBody("u1", { title: "東京🙂" })));
    const server = await serve(async (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect((await reader(server).user("u1"))?.title).toBe("東京🙂");
  });
});

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])(
    "(%i) to another origin is not followed: nothing arrives there",
    async (status) => {
      const other = await serveAlways(200, pageBody([userBody("u1")]));
      const server = await serveAlways(status, "", { location: `${other.baseUrl}/Users` });
      const error = await failure(reader(server).listUsers());
      expect(error).toBeInstanceOf(MalformedAnswerError);
      expect(error.message).toContain(`a redirect to ${new URL(other.origin).host}, which is never followed`);
      expect(error.message).toContain("notion:baseUrl");
      expect(other.requests).toEqual([]);
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each(["GET", "POST", "PATCH", "DELETE"])("is not followed by %s", async (method) => {
    const other = await startSimulator({ seed: { members: 3 }, token: simulator.token });
    onTestFinished(() => other.close());
    simulator.faults.add({ name: "redirect", location: other.origin, times: "always" });
    const client = writer(simulator);
    const ask = {
      GET: () => client.user("u1"),
      POST: () => client.createUser({ userName: "a@example.com" }),
      PATCH: () => client.patchUser("u1", { title: "x" }, "change u1"),
      DELETE: () => client.deleteUser("u1", "u1"),
    }[method];
    await expect(ask?.()).rejects.toThrow(MalformedAnswerError);
    expect(other.requests.count()).toBe(0);
    expect(simulator.requests.count()).toBe(1);
  });

  test("within the same origin is not followed either, nor one that goes nowhere", async () => {
    for (const location of ["/scim/v2/elsewhere", "http://", "\\\\evil", ""]) {
      const server = await serveAlways(307, "", { location });
      await expect(reader(server).listUsers()).rejects.toThrow(MalformedAnswerError);
      expect(server.requests).toHaveLength(1);
    }
  });

  test("nor is the address of a member's meta.location, which names another host, or that of a 201", async () => {
    const other = await serveAlways(200, userBody("u1"));
    const meta = { location: `${other.baseUrl}/Users/u1` };
    const server = await serveAlways(201, userBody("u1", { meta }), { location: meta.location });
    const client = writer(server);
    await client.createUser({ userName: "u1@example.com" });
    await client.user("u1");
    expect(other.requests).toEqual([]);
  });
});

describe("a connection that fails", () => {
  test("before it was made is told from one that was lost later", async () => {
    await simulator.goDown();
    const path = "/Users";
    const unreached = await failure(transport(simulator).send({ method: "GET", path }));
    expect(unreached).toBeInstanceOf(WireError);
    expect(unreached).toMatchObject({ kind: "unreached", message: expect.stringContaining("ECONNREFUSED") });
    await simulator.comeBack();
    for (const name of ["refuse_connection", "drop_before", "drop_after"] as const) {
      simulator.faults.add({ name });
      const lost = await failure(transport(simulator).send({ method: "GET", path }));
      expect(lost).toMatchObject({ kind: "lost" });
    }
    expect(simulator.faults.pending).toEqual([]);
  });

  test("is no connection for a name with several addresses, and for a name that nobody knows", async () => {
    const { port } = new URL(simulator.origin);
    await simulator.goDown();
    const local = transport({ baseUrl: `http://localhost:${port}/scim/v2`, token: "t" });
    expect(await failure(local.send({ method: "GET", path: "/Users" }))).toMatchObject({ kind: "unreached" });
    const unknown = transport({ baseUrl: "https://nobody.invalid/scim/v2", token: "t" });
    expect(await failure(unknown.send({ method: "GET", path: "/Users" }))).toMatchObject({
      kind: "unreached",
    });
  });

  test.each([
    ["the headers", { headersMs: 50 }, () => {}],
    [
      "the body",
      { bodyMs: 50 },
      (response: import("node:http").ServerResponse) => response.writeHead(200).write("{"),
    ],
    [
      "the whole, byte by byte",
      { totalMs: 100 },
      (response: import("node:http").ServerResponse) => {
        const timer = setInterval(() => response.write(" "), 10);
        response.once("close", () => clearInterval(timer));
      },
    ],
  ])("because %s takes too long counts as lost", async (_, timeouts, answer) => {
    const server = await serve(answer);
    const error = await failure(transport(server, { timeouts }).send({ method: "GET", path: "/Users" }));
    expect(error).toMatchObject({ kind: "lost", message: "no answer in time" });
  });

  test("names the host and what to check, and not the token", async () => {
    await simulator.goDown();
    const error = await failure(reader(simulator, { retry: ONCE }).listUsers());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toBe(
      `Could not list the members: no connection to ${new URL(simulator.origin).host} (ECONNREFUSED). ` +
        "Check the network, the proxy if there is one (HTTPS_PROXY), and the base address (notion:baseUrl, NOTION_SCIM_BASE_URL).",
    );
  });

  test("because no TLS is spoken there is no connection: nothing of the request was read", async () => {
    const { port } = new URL(simulator.origin);
    const plain = { baseUrl: `https://127.0.0.1:${port}/scim/v2`, token: "t" };
    const error = await failure(transport(plain).send({ method: "POST", path: "/Users", body: {} }));
    expect(error).toMatchObject({ kind: "unreached", message: expect.stringMatching(/\((ERR_SSL_|EPROTO)/) });
  });

  test.each([
    ["SELF_SIGNED_CERT_IN_CHAIN", "untrusted"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "untrusted"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "untrusted"],
    ["CERT_HAS_EXPIRED", "untrusted"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "untrusted"],
    ["INVALID_CA", "untrusted"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "unreached"],
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "unreached"],
    ["ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "lost"],
    ["ECONNRESET", "lost"],
  ])("by %s is %s", (code, kind) => {
    const error = wireError(Object.assign(new Error("no"), { code }), "api.example.com");
    expect(error).toMatchObject({ kind, message: expect.stringContaining(code) });
  });

  test("in the middle of an answer gives an error, not the part that came", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"id": "u1", "userName": "u1@example.com"}', () => response.destroy());
    });
    await expect(reader(server).user("u1")).rejects.toThrow(UnavailableError);
    expect(server.requests).toHaveLength(3);
  });
});

test("connections are kept and used again", async () => {
  const sockets = new Set<unknown>();
  const server = await serve((response) => {
    sockets.add(response.socket);
    reply(response, 200, userBody("u1"));
  });
  const client = reader(server);
  for (let count = 0; count < 5; count += 1) await client.user("u1");
  expect(server.requests).toHaveLength(5);
  // A request that follows at once may come before the connection is free again.
  expect(sockets.size).toBeLessThanOrEqual(2);
});

describe("NODE_DEBUG=notion-scim", () => {
  // Node reads the variable when it starts, and a program that runs from sources needs their names completed.
  const program = (base: string) => `
    import { createRequire, registerHooks } from "node:module";
    // The sources are CommonJS; Node takes them for modules.
    globalThis.require = createRequire("${base}");
    registerHooks({
      resolve: (name, context, next) =>
        next(context.parentURL?.includes("/provider/") && name.startsWith(".") ? name + ".ts" : name, context),
    });
    const { createWriter } = await import("${base}scim/client.ts");
    const { Secret } = await import("${base}secret.ts");
    const [baseUrl, token] = process.argv.slice(1);
    const client = createWriter({ baseUrl: new URL(baseUrl), token: new Secret(token), retry: { attempts: 1 } });
    const fails = (promise) => promise.catch((error) => console.log(error.name));
    await client.findUser("member.001@example.com");
    await fails(client.createUser({ userName: "member.001@example.com" }));
    await fails(client.user("a/b %s%d"));
    await fails(client.user(token));
    await client.close();
    process.exit();
  `;

  async function run(debug: string) {
    const base = pathToFileURL(`${process.cwd()}/provider/`).href;
    const args = ["--input-type=module", "-e", program(base), simulator.baseUrl, simulator.token];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, NODE_DEBUG: debug, NODE_NO_WARNINGS: "1" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const code = await new Promise((resolve) => child.once("close", resolve));
    return { code, output };
  }

  test("prints method, path, status, duration and request id of each request, and never the token", async () => {
    simulator.faults.add({ name: "drop_before", method: "GET", path: "/Users/{id}", after: 1 });
    const { code, output } = await run("notion-scim");
    expect(output).toContain("ConflictError\n");
    expect(code).toBe(0);
    const traced = output.split("\n").filter((line) => line.startsWith("NOTION-SCIM"));
    const id = "[0-9a-f-]{36}";
    expect(traced).toEqual([
      expect.stringMatching(new RegExp(`: GET /Users 200 request=${id} \\d+ ms$`)),
      expect.stringMatching(new RegExp(`: POST /Users 409 request=${id} \\d+ ms$`)),
      expect.stringMatching(new RegExp(`: GET /Users/a%2Fb%20%25s%25d 404 request=${id} \\d+ ms$`)),
      expect.stringMatching(/: GET \/Users\/\[redacted\] the connection to .* was lost.* \d+ ms$/),
    ]);
    expect(output).not.toContain(simulator.token);
    // Nor whom it was about: a trace is pasted into bug reports.
    expect(output).not.toContain("member.001");
  });

  test("is silent when it is not asked for", async () => {
    const { code, output } = await run("");
    expect(code).toBe(0);
    expect(output).toBe("ConflictError\n");
  });
});
