import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DeclarationError } from "../../provider/apply/errors";
import { roleWish } from "../../provider/lifecycle/run-registry";
import { RefusedError, StillThereError, UnauthorizedError } from "../../provider/scim/errors";
import type { Properties } from "../../provider/state/properties";
import type { UserOutputs } from "../../provider/state/user";
import { BOTH_FORMS, failure } from "../scim/connect";
import { type FaultSpec, type Simulator, startSimulator } from "../simulator/index.mts";
import { declaredInState, kept, startRun, userInputs } from "./run";
import { createUser, deleteUser } from "./user-calls";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

/** A member whom the program declares, as the state holds them. */
async function declared(more: Properties = {}, role = "member") {
  simulator.workspace.add({ userName: "ada@example.com", role });
  const created = await kept(
    createUser(startRun(simulator), userInputs({ userName: "ada@example.com", ...more })),
  );
  simulator.requests.clear();
  return created;
}

const live = () => simulator.workspace.member("ada@example.com");
const counts = () => simulator.requests.counts;

describe("deleting a NotionUser", () => {
  test.each<[string, Properties]>([
    ["by default", {}],
    ['with onRemove "remove"', { onRemove: "remove" }],
  ])("%s removes the person from the workspace", async (_, more) => {
    const { id, outs } = await declared(more);
    await deleteUser(startRun(simulator), id, outs);
    expect(live()).toBeUndefined();
    expect(simulator.workspace.members).toHaveLength(3);
    // A look, the removal, and the proof of it.
    expect(counts()).toEqual({ "GET /Users/{id}": 2, "DELETE /Users/{id}": 1 });
  });

  test('with onRemove "restrict" makes them a restricted member', async () => {
    const { id, outs } = await declared({ onRemove: "restrict" });
    await deleteUser(startRun(simulator), id, outs);
    expect(live()?.role).toBe("restricted_member");
    expect(counts()).toEqual({ "GET /Users/{id}": 1, "PATCH /Users/{id}": 1 });
  });

  test('with onRemove "restrict" writes nothing to one who is that already', async () => {
    const { id, outs } = await declared({ onRemove: "restrict" }, "restricted_member");
    await deleteUser(startRun(simulator), id, outs);
    expect(counts()).toEqual({ "GET /Users/{id}": 1 });
  });

  test('with onRemove "retain" asks nothing of Notion', async () => {
    const { id, outs } = await declared({ onRemove: "retain" });
    await deleteUser(startRun(simulator), id, outs);
    expect(live()?.role).toBe("member");
    expect(counts()).toEqual({});
  });

  test.each(["remove", "restrict", "retain"])(
    'with onRemove "%s" is done where they are gone, and says so where it looked',
    async (onRemove) => {
      const { id, outs } = await declared({ onRemove });
      simulator.workspace.remove(id);
      const run = startRun(simulator);
      await deleteUser(run, id, outs);
      expect(run.lines).toEqual([
        onRemove === "retain"
          ? 'ada@example.com stays in the workspace and is no longer managed (onRemove: "retain").'
          : "ada@example.com was gone already.",
      ]);
      expect(Object.keys(counts())).toEqual(onRemove === "retain" ? [] : ["GET /Users/{id}", "GET /Users"]);
    },
  );

  test("is done where they go between the look and the removal, and says so", async () => {
    const { id, outs } = await declared();
    simulator.faults.add({ name: "not_found", method: "DELETE", acted: true });
    const run = startRun(simulator);
    await deleteUser(run, id, outs);
    expect(simulator.faults.fired()).toBe(1);
    expect(run.lines).toEqual(["ada@example.com was gone already."]);
  });

  test.each<FaultSpec>([
    { name: "html_ok" },
    { name: "ignored_change" },
    { name: "not_found" },
    { name: "not_found", style: "html" },
  ])("that is answered by %o while they stay is an error, and they are not forgotten", async (fault) => {
    const { id, outs } = await declared();
    simulator.faults.add({ ...fault, method: "DELETE" });
    const run = startRun(simulator);
    const error = await failure(deleteUser(run, id, outs));
    expect(error).toBeInstanceOf(StillThereError);
    expect(error.message).toContain("ada@example.com");
    expect(live()).toBeDefined();
    await deleteUser(run, id, outs);
    expect(live()).toBeUndefined();
  });

  test("is done where the answer to the removal is lost", async () => {
    const { id, outs } = await declared();
    simulator.faults.add({ name: "drop_after", method: "DELETE" });
    await deleteUser(startRun(simulator), id, outs);
    expect(live()).toBeUndefined();
    expect(simulator.requests.count("DELETE /Users/{id}")).toBe(2);
  });

  test.each([
    ["forbidden", RefusedError],
    ["unauthorized", UnauthorizedError],
  ] as const)("that meets %s is an error without the token, and they stay", async (name, kind) => {
    const { id, outs } = await declared();
    simulator.faults.add({ name, method: "DELETE", message: `not ${simulator.token}` });
    const error = await failure(deleteUser(startRun(simulator), id, outs));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain("Could not remove ada@example.com");
    expect(`${error.message} ${error.stack}`).not.toContain(simulator.token);
    expect(live()).toBeDefined();
  });

  test('with onRemove "restrict" fails where Notion accepts it and does nothing', async () => {
    const { id, outs } = await declared({ onRemove: "restrict" });
    simulator.faults.add({ name: "ignored_change", times: BOTH_FORMS });
    expect((await failure(deleteUser(startRun(simulator), id, outs))).message).toContain(
      "the role is still member",
    );
  });

  test("removes the one of two whom the same run does not declare", async () => {
    const { id, outs } = await declared();
    const run = startRun(simulator);
    await createUser(run, userInputs({ userName: "bob@example.com" }));
    await deleteUser(run, id, outs);
    expect(live()).toBeUndefined();
    expect(simulator.workspace.member("bob@example.com")).toBeDefined();
  });

  test("and adding the same person again in one run adds them anew", async () => {
    const { id, outs } = await declared();
    const run = startRun(simulator);
    await deleteUser(run, id, outs);
    const again = await kept(createUser(run, userInputs({ userName: "ada@example.com" })));
    expect(again).toMatchObject({ id, outs: { adopted: false } });
    expect(live()).toBeDefined();
  });
});

describe("the delete of a resource that was renamed in the program", () => {
  test.each<UserOutputs["onRemove"]>(["remove", "restrict"])(
    'with onRemove "%s" keeps the person whom the new one adopted, and says so',
    async (onRemove) => {
      const { id, outs } = await declared({ onRemove });
      const run = startRun(simulator);
      await createUser(run, userInputs({ userName: "ada@example.com" }));
      simulator.requests.clear();
      await deleteUser(run, id, outs);
      expect(live()?.role).toBe("member");
      expect(counts()).toEqual({});
      expect(run.lines).toContain("ada@example.com stays: another resource of this program declares them.");
    },
  );

  test("keeps the person whom a resource that was there before declares", async () => {
    const { id, outs } = await declared();
    const run = startRun(simulator);
    declaredInState(run.registry.users, id, "ada@example.com");
    await deleteUser(run, id, outs);
    expect(live()).toBeDefined();
  });

  test("removes the person in a run that no longer declares them", async () => {
    const { id, outs } = await declared();
    declaredInState(startRun(simulator).registry.users, id, "ada@example.com");
    await deleteUser(startRun(simulator), id, outs);
    expect(live()).toBeUndefined();
  });

  test("removes somebody of whom the run declares a role alone", async () => {
    const { id, outs } = await declared();
    const run = startRun(simulator);
    declaredInState(run.registry.roles, id, roleWish({ userId: id, role: "member" }));
    await deleteUser(run, id, outs);
    expect(live()).toBeUndefined();
  });
});

test("the last owner is neither removed nor restricted", async () => {
  for (const { id, role } of simulator.workspace.members) {
    if (role === "owner") simulator.workspace.edit(id, { role: "member" });
  }
  const token = simulator.addToken();
  for (const onRemove of ["remove", "restrict"]) {
    if (live() === undefined) simulator.workspace.add({ userName: "ada@example.com", role: "owner" });
    const run = startRun({ baseUrl: simulator.baseUrl, token });
    const outs = { ...userInputs({ userName: "ada@example.com", onRemove }), active: true, adopted: true };
    const error = await failure(deleteUser(run, live()?.id ?? "", outs as unknown as UserOutputs));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toContain("no other owner would be left");
  }
  expect(live()?.role).toBe("owner");
});

test("somebody whom the state holds and the program declares no more is removed, though the refresh phase asked for them", async () => {
  const { id, outs } = await declared();
  const run = startRun(simulator);
  run.registry.users.want(id, "ada@example.com");
  await deleteUser(run, id, outs);
  expect(live()).toBeUndefined();
});
