import { afterEach, beforeEach, expect, test } from "vitest";
import { readWorkspace } from "../../../provider/lifecycle/workspace/read";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { startRun } from "../run";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 4 } });
});
afterEach(() => simulator.close());

test("somebody whose entry cannot be read is neither gone nor changed in the state, and the others are read", async () => {
  const [, odd, other] = simulator.workspace.people;
  if (odd === undefined || other === undefined) throw new Error("too few were seeded");
  const held = { title: "Before", role: "member" };
  const props = {
    people: { [odd.userName]: held, [other.userName]: held },
    ids: { [odd.userName]: odd.id, [other.userName]: other.id },
  };
  Object.assign(odd, { title: 7 });
  other.title = "After";
  const run = startRun(simulator);
  const { outs } = await readWorkspace(run, "workspace", props);
  expect(outs).toMatchObject({
    people: { [odd.userName]: held, [other.userName]: { title: "After" } },
    ids: props.ids,
  });
  expect(outs).not.toHaveProperty("gone");
  expect(outs.people[odd.userName]).toEqual(held);
  expect(run.lines).toEqual([
    expect.stringContaining(`Notion's entry of ${odd.userName} (${odd.id}) cannot be read`),
  ]);
});
