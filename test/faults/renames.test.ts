import { afterEach, beforeEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Program, type State, up } from "./tiny-engine";

// Another resource name for the same person: the new resource adopts them, then the old one is deleted. With
// --continue-on-error the deletion comes although the adoption failed.

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 4 } });
});
afterEach(() => simulator.close());

const named = (name: string): Program => [
  { name, user: { userName: "ada@example.com", title: "Engineer" }, role: "membership_admin" },
];

test.each([
  ["the look-up fails", { name: "forbidden", method: "GET", path: "/Users" }],
  ["the look-up finds a broken answer", { name: "truncated_json", method: "GET", path: "/Users" }],
  ["the look-up finds nobody and the creation fails", { name: "empty_list", path: "/Users" }],
] as const)(
  "a renamed resource never removes its person, though %s and the run goes on",
  async (_, fault) => {
    const state: State = new Map();
    expect(await up(named("ada"), state, simulator)).toEqual([]);
    simulator.faults.add({ ...fault, times: "always" });
    simulator.faults.add({ name: "forbidden", method: "POST", times: "always" });
    expect(await up(named("countess"), state, simulator, { continueOnError: true })).not.toEqual([]);
    expect(simulator.faults.fired()).toBeGreaterThan(0);
    expect(simulator.requests.count("DELETE /Users/{id}")).toBe(0);
    expect(simulator.workspace.member("ada@example.com")?.role).toBe("membership_admin");

    simulator.faults.clear();
    expect(await up(named("countess"), state, simulator)).toEqual([]);
    expect([...state.keys()].sort()).toEqual(["role countess", "user countess"]);
    expect(simulator.workspace.member("ada@example.com")?.role).toBe("membership_admin");
  },
);
