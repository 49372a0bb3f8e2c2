import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const CY = "cy@example.com";
const people: People = {
  "ada@example.com": { role: "owner" },
  "bea@example.com": { role: "owner" },
  [CY]: { role: "member", title: "Analyst" },
};
const program = (person: People[string] | undefined) => {
  const { [CY]: _, ...others } = people;
  return [workspace("acme", person === undefined ? others : { ...others, [CY]: person })];
};
const linesOfCy = async (person: People[string] | undefined, refresh = true) =>
  (await stack.preview(program(person), { refresh })).words.filter((line) => line.includes(CY));

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
  expect((await stack.up(program(people[CY]))).errors).toEqual([]);
});
afterEach(() => simulator.close());

/** The write is done, and no answer comes; nor is one had by looking. */
async function upWithLostAnswer(person: People[string] | undefined, method: "PATCH" | "DELETE") {
  simulator.faults.add({ name: "drop_after", method, times: "always" });
  // The first look is before the write.
  simulator.faults.add({ name: "unavailable", method: "GET", after: 1, times: "always" });
  const { errors } = await stack.up(program(person), { preview: false });
  simulator.faults.clear();
  expect(errors).toHaveLength(1);
}

describe("what a failed run did although its answer was lost, and a refresh finds, is nobody else's doing:", () => {
  test("a role and a title that the program takes back", async () => {
    await upWithLostAnswer({ role: "membership_admin", title: "Analyst" }, "PATCH");
    expect(simulator.workspace.member(CY)).toMatchObject({ role: "membership_admin" });
    expect(await linesOfCy(people[CY])).toEqual([`~ ${CY}: membership_admin → member`]);
    expect((await stack.up(program(people[CY]), { refresh: true })).errors).toEqual([]);

    await upWithLostAnswer({ role: "member", title: "Lead" }, "PATCH");
    expect(simulator.workspace.member(CY)).toMatchObject({ title: "Lead" });
    expect(await linesOfCy(people[CY])).toEqual([`~ ${CY}: title "Lead" → "Analyst"`]);
  });

  test("an e-mail that the program takes back", async () => {
    const { [CY]: cy, ...others } = people;
    const renamed = { ...others, "cyrus@example.com": { ...cy, formerUserName: CY } };
    simulator.faults.add({ name: "drop_after", method: "PATCH", times: "always" });
    simulator.faults.add({ name: "unavailable", method: "GET", after: 1, times: "always" });
    expect((await stack.up([workspace("acme", renamed)], { preview: false })).errors).toHaveLength(1);
    simulator.faults.clear();
    await stack.refresh();
    const words = [`~ ${CY}: e-mail "cyrus@example.com" → "${CY}"`];
    expect(await linesOfCy(cy)).toEqual(words);
    expect(await linesOfCy(cy), "however often it is read").toEqual(words);
  });

  test("a removal of somebody who is declared again", async () => {
    await upWithLostAnswer(undefined, "DELETE");
    expect(simulator.workspace.member(CY)).toBeUndefined();
    expect(await linesOfCy(people[CY])).toEqual([`+ ${CY} joins as member`]);
  });

  test("and what stands as somebody changed it before is still theirs", async () => {
    simulator.workspace.edit(CY, { role: "restricted_member" });
    await stack.refresh();
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
    expect((await stack.up(program(people[CY]))).errors).toHaveLength(1);
    simulator.faults.clear();
    expect(await linesOfCy(people[CY])).toEqual([`~ ${CY}: restricted_member → member (changed in Notion)`]);
  });

  test("and once it is written, the next change by hand is told", async () => {
    await upWithLostAnswer({ role: "membership_admin", title: "Analyst" }, "PATCH");
    expect((await stack.up(program({ role: "membership_admin", title: "Analyst" }))).errors).toEqual([]);
    simulator.workspace.edit(CY, { role: "restricted_member" });
    expect(await linesOfCy({ role: "membership_admin", title: "Analyst" })).toEqual([
      `~ ${CY}: restricted_member → membership_admin (changed in Notion)`,
    ]);
  });
});

describe("a change by hand that the program declares by now", () => {
  beforeEach(async () => {
    simulator.workspace.edit(CY, { title: "Boss" });
    const accepted = await stack.up(program({ role: "member", title: "Boss" }), { refresh: true });
    expect(accepted.words[0]).toContain("nothing to change");
  });

  test("is no reason for what the program changes later", async () => {
    expect(await linesOfCy({ role: "member", title: "Lead" }, false)).toEqual([
      `~ ${CY}: title "Boss" → "Lead"`,
    ]);
  });

  test("is forgotten by the next run that writes, and what is changed by hand after that is told", async () => {
    const boss = { role: "member", title: "Boss" } as const;
    const [declared] = program(boss);
    if (declared === undefined) throw new Error("no workspace");
    Object.assign(declared.inputs, { limits: { minOwners: 1 } });
    expect((await stack.up([declared])).errors).toEqual([]);
    expect(stack.workspace().people[CY]).toEqual(boss);
    expect(await linesOfCy(people[CY], false)).toEqual([`~ ${CY}: title "Boss" → "Analyst"`]);
    simulator.workspace.edit(CY, { title: "Chief" });
    expect(await linesOfCy(boss)).toEqual([`~ ${CY}: title "Chief" → "Boss" (changed in Notion)`]);
  });
});
