import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { UnavailableError } from "../../provider/scim/errors";
import { ensureBuilt } from "../../tools/build.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { failure, writer } from "./connect";
import { THROWAWAY_CERTIFICATE, THROWAWAY_KEY } from "./throwaway-certificate";

// A server whose certificate no authority vouches for, as behind a company's proxy that opens TLS. Which codes mean
// that is in transport.test.ts.

const TOKEN = "test_token_behind_tls";
const PROXIES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

beforeAll(() => ensureBuilt(() => {}));
beforeEach(() => {
  for (const name of PROXIES) vi.stubEnv(name, undefined);
  return () => {
    vi.unstubAllEnvs();
  };
});

const ADA = { id: "u1", userName: "ada@example.com", active: true };

/** A workspace behind TLS. */
async function untrusted() {
  const seen = { connections: 0, requests: 0 };
  const server = createServer(
    { cert: THROWAWAY_CERTIFICATE, key: THROWAWAY_KEY },
    ({ url = "" }, response) => {
      seen.requests += 1;
      response.writeHead(200, { "content-type": "application/scim+json" });
      const Resources = url.includes("/Users") ? [ADA] : [];
      const count = Resources.length;
      response.end(JSON.stringify({ totalResults: count, startIndex: 1, itemsPerPage: count, Resources }));
    },
  );
  server.on("connection", () => {
    seen.connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { seen, baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2` };
}

test("a certificate that nobody vouches for is asked for once, and the error names the way out", async () => {
  const { seen, baseUrl } = await untrusted();
  const error = await failure(writer({ baseUrl, token: TOKEN }).createUser({ userName: "ada@example.com" }));
  expect(error).toBeInstanceOf(UnavailableError);
  expect(error.message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect(error.message).toContain("NODE_EXTRA_CA_CERTS");
  expect((error as UnavailableError).mayHaveActed).toBe(false);
  expect(seen).toEqual({ connections: 1, requests: 0 });
});

test("NODE_EXTRA_CA_CERTS is the way out: with it a program reads the workspace, and without it none", async () => {
  const { seen, baseUrl } = await untrusted();
  const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-certificates-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ca.pem");
  writeFileSync(file, THROWAWAY_CERTIFICATE.trimStart());
  const report = (more: NodeJS.ProcessEnv) =>
    promisify(execFile)(
      process.execPath,
      [join(repositoryRoot, "dist", "bin", "notion-inventory.js"), "report", "--format", "csv"],
      { env: { PATH: process.env.PATH, NOTION_SCIM_TOKEN: TOKEN, NOTION_SCIM_BASE_URL: baseUrl, ...more } },
    );
  await expect(report({})).rejects.toMatchObject({ stderr: expect.stringContaining("NODE_EXTRA_CA_CERTS") });
  expect(seen.requests).toBe(0);
  expect((await report({ NODE_EXTRA_CA_CERTS: file })).stdout).toContain("ada@example.com");
  expect(seen.requests).toBeGreaterThan(0);
});
