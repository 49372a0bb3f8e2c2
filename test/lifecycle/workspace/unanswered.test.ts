import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type Options, type People, Stack, workspace } from "./stack";

// Writes that Notion carried out and whose answers were lost: the next plan looks up what it does not know.

let simulator: Simulator;
let stack: Stack;
const owners: People = { "o1@example.com": { role: "owner" }, "o2@example.com": { role: "owner" } };
const X = "x@example.com";
const NEW = "x.new@example.com";
const live = (key: string) => simulator.workspace.member(key);
const idOf = (email: string) => live(email)?.id ?? "nobody";
const program = (people: People, settings = {}) => [workspace("acme", { ...owners, ...people }, settings)];
const up = async (people: People, options: Options = {}) => {
  const told = await stack.up(program(people), options);
  expect(told.errors).toEqual([]);
  return told;
};
/** A run whose writes are carried out and get no answer. */
const lose = async (people: People, method: "PATCH" | "POST" | "DELETE", settings = {}) => {
  simulator.faults.add({ name: "drop_after", method, times: "always" });
  if (method === "POST")
    simulator.faults.add({ name: "unavailable", method: "GET", after: 3, times: "always" });
  const { errors } = await stack.up(program(people, settings), { preview: false });
  expect(errors.length).toBeGreaterThan(0);
  simulator.faults.clear();
};
const settled = async (people: People) => {
  for (const refresh of [false, true])
    expect((await stack.preview(program(people), { refresh })).words.join()).toContain("nothing to change");
};

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 1 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

describe("a role", () => {
  test("that was given without an answer is shown in doubt, and taken back where the row is as before", async () => {
    const before: People = { [X]: { role: "member" } };
    await up(before);
    await lose({ [X]: { role: "membership_admin" } }, "PATCH");
    const { words } = await stack.preview(program(before));
    expect(words).toEqual([
      `~ ${X}: membership_admin or member (looked up, since a change got no answer) → member`,
      "3 people declared: 1 looked up.",
    ]);
    await up(before);
    expect(live(X)).toMatchObject({ role: "member" });
    await settled(before);
  });

  test("that was not given after all is looked up, and nothing is written", async () => {
    const before: People = { [X]: { role: "member" } };
    await up(before);
    await lose({ [X]: { role: "membership_admin" } }, "PATCH");
    simulator.workspace.edit(X, { role: "member" });
    simulator.requests.clear();
    await up(before);
    expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
    await settled(before);
  });

  test("of somebody whom a hand made owner meanwhile is left alone until a preview has shown it", async () => {
    const before: People = { [X]: { role: "member" } };
    await up(before);
    await lose({ [X]: { role: "membership_admin" } }, "PATCH");
    simulator.workspace.edit(X, { role: "owner" });
    expect((await stack.up(program(before))).errors.join()).toContain(`${X} is owner now`);
    expect((await stack.preview(program(before))).words[0]).toContain(`~ ${X}: owner → member`);
  });

  test("of an owner that may have been given is taken back only by a run that may demote owners", async () => {
    await up({ [X]: { role: "member" } });
    await lose({ [X]: { role: "owner" } }, "PATCH");
    const { errors } = await stack.preview(program({ [X]: { role: "member" } }), {
      env: { NOTION_TOKEN_OWNER: "" },
    });
    expect(errors.join()).toContain("nobody said whose SCIM token this run uses");
  });

  test("goes from the one that was asked for to a third", async () => {
    await up({ [X]: { role: "member" } });
    await lose({ [X]: { role: "membership_admin" } }, "PATCH");
    await up({ [X]: { role: "restricted_member" } });
    expect(live(X)).toMatchObject({ role: "restricted_member" });
    await settled({ [X]: { role: "restricted_member" } });
  });

  test("that was refused is in no doubt", async () => {
    await up({ [X]: { role: "member" } });
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
    await stack.up(program({ [X]: { role: "membership_admin" } }));
    simulator.faults.clear();
    await settled({ [X]: { role: "member" } });
  });
});

test("an attribute that was changed without an answer is set to the row again", async () => {
  const before: People = { [X]: { role: "member", title: "Analyst" } };
  await up(before);
  await lose({ [X]: { role: "member", title: "Lead" } }, "PATCH");
  const { words } = await up(before);
  expect(words[0]).toBe(`~ ${X}: title "Analyst" (looked up, since a change got no answer)`);
  expect(live(X)).toMatchObject({ title: "Analyst" });
  await settled(before);
});

describe("an e-mail that was changed without an answer", () => {
  const before: People = { [X]: { role: "member" } };
  const renamed: People = { [NEW]: { role: "member", formerUserName: X } };

  test("is changed back where the row is as before", async () => {
    await up(before);
    const id = idOf(X);
    await lose(renamed, "PATCH");
    const { words } = await up(before);
    expect(words[0]).toBe(`~ ${X}: e-mail "${X}" (looked up, since a change got no answer)`);
    expect(live(id)).toMatchObject({ userName: X });
    await settled(before);
  });

  test("is changed back beside a newcomer with the new one, who gets an account of their own", async () => {
    await up(before);
    const id = idOf(X);
    await lose(renamed, "PATCH");
    const both: People = { ...before, [NEW]: { role: "restricted_member" } };
    await up(both);
    expect(live(id)).toMatchObject({ userName: X, role: "member" });
    expect(live(NEW)).toMatchObject({ role: "restricted_member" });
    await settled(both);
  });

  test("beside a newcomer with the old one is found by the next run", async () => {
    const both: People = { ...renamed, [X]: { role: "restricted_member" } };
    await up(before);
    const id = idOf(X);
    await lose(both, "PATCH");
    await up(both);
    expect(live(id)).toMatchObject({ userName: NEW, role: "member" });
    await settled(both);
  });

  test("beside a newcomer with the old one is changed back once the row says that it is the holder's", async () => {
    await up(before);
    const id = idOf(X);
    await lose({ ...renamed, [X]: { role: "restricted_member" } }, "PATCH");
    // The row may be the newcomer's.
    expect((await stack.up(program(before))).errors.join()).toContain(
      `write ${NEW} as the formerUserName of ${X}`,
    );
    expect(live(id)).toMatchObject({ userName: NEW, role: "member" });
    const back: People = { [X]: { role: "member", formerUserName: NEW } };
    await up(back);
    expect(live(id)).toMatchObject({ userName: X, role: "member" });
    await settled(back);
  });
});

describe("a removal without an answer, whose row is back,", () => {
  test("is found, and the person is added again", async () => {
    const before: People = { [X]: { role: "member" } };
    await up(before);
    // Whether they are gone is asked for after the removal, and gets no answer either.
    simulator.faults.add({
      name: "unavailable",
      method: "GET",
      path: `/Users/${idOf(X)}`,
      after: 1,
      times: "always",
    });
    await lose({}, "DELETE");
    expect(live(X)).toBeUndefined();
    const { words, lines } = await up(before);
    expect(words).toEqual([
      `~ ${X}: looked up, since a removal got no answer, and added again if they are gone`,
      "3 people declared: 1 looked up.",
    ]);
    expect(lines.join("\n")).toContain(`${X} was removed by a failed run: added again.`);
    expect(live(X)).toMatchObject({ role: "member" });
    await settled(before);
  });

  test("that took no effect changes nothing", async () => {
    const before: People = { [X]: { role: "member" } };
    await up(before);
    const id = idOf(X);
    simulator.faults.add({ name: "drop_before", method: "DELETE", times: "always" });
    await stack.up(program({}));
    simulator.faults.clear();
    await up(before);
    expect(live(X)).toMatchObject({ id });
    await settled(before);
  });

  test("and that only restricted gives the role back", async () => {
    const before: People = { [X]: { role: "member", onRemove: "restrict" } };
    await up(before);
    await lose({}, "PATCH");
    expect(live(X)).toMatchObject({ role: "restricted_member" });
    await up(before);
    expect(live(X)).toMatchObject({ role: "member" });
    await settled(before);
  });
});

describe("an addition without an answer", () => {
  test.each([false, true])(
    "is named in each run once the row is taken out, and nobody is removed (refresh: %s)",
    async (refresh) => {
      await up({});
      await lose({ [X]: { role: "member" } }, "POST");
      expect(live(X)).toBeDefined();
      const first = await up({}, { refresh });
      expect([...first.words, ...first.lines].join("\n")).toContain(
        `${X} is in the workspace as member: a failed run added them`,
      );
      for (const again of [false, true]) {
        const { words } = await stack.preview(program({}), { refresh: again });
        expect(words.join("\n")).toContain(`! ${X} is in the workspace as member: a failed run added them.`);
      }
      expect(live(X)).toBeDefined();
      simulator.workspace.remove(X);
      expect((await up({}, { refresh: true })).words.join("\n")).not.toContain(X);
    },
  );

  test("is adopted where the row is still there, also where notion:adopt is false", async () => {
    const people: People = { [X]: { role: "member" } };
    await up({});
    await lose(people, "POST");
    const id = idOf(X);
    expect((await stack.preview(program(people))).words[0]).toBe(
      `+ ${X} joins as member unless an addition without an answer has added them`,
    );
    await up(people, { config: { "notion:adopt": "false" } });
    expect(live(X)).toMatchObject({ id });
    await settled(people);
  });
});
