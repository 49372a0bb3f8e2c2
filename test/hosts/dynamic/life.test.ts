import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ensureBuilt } from "../../../tools/build.mts";
import { until } from "../../scim/connect";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { environmentOf, HostFailure, hostFailure, startHost } from "./host";

let simulator: Simulator;
beforeAll(() => ensureBuilt(() => {}));
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

const host = () => startHost({ env: environmentOf(simulator) });
const live = (userName: string) => simulator.workspace.member(userName);

test("the whole life of a member and of their role", async () => {
  const ada = "ada@example.com";
  // Each run of the engine has a host of its own.
  const up = await host();
  const { inputs, failures } = await up.check("user", {
    userName: "Ada@Example.com",
    title: "Countess",
    locale: null,
    initialRole: "restricted_member",
  });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ userName: ada, title: "Countess", initialRole: "restricted_member" });
  const { id, outs } = await up.create("user", inputs);
  expect(id).toBe(live(ada)?.id);
  expect(outs).toEqual({
    ...inputs,
    name: { formatted: ada },
    unmanaged: ["name"],
    active: true,
    adopted: false,
    // Since which day the e-mail is known.
    since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  });
  expect(live(id)?.role).toBe("restricted_member");

  const declared = { userId: id, role: "member", onRemove: "restricted_member" };
  const role = await up.check("role", declared);
  expect(await up.create("role", role.inputs)).toEqual({ id, outs: declared });
  expect(live(id)?.role).toBe("member");

  expect(await up.check("user", inputs, inputs)).toEqual({ inputs, failures: [] });
  expect(await up.diff("user", id, outs, inputs)).toEqual({ changes: false, replaces: [], details: {} });

  // A refresh, and in the same run the repair of what it found.
  simulator.workspace.edit(id, { title: "CTO", locale: "fr", role: "membership_admin" });
  const repair = await host();
  const read = await repair.read("user", id, outs);
  const found = { ...outs, title: "CTO", lastApplied: { title: "Countess" } };
  expect(read).toEqual({ id, outs: found, inputs: { ...inputs, title: "CTO" } });
  const readRole = await repair.read("role", id, declared);
  expect(readRole.inputs).toEqual({ ...declared, role: "membership_admin" });

  expect(await repair.diff("user", id, read.outs, inputs)).toEqual({
    changes: true,
    replaces: [],
    details: {},
  });
  expect(await repair.update("user", id, read.outs, inputs)).toEqual({ outs });
  expect(await repair.diff("role", id, readRole.outs, declared)).toEqual({
    changes: true,
    replaces: [],
    details: {},
  });
  expect(await repair.update("role", id, readRole.outs, declared)).toEqual({ outs: declared });
  expect(live(id)).toMatchObject({ title: "Countess", locale: "fr", role: "member" });
  expect(await repair.diff("role", id, declared, { ...declared, userId: "other" })).toEqual({
    changes: true,
    replaces: ["userId"],
    details: {},
  });

  const destroy = await host();
  await destroy.delete("role", id, declared);
  expect(live(id)?.role).toBe("restricted_member");
  await destroy.delete("user", id, outs);
  expect(live(id)).toBeUndefined();

  // Somebody else made them go, before this run.
  const gone = await host();
  expect((await gone.read("user", id, outs)).id).toBe("");
  await gone.delete("user", id, outs);
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

  test("adds many at once without a look-up for each, and refuses a second resource for one of them", async () => {
    const up = await host();
    const names = Array.from({ length: 40 }, (_, index) => `new.${index}@example.com`);
    await Promise.all(names.map((userName) => up.create("user", { userName })));
    expect(simulator.requests.count("POST /Users")).toBe(40);
    expect(simulator.requests.count("GET /Users")).toBeLessThanOrEqual(3);
    expect(names.every((name) => live(name) !== undefined)).toBe(true);

    const error = await hostFailure(up.create("user", { userName: "new.7@example.com" }));
    expect(error.message).toContain("Keep one of the two");
  });

  test("does not remove a person whom a resource that stays declares as well", async () => {
    const { id, userName } = simulator.workspace.add({ userName: "ada@example.com" });
    const outs = {
      userName,
      name: { formatted: userName },
      unmanaged: ["name"],
      active: true,
      adopted: true,
    };
    const up = await host();
    await up.check("user", { userName: "Ada@example.com" });
    await up.diff("user", id, outs, { userName });
    await up.delete("user", id, outs);
    expect(live(userName)).toBeDefined();
    await until(() => up.output.includes("ada@example.com stays"));
  });
});

test("a host that is killed while it creates leaves somebody whom the next one adopts", async () => {
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
