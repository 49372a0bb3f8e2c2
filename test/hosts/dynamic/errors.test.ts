import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ensureBuilt } from "../../../tools/build.mts";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { environmentOf, hostFailure, startHost } from "./host";

let simulator: Simulator;
beforeAll(() => ensureBuilt(() => {}));
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

const host = () => startHost({ env: environmentOf(simulator) });

describe("an error", () => {
  test("of each call is one message, without a stack, and the token is nowhere", async () => {
    const { id } = simulator.workspace.add({ userName: "ada@example.com" });
    const olds = { userName: "ada@example.com", title: "old", active: true, adopted: true };
    const news = { userName: "ada@example.com", title: "new" };
    const running = await host();
    const calls = {
      create: () => running.create("user", news),
      update: () => running.update("user", id, olds, news),
      read: () => running.read("user", id, olds),
      delete: () => running.delete("user", id, olds),
    };
    const message = `Bearer ${simulator.token} may not`;
    for (const [name, call] of Object.entries(calls)) {
      simulator.faults.clear();
      const fault = simulator.faults.add({ name: "forbidden", message, times: "always" });
      const error = await hostFailure(call());
      expect.soft(fault.fired, name).toBeGreaterThan(0);
      expect
        .soft(error.message, name)
        .toMatch(/^Could not .*Notion answered 403, "Bearer \[redacted\] may not"/);
      expect.soft(error.message, name).not.toMatch(/\n|\bat .*:\d+/);
      expect.soft(error.initFailed, name).toBeUndefined();
    }
    simulator.faults.clear();
    const nobody = await hostFailure(running.read("user", "nobody"));
    expect(nobody.message).toBe("There is no member with the id nobody to get.");
    await running.kill();
    expect(running.output).not.toContain(simulator.token);
    expect(running.output).not.toMatch(/\.js:\d+/);
    // What the host prints besides, for the stack as a whole, does not say it all again.
    expect(running.output).not.toMatch(/Could not|see the error/);
  });

  test("of a setting is one line without a stack, wherever it is read first", async () => {
    const running = await startHost({ env: { ...environmentOf(simulator), NOTION_AS_OF: "tomorrow" } });
    const ada = { userName: "ada@example.com", active: true, adopted: true };
    const people = { "ada@example.com": {} };
    for (const call of [
      () => running.check("workspace", { people }),
      () => running.check("guard", { members: {} }),
      () => running.diff("user", "id-1", ada, { userName: "ada@example.com", title: "CTO" }),
      () => running.create("user", { userName: "ada@example.com" }),
    ]) {
      const { message } = await hostFailure(call());
      expect.soft(message).toMatch(/^NOTION_AS_OF must be a date such as .*, not "tomorrow"\.$/);
    }
    await running.kill();
    expect(running.output).not.toMatch(/NOTION_AS_OF|\.js:\d+|see the error/);
  });

  test("of a creation that came half way keeps the resource, with the reason", async () => {
    const { id } = simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    const inputs = { userName: "eve@example.org", title: "new" };
    const first = await hostFailure((await host()).create("user", inputs));
    expect(first.initFailed).toEqual({
      id,
      properties: {
        ...inputs,
        title: "old",
        name: { formatted: "eve@example.org" },
        unmanaged: ["name"],
        active: true,
        adopted: true,
        adoptionIncomplete: true,
        uncertain: ["title"],
        since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
      reasons: [first.message],
    });
    expect(first.message).toContain("Notion accepted title for eve@example.org and did not apply it");

    // The engine calls update the next time, with what it kept.
    const next = await host();
    const second = await hostFailure(next.update("user", id, first.initFailed?.properties ?? {}, inputs));
    expect(second.initFailed).toEqual(first.initFailed);
    simulator.configure({ verifiedDomains: ["example.org"] });
    const { outs } = await next.update("user", id, second.initFailed?.properties ?? {}, inputs);
    expect(outs.title).toBe("new");
  });
});
