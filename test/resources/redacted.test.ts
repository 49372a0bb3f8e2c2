import { output, runtime, secret } from "@pulumi/pulumi";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { NotionGuard, NotionRoleAssignment, NotionUser, NotionWorkspace } from "../../provider/index";

/** What the engine gets of each resource. */
let registered: Map<string, Record<string, unknown>>;
let made = 0;

beforeAll(() =>
  runtime.setMocks(
    {
      call: () => ({}),
      newResource: async ({ type, inputs, name }) => {
        registered.set(type.slice(type.lastIndexOf(":") + 1), inputs);
        return { id: `id of ${name}`, state: inputs };
      },
    },
    "project",
    "stack",
  ),
);

beforeEach(() => {
  registered = new Map();
  made += 1;
});

async function redacted(kind: string): Promise<unknown> {
  await expect.poll(() => registered.has(kind)).toBe(true);
  return registered.get(kind)?.redacted;
}

test("a member says which of their properties are secret, also where only a part of one is", async () => {
  new NotionUser(`ada-${made}`, {
    userName: secret("ada@example.com"),
    title: output("Lead"),
    name: { givenName: secret("Ada"), familyName: "King" },
    phoneNumbers: [{ value: secret("+44 1") }],
  });
  expect(await redacted("NotionUser")).toEqual(["userName", "name", "phoneNumbers"]);
});

test("a role says that its member's e-mail is secret, although it is handed the id alone", async () => {
  const ada = new NotionUser(`ada-${made}`, { userName: secret("ada@example.com") });
  new NotionRoleAssignment(`ada-${made}`, { userId: ada.id, role: secret("owner") as never });
  expect(await redacted("NotionRoleAssignment")).toEqual(["role", "userName", "member"]);
});

test("a resource without secrets says nothing of them, and its state is spared it", async () => {
  const ada = new NotionUser(`ada-${made}`, { userName: output("ada@example.com"), title: "Lead" });
  new NotionRoleAssignment(`ada-${made}`, { userId: ada.id, role: "owner" });
  new NotionWorkspace(`acme-${made}`, { people: [{ userName: "bob@example.com", title: output("Lead") }] });
  for (const kind of ["NotionUser", "NotionRoleAssignment", "NotionWorkspace"])
    expect(await redacted(kind)).toBeUndefined();
});

// A program with a stack: the last one, since the stack stays.
test("a guard says it by person, and of its own settings", async () => {
  await runtime.runInPulumiStack(async () => {
    new NotionGuard(`guard-${made}`, { tokenOwner: secret("root@example.com") });
    new NotionUser("ada", { userName: secret("ada.s@example.com") });
    new NotionUser("bob", { userName: "bob.s@example.com" });
  });
  expect(await redacted("NotionGuard")).toEqual({ ada: ["userName"], "": ["tokenOwner"] });
});
