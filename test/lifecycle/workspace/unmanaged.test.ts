import { afterEach, beforeEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type Options, type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const owners: People = {
  "member.001@example.com": { role: "owner" },
  "member.002@example.com": { role: "owner" },
};
const program = (people: People, settings = {}) => [
  workspace("acme", { ...owners, ...people }, { undeclared: "remove", ...settings }),
];
const live = (email: string) => simulator.workspace.member(email);
const up = async (people: People, options: Options = {}, settings = {}) => {
  const told = await stack.up(program(people, settings), options);
  expect(told.errors).toEqual([]);
  return told;
};

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

test("a declared person whose change of e-mail was refused is never removed as somebody who is not declared", async () => {
  await up({});
  simulator.workspace.add({ userName: "x@example.com", role: "member" });
  await stack.refresh();
  const id = live("x@example.com")?.id ?? "";
  const renamed: People = { "x.new@example.com": { role: "member", formerUserName: "x@example.com" } };
  expect((await stack.up(program(renamed), { preview: false })).errors.join()).toContain(
    "Declare x@example.com first",
  );
  expect(live(id)).toBeDefined();
  await up({ "x@example.com": { role: "member" } });
  for (const name of ["forbidden", "ignored_change"] as const) {
    simulator.faults.add({ name, method: "PATCH", path: `/Users/${id}`, times: "always" });
    for (const options of [{ preview: false }, { preview: false, refresh: true }, { preview: false }])
      await stack.up(program(renamed), options);
    expect(live(id), name).toMatchObject({ userName: "x@example.com" });
    simulator.faults.clear();
  }
  await up(renamed);
  expect(live(id)).toMatchObject({ userName: "x.new@example.com" });
});

test("shares are of the people declared, however many others are in the workspace", async () => {
  const sixteen = Object.fromEntries(
    Array.from({ length: 14 }, (_, n) => [`p${n}@example.com`, { role: "member" }]),
  ) as People;
  for (let n = 0; n < 100; n += 1)
    simulator.workspace.add({ userName: `other${n}@example.com`, role: "member" });
  await up(sixteen, {}, { undeclared: "report" });
  await up(sixteen, { refresh: true }, { undeclared: "report" });
  const { errors } = await stack.preview(program({}, { undeclared: "report" }));
  expect(errors.join()).toContain(
    "14 of 16 people would be removed at once; maxRemovals allows 5 (25%, at least 5)",
  );
});

test("a refresh names everybody whom the next run would remove, to the last one", async () => {
  await up({});
  for (let n = 0; n < 60; n += 1)
    simulator.workspace.add({ userName: `other${n}@example.com`, role: "member" });
  const { words } = await stack.refresh();
  expect(words).toHaveLength(60);
  expect(words).toContain(
    "? other59@example.com is in the workspace as member and not declared; the next run removes them unless it declares them",
  );
});

test("whom only a report has counted is named before anything is done to them", async () => {
  await up({}, {}, { undeclared: "report" });
  simulator.workspace.add({ userName: "sam@example.com", role: "member" });
  await up({}, { refresh: true }, { undeclared: "report" });
  const { words } = await up({});
  expect(words).toContainEqual(
    expect.stringContaining(
      "? sam@example.com is in the workspace as member and not declared; the next run removes them",
    ),
  );
  expect(live("sam@example.com")).toBeDefined();
  await up({});
  expect(live("sam@example.com")).toBeUndefined();
});

test("somebody who is excepted after they were named is left alone, also under an address that they got since", async () => {
  await up({});
  simulator.workspace.add({ userName: "bot@example.com", role: "member" });
  await up({}, { refresh: true });
  await up({}, {}, { except: ["bot@example.com"] });
  expect(live("bot@example.com")).toBeDefined();
  const id = live("bot@example.com")?.id ?? "";
  simulator.workspace.edit(id, { userName: "build@bots.example", emails: null });
  await up({}, {}, { except: ["*@bots.example"] });
  expect(live(id)).toBeDefined();
});

test("who is restricted_member already is not said to be made one", async () => {
  await up({}, {}, { undeclared: "restrict" });
  simulator.workspace.add({ userName: "low@example.com", role: "restricted_member" });
  expect((await up({}, { refresh: true }, { undeclared: "restrict" })).words.join()).not.toContain(
    "low@example.com",
  );
});

test("who is restricted_member already, and whom no run could restrict, is named before a run removes them", async () => {
  await up({}, {}, { undeclared: "restrict" });
  simulator.workspace.add({ userName: "low@example.com", role: "restricted_member" });
  for (const options of [{ refresh: true }, { refresh: true }, {}])
    await up({}, options, { undeclared: "restrict" });
  const { words } = await up({}, { preview: false }, { undeclared: "remove" });
  expect(words.join()).toContain("low@example.com");
  expect(live("low@example.com")).toBeDefined();
  await up({}, {}, { undeclared: "remove" });
  expect(live("low@example.com")).toBeUndefined();
});

test("a privileged member whom nobody declares is named in every mode", async () => {
  await up({}, {}, { undeclared: "ignore" });
  simulator.workspace.add({ userName: "mallory@example.com", role: "owner" });
  const { words } = await up({}, { refresh: true }, { undeclared: "ignore" });
  expect(words.at(-1)).toBe(
    "2 people declared: nothing to change. 1 other is in the workspace and not declared. Privileged among them: mallory@example.com (owner).",
  );
});
