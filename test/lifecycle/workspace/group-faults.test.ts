import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeclaredGroup } from "../../../provider/state/group";
import { LONG_RUN } from "../../long-run";
import type { FaultName } from "../../simulator/fault-spec.mts";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

/** Each request to a group of a run fails once, in its turn: the next runs come to what is declared, and nobody leaves unnamed. */

let simulator: Simulator;
let stack: Stack;

const [ada, bea, cy] = ["ada@example.com", "bea@example.com", "cy@example.com"] as const;
const before: People = {
  [ada]: { role: "owner", groups: ["Kept"] },
  [bea]: { role: "owner", department: "Sales" },
  [cy]: { role: "member", department: "Sales" },
};
const exact = (department: string): DeclaredGroup => ({
  members: "exact",
  where: { department: [department] },
});
const groupsBefore: Record<string, DeclaredGroup> = {
  Kept: { members: "add" },
  Sales: exact("Sales"),
  Old: { members: "add", include: [ada], onRemove: "delete" },
};
const after: People = {
  ...before,
  [ada]: { role: "owner" },
  [cy]: { role: "member", department: "Ops", groups: ["Held"] },
};
const groupsAfter: Record<string, DeclaredGroup> = {
  Held: { members: "add", formerName: "Kept" },
  Sales: exact("Sales"),
  Ops: exact("Ops"),
};

const membersOf = (name: string) =>
  simulator.workspace.groups
    .find(({ displayName }) => displayName === name)
    ?.members.map((id) => simulator.workspace.member(id)?.userName)
    .sort();

beforeEach(async () => {
  simulator = await startSimulator({ seed: "empty" });
  stack = new Stack(simulator);
  const mallory = simulator.workspace.add({ userName: "mallory@example.com", role: "member" });
  simulator.workspace.addGroup("Kept", [mallory.id]);
  expect((await stack.up([workspace("acme", before, { groups: groupsBefore })])).errors).toEqual([]);
});
afterEach(() => simulator.close());

test("a group that was made although nobody heard of it is in the state: the next run goes on with it, also with adopt: false", async () => {
  const config = { "notion:adopt": "false" };
  const program = [
    workspace("acme", before, { groups: { ...groupsBefore, New: { members: "exact", include: [bea, cy] } } }),
  ];
  simulator.faults.add({ name: "drop_after", path: "/Groups", method: "POST", times: 1 });
  simulator.faults.add({ name: "server_error", path: "/Groups/{id}", method: "GET", times: "always" });
  const first = await stack.up(program, { config });
  expect(first.errors).toHaveLength(1);
  simulator.faults.clear();
  const made = simulator.workspace.groups.filter(({ displayName }) => displayName === "New");
  expect(made).toHaveLength(1);
  expect(stack.workspace().groups?.New?.id).toBe(made[0]?.id);
  expect((await stack.up(program, { config })).errors).toEqual([]);
  expect(membersOf("New")).toEqual([bea, cy]);
});

describe("a run that is killed between a change that empties a group and its repair", () => {
  const max = "max@example.com";
  const more: People = { ...before, [cy]: { role: "member", department: "Sales", groups: ["Kept"] } };
  /** The run cannot read or write a group any more after its first change, and its state is lost, as by a kill. */
  const killed = async (people: People) => {
    const kept = structuredClone(stack.state);
    simulator.configure({ groupAdd: "replaces" });
    simulator.faults.add({
      name: "server_error",
      path: "/Groups/{id}",
      method: "GET",
      after: 1,
      times: "always",
    });
    simulator.faults.add({
      name: "server_error",
      path: "/Groups/{id}",
      method: "PATCH",
      after: 1,
      times: "always",
    });
    const told = await stack.up([workspace("acme", people, { groups: groupsBefore })]);
    simulator.faults.clear();
    simulator.configure({ groupAdd: "adds" });
    stack.state.clear();
    for (const [urn, entry] of kept) stack.state.set(urn, entry);
    return told;
  };

  test("leaves a state by which the next run puts the program's people back, and names the others", async () => {
    const { id } = simulator.workspace.add({ userName: max, role: "member" });
    const group = simulator.workspace.group("Kept");
    simulator.workspace.editGroup("Kept", { members: [...(group?.members ?? []), id] });
    await stack.refresh();
    const { lines } = await killed(more);
    expect(membersOf("Kept")).toEqual([cy]);
    expect(lines.join("\n"), "the state keeps them all").not.toContain("If this run is broken off");
    const next = await stack.up([workspace("acme", more, { groups: groupsBefore })], { refresh: true });
    expect(next.words).toContain(
      `! group Kept lost most of its members since the last run. The program does not manage mallory@example.com, ${max}. ` +
        "If nobody took them out, a run that was broken off did: put them back in Notion's settings.",
    );
    expect(next.errors).toEqual([]);
    expect(membersOf("Kept")).toEqual([ada, cy]);
    const settled = await stack.preview([workspace("acme", more, { groups: groupsBefore })], {
      refresh: true,
    });
    expect(settled.words.join("\n")).not.toContain("lost most of its members");
  });

  test("has named those that no state keeps, before that change", async () => {
    const { id } = simulator.workspace.add({ userName: max, role: "member" });
    simulator.workspace.addGroup("Brand", [id]);
    const kept = structuredClone(stack.state);
    const groups: Record<string, DeclaredGroup> = {
      ...groupsBefore,
      Brand: { members: "add", include: [ada] },
    };
    const { lines } = await stack.up([workspace("acme", before, { groups })]);
    expect(kept.size).toBe(1);
    expect(lines.join("\n")).toMatch(
      new RegExp(`Group Brand also has the members (${max}|${id})\\. If this run is broken off`),
    );
  });
});

const ALL: FaultName[] = ["drop_after", "forbidden", "drop_before", "server_error"];
/** A long run sees all of them. */
const FAULTS = LONG_RUN ? ALL : ALL.slice(0, 2);
/** More than a run sends. */
const MOST = 12;

test.each(FAULTS)("%s", async (name) => {
  const start = structuredClone(simulator.workspace.groups);
  const kept = structuredClone(stack.state);
  for (let at = 0; at < MOST; at += 1) {
    simulator.requests.clear();
    for (const path of ["/Groups", "/Groups/{id}"]) {
      const methods = path === "/Groups" ? (["POST"] as const) : (["PATCH", "DELETE", "GET"] as const);
      for (const method of methods) simulator.faults.add({ name, path, method, after: at, times: 4 });
    }
    const program = [workspace("acme", after, { groups: groupsAfter })];
    const first = await stack.up(program);
    const wasHit = simulator.requests.entries.some(({ fault }) => fault !== undefined);
    simulator.faults.clear();
    const said: string[] = [...first.words, ...first.lines];
    let errors = first.errors;
    for (let run = 0; run < 4; run += 1) {
      const next = await stack.up(program, { refresh: run > 0 });
      errors = next.errors;
      said.push(...next.words, ...next.lines);
    }
    expect(errors).toEqual([]);
    expect(membersOf("Held")).toEqual([cy, "mallory@example.com"]);
    expect(membersOf("Sales")).toEqual([bea]);
    expect(membersOf("Ops")).toEqual([cy]);
    expect([membersOf("Kept"), membersOf("Old")]).toEqual([undefined, undefined]);
    expect(said.join("\n")).not.toContain("mallory@example.com leaves");
    if (!wasHit) return;
    // From the start again, with the fault one request later.
    for (const { id } of simulator.workspace.groups) simulator.workspace.removeGroup(id);
    simulator.workspace.edit(cy, { department: "Sales" });
    stack.state.clear();
    for (const [urn, entry] of structuredClone(kept)) stack.state.set(urn, entry);
    for (const { displayName, members } of start) {
      const made = simulator.workspace.addGroup(displayName, members);
      for (const { outs } of stack.state.values()) {
        const groups = (outs as { groups?: Record<string, { id: string }> }).groups ?? {};
        if (groups[displayName] !== undefined) groups[displayName].id = made.id;
      }
    }
  }
});
