import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Program, type State, up } from "./tiny-engine";

// An address is handed on: John becomes john.old@, and somebody new gets john@. While the change of John's address is
// under way, or when it fails, whoever looks for john@ finds John.

let simulator: Simulator;
let state: State;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  state = new Map();
  expect(await up([boss, john("john@example.com")], state, simulator)).toEqual([]);
});
afterEach(() => simulator.close());

const boss = { name: "boss", user: { userName: "boss@example.com" }, role: "owner" } as const;
const john = (userName: string) => ({ name: "john", user: { userName }, role: "owner" }) as const;
const hire = { name: "hire", user: { userName: "john@example.com" }, role: "restricted_member" } as const;
const roleOf = (userName: string) => simulator.workspace.member(userName)?.role;

describe.each<[string, Program]>([
  ["before", [boss, john("john.old@example.com"), hire]],
  ["after", [boss, hire, john("john.old@example.com")]],
])("whoever gets the address, declared %s it changes,", (_, after) => {
  test.each([true, false])(
    "is not mistaken for the member who has it still (refreshed: %s)",
    async (refresh) => {
      const id = simulator.workspace.member("john@example.com")?.id;
      await up(after, state, simulator, { refresh });
      expect(simulator.workspace.member(id ?? "")).toMatchObject({ role: "owner" });
      expect(await up(after, state, simulator, { refresh })).toEqual([]);
      expect(simulator.workspace.member("john.old@example.com")).toMatchObject({ id, role: "owner" });
      expect(roleOf("john@example.com")).toBe("restricted_member");
    },
  );

  test("is not mistaken for them either when the change of address fails", async () => {
    simulator.faults.add({ name: "bad_gateway", method: "PATCH", times: "always" });
    expect((await up(after, state, simulator)).join()).toContain(
      "john@example.com is the address of a member that another resource of this program declares as john.old@example.com.",
    );
    expect(simulator.faults.fired()).toBeGreaterThan(0);
    expect(roleOf("john@example.com")).toBe("owner");
  });
});

test("a member whose address somebody changed in Notion is not adopted by the resource that declares the new one", async () => {
  simulator.workspace.edit("john@example.com", { userName: "ada@example.com", emails: null });
  const ada = { name: "ada", user: { userName: "ada@example.com" }, role: "restricted_member" } as const;
  const errors = await up([boss, john("john@example.com"), ada], state, simulator);
  expect(errors.join()).toContain("declares as john@example.com");
  expect(roleOf("ada@example.com")).toBe("owner");
});
