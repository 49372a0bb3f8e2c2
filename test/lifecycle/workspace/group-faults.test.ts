import { afterEach, beforeEach, expect, test } from "vitest";
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
