import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NOTION_SCHEMA } from "../../../provider/model/record";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type Options, type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const owners: People = { "o1@example.com": { role: "owner" }, "o2@example.com": { role: "owner" } };
const program = (people: People, settings = {}) => [workspace("acme", people, settings)];
const live = (email: string) => simulator.workspace.member(email);
const up = async (people: People, options: Options = {}) => {
  const told = await stack.up(program(people), options);
  expect(told.errors).toEqual([]);
  return told;
};

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

test("a role that an answer shows otherwise than asked for is in the state: setting the row back is a change of an owner", async () => {
  await up({ ...owners, "kim@example.com": { role: "member" } });
  const id = live("kim@example.com")?.id ?? "";
  // Notion says yes, and shows another role than was asked for.
  const body = { id, userName: "kim@example.com", [NOTION_SCHEMA]: { role: "owner" } };
  simulator.faults.add({ name: "wrong_shape", body, path: `/Users/${id}`, after: 1, times: "always" });
  const { errors } = await stack.up(program({ ...owners, "kim@example.com": { role: "restricted_member" } }));
  expect(errors.join()).toContain("the role is still owner");
  expect(stack.workspace().people["kim@example.com"]?.role).toBe("owner");
  const { words } = await stack.preview(program({ ...owners, "kim@example.com": { role: "member" } }));
  expect(words[0]).toContain("~ kim@example.com: owner → member");
});

test("an old owner stays owner where too few of the new ones could be made owner", async () => {
  await up({ ...owners, "n1@example.com": { role: "member" }, "n2@example.com": { role: "member" } });
  simulator.faults.add({
    name: "forbidden",
    method: "PATCH",
    path: `/Users/${live("n1@example.com")?.id}`,
    times: "always",
  });
  simulator.faults.add({
    name: "forbidden",
    method: "PATCH",
    path: `/Users/${live("n2@example.com")?.id}`,
    times: "always",
  });
  const { errors } = await stack.up(
    program({
      "o1@example.com": { role: "member" },
      "n1@example.com": { role: "owner" },
      "n2@example.com": { role: "owner" },
    }),
  );
  expect(errors.join("\n")).toContain(
    "o1@example.com stays owner: n1@example.com, n2@example.com were not made owner in this run, and minOwners asks for 2.",
  );
  expect(errors.join("\n")).toContain("o2@example.com stays owner");
  expect([live("o1@example.com"), live("o2@example.com")]).toMatchObject([
    { role: "owner" },
    { role: "owner" },
  ]);
});

test("an old owner stays owner where a deactivated new one could not be made active", async () => {
  const two = { ...owners, "n1@example.com": { role: "owner" } } as const;
  await up({ ...two });
  simulator.workspace.edit(live("n1@example.com")?.id ?? "", { active: false });
  simulator.faults.add({
    name: "forbidden",
    method: "PATCH",
    path: `/Users/${live("n1@example.com")?.id}`,
    times: "always",
  });
  const { errors } = await stack.up(program({ ...two, "o1@example.com": { role: "member" } }), {
    refresh: true,
  });
  expect(errors.join("\n")).toContain(
    "o1@example.com stays owner: n1@example.com were not made owner in this run, and minOwners asks for 2.",
  );
  expect(live("o1@example.com")).toMatchObject({ role: "owner" });
});

describe("a policy's remediation between check and diff", () => {
  const eight = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [`p${n}@example.com`, { role: "member" }]),
  ) as People;

  test("that takes people out is told and judged in the preview as what it is", async () => {
    await up({ ...owners, ...eight });
    const { words, errors } = await stack.preview(program({ ...owners, ...eight }), {
      remediate: (inputs) => ({ ...inputs, people: owners }),
    });
    expect(words.at(-1)).toBe("2 people declared (10 before): 8 leave.");
    expect(errors.join()).toContain("8 of 10 people would be removed at once");
    for (const email of Object.keys(eight)) expect(errors.join()).toContain(email);
  });

  test("that takes one out removes them, as the preview showed", async () => {
    await up({ ...owners, ...eight });
    const { "p0@example.com": _, ...seven } = eight;
    const { words, errors } = await stack.up(program({ ...owners, ...eight }), {
      remediate: (inputs) => ({ ...inputs, people: { ...owners, ...seven } }),
    });
    expect(errors).toEqual([]);
    expect(words[0]).toBe("- p0@example.com leaves (was member)");
    expect(live("p0@example.com")).toBeUndefined();
  });
});

test("what is changed again after it was set back is said to be written by something else", async () => {
  const people: People = { ...owners, "kim@example.com": { role: "member" } };
  await up(people);
  for (const expected of [
    "(changed in Notion)",
    "changed in Notion again after it was set back: something else writes it",
  ]) {
    simulator.workspace.edit("kim@example.com", { role: "restricted_member" });
    const { words } = await up(people, { refresh: true });
    expect(words[0]).toContain(expected);
  }
  await up(people, { refresh: true });
  simulator.workspace.edit("kim@example.com", { role: "restricted_member" });
  expect((await up(people, { refresh: true })).words[0]).not.toContain("again");
});

test("a member of whom a workspace without owners finds an owner is set back, whatever minOwners says", async () => {
  await up({ "kim@example.com": { role: "restricted_member" } });
  simulator.workspace.edit("kim@example.com", { role: "owner" });
  await up({ "kim@example.com": { role: "restricted_member" } }, { refresh: true });
  expect(live("kim@example.com")).toMatchObject({ role: "restricted_member" });
});

describe("giving a workspace up", () => {
  test("is judged without a floor: four people, two of them owners, are not removed without a word", async () => {
    await up({ ...owners, "a@example.com": {}, "b@example.com": {} });
    const { errors } = await stack.destroy();
    expect(errors.join()).toContain("4 of 4 people would be removed at once; maxRemovals allows 1 (25%)");
    expect(live("a@example.com")).toBeDefined();
    expect(
      (await stack.destroy({ env: { NOTION_MAX_REMOVALS: "4", NOTION_TOKEN_OWNER: "unknown" } })).errors,
    ).toEqual([]);
    expect(live("a@example.com")).toBeUndefined();
  });

  test("that leaves everybody names them", async () => {
    const people = { ...owners, "a@example.com": {} } as People;
    expect((await stack.up(program(people, { onRemove: "retain" }))).errors).toEqual([]);
    const { lines, errors } = await stack.destroy();
    expect(errors).toEqual([]);
    expect(lines).toContain("- o1@example.com is no longer managed and stays owner");
  });
});

test("a role column that is dropped is told person by person, owners first, and refused beyond maxReleases", async () => {
  const rows = (role?: "member") =>
    Object.fromEntries(
      Array.from({ length: 16 }, (_, n) => [`p${n}@example.com`, role ? { role } : {}]),
    ) as People;
  const all = { ...rows("member"), "zoe@example.com": { role: "owner" } } as People;
  await up({ ...owners, ...all });
  const few = await stack.preview(program({ ...owners, ...all, "p0@example.com": {} }));
  expect(few.words[0]).toBe("~ p0@example.com: the role is no longer managed and stays member");
  const { errors } = await stack.preview(program({ ...owners, ...rows(), "zoe@example.com": {} }));
  expect(errors.join()).toContain(
    "17 of 19 people would be released from management at once; maxReleases allows 5",
  );
  expect(errors.join()).toContain("They are zoe@example.com (owner), p0@example.com (member), ");
});

describe("while nobody said whose token it is,", () => {
  const silent = { env: { NOTION_TOKEN_OWNER: "" } };

  test("no owner is demoted or removed: refused in preview, by name, with what to say", async () => {
    await up({ ...owners, "o3@example.com": { role: "owner" } });
    for (const people of [owners, { ...owners, "o3@example.com": { role: "member" } }] as People[]) {
      const { errors } = await stack.preview(program(people), silent);
      expect(errors.join()).toContain(
        "o3@example.com would be demoted or removed: nobody said whose SCIM token this run uses",
      );
      expect(errors.join()).toContain("NOTION_TOKEN_OWNER=unknown");
    }
    expect(
      (await stack.up(program(owners), { config: { "notion:tokenOwner": "o1@example.com" }, ...silent }))
        .errors,
    ).toEqual([]);
    expect(live("o3@example.com")).toBeUndefined();
  });

  test("an owner whose time is over is held back by name, and others leave", async () => {
    const now = Date.UTC(2026, 11, 1);
    const people: People = {
      ...owners,
      "o3@example.com": { role: "owner", until: "2026-12-05" },
      "kim@example.com": { role: "member", until: "2026-12-05" },
    };
    await up(people, { now });
    const { errors } = await stack.up(program(people), { now: Date.UTC(2026, 11, 10), ...silent });
    expect(errors.join()).toContain(
      "o3@example.com keeps their access past its expiration: nobody said whose SCIM token",
    );
    expect(live("kim@example.com")).toBeUndefined();
  });
});
