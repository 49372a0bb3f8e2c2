import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output, runtime, secret } from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type * as built from "../../provider/index";
import { NotionUser, NotionWorkspace, type NotionWorkspaceArgs, type Person } from "../../provider/index";
import { ensureBuilt } from "../../tools/build.mts";
import { repositoryRoot } from "../../tools/repository.mts";

/** What the engine gets of each NotionWorkspace. */
let registered: { name: string; type: string; inputs: Record<string, unknown> }[];
let made = 0;

beforeAll(() =>
  runtime.setMocks(
    {
      call: () => ({}),
      newResource: async ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        return { id: `id of ${name}`, state: { ...inputs, ids: { "ada@example.com": "1" } } };
      },
    },
    "project",
    "stack",
  ),
);

beforeEach(() => {
  registered = [];
  made += 1;
});

async function declare(args: NotionWorkspaceArgs): Promise<Record<string, unknown>> {
  new NotionWorkspace(`acme-${made}`, args);
  await expect.poll(() => registered.length).toBe(1);
  return registered[0]?.inputs ?? {};
}

const ada: Person = { userName: "Ada@Example.com", role: "owner", title: "Countess" };
const bob: Person = { userName: "bob@example.com", role: "member", formerUserName: "robert@example.com" };
const eve: Person = { userName: "eve@example.com" };

describe("a workspace", () => {
  test("is one resource for all its people, by e-mail in lower case", async () => {
    const inputs = await declare({
      people: [ada, bob, eve],
      limits: { maxRemovals: 1 },
      undeclared: "report",
    });
    expect(registered.map(({ type }) => type)).toEqual(["pulumi-nodejs:dynamic/notion:NotionWorkspace"]);
    expect(inputs).toMatchObject({
      people: {
        "ada@example.com": { role: "owner", title: "Countess" },
        "bob@example.com": { role: "member", formerUserName: "robert@example.com" },
        "eve@example.com": {},
      },
      limits: { maxRemovals: 1 },
      undeclared: "report",
    });
  });

  test.each([
    ["ada@example.com", "ada@example.com"],
    ["ada@example.com", "ADA@example.com"],
  ])("that declares a person twice is refused: %s and %s", (one, other) => {
    const people = [{ userName: one }, { userName: other }];
    expect(() => new NotionWorkspace(`acme-${made}`, { people })).toThrow(
      /declared twice in one NotionWorkspace/,
    );
  });

  test("tells the id of a person by e-mail in any case, and fails for somebody who is not declared", async () => {
    const workspace = new NotionWorkspace(`acme-${made}`, { people: [ada] });
    const id = await new Promise((resolve) => workspace.idOf("ADA@example.com").apply(resolve));
    expect(id).toBe("1");
  });

  test("says which attributes the program made secret, so that no line tells their values", async () => {
    const inputs = await declare({
      people: [
        { ...ada, title: secret("Countess"), name: { givenName: secret("Ada"), familyName: "King" } },
        bob,
      ],
    });
    expect(inputs.redacted).toEqual({ "ada@example.com": ["title", "name"] });
  });

  test("takes values that other resources make, but for who somebody is", async () => {
    const { people } = await declare({
      people: [
        { userName: "ada@example.com", role: output("owner"), until: output("2027-01-31"), title: "x" },
      ],
    });
    expect(people).toEqual({ "ada@example.com": { role: "owner", until: "2027-01-31", title: "x" } });
  });

  test("that declares nobody, neither by people nor by a roster, is refused", () => {
    expect(() => new NotionWorkspace("nobody", {})).toThrow("give it people, or a roster");
  });

  test("says nothing of secrets where there are none", async () => {
    expect(await declare({ people: [ada, bob] })).not.toHaveProperty("redacted");
  });

  test("reads its groups from a file, and holds the rows of its roster against them", async () => {
    // The class loads the readers of files when it needs them, which the built one alone can.
    await ensureBuilt(() => {});
    const { NotionWorkspace: Built }: typeof built = createRequire(__filename)(
      join(repositoryRoot, "dist", "provider", "index.js"),
    );
    const folder = mkdtempSync(join(tmpdir(), "notion-workspace-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const groupsFile = file("groups.yaml", "Platform:\n  members: add\n");
    const roster = file("members.csv", "userName,groups\nada@example.com,Platform; On-call\n");
    const onCall = { "On-call": { members: "exact" } } as const;
    new Built(`acme-${made}`, { roster, groupsFile, groups: onCall });
    await expect.poll(() => registered.length).toBe(1);
    const { inputs = {} } = registered[0] ?? {};
    expect(inputs.groups).toEqual({ ...onCall, Platform: { members: "add" } });
    expect(inputs).not.toHaveProperty("groupsFile");
    expect(() => new Built("odd", { roster, groupsFile })).toThrow(
      'members.csv, line 2, column groups: group "On-call" is not declared; declared are Platform',
    );
    expect(
      () => new Built("twice", { roster, groupsFile, groups: { Platform: { members: "add" } } }),
    ).toThrow("group Platform is declared twice");
  });

  test("takes people whose e-mail means something to an object", async () => {
    const inputs = await declare({ people: [{ userName: "__proto__@example.com" }] });
    expect(Object.keys(inputs.people as object)).toEqual(["__proto__@example.com"]);
  });
});

test("a workspace is told apart from other resources, whichever copy of the package made it", () => {
  expect(NotionWorkspace.isInstance(new NotionWorkspace(`acme-${made}`, { people: [] }))).toBe(true);
  expect(NotionWorkspace.isInstance(new NotionUser(`ada-${made}`, { userName: "ada@example.com" }))).toBe(
    false,
  );
});
