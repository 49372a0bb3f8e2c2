import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { UnavailableError, UserError } from "../../provider/scim/errors";
import { startSimulator } from "../simulator/index.mts";
import { failure, ONCE, reader, writer } from "./connect";

// A company's proxy (HTTPS_PROXY, NO_PROXY). The certificate of what stands behind it is not made here, so that
// a tunnel is followed up to the first bytes that go through it.

const NOTION = { baseUrl: "https://scim.invalid/scim/v2", token: "test_token_of_a_proxy" };

beforeEach(() => {
  for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"])
    vi.stubEnv(name, undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

/** A proxy that notes what it is asked for, and what comes through a tunnel before it cuts it. */
async function proxy(status: number) {
  const seen = { connects: [] as string[], heads: [] as string[], tunnelled: [] as Buffer[], requests: 0 };
  const sockets = new Set<Duplex>();
  const server = createServer((_, response) => {
    seen.requests += 1;
    response.writeHead(500).end();
  });
  server.on("connect", (request, socket) => {
    sockets.add(socket);
    seen.connects.push(request.url ?? "");
    seen.heads.push(JSON.stringify(request.rawHeaders));
    socket.on("error", () => {});
    socket.on("data", (data) => {
      seen.tunnelled.push(data);
      socket.destroy();
    });
    if (status === 0) return;
    socket.write(`HTTP/1.1 ${status} Answer\r\n\r\n`);
    if (status !== 200) socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { seen, url: `http://someone:hush@127.0.0.1:${port}` };
}

test("HTTPS_PROXY gets a tunnel through which only TLS goes, and never the token", async () => {
  const { seen, url } = await proxy(200);
  vi.stubEnv("HTTPS_PROXY", url);
  await failure(reader(NOTION, { retry: ONCE }).user("u1"));
  expect(seen.connects).toEqual(["scim.invalid:443"]);
  expect(seen.requests).toBe(0);
  const [hello] = seen.tunnelled;
  // RFC 8446, 5.1: a record of type handshake (22), version 3.x.
  expect([hello?.[0], hello?.[1]]).toEqual([22, 3]);
  expect(Buffer.concat(seen.tunnelled).toString("latin1")).not.toContain(NOTION.token);
  expect(seen.heads.join()).not.toContain(NOTION.token);
});

test("a proxy that refuses is named as the reason, without its password, and nothing was written", async () => {
  const { seen, url } = await proxy(403);
  vi.stubEnv("https_proxy", url);
  const error = await failure(writer(NOTION).createUser({ userName: "ada@example.com" }));
  expect(error).toBeInstanceOf(UnavailableError);
  expect(error.message).toContain("the proxy that HTTPS_PROXY names answered 403");
  expect(error.message).not.toContain("may or may not have acted");
  expect(error.message).not.toContain("hush");
  expect(seen.connects).toEqual(["scim.invalid:443"]);
});

test("a proxy that fails is asked again, and one that does not answer is not waited for", async () => {
  const failing = await proxy(502);
  vi.stubEnv("HTTPS_PROXY", failing.url);
  await failure(reader(NOTION).user("u1"));
  expect(failing.seen.connects).toHaveLength(3);

  const hanging = await proxy(0);
  vi.stubEnv("HTTPS_PROXY", hanging.url);
  const client = writer(NOTION, { retry: ONCE, timeouts: { connectMs: 200 } });
  const error = await failure(client.createUser({ userName: "ada@example.com" }));
  expect(error.message).toContain(
    "no connection to the proxy that HTTPS_PROXY names (UND_ERR_HEADERS_TIMEOUT)",
  );
  expect(error.message).not.toContain("may or may not have acted");
});

test("a proxy that is not there is one of the things to check", async () => {
  vi.stubEnv("HTTPS_PROXY", "http://someone:hush@127.0.0.1:9");
  const error = await failure(reader(NOTION, { retry: ONCE }).user("u1"));
  expect(error.message).toContain("Check the network, the proxy if there is one (HTTPS_PROXY)");
  expect(error.message).not.toContain("hush");
});

test.each(["proxy.example.com:8080", "someone:hush@10.0.0.1:8080", "10.0.0.1:8080"])(
  "the address %s of a proxy is refused with one that would do",
  (address) => {
    vi.stubEnv("HTTPS_PROXY", address);
    expect(() => reader(NOTION)).toThrow(
      new UserError("HTTPS_PROXY (or HTTP_PROXY) is not an address such as http://proxy.example.com:8080."),
    );
  },
);

test("NO_PROXY is reached without the proxy", async () => {
  const { seen, url } = await proxy(200);
  vi.stubEnv("HTTPS_PROXY", url);
  vi.stubEnv("NO_PROXY", "other.example,scim.invalid");
  const error = await failure(reader(NOTION, { retry: ONCE }).user("u1"));
  expect(error.message).toContain("no connection to scim.invalid");
  expect(seen.connects).toEqual([]);
});

test("what is on this machine is reached without a proxy, whatever HTTP_PROXY says", async () => {
  const simulator = await startSimulator({ seed: { members: 3 } });
  onTestFinished(() => simulator.close());
  const { seen, url } = await proxy(200);
  vi.stubEnv("HTTP_PROXY", url);
  vi.stubEnv("HTTPS_PROXY", url);
  expect((await reader(simulator, { retry: ONCE }).usersPage()).totalResults).toBe(3);
  expect([seen.connects, seen.requests]).toEqual([[], 0]);
});
