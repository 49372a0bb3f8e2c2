import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DeclarationError } from "../../provider/apply/errors";
import { refuseUser } from "../../provider/lifecycle/email-refusals";
import { ENTERPRISE_SCHEMA } from "../../provider/model/attributes";
import { ConflictError, NotFoundError, RefusedError } from "../../provider/scim/errors";
import type { Properties } from "../../provider/state/properties";
import type { UserOutputs } from "../../provider/state/user";
import { BOTH_FORMS, failure, reply, serve, userBody } from "../scim/connect";
import { type Member, type Simulator, startSimulator } from "../simulator/index.mts";
import { ADA_PROFILE } from "./ada";
import { kept, partialFailure, startRun, state, userInputs } from "./run";
import { createUser, deleteUser, diffUser, readUser, TODAY, updateUser } from "./user-calls";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
});
afterEach(() => simulator.close());

const counts = () => simulator.requests.counts;
const ONE_PATCH = { "PATCH /Users/{id}": 1 };

const ada = userInputs({ userName: "ada@example.com", ...ADA_PROFILE });

/** A member whom an earlier run created as declared; the requests of that are forgotten. */
async function declared(inputs: ReturnType<typeof userInputs>) {
  const created = await kept(createUser(startRun(simulator), inputs));
  simulator.requests.clear();
  const live = (): Partial<Member> => simulator.workspace.member(created.id) ?? {};
  return { id: created.id, olds: created.outs, live };
}

/** The update of a run that comes later. */
const update = (id: string, olds: UserOutputs, inputs: ReturnType<typeof userInputs>) =>
  updateUser(startRun(simulator), id, olds, inputs);

describe("an update", () => {
  test.each<[string, Properties, object]>([
    ["the title", { title: "CTO" }, { title: "CTO" }],
    ["the locale", { locale: "fr" }, { locale: "fr" }],
    ["the preferred language", { preferredLanguage: "fr" }, { preferredLanguage: "fr" }],
    ["the user type", { userType: "Contractor" }, { userType: "Contractor" }],
    ["the department", { department: "Sales" }, { department: "Sales" }],
    ["the division", { division: "Looms" }, { division: "Looms" }],
    ["the cost center", { costCenter: "8" }, { costCenter: "8" }],
    ["the organization", { organization: "BE" }, { organization: "BE" }],
    ["the employee number", { employeeNumber: "2" }, { employeeNumber: "2" }],
    ["the manager", { manager: "bob@example.com" }, { manager: { value: "bob@example.com" } }],
    ["a phone number", { phoneNumbers: [{ value: "+44 2" }] }, { phoneNumbers: [{ value: "+44 2" }] }],
    ["all phone numbers away", { phoneNumbers: [] }, { phoneNumbers: [] }],
    [
      "a part of the name",
      { name: { givenName: "Ida", familyName: "King" } },
      { name: { formatted: "Ida King", givenName: "Ida", familyName: "King" } },
    ],
    [
      "the name, declared as a whole from now on",
      { name: { formatted: "Ada Byron" } },
      { name: { formatted: "Ada Byron", givenName: "Ada", familyName: "Byron" } },
    ],
    ["several at once", { title: "CTO", department: "Sales" }, { title: "CTO", department: "Sales" }],
  ])("changes %s by one request, and nothing else", async (_, changes, expected) => {
    const { id, olds, live } = await declared(ada);
    const before = live();
    const inputs = userInputs({ ...ada, ...changes });
    const { outs } = await kept(update(id, olds, inputs));
    expect(counts()).toEqual(ONE_PATCH);
    expect(live()).toEqual({
      ...before,
      ...("name" in expected ? { displayName: expect.anything() } : {}),
      ...expected,
    });
    expect(outs).toEqual({ ...inputs, active: true, adopted: false, since: TODAY });
    expect(diffUser(outs, inputs).changes).toBe(false);
  });

  test("sends what differs and nothing besides", async () => {
    const { id, olds } = await declared(ada);
    await update(id, olds, userInputs({ ...ada, title: "CTO", department: "Sales" }));
    expect(simulator.requests.entries[0]?.body).toMatchObject({
      Operations: [{ op: "replace", value: { title: "CTO", [ENTERPRISE_SCHEMA]: { department: "Sales" } } }],
    });
  });

  test.each<[string, Properties]>([
    ["onRemove", { onRemove: "retain" }],
    ["adopt", { adopt: false }],
    ["initialRole", { initialRole: "owner" }],
  ])("of %s alone asks nothing of Notion", async (_, more) => {
    const { id, olds } = await declared(ada);
    const inputs = userInputs({ ...ada, ...more });
    const { outs } = await kept(update(id, olds, inputs));
    expect(counts()).toEqual({});
    expect(outs).toEqual({ ...inputs, active: true, adopted: false, since: TODAY });
  });

  test("that no longer declares anything but the e-mail leaves all as it is, without a request", async () => {
    const { id, olds, live } = await declared(ada);
    const before = live();
    const inputs = userInputs({ userName: "ada@example.com" });
    const { outs } = await kept(update(id, olds, inputs));
    expect(counts()).toEqual({});
    expect(live()).toEqual(before);
    expect(outs).toEqual({
      ...inputs,
      name: { formatted: "Ada King" },
      unmanaged: ["name"],
      active: true,
      adopted: false,
      since: TODAY,
    });
    expect(diffUser(outs, inputs).changes).toBe(false);
  });

  test("that declares a name for the first time writes it, even the one that was shown", async () => {
    const { id, olds, live } = await declared(userInputs({ userName: "ada@example.com" }));
    const inputs = userInputs({ userName: "ada@example.com", name: { formatted: "Ada King" } });
    const { outs } = await kept(update(id, olds, inputs));
    expect(live().name?.formatted).toBe("Ada King");
    expect(outs).toEqual({ ...inputs, active: true, adopted: false, since: TODAY });
  });

  test.each(["user", "empty"] as const)("is checked where Notion answers it with %s", async (patchAnswer) => {
    const { id, olds, live } = await declared(ada);
    simulator.configure({ patchAnswer });
    const { outs } = await kept(update(id, olds, userInputs({ ...ada, title: "CTO" })));
    expect(outs.title).toBe("CTO");
    expect(live().title).toBe("CTO");
    expect(counts()).toEqual({ ...ONE_PATCH, ...(patchAnswer === "empty" ? { "GET /Users/{id}": 1 } : {}) });
  });

  test("whose answer lags behind is read once more before it is called ignored", async () => {
    const server = await serve((response, _, { method }) =>
      reply(response, 200, userBody("ada", { title: method === "GET" ? "CTO" : "old" })),
    );
    const olds = {
      ...userInputs({ userName: "ada@example.com", title: "old" }),
      active: true,
      adopted: false,
    };
    const inputs = userInputs({ userName: "ada@example.com", title: "CTO" });
    const { outs } = await updateUser(startRun(server), "ada", olds as unknown as UserOutputs, inputs);
    expect(outs?.title).toBe("CTO");
    expect(server.requests.map(({ method }) => method)).toEqual(["PATCH", "GET"]);
  });

  test("writes what the preview showed and no more: what it finds besides is left to the next one, and told", async () => {
    const { id, olds, live } = await declared(ada);
    simulator.workspace.edit(id, { department: "Sales" });
    const inputs = userInputs({ ...ada, title: "CTO" });
    const run = startRun(simulator);
    const { outs } = await kept(updateUser(run, id, olds, inputs));
    expect(counts()).toEqual(ONE_PATCH);
    expect(live()).toMatchObject({ title: "CTO", department: "Sales" });
    expect(outs).toEqual({
      ...inputs,
      department: "Sales",
      active: true,
      adopted: false,
      since: TODAY,
      lastApplied: { department: "R&D" },
    });
    expect(run.lines.join()).toContain("was changed in Notion meanwhile (department)");
    expect(diffUser(outs, inputs).changes).toBe(true);

    const { outs: after } = await kept(update(id, outs, inputs));
    expect(live()).toMatchObject({ department: "R&D" });
    expect(after).toEqual({ ...inputs, active: true, adopted: false, since: TODAY });
  });

  test("that finds another e-mail in the answer notes what was declared, and sets it back next time without a word", async () => {
    const { id, olds, live } = await declared(ada);
    simulator.workspace.edit(id, { userName: "swapped@example.com" });
    const inputs = userInputs({ ...ada, title: "CTO" });
    const { outs } = await kept(update(id, olds, inputs));
    expect(outs).toMatchObject({ userName: "swapped@example.com", declaredUserName: "ada@example.com" });
    expect(refuseUser(outs, inputs)).toBeUndefined();
    const { outs: after } = await kept(update(id, outs, inputs));
    expect(live().userName).toBe("ada@example.com");
    expect(after).toEqual({ ...inputs, active: true, adopted: false, since: TODAY });
  });

  test("of somebody who is gone is an error that says how to add them again", async () => {
    const { id, olds } = await declared(ada);
    simulator.workspace.remove(id);
    const error = await failure(update(id, olds, userInputs({ ...ada, title: "CTO" })));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toMatch(/change title of ada@example.com.*pulumi refresh/);
  });

  test("that Notion refuses leaves the state as it is", async () => {
    const { id, olds, live } = await declared(ada);
    simulator.faults.add({
      name: "forbidden",
      method: "PATCH",
      times: BOTH_FORMS,
      message: `no, ${simulator.token}`,
    });
    const error = await failure(update(id, olds, userInputs({ ...ada, title: "CTO" })));
    expect(error).toBeInstanceOf(RefusedError);
    expect(`${error.message} ${error.stack}`).not.toContain(simulator.token);
    expect(live().title).toBe("Countess");
  });
});

describe("a change of e-mail", () => {
  test("is made in place: the same person, the same id", async () => {
    const { id, olds, live } = await declared(ada);
    const inputs = userInputs({ ...ada, userName: "Ada.King@example.com" });
    expect(diffUser(olds, inputs)).toEqual({ changes: true, replaces: [] });
    const { outs } = await kept(update(id, olds, inputs));
    expect(live().userName).toBe("ada.king@example.com");
    expect(outs.userName).toBe("ada.king@example.com");
    expect(counts()).toEqual(ONE_PATCH);
    expect(simulator.workspace.members).toHaveLength(3);
  });

  test("to the same one in other letters is none", async () => {
    const { olds } = await declared(ada);
    expect(diffUser(olds, userInputs({ ...ada, userName: "ADA@Example.com" })).changes).toBe(false);
  });

  test("to somebody else's is a conflict, sent once, and the state stays as it is", async () => {
    simulator.workspace.addAccount({ userName: "taken@example.com" });
    const { id, olds, live } = await declared(ada);
    const error = await failure(update(id, olds, userInputs({ ...ada, userName: "taken@example.com" })));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error.message).toMatch(/change the e-mail of ada@example.com.*belongs to another account/);
    // An error without properties: the engine keeps what it had.
    expect(error).not.toHaveProperty("properties");
    expect(live().userName).toBe("ada@example.com");
    expect(counts()).toEqual(ONE_PATCH);
  });
});

describe("a change that Notion accepts and ignores", () => {
  const eve = userInputs({ userName: "eve@example.org", title: "old" });
  const wanted = userInputs({
    userName: "eve@example.org",
    title: "new",
    name: { givenName: "Eve", familyName: "Roe" },
    department: "R&D",
  });

  test("is an error that names the attributes and the way out, and the state tells the truth", async () => {
    simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    const { id, olds } = await declared(eve);
    const error = await partialFailure(update(id, olds, wanted));
    expect(error.id).toBe(id);
    expect(error.message).toContain(
      "Notion accepted name.givenName, name.familyName, title, department for eve@example.org and did not apply them.",
    );
    expect(error.message).toContain("remove the attribute from the program");
    expect(state(error.properties)).toEqual({
      ...wanted,
      title: "old",
      name: { givenName: "", familyName: "" },
      department: "",
      active: true,
      adopted: true,
      since: TODAY,
      uncertain: ["department", "name", "title"],
    });
    expect(counts()).toEqual({ "PATCH /Users/{id}": 2, "GET /Users/{id}": 2 });
  });

  test("fails again and again rather than looking done", async () => {
    simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    let { id, olds } = await declared(eve);
    for (const _ of [1, 2, 3]) {
      expect(diffUser(olds, wanted).changes).toBe(true);
      const error = await partialFailure(update(id, olds, wanted));
      expect(error.message).toContain("did not apply");
      olds = state<UserOutputs>(error.properties);
    }
    const refreshed = await readUser(startRun(simulator), id, olds);
    expect(diffUser(refreshed.props ?? {}, wanted).changes).toBe(true);
  });

  test("is over once the attributes are taken out of the program", async () => {
    simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    const { id, olds } = await declared(eve);
    const error = await partialFailure(update(id, olds, wanted));
    const back = userInputs({ userName: "eve@example.org" });
    const { outs } = await kept(update(id, state<UserOutputs>(error.properties), back));
    expect(diffUser(outs, back).changes).toBe(false);
  });

  test("is over once the domain is verified", async () => {
    simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    const { id, olds } = await declared(eve);
    const error = await partialFailure(update(id, olds, wanted));
    simulator.configure({ verifiedDomains: ["example.com", "example.org"] });
    const { outs } = await kept(update(id, state<UserOutputs>(error.properties), wanted));
    expect(outs).toEqual({ ...wanted, active: true, adopted: true, since: TODAY });
  });

  test("is one of the e-mail, too", async () => {
    simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    const { id, olds } = await declared(eve);
    const error = await partialFailure(update(id, olds, userInputs({ ...eve, userName: "eve@example.com" })));
    expect(error.message).toContain("Notion accepted userName for eve@example.org and did not apply it.");
    expect(error.properties.userName).toBe("eve@example.org");
  });
});

describe("a member whom somebody deactivated", () => {
  const bare = userInputs({ userName: "ada@example.com" });
  const inactive = { ...bare, name: { formatted: "" }, unmanaged: ["name"], active: false, adopted: false };
  const olds = inactive as unknown as UserOutputs;

  test("is activated again", async () => {
    const server = await serve((response) => reply(response, 200, userBody("ada", { active: true })));
    const { outs } = await updateUser(startRun(server), "ada", olds, bare);
    expect(outs?.active).toBe(true);
    expect(server.requests).toHaveLength(1);
    expect(JSON.parse(server.requests[0]?.body ?? "")).toMatchObject({
      Operations: [{ value: { active: true } }],
    });
    expect(diffUser({ ...outs }, bare).changes).toBe(false);
  });

  test("and stays so against the wish is an error each time rather than a change that looks done", async () => {
    const { id, olds: before } = await declared(bare);
    simulator.workspace.edit(id, { active: false });
    const { props } = await readUser(startRun(simulator), id, before);
    expect(diffUser(props ?? {}, bare).changes).toBe(true);
    simulator.faults.add({ name: "ignored_change", times: "always" });
    const error = await partialFailure(update(id, state<UserOutputs>(props), bare));
    expect(error.reasons).toEqual([expect.any(String)]);
    expect(error.message).toContain(
      "Notion accepted to make ada@example.com active, and the account is still inactive",
    );
    expect(error.properties.active).toBe(false);
    expect(diffUser(error.properties, bare).changes).toBe(true);
  });

  test("is noticed by the answer to another change, and left to the next preview", async () => {
    const server = await serve((response) =>
      reply(response, 200, userBody("ada", { title: "CTO", active: false })),
    );
    const inputs = userInputs({ userName: "ada@example.com", title: "CTO" });
    const { outs } = await updateUser(startRun(server), "ada", { ...olds, active: true }, inputs);
    expect(outs).toMatchObject({ active: false });
    expect(server.requests).toHaveLength(1);
    expect(diffUser({ ...outs }, inputs).changes).toBe(true);
  });
});

describe("an initial role that is still owed", () => {
  test("stays owed when it is refused once more", async () => {
    const { id, olds } = await declared(userInputs({ userName: "ada@example.com" }));
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: BOTH_FORMS });
    const owing = { ...olds, initialRolePending: true as const };
    const error = await partialFailure(
      update(id, owing, userInputs({ userName: "ada@example.com", initialRole: "owner" })),
    );
    expect(error.properties.initialRolePending).toBe(true);
  });

  test("of somebody who is gone is an error that says how to add them again", async () => {
    const { id, olds } = await declared(userInputs({ userName: "ada@example.com" }));
    simulator.workspace.remove(id);
    const owing = { ...olds, initialRolePending: true as const };
    const error = await failure(
      update(id, owing, userInputs({ userName: "ada@example.com", initialRole: "owner" })),
    );
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toContain("pulumi up --refresh");
  });

  test("is an error of its own when it is accepted and not given", async () => {
    const { id, olds } = await declared(userInputs({ userName: "ada@example.com" }));
    simulator.faults.add({ name: "ignored_change", method: "PATCH", times: BOTH_FORMS });
    const owing = { ...olds, initialRolePending: true as const };
    const error = await partialFailure(
      update(id, owing, userInputs({ userName: "ada@example.com", initialRole: "owner" })),
    );
    expect(error.message).toContain("the role is still member");
  });

  test.each([undefined, "membership_admin"] as const)("is what is declared now: %s", async (initialRole) => {
    const { id, olds, live } = await declared(userInputs({ userName: "ada@example.com" }));
    const owing = { ...olds, initialRole: "owner" as const, initialRolePending: true as const };
    const inputs = userInputs({ userName: "ada@example.com", ...(initialRole && { initialRole }) });
    const { outs } = await kept(update(id, owing, inputs));
    expect(live().role).toBe(initialRole ?? "member");
    expect(outs).not.toHaveProperty("initialRolePending");
    expect(diffUser(outs, inputs).changes).toBe(false);
  });
});

describe("somebody whose take-over failed half-way", () => {
  test("is left by a removal, which says so, until an update has succeeded", async () => {
    simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    const eve = userInputs({ userName: "eve@example.org", title: "new" });
    const { id, properties } = await partialFailure(createUser(startRun(simulator), eve));
    const olds = state<UserOutputs>(properties);
    const run = startRun(simulator);
    await deleteUser(run, id, olds);
    expect(simulator.workspace.member(id)).toBeDefined();
    expect(run.lines).toEqual([expect.stringContaining("eve@example.org stays: their adoption failed")]);

    const again = await partialFailure(update(id, olds, eve));
    expect(again.properties.adoptionIncomplete).toBe(true);
    const { outs } = await kept(update(id, olds, userInputs({ userName: "eve@example.org" })));
    expect(outs).not.toHaveProperty("adoptionIncomplete");
    await deleteUser(startRun(simulator), id, outs);
    expect(simulator.workspace.member(id)).toBeUndefined();
  });
});
