import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

const people: People = {
  "ada@example.com": { role: "owner", title: "Countess" },
  "bea@example.com": { role: "owner" },
  "cy@example.com": { role: "member", title: "Analyst" },
  "di@example.com": { role: "member" },
  "ed@example.com": { role: "member" },
};
const pathOf = (email: string) => `/Users/${simulator.workspace.member(email)?.id}`;
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");

describe("one person's failure is theirs:", () => {
  beforeEach(async () => {
    expect((await stack.up([workspace("acme", people)])).errors).toEqual([]);
  });

  test("the others are written, the state holds what is true, the next run does the rest", async () => {
    const { "ed@example.com": _, ...others } = people;
    const after = [
      workspace("acme", {
        ...others,
        "cy@example.com": { role: "membership_admin", title: "Lead" },
        "di@example.com": { role: "member", title: "Boss" },
        "zoe@example.com": { role: "member" },
      }),
    ];
    simulator.faults.add({ name: "forbidden", path: pathOf("cy@example.com"), times: "always" });
    simulator.faults.add({ name: "forbidden", path: pathOf("ed@example.com"), times: "always" });
    const failed = await stack.up(after);
    expect(failed.errors).toHaveLength(3);
    for (const error of failed.errors) expect(error).toMatch(/cy@example\.com|ed@example\.com|member/);
    expect(simulator.workspace.member("zoe@example.com")).toMatchObject({ role: "member" });
    expect(simulator.workspace.member("di@example.com")).toMatchObject({ title: "Boss" });
    const state = stack.workspace();
    expect(state.people).toEqual({
      ...people,
      // As they are, and what was tried.
      "cy@example.com": { role: "member", title: "Analyst", uncertain: ["role", "title"] },
      "ed@example.com": { ...people["ed@example.com"], uncertain: ["membership"] },
      "di@example.com": { role: "member", title: "Boss" },
      "zoe@example.com": { role: "member" },
    });
    expect(Object.keys(state.ids).sort()).toEqual(Object.keys(state.people).sort());

    simulator.faults.clear();
    expect((await stack.preview(after)).words).toEqual([
      "~ cy@example.com: member → membership_admin",
      "- ed@example.com leaves (was member)",
      '~ cy@example.com: title "Analyst" → "Lead"',
      "5 people declared (6 before): 1 leaves, 1 role up, 1 profile changes.",
    ]);
    simulator.requests.clear();
    expect((await stack.up(after)).errors).toEqual([]);
    expect(writes().map(({ method }) => method)).toEqual(["PATCH", "PATCH", "DELETE"]);
    expect((await stack.preview(after)).words).toEqual(["5 people declared: nothing to change."]);
  });

  test("a token that died ends the run, and nobody else is tried", async () => {
    simulator.faults.add({ name: "unauthorized", method: "POST", times: "always" });
    const many = Array.from({ length: 200 }, (_, index) => [`new.${index}@example.com`, {}]);
    const program = [
      workspace("acme", { ...people, ...Object.fromEntries(many) }, { limits: { maxAdditions: 200 } }),
    ];
    const { errors } = await stack.up(program);
    expect(errors.join("\n")).toContain("Not begun, since it would have failed for everybody else, too");
    expect(writes().length).toBeLessThanOrEqual(100);
    expect(Object.keys(stack.workspace().people)).toEqual(Object.keys(people));
  });

  test("who was removed in Notion meanwhile is said with the command that looks", async () => {
    simulator.workspace.remove("cy@example.com");
    const after = [workspace("acme", { ...people, "cy@example.com": { role: "member", title: "Lead" } })];
    const { errors } = await stack.up(after);
    expect(errors).toEqual(["cy@example.com is no longer in the workspace. Run `pulumi up --refresh`."]);
    expect((await stack.up(after, { refresh: true })).errors).toEqual([]);
    expect(simulator.workspace.member("cy@example.com")).toMatchObject({ title: "Lead" });
  });
});

test("of a first run the state holds those who could be added and no other", async () => {
  simulator.faults.add({ name: "forbidden", method: "POST", after: 2, times: 3 });
  const failed = await stack.up([workspace("acme", people)]);
  expect(failed.errors).toHaveLength(3);
  const { people: held, ids, ...rest } = stack.workspace();
  expect(Object.keys(held)).toHaveLength(2);
  expect(Object.keys(ids)).toEqual(Object.keys(held));
  expect(rest).toEqual({ since: new Date().toISOString().slice(0, 10) });
  for (const email of Object.keys(held))
    expect(simulator.workspace.member(email)).toMatchObject({ id: ids[email], ...held[email] });
  simulator.faults.clear();
  simulator.requests.clear();
  expect((await stack.up([workspace("acme", people)])).errors).toEqual([]);
  expect(simulator.requests.count("POST /Users")).toBe(3);
});

test("a first run that could do nothing for anybody keeps no workspace, and says why", async () => {
  simulator.faults.add({ name: "unauthorized", times: "always" });
  const { errors } = await stack.up([workspace("acme", people)]);
  expect(errors).toHaveLength(1);
  expect(stack.state.size).toBe(0);
});

test("a removal counts when Notion says that they are gone, and not before", async () => {
  await stack.up([workspace("acme", people)]);
  const { "ed@example.com": _, ...others } = people;
  simulator.faults.add({ name: "html_ok", method: "DELETE", times: "always" });
  const { errors } = await stack.up([workspace("acme", others)]);
  expect(errors.join()).toContain("ed@example.com");
  expect(stack.workspace().ids).toHaveProperty(["ed@example.com"]);
  simulator.faults.clear();
  expect((await stack.up([workspace("acme", others)])).errors).toEqual([]);
  expect(simulator.workspace.member("ed@example.com")).toBeUndefined();
});

test("a destroy that could not remove everybody keeps the workspace, and the next one ends it", async () => {
  await stack.up([workspace("acme", people, { limits: { maxRemovals: 10 } })]);
  simulator.faults.add({ name: "forbidden", method: "DELETE", times: 1 });
  const failed = await stack.destroy();
  expect(failed.errors.join()).toContain("403");
  expect(failed.errors.join()).not.toContain("The state holds what was done");
  expect(stack.state.size).toBe(1);
  expect((await stack.destroy()).errors).toEqual([]);
  expect(simulator.workspace.members).toHaveLength(2);
  expect(stack.state.size).toBe(0);
});
