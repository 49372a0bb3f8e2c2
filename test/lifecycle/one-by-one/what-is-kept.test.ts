import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BOTH_FORMS, QUICK, reply, serve, userBody } from "../../scim/connect";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { kept, startRun, userInputs } from "../run";
import { createUser, diffUser, readUser, updateUser } from "../user-calls";
import { type Resource, Stack, user } from "../workspace/stack";

// The state tells what Notion showed last, also where a write failed.

let simulator: Simulator;
let stack: Stack;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

const ADA = "ada@example.com";
const live = (key: string) => simulator.workspace.member(key);

describe("a role that Notion shows otherwise than the state has it, while the write fails", () => {
  test.each<[string, () => unknown]>([
    ["is accepted and ignored", () => simulator.faults.add({ name: "ignored_change", times: "always" })],
    ["is forbidden", () => simulator.faults.add({ name: "forbidden", method: "PATCH", times: BOTH_FORMS })],
  ])("is in the state, and shown when the program goes back: it %s", async (_, fail) => {
    expect((await stack.up(user("ada", ADA, "member"))).errors).toEqual([]);
    simulator.workspace.edit(ADA, { role: "owner" });
    fail();
    expect((await stack.up(user("ada", ADA, "restricted_member"))).errors).toHaveLength(1);
    expect(stack.state.get("role ada")?.outs).toMatchObject({
      role: "owner",
      lastApplied: { role: "member" },
    });
    simulator.faults.clear();
    const { words } = await stack.preview(user("ada", ADA, "member"));
    expect(words.join()).toContain(`~ ${ADA}: owner → member`);
    expect((await stack.up(user("ada", ADA, "member"))).errors).toEqual([]);
    expect(live(ADA)?.role).toBe("member");
    expect(stack.state.get("role ada")?.outs).not.toHaveProperty("lastApplied");
  });

  test("is the only thing kept: an end that could not be declared is not known as one that was", async () => {
    expect((await stack.up(user("ada", ADA, "owner"))).errors).toEqual([]);
    simulator.workspace.edit(ADA, { role: "membership_admin" });
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: BOTH_FORMS });
    const ended: Resource[] = user("ada", ADA, "owner");
    const role = ended[1];
    if (role !== undefined) role.inputs = { role: "owner", until: "2026-01-01", then: "member" };
    const { errors } = await stack.up(ended);
    expect(errors).toHaveLength(1);
    expect(stack.state.get("role ada")?.outs).toMatchObject({ role: "membership_admin" });
    expect(stack.state.get("role ada")?.outs).not.toHaveProperty("until");
  });
});

describe("a role that changes by its time", () => {
  const time = { from: "2026-12-04T18:00:00Z", then: "owner" };
  const NOW = Date.parse("2026-12-01T09:00:00Z");
  const AFTER = Date.parse("2026-12-05T09:00:00Z");

  test("as it was declared before is counted by no limit when it begins", async () => {
    const program = user("ada", ADA, "member");
    if (program[1] !== undefined) program[1].inputs = { role: "member", ...time };
    simulator.workspace.add({ userName: ADA, role: "owner" });
    expect((await stack.up(program, { now: NOW })).errors).toEqual([]);
    expect(live(ADA)?.role).toBe("owner");
    const told = await stack.up(program, { now: AFTER, config: { "notion:maxRemovals": "0" } });
    expect(told.errors).toEqual([]);
    expect(live(ADA)?.role).toBe("member");
  });
});

describe("somebody who is added", () => {
  /** A server that adds people as inactive, unless they are asked for as active or it cannot be changed. */
  async function server(how: "goes by what is sent" | "can be activated" | "never activates") {
    const people = new Map<string, Record<string, unknown>>();
    return serve((response, _, { method, url, body }) => {
      const id = /\/Users\/(.+)$/.exec(url)?.[1];
      if (method === "POST") {
        const { active, ...wish } = JSON.parse(body);
        const isActive = how === "goes by what is sent" && active === true;
        people.set("a1", userBody("a1", { ...wish, active: isActive }));
        return reply(response, 201, people.get("a1") ?? {});
      }
      const known = people.get(id ?? "");
      if (id !== undefined && known === undefined) return reply(response, 404, {});
      if (known !== undefined) {
        if (method === "PATCH" && how === "can be activated") known.active = true;
        return reply(response, 200, known);
      }
      return reply(response, 200, { totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] });
    });
  }
  const inputs = userInputs({ userName: ADA });

  test.each([
    ["goes by what is sent", 0],
    ["can be activated", 1],
  ] as const)("is active on a server that %s", async (how, patches) => {
    const target = await server(how);
    const run = startRun(target);
    const { outs } = await kept(createUser(run, inputs));
    expect(outs).toMatchObject({ active: true, adopted: false });
    expect(target.requests.filter(({ method }) => method === "PATCH")).toHaveLength(patches);
    expect(run.lines).toEqual([]);
  });

  test("and cannot be made active is no failure, of this run or a later one, and nobody is blamed", async () => {
    const target = await server("never activates");
    const run = startRun(target);
    const { id, outs } = await kept(createUser(run, inputs));
    expect(run.lines.join()).toContain(`${ADA} was added, and Notion shows the account as inactive`);
    expect(outs).toMatchObject({ active: false, addedInactive: true });
    expect(diffUser(outs, inputs).changes).toBe(false);
    const { props = {} } = await readUser(startRun(target), id, outs);
    expect(diffUser(props, inputs).changes).toBe(false);
    const titled = userInputs({ userName: ADA, userType: "x" });
    const updated = updateUser(startRun(target), id, outs, titled).catch((error: Error) => error.message);
    expect(String(await updated)).not.toContain("active");
  });

  test("and becomes active later is deactivated by somebody if they are not so again", async () => {
    simulator.workspace.add({ userName: ADA, active: false });
    const { id = "" } = live(ADA) ?? {};
    const olds = { ...inputs, name: {}, active: false, adopted: false, addedInactive: true };
    const still = await readUser(startRun(simulator), id, olds);
    expect(still.props).toMatchObject({ addedInactive: true });
    simulator.workspace.edit(id, { active: true });
    const active = await readUser(startRun(simulator), id, still.props ?? {});
    expect(active.props).not.toHaveProperty("addedInactive");
    simulator.workspace.edit(id, { active: false });
    const again = await readUser(startRun(simulator), id, active.props ?? {});
    expect(diffUser(again.props ?? {}, inputs).changes).toBe(true);
  });

  test("by this run and is not known to the server for a moment is asked for again", async () => {
    simulator.configure({ ignoreCreateRole: true });
    simulator.faults.add({ name: "not_found", method: "PATCH", times: 3 });
    const created = await kept(
      createUser(startRun(simulator), { ...inputs, initialRole: "membership_admin" as const }),
    );
    expect(created.outs).not.toHaveProperty("initialRolePending");
    expect(live(ADA)?.role).toBe("membership_admin");
    expect(simulator.faults.fired()).toBe(3);
  });

  test("by this run and given a role by an assignment, likewise", async () => {
    simulator.faults.add({ name: "not_found", method: "PATCH", times: 3 });
    const { errors } = await stack.up(user("ada", ADA, "membership_admin"), { client: { retry: QUICK } });
    expect(errors).toEqual([]);
    expect(live(ADA)?.role).toBe("membership_admin");
  });

  test("before this run and is not known is believed to be gone at once", async () => {
    expect((await stack.up(user("ada", ADA, "member"))).errors).toEqual([]);
    simulator.requests.clear();
    simulator.faults.add({ name: "not_found", method: "PATCH", times: "always" });
    expect((await stack.up(user("ada", ADA, "owner"))).errors).toHaveLength(1);
    expect(simulator.requests.count("PATCH /Users/{id}")).toBe(1);
  });
});

describe("a change that was made and whose answer was lost", () => {
  const lose = async (program: readonly Resource[]) => {
    simulator.faults.add({ name: "drop_after", method: "PATCH", times: "always" });
    expect((await stack.up(program, { preview: false })).errors).toHaveLength(1);
    simulator.faults.clear();
  };
  const settles = async (program: readonly Resource[]) => {
    expect((await stack.up(program)).errors).toEqual([]);
    simulator.requests.clear();
    expect((await stack.preview(program)).words).toEqual([]);
    expect((await stack.up(program)).errors).toEqual([]);
    expect(simulator.requests.counts).toEqual({});
  };
  const titled = (title: string) => user("ada", ADA, undefined, { title });

  test("of an attribute is undone where the program goes back, which the preview says", async () => {
    await settles(titled("Countess"));
    await lose(titled("CTO"));
    expect(live(ADA)?.title).toBe("CTO");
    const { words } = await stack.preview(titled("Countess"));
    expect(words).toEqual([`~ ${ADA}: title "Countess" (looked up, since a change got no answer)`]);
    await settles(titled("Countess"));
    expect(live(ADA)?.title).toBe("Countess");
  });

  test("of an e-mail is undone where the program goes back", async () => {
    const KING = "king@example.com";
    await settles(user("ada", ADA));
    const { id = "" } = live(ADA) ?? {};
    await lose(user("ada", KING, undefined, { formerUserName: ADA }));
    expect(live(id)?.userName).toBe(KING);
    await settles(user("ada", ADA));
    expect(live(id)?.userName).toBe(ADA);
  });

  test("of a role is undone where the program goes back, which the preview says", async () => {
    await settles(user("ada", ADA, "member"));
    await lose(user("ada", ADA, "membership_admin"));
    expect(live(ADA)?.role).toBe("membership_admin");
    const { words } = await stack.preview(user("ada", ADA, "member"));
    expect(words.join()).toContain("(looked up, since a change got no answer) → member");
    await settles(user("ada", ADA, "member"));
    expect(live(ADA)?.role).toBe("member");
  });
});
