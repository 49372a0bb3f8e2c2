import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DeclarationError } from "../../provider/apply/errors";
import { UnauthorizedError, UnavailableError } from "../../provider/scim/errors";
import type { UserOutputs } from "../../provider/state/user";
import { failure } from "../scim/connect";
import { type MemberChanges, type Simulator, startSimulator } from "../simulator/index.mts";
import { ADA_PROFILE } from "./ada";
import { kept, startRun, state, userInputs } from "./run";
import { createUser, diffUser, readUser, TODAY, updateUser } from "./user-calls";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
});
afterEach(() => simulator.close());

const ada = userInputs({
  userName: "ada@example.com",
  ...ADA_PROFILE,
  phoneNumbers: [{ value: "+44 1" }],
  initialRole: "member",
  adopt: true,
  onRemove: "retain",
});
const bare = userInputs({ userName: "ada@example.com" });

async function declared(inputs = ada) {
  const created = await kept(createUser(startRun(simulator), inputs));
  simulator.requests.clear();
  return created;
}

/** A refresh: the read of a run that knows nothing yet, as the engine takes it into the state. */
async function refresh(id: string, olds: object) {
  const read = await readUser(startRun(simulator), id, { ...olds });
  return { id: read.id, props: state<UserOutputs>(read.props), inputs: state(read.inputs) };
}

describe("a refresh", () => {
  test.each([
    ["all declared", ada],
    ["an e-mail alone", bare],
  ])("of a member as declared, %s, changes nothing, for one request", async (_, inputs) => {
    const { id, outs } = await declared(inputs);
    expect(await refresh(id, outs)).toEqual({ id, props: outs, inputs });
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 1 });
  });

  test.each<[string, MemberChanges, object]>([
    ["title", { title: "CTO" }, { title: "CTO" }],
    ["title that was cleared", { title: null }, { title: "" }],
    ["locale", { locale: "fr" }, { locale: "fr" }],
    ["preferred language", { preferredLanguage: "fr" }, { preferredLanguage: "fr" }],
    ["user type", { userType: "Contractor" }, { userType: "Contractor" }],
    ["department", { department: "Sales" }, { department: "Sales" }],
    ["department that was cleared", { department: null }, { department: "" }],
    ["division", { division: "Looms" }, { division: "Looms" }],
    ["cost center", { costCenter: "8" }, { costCenter: "8" }],
    ["organization", { organization: "BE" }, { organization: "BE" }],
    ["employee number", { employeeNumber: "2" }, { employeeNumber: "2" }],
    ["manager", { manager: { value: "Bob@example.com" } }, { manager: "bob@example.com" }],
    ["manager that was cleared", { manager: null }, { manager: "" }],
    ["phone number", { phoneNumbers: [{ value: "+44 2" }] }, { phoneNumbers: [{ value: "+44 2" }] }],
    ["phone number that was cleared", { phoneNumbers: null }, { phoneNumbers: [] }],
    [
      "family name",
      { name: { givenName: "Ada", familyName: "Byron" } },
      { name: { givenName: "Ada", familyName: "Byron" } },
    ],
    ["whole name", { name: { formatted: "Bob Roe" } }, { name: { givenName: "Bob", familyName: "Roe" } }],
    ["name that was cleared", { name: null }, { name: { givenName: "", familyName: "" } }],
    ["e-mail", { userName: "ada.king@example.com" }, { userName: "ada.king@example.com" }],
    ["several at once", { title: "CTO", locale: null }, { title: "CTO", locale: "" }],
  ])("shows a drift of the %s, and the next update repairs it", async (_, changes, shown) => {
    const { id, outs } = await declared();
    simulator.workspace.edit(id, changes);
    const { props, inputs } = await refresh(id, outs);
    expect(inputs).toEqual({ ...ada, ...shown });
    const declaredUserName = { declaredUserName: "ada@example.com" };
    const written = Object.entries(ada).filter(([key]) => key in shown && key !== "userName");
    expect(props).toEqual({
      ...{ ...ada, ...shown, active: true, adopted: false, since: TODAY },
      ...("userName" in shown && declaredUserName),
      ...(written.length > 0 && { lastApplied: Object.fromEntries(written) }),
    });
    expect(diffUser(props, ada).changes).toBe(true);

    simulator.requests.clear();
    const repaired = await kept(updateUser(startRun(simulator), id, props, ada));
    expect(repaired.outs).toEqual(outs);
    expect(simulator.requests.counts).toEqual({ "PATCH /Users/{id}": 1 });
    expect(await refresh(id, repaired.outs)).toEqual({ id, props: outs, inputs: ada });
  });

  test("follows a swap of primary and secondary address", async () => {
    const { id, outs } = await declared(bare);
    simulator.workspace.edit(id, {
      emails: [
        { value: "ada@example.com", primary: true },
        { value: "countess@example.com", primary: false },
      ],
    });
    simulator.workspace.edit(id, { userName: "countess@example.com" });
    const { inputs, props } = await refresh(id, outs);
    expect(inputs).toEqual({ userName: "countess@example.com" });
    await updateUser(startRun(simulator), id, props, bare);
    expect(simulator.workspace.member(id)?.userName).toBe("ada@example.com");
  });

  test("shows a member whom somebody deactivated, not as an input", async () => {
    const { id, outs } = await declared();
    simulator.workspace.edit(id, { active: false });
    const { props, inputs } = await refresh(id, outs);
    expect(inputs).toEqual(ada);
    expect(props.active).toBe(false);
  });

  test("a member whom somebody deactivated is made active by the next update", async () => {
    const { id, outs } = await declared();
    simulator.workspace.edit(id, { active: false });
    const { props } = await refresh(id, outs);
    expect(diffUser(props, ada).changes).toBe(true);
    await updateUser(startRun(simulator), id, props, ada);
    expect(simulator.workspace.member(id)?.active).toBe(true);
  });

  test("never shows what was not declared", async () => {
    const { id, outs } = await declared(bare);
    simulator.workspace.edit(id, {
      name: { formatted: "Somebody Else" },
      title: "CTO",
      locale: "fr",
      department: "Sales",
      manager: { value: "bob@example.com" },
      phoneNumbers: [{ value: "1" }],
      role: "owner",
    });
    expect(await refresh(id, outs)).toEqual({ id, props: outs, inputs: bare });
  });

  test("shows the declared part of a name alone", async () => {
    const inputs = userInputs({ userName: "ada@example.com", name: { givenName: "Ada" } });
    const { id, outs } = await declared(inputs);
    simulator.workspace.edit(id, { name: { givenName: "Ada", familyName: "Byron" } });
    expect((await refresh(id, outs)).inputs).toEqual(inputs);
    simulator.workspace.edit(id, { name: { givenName: "Ida", familyName: "Byron" } });
    expect((await refresh(id, outs)).inputs).toEqual({ ...inputs, name: { givenName: "Ida" } });
  });

  test("takes an e-mail in other letters for the same", async () => {
    const { id, outs } = await declared(bare);
    expect((await refresh(id, { ...outs, userName: "ada@example.com" })).inputs).toEqual(bare);
  });

  test("twice is the same as once, with a drift and without", async () => {
    const { id, outs } = await declared();
    const first = await refresh(id, outs);
    expect(await refresh(id, first.props)).toEqual(first);
    simulator.workspace.edit(id, {
      title: null,
      name: null,
      manager: null,
      phoneNumbers: null,
      active: false,
    });
    const drifted = await refresh(id, outs);
    expect(drifted).not.toEqual(first);
    expect(await refresh(id, drifted.props)).toEqual(drifted);
  });

  test("keeps what Notion does not know: adopted, an initial role still owed", async () => {
    const { id, outs } = await declared(bare);
    const { props, inputs } = await refresh(id, { ...outs, adopted: true, initialRolePending: true });
    expect(props).toEqual({ ...outs, adopted: true, initialRolePending: true });
    expect(inputs).toEqual(bare);
  });

  test("copes with an entry that has neither a name nor an extension", async () => {
    const { id } = simulator.workspace.add({ userName: "bob@example.com", role: null, name: null });
    const inputs = userInputs({ userName: "bob@example.com", title: "x" });
    const olds = { ...inputs, name: { formatted: "Bob" }, unmanaged: ["name"], active: true, adopted: true };
    expect(await refresh(id, olds)).toEqual({
      id,
      props: { ...olds, title: "", lastApplied: { title: "x" } },
      inputs: { ...inputs, title: "" },
    });
  });
});

describe("somebody who was removed", () => {
  test("has no id any more, so that the next up adds them again", async () => {
    const { id, outs } = await declared();
    simulator.workspace.remove(id);
    expect(await readUser(startRun(simulator), id, outs)).toEqual({ id: "" });

    const again = await kept(createUser(startRun(simulator), ada));
    expect(again.outs).toEqual(outs);
    expect(simulator.workspace.member("ada@example.com")?.title).toBe("Countess");
  });

  test("and invited again by somebody is adopted by the next up", async () => {
    const { id, outs } = await declared();
    simulator.workspace.remove(id);
    expect(await readUser(startRun(simulator), id, outs)).toEqual({ id: "" });
    simulator.workspace.add({ userName: "ada@example.com" });
    expect((await kept(createUser(startRun(simulator), ada))).outs.adopted).toBe(true);
  });

  test.each([
    ["unauthorized", UnauthorizedError],
    ["unavailable", UnavailableError],
    ["drop_before", UnavailableError],
  ] as const)("is not what %s means: the state is kept", async (name, kind) => {
    const { id, outs } = await declared();
    simulator.faults.add({ name, times: "always" });
    const error = await failure(readUser(startRun(simulator), id, outs));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).not.toContain(simulator.token);
  });

  test.each(["empty_list", "empty_page", "short_page"] as const)(
    "is not what %s of a listing means",
    async (name) => {
      const { id, outs } = await declared();
      simulator.faults.add({ name, times: "always" });
      const run = startRun(simulator);
      const ids = [id, ...simulator.workspace.members.map((member) => member.id)];
      const reads = await Promise.all(ids.map((each) => readUser(run, each, outs)));
      expect(reads.map((read) => read.id)).toEqual(ids);
    },
  );
});

describe("a get of a member who is not managed", () => {
  test("gives the e-mail, the name and the activity", async () => {
    const { id } = simulator.workspace.add({ userName: "bob@example.com", name: { formatted: "Bob Roe" } });
    const { props, inputs } = await refresh(id, {});
    // Policies take nobody for declared whom the program reads.
    expect(inputs).toEqual({ userName: "bob@example.com", managed: false });
    expect(props).toEqual({
      managed: false,
      userId: id,
      userName: "bob@example.com",
      name: { formatted: "Bob Roe" },
      unmanaged: ["name"],
      active: true,
      adopted: false,
    });
  });

  test("by e-mail, however it is written, gives the same member, under Notion's id", async () => {
    const { id } = simulator.workspace.add({ userName: "bob@example.com", name: { formatted: "Bob Roe" } });
    expect(await refresh("Bob@Example.com", {})).toEqual(await refresh(id, {}));
  });

  test.each([
    ["id", "00000000-0000-4000-8000-000000000000"],
    ["id", "a/b"],
    ["e-mail", "bob@example.com"],
  ])("fails clearly when there is none with the %s %s", async (what, key) => {
    simulator.workspace.add({ userName: "ada@example.com" });
    const error = await failure(readUser(startRun(simulator), key, {}));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toBe(`There is no member with the ${what} ${key} to get.`);
  });
});
