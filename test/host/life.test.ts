import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { until } from "../scim/connect";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { environmentOf, HostFailure, hostFailure, startHost } from "./host";

let simulator: Simulator;
beforeAll(() => ensureBuilt(() => {}));
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

const host = () => startHost({ env: environmentOf(simulator) });
const live = (userName: string) => simulator.workspace.member(userName);

describe("the whole life", () => {
  test("of a member", async () => {
    // Each run of the engine has a host of its own.
    const up = await host();
    const { inputs, failures } = await up.check("user", {
      userName: "Ada@Example.com",
      title: "Countess",
      locale: null,
    });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ userName: "ada@example.com", title: "Countess" });
    const { id, outs } = await up.create("user", inputs);
    expect(id).toBe(live("ada@example.com")?.id);
    expect(outs).toEqual({
      ...inputs,
      name: { formatted: "ada@example.com" },
      unmanaged: ["name"],
      active: true,
      adopted: false,
    });

    expect(await up.check("user", inputs, inputs)).toEqual({ inputs, failures: [] });
    expect(await up.diff("user", id, outs, inputs)).toEqual({ changes: false, replaces: [] });

    simulator.workspace.edit(id, { title: "CTO", locale: "fr" });
    const refresh = await host();
    const read = await refresh.read("user", id, outs);
    expect(read).toEqual({ id, outs: { ...outs, title: "CTO" }, inputs: { ...inputs, title: "CTO" } });

    const repair = await host();
    expect(await repair.diff("user", id, read.outs, inputs)).toEqual({ changes: true, replaces: [] });
    expect(await repair.update("user", id, read.outs, inputs)).toEqual({ outs });
    expect(live(id)).toMatchObject({ title: "Countess", locale: "fr" });

    const destroy = await host();
    await destroy.delete("user", id, outs);
    expect(live(id)).toBeUndefined();
    const after = await host();
    expect((await after.read("user", id, outs)).id).toBe("");
    await after.delete("user", id, outs);
  });

  test("of a role", async () => {
    const { id: userId } = simulator.workspace.add({
      userName: "ada@example.com",
      role: "restricted_member",
    });
    const declared = { userId, role: "member", onRemove: "restricted_member" };
    const up = await host();
    const { inputs } = await up.check("role", declared);
    const { id, outs } = await up.create("role", inputs);
    expect({ id, outs }).toEqual({ id: userId, outs: declared });
    expect(live(id)?.role).toBe("member");

    simulator.workspace.edit(id, { role: "membership_admin" });
    const refresh = await host();
    const read = await refresh.read("role", id, outs);
    expect(read.inputs).toEqual({ ...declared, role: "membership_admin" });

    const repair = await host();
    expect(await repair.diff("role", id, read.outs, inputs)).toEqual({ changes: true, replaces: [] });
    expect(await repair.update("role", id, read.outs, inputs)).toEqual({ outs });
    expect(await repair.diff("role", id, outs, { ...inputs, userId: "other" })).toEqual({
      changes: true,
      replaces: ["userId"],
    });

    const destroy = await host();
    await destroy.delete("role", id, outs);
    expect(live(id)?.role).toBe("restricted_member");
  });
});

describe("one host for all resources of a run", () => {
  test("reads many at once by pages, not by people", async () => {
    simulator.seed({ members: 250 });
    const refresh = await host();
    const { members } = simulator.workspace;
    const reads = await Promise.all(
      members.flatMap(({ id, userName }) => [
        refresh.read("user", id, { userName, active: true, adopted: true }),
        refresh.read("role", id, { userId: id, role: "member" }),
      ]),
    );
    expect(reads.map(({ id }) => id)).toEqual(members.flatMap(({ id }) => [id, id]));
    // Three pages hold them all; a few may have been asked for singly before that was clear.
    expect(simulator.requests.count("GET /Users")).toBe(3);
    expect(simulator.requests.count()).toBeLessThanOrEqual(6);
  });

  test("adds many at once without a look-up for each", async () => {
    const up = await host();
    const names = Array.from({ length: 40 }, (_, index) => `new.${index}@example.com`);
    await Promise.all(names.map((userName) => up.create("user", { userName })));
    expect(simulator.requests.count("POST /Users")).toBe(40);
    expect(simulator.requests.count("GET /Users")).toBeLessThanOrEqual(3);
    expect(names.every((name) => live(name) !== undefined)).toBe(true);
  });

  test("does not remove a person whose resource was renamed", async () => {
    const { id, outs } = await (await host()).create("user", { userName: "ada@example.com" });
    const up = await host();
    await up.create("user", { userName: "ada@example.com" });
    await up.delete("user", id, outs);
    expect(live("ada@example.com")).toBeDefined();
    await until(() => up.output.includes("ada@example.com stays"));
  });

  test("does not remove a person whom a resource that stays declares as well", async () => {
    const { id, outs } = await (await host()).create("user", { userName: "ada@example.com" });
    const up = await host();
    await up.check("user", { userName: "Ada@example.com" });
    await up.diff("user", id, outs, { userName: "ada@example.com" });
    await up.delete("user", id, outs);
    expect(live("ada@example.com")).toBeDefined();
  });

  test("removes a person whom the refresh phase alone asked for", async () => {
    const { id, outs } = await (await host()).create("user", { userName: "ada@example.com" });
    const up = await host();
    const { inputs } = await up.read("user", id, outs);
    await up.diff("user", id, outs, inputs ?? {});
    await up.delete("user", id, outs);
    expect(live("ada@example.com")).toBeUndefined();
  });

  test("refuses a second resource for the same person", async () => {
    const up = await host();
    await up.create("user", { userName: "ada@example.com" });
    const error = await hostFailure(up.create("user", { userName: "ada@example.com" }));
    expect(error.message).toContain("Keep one of the two");
  });
});

test("a host that is killed while it creates leaves somebody whom the next one takes over", async () => {
  simulator.faults.add({ name: "hang_after", method: "POST" });
  const killed = await host();
  const create = killed.create("user", { userName: "ada@example.com", title: "Countess" });
  const outcome = create.catch((error: unknown) => error);
  await until(() => simulator.faults.fired() === 1);
  await killed.kill();
  expect(await outcome).toBeInstanceOf(HostFailure);

  const { id, outs } = await (await host()).create("user", {
    userName: "ada@example.com",
    title: "Countess",
  });
  expect(outs).toMatchObject({ title: "Countess", adopted: true });
  const there = simulator.workspace.members.filter(({ userName }) => userName === "ada@example.com");
  expect(there.map((member) => member.id)).toEqual([id]);
});
