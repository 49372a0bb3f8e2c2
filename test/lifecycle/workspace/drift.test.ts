import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UNKNOWN } from "../../../provider/model/unknown";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const people: People = {
  "ada@example.com": { role: "owner" },
  "bea@example.com": { role: "owner" },
  "cy@example.com": { role: "member", title: "Analyst" },
};
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
  expect((await stack.up([workspace("acme", people)])).errors).toEqual([]);
  simulator.requests.clear();
});
afterEach(() => simulator.close());

test("a role that this version does not know is read, told, kept with ignoreChanges and changed where one is declared", async () => {
  simulator.faults.add({ name: "unknown_role", userName: "cy@example.com", method: "GET", times: "always" });
  expect((await stack.refresh()).errors).toEqual([]);
  expect(stack.workspace().people["cy@example.com"]).toMatchObject({ role: "temporary_member" });
  const ignored = await stack.up([workspace("acme", people)], { ignoreChanges: ["people"], refresh: true });
  expect(ignored.errors).toEqual([]);
  expect(writes()).toEqual([]);
  const { words } = await stack.preview([workspace("acme", people)]);
  expect(words[0]).toBe("~ cy@example.com: temporary_member → member (changed in Notion)");
  simulator.faults.clear();
  expect((await stack.up([workspace("acme", people)], { refresh: true })).errors).toEqual([]);
  expect((await stack.preview([workspace("acme", people)], { refresh: true })).words[0]).toMatch(
    /nothing to change/,
  );
});

test("a role that this version does not know cannot be declared", async () => {
  const { errors } = await stack.preview([
    workspace("acme", { ...people, "cy@example.com": { role: "temporary_member" } } as unknown as People),
  ]);
  expect(errors).toEqual([
    'people.cy@example.com.role must be one of owner, membership_admin, member, restricted_member, not "temporary_member"',
  ]);
});

test("what is not managed is neither compared nor cleared", async () => {
  simulator.workspace.edit("ada@example.com", { title: "Countess" });
  const { words } = await stack.up([workspace("acme", people)], { refresh: true });
  expect(words).toEqual([
    "3 people declared: nothing to change. 2 others are in the workspace and not declared. Privileged among them: member.001@example.com (owner), member.002@example.com (owner).",
  ]);
  expect(writes()).toEqual([]);
});

test("a listing that cannot be proven complete makes nobody gone", async () => {
  simulator.faults.add({ name: "empty_list", times: "always" });
  expect((await stack.refresh()).errors).toEqual([]);
  expect(Object.keys(stack.workspace().ids)).toEqual(Object.keys(people));
  expect(stack.workspace()).not.toHaveProperty("gone");
});

test("a value that is not known yet is told as such, and is nobody's change of name", async () => {
  const unknown = {
    ...people,
    "cy@example.com": { role: "member", title: UNKNOWN, department: UNKNOWN },
  } as People;
  const { words, errors } = await stack.preview([workspace("acme", unknown)]);
  expect(errors).toEqual([]);
  expect(words[0]).toBe(
    '~ cy@example.com: title "Analyst" → (known after the update), department (not managed) → (known after the update)',
  );
});

describe("what cannot be meant is said in preview:", () => {
  test.each([
    [
      "an address that is none",
      { "ada lovelace": {} },
      "people.ada lovelace.userName must be an e-mail address such as ada@example.com",
    ],
    [
      "spaces around one",
      { " ada@example.com": {} },
      "people. ada@example.com.userName has spaces around it",
    ],
    [
      "an unknown attribute",
      { "ada@example.com": { titel: "x" } },
      'unknown property "people.ada@example.com.titel"',
    ],
  ])("%s", async (_, wrong, text) => {
    const { errors } = await stack.preview([workspace("acme", wrong as unknown as People)]);
    expect(errors.join()).toContain(text);
  });
});
