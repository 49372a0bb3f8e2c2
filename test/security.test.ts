import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { readSettings } from "../provider/config";
import { role, user } from "../provider/hosts/dynamic/index";
import { openSession } from "../provider/lifecycle/session";
import { ROLES } from "../provider/model/role";
import { readRoster } from "../provider/roster/read-roster";
import { createUser, readUser, updateUser } from "./lifecycle/user-calls";

// Threats of docs/threat-model.md that no other test stands for.

const ESCAPES = "\u001b]0;title\u0007\u001b[2J\u001b[31m\u202e\u0000\r\n\u009b1A";
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not come out
const ACTIVE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const NOTION = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";

/** Answers everything in the same way. */
let answer: { status: number; type: string; body: string };
/** Answers reads, where it is not undefined. */
let lookUp: object | undefined;
let requests: string[];
let baseUrl: string;

beforeEach(async () => {
  requests = [];
  lookUp = undefined;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => {
      if (request.method === "GET" && lookUp !== undefined) {
        response.writeHead(200, { "content-type": "application/scim+json" }).end(JSON.stringify(lookUp));
        return;
      }
      response.writeHead(answer.status, { "content-type": answer.type });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
});

function answerWith(body: string | object, status = 200, type = "application/scim+json"): void {
  answer = { status, type, body: typeof body === "string" ? body : JSON.stringify(body) };
}

function session() {
  const env = { NOTION_SCIM_TOKEN: "secret_token", NOTION_SCIM_BASE_URL: baseUrl };
  const opened = openSession(readSettings({ env, config: () => undefined }), undefined, () => {}, {
    retry: { attempts: 1 },
  });
  onTestFinished(() => opened.client.close());
  return opened;
}

const hostile = (more: object = {}) => ({ id: "u1", userName: `ada${ESCAPES}@example.com`, ...more });

describe("terminal escapes in what a server says", () => {
  /** What the engine is given by the provider: messages of errors and lines of the log. */
  async function said(action: () => Promise<unknown>): Promise<string> {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const message = await action().then(
      () => "",
      (error: unknown) =>
        // What the state keeps is data, as Notion holds it: the engine shows it.
        [
          String(error),
          (error as Error).message,
          JSON.stringify((error as { reasons?: unknown }).reasons),
        ].join(),
    );
    const lines = log.mock.calls.flat().join("\n");
    log.mockRestore();
    return message + lines;
  }

  afterEach(() => vi.unstubAllEnvs());

  test("reach neither an error nor a log line of the provider, from a name, a role or a refusal", async () => {
    // One process of the provider has one session: everything of it is in one test.
    vi.stubEnv("NOTION_SCIM_TOKEN", "secret_token");
    vi.stubEnv("NOTION_SCIM_BASE_URL", baseUrl);
    answerWith(hostile({ [NOTION]: { role: `boss${ESCAPES}` } }));
    const props = { userId: "u1", role: "member" };
    const left = await said(() => role.delete("u1", props));
    expect(left).toContain("not the member that this assignment gave");
    expect(left).not.toMatch(ACTIVE);

    const met = await said(() => role.update("u1", props, { userId: "u1", role: "owner" }));
    expect(met).toContain("now, no longer member");
    expect(met).not.toMatch(ACTIVE);

    const held = { ...props, role: `boss${ESCAPES}` };
    const accepted = await said(() => role.update("u1", held, { userId: "u1", role: "owner" }));
    expect(accepted).toContain("the role is still boss");
    expect(accepted).not.toMatch(ACTIVE);

    answerWith({ detail: `no${ESCAPES}`, scimType: `type${ESCAPES}` }, 403);
    const refused = await said(() =>
      user.update(
        "u2",
        { userName: "ada@example.com", name: {}, active: true, adopted: false },
        { userName: "ada@example.com", title: "x" },
      ),
    );
    expect(refused).toContain("Notion answered 403");
    expect(refused).not.toMatch(ACTIVE);
  });
});

describe("a server's answer gets into the state", () => {
  test("by the attributes that this package knows alone, whatever else is in it", async () => {
    const body = `{"id":"u1","userName":"ada@example.com","title":"Engineer","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},
      "name":{"formatted":"Ada","__proto__":{"polluted":1},"more":1},"token":"x","${NOTION}":{"role":"member","__proto__":{"polluted":1}}}`;
    answerWith(body);
    const props = {
      userName: "ada@example.com",
      title: "x",
      name: { formatted: "x" },
      active: true,
      adopted: false,
    };
    const { props: outs = {}, inputs = {} } = await readUser(session(), "u1", props);
    const { title, name } = props;
    const found = { title: "Engineer", name: { formatted: "Ada" } };
    expect(outs).toEqual({ ...props, ...found, lastApplied: { title, name } });
    expect(inputs).toEqual({ userName: "ada@example.com", title: "Engineer", name: { formatted: "Ada" } });
    for (const each of [{}, outs, inputs, outs.name])
      expect(Reflect.get(each as object, "polluted")).toBeUndefined();
  });

  test("never under another id than the one asked for", async () => {
    answerWith({ id: "u2", userName: "eve@example.com" });
    const props = { userName: "ada@example.com", name: {}, active: true, adopted: false };
    await expect(readUser(session(), "u1", props)).rejects.toThrow("another member");
    await expect(
      updateUser(session(), "u1", { ...props, title: "old" }, { userName: "ada@example.com", title: "new" }),
    ).rejects.toThrow("another member");
  });

  test("never as somebody else than was added: their profile would be overwritten", async () => {
    answerWith({ id: "u2", userName: "eve@example.com" }, 201);
    lookUp = { totalResults: 0, Resources: [] };
    const created = createUser(session(), { userName: "ada@example.com", title: "x" });
    await expect(created).rejects.toThrow("Declare eve@example.com instead");
    expect(requests.filter((request) => request.startsWith("PATCH"))).toEqual([]);
  });
});

describe("an answer made to keep this process busy", () => {
  test("a web page of eight million characters of open titles is an error like another", async () => {
    answerWith("<title".repeat(1_400_000), 502, "text/html");
    await expect(session().client.user("u1")).rejects.toThrow("Notion answered 502");
  });

  test("a refusal that is one endless word is cut", async () => {
    answerWith({ detail: "x".repeat(5_000_000) }, 400);
    const error = await session()
      .client.user("u1")
      .catch((reason: unknown) => reason);
    expect(String(error).length).toBeLessThan(1000);
  });
});

describe("a roster that somebody else wrote", () => {
  function roster(name: string, text: string) {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-security-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, name);
    writeFileSync(file, text);
    return () => readRoster(file);
  }

  test("in YAML runs nothing: tags make texts of no other kind", () => {
    const read = roster(
      "members.yaml",
      '- userName: ada@example.com\n  title: !!js/function "() => process.exit(1)"\n',
    );
    try {
      expect(read()[0]?.title).toBe("() => process.exit(1)");
    } catch (error) {
      expect(String(error)).toContain("members.yaml");
    }
  });

  test("in YAML with references that would grow for ever is refused, and ends", () => {
    const levels = Array.from({ length: 30 }, (_, index) => {
      const before = index === 0 ? '"lol"' : `*a${index - 1}`;
      return `- &a${index} [${Array(10).fill(before).join(", ")}]`;
    });
    expect(roster("members.yaml", levels.join("\n"))).toThrow("a person is a map of fields");
    expect(roster("members.yaml", "- &a\n  userName: ada@example.com\n- *a\n")).toThrow("members.yaml");
  });

  test.each(["__proto__", "constructor", "prototype"])(
    "with a column or field named %s is refused by name",
    (column) => {
      expect(roster("members.csv", `userName,${column}\nada@example.com,x\n`)).toThrow(
        `unknown column "${column}"`,
      );
      expect(roster("members.yaml", `- userName: ada@example.com\n  ${column}: x\n`)).toThrow(
        `unknown column "${column}"`,
      );
      expect(Reflect.get({}, "x")).toBeUndefined();
    },
  );

  test("cannot give a role that is none, nor two roles to one person", () => {
    expect(roster("members.csv", "userName,role\nada@example.com,root\n")).toThrow(ROLES.join(", "));
    expect(roster("members.csv", "userName,role\nada@example.com,member\nADA@example.com,owner\n")).toThrow(
      "with another role",
    );
  });
});
