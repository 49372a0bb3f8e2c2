import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { DeclarationError, NotAppliedError } from "../../provider/apply/errors";
import { createRole, deleteRole, readRole, updateRole } from "../../provider/lifecycle/role";
import { announceRole, problemsOfRole } from "../../provider/lifecycle/role-preview";
import { roleWish } from "../../provider/lifecycle/run-registry";
import { ROLES } from "../../provider/model/role";
import { UNKNOWN } from "../../provider/model/unknown";
import { RefusedError, UnavailableError } from "../../provider/scim/errors";
import type { Properties } from "../../provider/state/properties";
import type { RoleOutputs } from "../../provider/state/role-assignment";
import { BOTH_FORMS, failure } from "../scim/connect";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { diffRole, refuseRole, tellRole } from "./role-calls";
import { declaredInState, kept, NOW, partialFailure, roleInputs, startRun, state, userInputs } from "./run";
import { createUser } from "./user-calls";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
});
afterEach(() => simulator.close());

const counts = () => simulator.requests.counts;
const LOOK = { "GET /Users/{id}": 1 };
const LOOK_AND_WRITE = { "GET /Users/{id}": 1, "PATCH /Users/{id}": 1 };
/** A role that exists in Notion's own pages and in no document. */
const UNHEARD_OF = "temporary_member";

/** A member with this role; null: an entry without Notion's extension. */
function member(role: string | null) {
  const { id } = simulator.workspace.add({ userName: "ada@example.com", role });
  return { id, role: () => simulator.workspace.member(id)?.role };
}

/** An assignment as an earlier run left it. */
async function assigned(before: string | null, role: string, more: Properties = {}) {
  const ada = member(before);
  const inputs = roleInputs({ userId: ada.id, role, ...more });
  const { id, outs } = await kept(createRole(startRun(simulator), inputs, NOW));
  simulator.requests.clear();
  return { id, inputs, olds: outs, role: ada.role };
}

test("a role that one answer showed otherwise is given by the next run, also where its times change", async () => {
  const { id, olds, role } = await assigned("member", "restricted_member", {
    until: "2999-12-04",
    then: "membership_admin",
  });
  const inputs = roleInputs({ userId: id, role: "restricted_member", from: "2999-12-04", then: "owner" });
  simulator.faults.add({ name: "unknown_role", times: "always" });
  const failed = await partialFailure(updateRole(startRun(simulator), id, olds, inputs, NOW));
  expect(failed.properties).toMatchObject({ role: UNHEARD_OF, lastApplied: { role: "member" } });
  simulator.faults.clear();
  await updateRole(startRun(simulator), id, failed.properties as unknown as RoleOutputs, inputs, NOW);
  expect(role()).toBe("owner");
});

describe("a NotionRoleAssignment in preview", () => {
  const declared = { userId: "id-1", role: "owner", onRemove: "retain" };
  const olds = declared;

  test.each<[string, Properties, boolean, string[]]>([
    ["does not change where nothing changed", declared, false, []],
    ["changes with the role", { ...declared, role: "member" }, true, []],
    ["changes with a role that is not known yet", { ...declared, role: UNKNOWN }, true, []],
    ["changes with onRemove", { ...declared, onRemove: "member" }, true, []],
    ["changes when onRemove is no longer declared", { userId: "id-1", role: "owner" }, true, []],
    ["is replaced with another member", { ...declared, userId: "id-2" }, true, ["userId"]],
    [
      "is replaced, or may be, with one who is not known yet",
      { ...declared, userId: UNKNOWN },
      true,
      ["userId"],
    ],
  ])("%s", (_, news, changes, replaces) => {
    expect(diffRole(olds, news, NOW)).toEqual({ changes, replaces });
  });
});

describe("an assignment that says whose it is (member)", () => {
  const eves = (more: object) => {
    const eve = member("member");
    return { eve, inputs: roleInputs({ userId: eve.id, role: "owner", ...more }) };
  };

  test("gives the role to that member", async () => {
    const { eve, inputs } = eves({ member: "ada@example.com" });
    await createRole(startRun(simulator), inputs, NOW);
    expect(eve.role()).toBe("owner");
  });

  test("gives nothing to somebody else who is behind the id, also where they hold the role already", async () => {
    for (const held of ["member", "owner"]) {
      const { id } = simulator.workspace.add({ userName: `eve-${held}@evil.org`, role: held });
      const inputs = roleInputs({ userId: id, role: "owner", member: "gus@example.com" });
      const error = await failure(createRole(startRun(simulator), inputs, NOW));
      expect(error).toBeInstanceOf(DeclarationError);
      expect(error.message).toContain(
        `belongs to eve-${held}@evil.org, but the assignment is for gus@example.com`,
      );
      expect(simulator.workspace.member(id)?.role).toBe(held);
    }
  });

  test("is looked at again when it says somebody else, although the role stays as it is", async () => {
    const { eve, inputs } = eves({});
    const { id, outs } = await kept(createRole(startRun(simulator), inputs, NOW));
    const otherwise = { ...inputs, member: "gus@example.com" };
    expect(diffRole(outs, otherwise, NOW).changes).toBe(true);
    const error = await failure(updateRole(startRun(simulator), id, outs, otherwise, NOW));
    expect(error.message).toContain("the assignment is for gus@example.com");
    expect(eve.role()).toBe("owner");
  });

  test("keeps to the member whom it has proven under whichever e-mail they have by now", async () => {
    const { id, inputs, olds, role } = await assigned("member", "owner", { member: "ada@example.com" });
    simulator.workspace.edit("ada@example.com", { userName: "ada.king@example.com" });
    await updateRole(startRun(simulator), id, olds, { ...inputs, role: "member" }, NOW);
    expect(role()).toBe("member");
  });

  test("raises nobody who has another e-mail in Notion by then, whom no policy has judged", async () => {
    const { id, inputs, olds, role } = await assigned("restricted_member", "member", {
      member: "ada@example.com",
    });
    simulator.workspace.edit("ada@example.com", { userName: "eve@evil.org" });
    const raised = { ...inputs, role: "owner" as const };
    const error = await failure(updateRole(startRun(simulator), id, olds, raised, NOW));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toContain("belongs to eve@evil.org, but the assignment is for ada@example.com");
    expect(role()).toBe("member");
    const followed = { ...raised, member: "eve@evil.org" };
    await updateRole(startRun(simulator), id, olds, followed, NOW);
    expect(role()).toBe("owner");
  });
});

const TOKEN_SAID = { tokenOwner: undefined, tokenOwnerSaid: true };

describe("a role for a time", () => {
  const END = "2026-12-04T18:00:00Z";
  const AFTER = Date.parse(END);
  const BEFORE = AFTER - 1;
  const time = { until: END, then: "member", reason: "INC-42", approvedBy: "olivia@example.com" };
  const told = (olds: Properties, news: Properties, now: number, noticeDays = 7) =>
    tellRole(olds, news, "ada@example.com", { ...TOKEN_SAID, now, noticeDays });
  const ENDED = "~ ada@example.com: owner → member (ended 2026-12-04 18:00 UTC; reason: INC-42)";

  test("is given, then nothing differs until its end, and from then on the next update takes it away", async () => {
    const { id, inputs, olds, role } = await assigned("member", "owner", time);
    expect(role()).toBe("owner");
    expect(olds).toEqual({ ...inputs, timedRole: "owner", userName: "ada@example.com" });
    expect(diffRole(olds, inputs, BEFORE)).toEqual({ changes: false, replaces: [] });
    expect(diffRole(olds, inputs, AFTER)).toEqual({ changes: true, replaces: [] });
    expect(told(olds, inputs, AFTER)).toEqual([ENDED]);

    const { outs } = await kept(updateRole(startRun(simulator), id, olds, inputs, AFTER));
    expect(role()).toBe("member");
    expect(outs).toEqual({ ...olds, role: "member" });
    expect(diffRole(outs, inputs, AFTER + 1).changes).toBe(false);
    expect(told(outs, inputs, AFTER + 1)).toEqual([]);
  });

  test("is told from as many days before its end as are asked for", async () => {
    const { inputs, olds } = await assigned("member", "owner", time);
    const threeDays = AFTER - 3 * 86_400_000;
    expect(told(olds, inputs, threeDays, 3)).toEqual([
      "! ada@example.com: owner ends 2026-12-04 18:00 UTC, in 3 days, then member (reason: INC-42)",
    ]);
    expect(told(olds, inputs, threeDays - 1, 3)).toEqual([]);
  });

  test("is extended by another date, which the preview says, and nothing is asked of Notion", async () => {
    const { id, inputs, olds } = await assigned("member", "owner", time);
    const longer = { ...inputs, until: "2026-12-18T18:00:00Z" };
    expect(diffRole(olds, longer, NOW).changes).toBe(true);
    expect(told(olds, longer, NOW)).toEqual([
      `~ ada@example.com: until ${END} → 2026-12-18T18:00:00Z (extended by 14 days)`,
    ]);
    const { outs } = await kept(updateRole(startRun(simulator), id, olds, longer, NOW));
    expect(outs).toEqual({ ...olds, until: longer.until });
    expect(counts()).toEqual({});
  });

  test("that is added to a role without an end is noted with whose it is", async () => {
    const { id, inputs, olds } = await assigned("member", "owner");
    const ending = { ...inputs, ...roleInputs({ ...inputs, ...time }) };
    const { outs } = await kept(updateRole(startRun(simulator), id, olds, ending, NOW));
    expect(outs).toEqual({ ...ending, timedRole: "owner", userName: "ada@example.com" });
  });

  test("begins at its beginning", async () => {
    const { id, inputs, olds, role } = await assigned("member", "owner", { from: END, then: "member" });
    expect(role()).toBe("member");
    expect(olds).toMatchObject({ role: "member", timedRole: "owner" });
    expect(diffRole(olds, inputs, BEFORE).changes).toBe(false);
    expect(told(olds, inputs, AFTER)).toEqual([`~ ada@example.com: member → owner (from ${END} on)`]);
    await updateRole(startRun(simulator), id, olds, inputs, AFTER);
    expect(role()).toBe("owner");
  });

  test.each([
    ["over", { until: "2026-11-01", then: "member" }, "gets member: owner was until 2026-11-01"],
    ["to come", { from: "2027-01-01", then: "member" }, "gets member: owner is from 2027-01-01 on"],
  ] as const)(
    "that is %s when it is declared first gives the other role, which the preview says",
    async (_, when, words) => {
      const { inputs, role } = await assigned("restricted_member", "owner", when);
      expect(role()).toBe("member");
      const run = { now: NOW, noticeDays: 7 };
      expect(announceRole(inputs, "ada@example.com", run)).toEqual([`+ ada@example.com ${words}`]);
      expect(announceRole({ ...inputs, userId: UNKNOWN }, undefined, run)[0]).toContain(
        "a member who is not added yet gets member",
      );
    },
  );

  test("that is over when it is declared first lowers nobody whom no preview has shown", async () => {
    const { id, inputs, olds, role } = await assigned("owner", "owner", {
      until: "2026-11-01",
      then: "member",
    });
    expect(role()).toBe("owner");
    expect(told(olds, inputs, NOW)).toEqual([
      "~ ada@example.com: owner → member (ended at the end of 2026-11-01 UTC)",
    ]);
    await updateRole(startRun(simulator), id, olds, inputs, NOW);
    expect(role()).toBe("member");
  });

  test("is as declared to a refresh before its end and after it, and somebody's change in Notion is not", async () => {
    const { id, inputs, olds } = await assigned("member", "owner", time);
    const read = async (outs: Properties) => {
      const { props, inputs: shown } = await readRole(startRun(simulator), id, outs);
      return { props: state<RoleOutputs>(props), inputs: state(shown) };
    };
    expect(await read(olds)).toEqual({ props: olds, inputs });
    const { outs } = await kept(updateRole(startRun(simulator), id, olds, inputs, AFTER));
    expect(await read(outs)).toEqual({ props: outs, inputs });

    simulator.workspace.edit(id, { role: "membership_admin", userName: "king@example.com" });
    const drifted = await read(outs);
    expect(drifted.props).toEqual({
      ...outs,
      role: "membership_admin",
      lastApplied: { role: "member" },
      userName: "king@example.com",
    });
    expect(drifted.inputs).toEqual({ ...inputs, role: "membership_admin" });
    expect(diffRole(drifted.props, inputs, AFTER).changes).toBe(true);
  });

  test("ends when it is deleted: the member gets the role of afterwards, unless onRemove says another", async () => {
    const { id, olds, role } = await assigned("restricted_member", "owner", time);
    simulator.workspace.add({ userName: "bob@example.com", role: "owner" });
    await deleteRole(startRun(simulator), id, olds);
    expect(role()).toBe("member");
    await deleteRole(startRun(simulator), id, { ...olds, role: "member", onRemove: "restricted_member" });
    expect(role()).toBe("restricted_member");
  });

  test("is promised, so no limit counts its end, but the rails hold", async () => {
    // With a token that is of nobody in it, so that the last owner may be anybody.
    const company = await startSimulator();
    onTestFinished(() => company.close());
    const people = await Promise.all(
      ["bea@example.com", "ida@example.com"].map(async (userName) => {
        const { id } = company.workspace.add({ userName, role: "member" });
        const inputs = roleInputs({ userId: id, role: "owner", ...time });
        return { inputs, ...(await kept(createRole(startRun(company), inputs, NOW))) };
      }),
    );
    const run = () => startRun(company, { config: { "notion:maxRemovals": "0" } });
    const end = ({ id, outs, inputs }: (typeof people)[number]) => updateRole(run(), id, outs, inputs, AFTER);
    for (const person of people.slice(1)) await end(person);
    const [last] = people;
    if (last === undefined) throw new Error("nobody");
    // It is kept, told, and tried again: an error would keep the engine from ends that it has not begun.
    const held = run();
    const { outs } = await kept(updateRole(held, last.id, last.outs, last.inputs, AFTER));
    expect(held.lines.join()).toContain("no other owner would be left");
    expect(company.workspace.member("bea@example.com")?.role).toBe("owner");
    expect(diffRole(outs, last.inputs, AFTER).changes).toBe(true);
    // With another owner there, a role that the same edit ends is counted.
    company.workspace.add({ userName: "olivia@example.com", role: "owner" });
    const { until: _, then: __, ...unending } = last.outs;
    const unpromised = updateRole(run(), last.id, unending as RoleOutputs, last.inputs, AFTER);
    expect((await failure(unpromised)).message).toContain("notion:maxRemovals is 0");
    await updateRole(run(), last.id, outs as RoleOutputs, last.inputs, AFTER);
    expect(company.workspace.member("bea@example.com")?.role).toBe("member");
  });

  test("of the token's owner is refused, in a preview and at the write", async () => {
    const { id, inputs, olds } = await assigned("owner", "owner");
    const tokenOwner = "Ada@example.com";
    const ending = { ...inputs, ...roleInputs({ ...inputs, ...time }) };
    expect(
      refuseRole(olds, ending, "ada@example.com", { tokenOwner, tokenOwnerSaid: true, now: NOW }),
    ).toContain("declared with an expiration");
    expect(
      refuseRole(olds, inputs, "ada@example.com", { tokenOwner, tokenOwnerSaid: true, now: NOW }),
    ).toBeUndefined();
    const run = startRun(simulator, { config: { "notion:tokenOwner": tokenOwner } });
    expect((await failure(updateRole(run, id, olds, ending, NOW))).message).toContain(
      "declared with an expiration",
    );
    const first = startRun(simulator, { config: { "notion:tokenOwner": tokenOwner } });
    expect((await failure(createRole(first, ending, NOW))).message).toContain("declared with an expiration");
  });

  test.each<[Properties, string]>([
    [{ until: END }, "say in then which role they have outside of that time"],
    [{ then: "member" }, "then goes with until (or from): say when"],
    [{ from: "2026-12-05", until: END, then: "member" }, "from and until: it ends before it begins"],
  ])("%j is refused: %s", (when, words) => {
    expect(problemsOfRole(roleInputs({ userId: "1", role: "owner", ...when }))).toEqual([words]);
  });
});

describe("granting a role", () => {
  test("to an e-mail address in the place of an id says what to take", async () => {
    const inputs = roleInputs({ userId: "ada@example.com", role: "member" });
    const error = await failure(createRole(startRun(simulator), inputs, NOW));
    expect(error.message).toContain(
      "userId is ada@example.com, an e-mail address, and must be an id of Notion",
    );
  });

  test.each(["owner", UNHEARD_OF])(
    "to somebody adopted who holds more, %s, lowers nobody: the next preview shows it, the next up does it",
    async (more) => {
      const ada = member(more);
      const run = startRun(simulator);
      const inputs = roleInputs({ userId: ada.id, role: "member" });
      const { id, outs } = await kept(createRole(run, inputs, NOW));
      expect(ada.role()).toBe(more);
      expect(counts()).toEqual(LOOK);
      expect(outs).toEqual({ userId: ada.id, role: more, adoptionIncomplete: true });
      expect(run.lines).toEqual([
        `ada@example.com is ${more}, more than the declared member, and stays ${more}. ` +
          "The next preview shows the change, and the next `up` makes it.",
      ]);
      expect(diffRole(outs, inputs, NOW).changes).toBe(true);
      expect(tellRole(outs, inputs, "ada", { ...TOKEN_SAID, now: NOW, noticeDays: 7 })).toEqual([
        `~ ada: ${more} → member`,
      ]);

      const { outs: after } = await kept(updateRole(startRun(simulator), id, outs, inputs, NOW));
      expect(ada.role()).toBe("member");
      expect(after).toEqual(inputs);
    },
  );

  test("that was never given is not taken away either, when the assignment is deleted before the next up", async () => {
    const ada = member("owner");
    const { id, outs } = await kept(
      createRole(startRun(simulator), roleInputs({ userId: ada.id, role: "member" }), NOW),
    );
    await deleteRole(startRun(simulator), id, outs);
    expect(ada.role()).toBe("owner");
  });

  test("less than Notion gave, to somebody whom this very run added, is done at once", async () => {
    const run = startRun(simulator);
    const user = await createUser(run, userInputs({ userName: "new@example.com", initialRole: "owner" }));
    await createRole(run, roleInputs({ userId: user.id, role: "restricted_member" }), NOW);
    expect(simulator.workspace.member("new@example.com")?.role).toBe("restricted_member");
  });

  test.each(ROLES)("that is held already, %s, writes nothing", async (role) => {
    const ada = member(role);
    const inputs = roleInputs({ userId: ada.id, role });
    const { id, outs } = await kept(createRole(startRun(simulator), inputs, NOW));
    expect(id).toBe(ada.id);
    expect(outs).toEqual(inputs);
    expect(counts()).toEqual(LOOK);
  });

  test.each<[string | null, string]>([
    ["member", "owner"],
    ["restricted_member", "membership_admin"],
    [null, "member"],
  ])("to a member with %s makes them %s", async (before, role) => {
    const ada = member(before);
    const inputs = roleInputs({ userId: ada.id, role, onRemove: "member" });
    const { outs } = await kept(createRole(startRun(simulator), inputs, NOW));
    expect(ada.role()).toBe(role);
    expect(outs).toEqual(inputs);
    expect(counts()).toEqual(LOOK_AND_WRITE);
  });

  test("works outside the verified domains", async () => {
    const { id } = simulator.workspace.add({ userName: "eve@example.org" });
    await createRole(startRun(simulator), roleInputs({ userId: id, role: "owner" }), NOW);
    expect(simulator.workspace.member(id)?.role).toBe("owner");
  });

  test.each(["value", "path"] as const)(
    "works where the server knows the %s form alone",
    async (patchForms) => {
      simulator.configure({ patchForms });
      const ada = member("member");
      await createRole(startRun(simulator), roleInputs({ userId: ada.id, role: "owner" }), NOW);
      expect(ada.role()).toBe("owner");
    },
  );

  test("is checked by a read where the answer is empty", async () => {
    simulator.configure({ patchAnswer: "empty" });
    const ada = member("member");
    const { outs } = await kept(
      createRole(startRun(simulator), roleInputs({ userId: ada.id, role: "owner" }), NOW),
    );
    expect(outs.role).toBe("owner");
    expect(counts()).toEqual({ "GET /Users/{id}": 2, "PATCH /Users/{id}": 1 });
  });

  test("whose answer is lost is sent again", async () => {
    const ada = member("member");
    simulator.faults.add({ name: "drop_after", method: "PATCH" });
    await createRole(startRun(simulator), roleInputs({ userId: ada.id, role: "owner" }), NOW);
    expect(ada.role()).toBe("owner");
    expect(simulator.requests.count("PATCH /Users/{id}")).toBe(2);
  });

  test("to nobody is an error that says where the id comes from", async () => {
    const error = await failure(
      createRole(startRun(simulator), roleInputs({ userId: "nobody", role: "owner" }), NOW),
    );
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toMatch(/No member has the id nobody, so nobody was made owner.*`user.id`/);
  });

  test("that is accepted and not given is an error that names the role they have", async () => {
    const ada = member("member");
    simulator.faults.add({ name: "ignored_change", times: "always" });
    const inputs = roleInputs({ userId: ada.id, role: "owner" });
    const error = await partialFailure(createRole(startRun(simulator), inputs, NOW));
    expect(error.message).toContain(
      "change the role of ada@example.com to owner, but the role is still member",
    );
    expect(state(error.properties)).toMatchObject({ role: "member", adoptionIncomplete: true });
    expect(diffRole(error.properties, inputs, NOW).changes).toBe(true);
    // Looked up, written in either form, and read again after each.
    expect(counts()).toEqual({ "GET /Users/{id}": 3, "PATCH /Users/{id}": 2 });
  });

  test("to an entry that never shows a role is an error rather than a guess", async () => {
    const ada = member(null);
    simulator.faults.add({ name: "ignored_change", times: "always" });
    const error = await failure(
      createRole(startRun(simulator), roleInputs({ userId: ada.id, role: "member" }), NOW),
    );
    expect(error.message).toContain("the role is still not shown");
  });

  test("that Notion refuses is an error without the token", async () => {
    const ada = member("member");
    simulator.faults.add({
      name: "forbidden",
      method: "PATCH",
      times: BOTH_FORMS,
      message: `not ${simulator.token}`,
    });
    const error = await failure(
      createRole(startRun(simulator), roleInputs({ userId: ada.id, role: "owner" }), NOW),
    );
    expect(error).toBeInstanceOf(RefusedError);
    expect(`${error.message} ${error.stack}`).not.toContain(simulator.token);
    expect(ada.role()).toBe("member");
  });

  test("twice in a run to the same person is an error", async () => {
    const ada = member("member");
    const run = startRun(simulator);
    await createRole(run, roleInputs({ userId: ada.id, role: "owner" }), NOW);
    const error = await failure(createRole(run, roleInputs({ userId: ada.id, role: "member" }), NOW));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toContain("Two role assignments of this program are for ada@example.com");
    expect(ada.role()).toBe("owner");
  });
});

describe("a refresh of a role", () => {
  const refresh = async (id: string, olds: object) => {
    const { props, inputs, ...rest } = await readRole(startRun(simulator), id, { ...olds });
    return { ...rest, props: state<RoleOutputs>(props), inputs: state(inputs) };
  };

  test.each<[string, Properties]>([
    ["with onRemove", { onRemove: "member" }],
    ["without", {}],
  ])("as declared, %s, changes nothing, for one request", async (_, more) => {
    const { id, inputs, olds } = await assigned("member", "owner", more);
    expect(await refresh(id, olds)).toEqual({ id, props: olds, inputs });
    expect(counts()).toEqual(LOOK);
  });

  test.each<[string, string | null, string]>([
    ["another role", "membership_admin", "membership_admin"],
    ["a role that this package does not know", UNHEARD_OF, UNHEARD_OF],
    ["an entry without the extension", null, ""],
  ])("shows %s as a drift, and the next update repairs it", async (_, role, shown) => {
    const { id, inputs, olds, role: live } = await assigned("restricted_member", "member");
    simulator.workspace.edit(id, { role });
    const drifted = await refresh(id, olds);
    const props = { ...olds, role: shown, lastApplied: { role: "member" } };
    expect(drifted).toEqual({ id, props, inputs: { ...inputs, role: shown } });
    expect(diffRole(drifted.props, inputs, NOW)).toEqual({ changes: true, replaces: [] });
    expect(await refresh(id, drifted.props)).toEqual(drifted);

    const { outs } = await kept(updateRole(startRun(simulator), id, drifted.props, inputs, NOW));
    expect(live()).toBe("member");
    expect(outs).toEqual(olds);
    expect(await refresh(id, outs)).toEqual({ id, props: olds, inputs });
  });

  test("does not make another's decision the assignment's own: deleting it leaves that alone", async () => {
    const { id, olds, role } = await assigned("restricted_member", "member");
    simulator.workspace.edit(id, { role: "owner" });
    const drifted = await refresh(id, olds);
    await deleteRole(startRun(simulator), id, drifted.props);
    expect(role()).toBe("owner");
  });

  test("of a role that the program then declares makes it the assignment's own, without a write", async () => {
    const { id, inputs, olds, role } = await assigned("restricted_member", "member");
    simulator.workspace.edit(id, { role: "membership_admin" });
    const drifted = await refresh(id, olds);
    const accepted = { ...inputs, role: "membership_admin" as const };
    expect(diffRole(drifted.props, accepted, NOW).changes).toBe(true);
    simulator.requests.clear();
    const { outs } = await kept(updateRole(startRun(simulator), id, drifted.props, accepted, NOW));
    expect(simulator.requests.count()).toBe(0);
    await deleteRole(startRun(simulator), id, outs);
    expect(role()).toBe("restricted_member");
  });

  test("of somebody who is gone gives no id", async () => {
    const { id, olds } = await assigned("member", "owner");
    simulator.workspace.remove(id);
    expect(await readRole(startRun(simulator), id, olds)).toEqual({ id: "" });
  });

  test("that Notion does not answer is an error: the state is kept", async () => {
    const { id, olds } = await assigned("member", "owner");
    simulator.faults.add({ name: "unavailable", times: "always" });
    expect(await failure(readRole(startRun(simulator), id, olds))).toBeInstanceOf(UnavailableError);
  });

  test("is not disturbed by a change of the profile", async () => {
    const { id, inputs, olds } = await assigned("member", "owner");
    simulator.workspace.edit(id, { userName: "countess@example.com", title: "x", name: null });
    expect(await refresh(id, olds)).toEqual({ id, props: olds, inputs });
  });

  test.each<[string | null, string]>([
    ["owner", "owner"],
    [UNHEARD_OF, UNHEARD_OF],
    [null, ""],
  ])("that is a get of a member with %s gives the role", async (role, shown) => {
    const { id } = member(role);
    const inputs = { userId: id, role: shown };
    expect(await refresh(id, {})).toEqual({ id, props: inputs, inputs });
    const { userName } = simulator.workspace.member(id) ?? {};
    expect(await refresh(String(userName), {}), "by e-mail").toEqual({ id, props: inputs, inputs });
  });

  test("that is a get of nobody fails clearly", async () => {
    const error = await failure(readRole(startRun(simulator), "nobody", {}));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toContain("There is no member with the id nobody");
  });
});

describe("an update of a role", () => {
  test("writes the new one", async () => {
    const { id, olds, inputs, role } = await assigned("restricted_member", "member");
    const { outs } = await kept(
      updateRole(startRun(simulator), id, olds, { ...inputs, role: "membership_admin" }, NOW),
    );
    expect(role()).toBe("membership_admin");
    expect(outs).toEqual({ ...inputs, role: "membership_admin" });
    expect(counts()).toEqual(LOOK_AND_WRITE);
  });

  test("writes nothing where somebody gave it already", async () => {
    const { id, olds, inputs } = await assigned("restricted_member", "member");
    simulator.workspace.edit(id, { role: "membership_admin" });
    await updateRole(startRun(simulator), id, olds, { ...inputs, role: "membership_admin" }, NOW);
    expect(counts()).toEqual(LOOK);
  });

  test("of onRemove alone asks nothing of Notion", async () => {
    const { id, olds, inputs } = await assigned("restricted_member", "member", { onRemove: "member" });
    const { outs } = await kept(
      updateRole(startRun(simulator), id, olds, { ...inputs, onRemove: "retain" }, NOW),
    );
    expect(outs).toEqual({ ...inputs, onRemove: "retain" });
    const { onRemove: _, ...without } = inputs;
    expect((await kept(updateRole(startRun(simulator), id, olds, without, NOW))).outs).not.toHaveProperty(
      "onRemove",
    );
    expect(counts()).toEqual({});
  });

  test("of somebody who is gone is an error that says how to add them again", async () => {
    const { id, olds, inputs } = await assigned("restricted_member", "member");
    simulator.workspace.remove(id);
    const error = await failure(updateRole(startRun(simulator), id, olds, { ...inputs, role: "owner" }, NOW));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toContain("pulumi up --refresh");
  });

  test("that is accepted and not done is an error each time", async () => {
    const { id, olds, inputs } = await assigned("restricted_member", "member");
    simulator.faults.add({ name: "ignored_change", times: "always" });
    for (const _ of [1, 2]) {
      const again = updateRole(startRun(simulator), id, olds, { ...inputs, role: "owner" }, NOW);
      expect(await failure(again)).toBeInstanceOf(NotAppliedError);
    }
  });
});

describe("deleting a role assignment", () => {
  test.each<[string, Properties, string | null, string]>([
    ["by default restricts the member", {}, "member", "restricted_member"],
    ["with a role as onRemove makes them that", { onRemove: "member" }, "member", "member"],
  ])("%s", async (_, more, before, after) => {
    const { id, olds, role } = await assigned(before, "membership_admin", more);
    await deleteRole(startRun(simulator), id, olds);
    expect(role()).toBe(after);
    expect(counts()).toEqual(LOOK_AND_WRITE);
    expect(simulator.workspace.members).toHaveLength(4);
  });

  test('with onRemove "retain" asks nothing of Notion', async () => {
    const { id, olds, role } = await assigned("member", "owner", { onRemove: "retain" });
    await deleteRole(startRun(simulator), id, olds);
    expect(role()).toBe("owner");
    expect(counts()).toEqual({});
  });

  test.each(["restricted_member", "member"])(
    'with onRemove "%s" is done where the member is gone',
    async (onRemove) => {
      const { id, olds } = await assigned("member", "owner", { onRemove });
      simulator.workspace.remove(id);
      await deleteRole(startRun(simulator), id, olds);
      expect(counts()).toEqual({ ...LOOK, "GET /Users": 1 });
    },
  );

  test.each<[string, string | null, string]>([
    ["restricted_member", "owner", "owner"],
    ["member", "owner", "owner"],
    ["restricted_member", UNHEARD_OF, UNHEARD_OF],
    ["restricted_member", null, "not shown"],
  ])(
    'with onRemove "%s" leaves a member alone who is %s by now, and says so',
    async (onRemove, now, said) => {
      const { id, olds, role } = await assigned("restricted_member", "member", { onRemove });
      simulator.workspace.edit(id, { role: now });
      const run = startRun(simulator);
      await deleteRole(run, id, olds);
      expect(role()).toBe(now ?? undefined);
      expect(counts()).toEqual(LOOK);
      expect(run.lines).toEqual([
        `ada@example.com keeps their role: it is ${said}, not the member that this assignment gave.`,
      ]);
    },
  );

  test.each<[string, string]>([
    ["restricted_member", "restricted_member"],
    ["member", "member"],
    ["owner", "member"],
    ["member", "restricted_member"],
  ])(
    'with onRemove "%s" writes nothing where they are %s: deleting gives nobody more',
    async (onRemove, role) => {
      const { id, olds } = await assigned(role, role, { onRemove });
      await deleteRole(startRun(simulator), id, olds);
      expect(counts()).toEqual(LOOK);
    },
  );

  test("writes nothing where somebody restricted the member by now", async () => {
    const { id, olds } = await assigned("member", "owner");
    simulator.workspace.edit(id, { role: "restricted_member" });
    await deleteRole(startRun(simulator), id, olds);
    expect(counts()).toEqual(LOOK);
  });

  test("that is accepted and not done is an error", async () => {
    const { id, olds } = await assigned("member", "owner");
    simulator.faults.add({ name: "ignored_change", times: BOTH_FORMS });
    expect(await failure(deleteRole(startRun(simulator), id, olds))).toBeInstanceOf(NotAppliedError);
  });

  test("that was renamed keeps the role that the new one adopted, and says so", async () => {
    const { id, olds, inputs, role } = await assigned("member", "owner");
    const run = startRun(simulator);
    await createRole(run, inputs, NOW);
    simulator.requests.clear();
    await deleteRole(run, id, olds);
    expect(role()).toBe("owner");
    expect(counts()).toEqual({});
    expect(run.lines).toEqual([
      `The role of the member ${id} stays: another resource of this program declares it.`,
    ]);
  });

  test("keeps the role where an assignment that was there before declares it", async () => {
    const { id, olds, role } = await assigned("member", "owner");
    const run = startRun(simulator);
    declaredInState(run.registry.roles, id, roleWish({ userId: id, role: "member" }));
    await deleteRole(run, id, olds);
    expect(role()).toBe("owner");
  });

  test("takes the role from the old member where it is replaced by another's", async () => {
    const { id, olds, role } = await assigned("restricted_member", "member");
    const bob = simulator.workspace.add({ userName: "bob@example.com", role: "restricted_member" });
    const run = startRun(simulator);
    await createRole(run, roleInputs({ userId: bob.id, role: "member" }), NOW);
    await deleteRole(run, id, olds);
    expect(role()).toBe("restricted_member");
    expect(simulator.workspace.member(bob.id)?.role).toBe("member");
  });

  test("takes the role from a member of whom the run declares the membership alone", async () => {
    const { id, olds, role } = await assigned("member", "owner");
    const run = startRun(simulator);
    declaredInState(run.registry.users, id, "ada@example.com");
    await deleteRole(run, id, olds);
    expect(role()).toBe("restricted_member");
  });
});
