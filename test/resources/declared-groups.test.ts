import { output, type Resource, runtime } from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { NotionGroup, NotionGroupMembership, NotionUser, NotionWorkspace } from "../../provider/index";

const registered = new Map<string, Record<string, unknown>>();

beforeAll(() =>
  runtime.setMocks({
    call: () => ({}),
    newResource: async ({ name, inputs, id }) => {
      if (name !== "project-stack") registered.set(name, inputs);
      const groupId = id ? "id of the read group" : `id of ${name}`;
      return { id: id || groupId, state: { ...inputs, groupId, ids: {} } };
    },
  }),
);

const made: Resource[] = [];
const make = <T extends Resource>(resource: T): T => {
  made.push(resource);
  return resource;
};

/** Runs a program in a stack of its own. @returns why it was refused; undefined where it was not */
async function refusalOf(program: () => void): Promise<string | undefined> {
  let reason: string | undefined;
  await runtime.runInPulumiStack(async () => {
    try {
      program();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  });
  await Promise.all(made.splice(0).map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  return reason;
}

const acme = (members: "add" | "exact") =>
  make(new NotionWorkspace("acme", { people: [], groups: { Platform: { members } } }));
const join = (name: string, groupId: NotionGroup["id"] | string, userId: string) =>
  make(new NotionGroupMembership(name, { groupId, userId }));

test.each([
  { first: "the workspace", order: ["workspace", "membership"] },
  { first: "the membership", order: ["membership", "workspace"] },
])(
  "a group that a workspace declares exact takes no membership, whether $first comes first",
  async ({ order }) => {
    const exact = () =>
      order.map((what) => {
        if (what === "workspace") return acme("exact");
        const platform = make(NotionGroup.get("platform", "Platform"));
        return join("ada", platform.id, "u-1");
      });
    expect(await refusalOf(exact)).toBe(
      'NotionWorkspace "acme" declares the group Platform with members: "exact", and NotionGroupMembership "ada" puts somebody into it: ' +
        'each would undo the other\'s work. Declare the person in the workspace, or set members: "add" there.',
    );
  },
);

test("a group that a workspace adds to takes memberships, and groups whose names differ in case are two", async () => {
  expect(
    await refusalOf(() => {
      acme("add");
      make(new NotionGroup("lower", { displayName: "platform" }));
      join("ada", make(NotionGroup.get("platform", "Platform")).id, "u-1");
    }),
  ).toBeUndefined();
});

test("a group is declared once: by a NotionGroup, or by a workspace", async () => {
  expect(
    await refusalOf(() => {
      make(new NotionGroup("one", { displayName: "Platform" }));
      make(new NotionGroup("two", { displayName: "Platform" }));
    }),
  ).toBe(
    'The group Platform is declared twice, by NotionGroup "one" and by NotionGroup "two". Keep one of the two.',
  );
  expect(
    await refusalOf(() => {
      make(new NotionGroup("one", { displayName: "Platform" }));
      acme("add");
    }),
  ).toContain('by NotionGroup "one" and by NotionWorkspace "acme"');
});

test("the same person in the same group is declared once", async () => {
  expect(
    await refusalOf(() => {
      join("one", "g-1", "u-1");
      join("other", "g-2", "u-1");
      join("two", "g-1", "u-1");
    }),
  ).toContain('NotionGroupMembership "one" and "two" put the same person into the same group.');
});

test("a group that is read by its name has Notion's id, and a membership takes that of a person and of a group", async () => {
  registered.clear();
  await refusalOf(() => {
    const platform = make(NotionGroup.get("platform", "Platform"));
    const ada = make(new NotionUser("ada", { userName: "ada@example.com" }));
    make(new NotionGroupMembership("ada-platform", { groupId: platform.id, userId: ada.id }));
    make(new NotionGroupMembership("said", { groupId: output("g-1"), userId: "u-1", onRemove: "retain" }));
  });
  await expect.poll(() => [...registered.keys()]).toContain("said");
  expect(registered.get("ada-platform")).toMatchObject({
    groupId: "id of the read group",
    userId: "id of ada",
  });
  expect(registered.get("said")).toMatchObject({ groupId: "g-1", userId: "u-1", onRemove: "retain" });
});
