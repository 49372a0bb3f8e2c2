import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../../provider/model/instant";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const NOW = Date.UTC(2026, 11, 1);
const owners: People = { "o1@example.com": { role: "owner" }, "o2@example.com": { role: "owner" } };
const program = (people: People) => [workspace("acme", { ...owners, ...people })];
const live = (email: string) => simulator.workspace.member(email);
const idOf = (email: string) => live(email)?.id ?? "nobody";
const up = async (people: People, options = {}) => {
  const told = await stack.up(program(people), { now: NOW, ...options });
  expect(told.errors).toEqual([]);
};

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 0 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

test("whose new e-mail somebody else got in Notion is held back by name, and an end of another person strikes", async () => {
  const cy: People = { "cy@example.com": { until: "2026-12-05" } };
  await up({ "ada@example.com": { role: "member" }, ...cy });
  const ada = idOf("ada@example.com");
  const moved: People = { "ada.2@example.com": { role: "member", formerUserName: "ada@example.com" }, ...cy };
  simulator.configure({ verifiedDomains: [] });
  await stack.up(program(moved), { now: NOW });
  simulator.configure({ verifiedDomains: ["example.com"] });
  simulator.workspace.add({ userName: "ada.2@example.com", role: "owner" });
  const { errors } = await stack.up(program(moved), { now: NOW + 7 * DAY_MS, refresh: true });
  expect(errors).toEqual([
    `The row of ada.2@example.com has formerUserName ada@example.com, but another account in the workspace already has the e-mail ada.2@example.com (id ${idOf("ada.2@example.com")}). ` +
      "Decide which of the two accounts is right. Correct it in Notion, or declare the right one by its id.",
  ]);
  expect(live("cy@example.com")).toBeUndefined();
  expect(live(ada)).toMatchObject({ userName: "ada@example.com", role: "member" });
});

describe("a row with an id", () => {
  test("gives its role to nobody whose e-mail could not be changed", async () => {
    await up({ "eve@example.com": { role: "member" } });
    const eve = idOf("eve@example.com");
    simulator.configure({ verifiedDomains: [] });
    const gus: People = { "gus@example.com": { id: eve, role: "owner" } };
    const { errors } = await stack.up(program(gus));
    expect(errors.join()).toContain("The role of gus@example.com was left as it is");
    expect(live(eve)).toMatchObject({ userName: "eve@example.com", role: "member" });
    simulator.configure({ verifiedDomains: ["example.com"] });
    await up(gus);
    expect(live(eve)).toMatchObject({ userName: "gus@example.com", role: "owner" });
  });

  test("adopts an account under another e-mail without a write, until its e-mail is changed", async () => {
    const { id } = simulator.workspace.add({ userName: "eve@example.com", role: "member" });
    const gus: People = { "gus@example.com": { id, role: "owner", title: "Lead" } };
    await up(gus);
    expect(live(id)).toMatchObject({ userName: "eve@example.com", role: "member" });
    await up(gus);
    expect(live(id)).toMatchObject({ userName: "gus@example.com", role: "owner", title: "Lead" });
  });

  test("keeps its account from whoever gets its former e-mail: neither adopted nor given back by Notion", async () => {
    await up({ "cy@example.com": { role: "owner" } });
    const cy = idOf("cy@example.com");
    const row: People = { "cy.2@example.com": { id: cy, role: "owner", until: "2026-12-05" } };
    const newcomer: People = { "cy@example.com": { role: "restricted_member" } };
    const later = { now: NOW + 7 * DAY_MS };
    const held = await stack.up(program({ ...row, ...newcomer }), later);
    expect(held.errors.join()).toContain(
      "cy@example.com does not join yet: it is the e-mail of cy@example.com, who leaves",
    );
    expect(live(cy)).toBeUndefined();
    // Notion gives the account back to whoever is invited under its e-mail.
    const known = await stack.up(program({ ...row, ...newcomer }), later);
    expect(known.errors.join()).toContain(
      `cy@example.com is not invited: the account ${cy} had this e-mail and is gone`,
    );
    expect(live(cy)).toBeUndefined();
    // A stack that never had it learns of it by the answer.
    stack.state.clear();
    const given = await stack.up(program({ ...row, ...newcomer }), later);
    expect(given.errors.join()).toContain(
      `Notion gave them the account ${cy}, which the row of cy.2@example.com names`,
    );
    const again = await stack.up(program({ ...row, ...newcomer }), { ...later, refresh: true });
    expect(again.errors.join()).toContain(
      `the account ${cy}, which the row of cy.2@example.com names by its id`,
    );
    expect(Object.values(stack.workspace().ids)).not.toContain(cy);
  });
});

test("who moves between workspaces after their e-mail was changed in Notion is the same person", async () => {
  const both = (a: People, b: People) => [workspace("acme", { ...owners, ...a }), workspace("partners", b)];
  const dan: People = { "dan@example.com": { role: "member" } };
  expect((await stack.up(both({}, dan))).errors).toEqual([]);
  const id = idOf("dan@example.com");
  simulator.workspace.edit(id, { userName: "dan.home@example.com", emails: null });
  await stack.refresh();
  expect((await stack.up(both(dan, {}))).errors).toEqual([]);
  expect((await stack.up(both(dan, {}))).errors).toEqual([]);
  expect(live(id)).toMatchObject({ userName: "dan@example.com" });
  expect(simulator.workspace.people.filter(({ userName }) => userName.startsWith("dan"))).toHaveLength(1);
});
