import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { DeclarationError } from "../../provider/apply/errors";
import { PartialError } from "../../provider/lifecycle/errors";
import { NOTION_SCHEMA } from "../../provider/model/record";
import { ConflictError, RefusedError, UnauthorizedError, UnavailableError } from "../../provider/scim/errors";
import { USER_SCHEMA } from "../../provider/scim/schemas";
import type { UserOutputs } from "../../provider/state/user";
import { BOTH_FORMS, failure, ONCE, reply, serve, until, userBody } from "../scim/connect";
import { type Filtering, otherServer, people } from "../scim/other-server";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { ADA_PROFILE } from "./ada";
import { kept, partialFailure, startRun, state, userInputs } from "./run";
import { createUser, diffUser, TODAY, updateUser } from "./user-calls";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
});
afterEach(() => simulator.close());

const counts = () => simulator.requests.counts;
const live = (userName: string) => simulator.workspace.member(userName);
const timesThere = (userName: string) =>
  simulator.workspace.members.filter((member) => member.userName === userName).length;

const ada = userInputs({ userName: "Ada@Example.com", ...ADA_PROFILE, manager: "Charles@example.com" });
const bare = userInputs({ userName: "ada@example.com" });

describe("somebody new", () => {
  test("is looked up once and added by one request, with all that is declared", async () => {
    const { id, outs } = await kept(createUser(startRun(simulator), ada));
    expect(counts()).toEqual({ "GET /Users": 1, "POST /Users": 1 });
    expect(live("ada@example.com")).toMatchObject({
      id,
      ...ADA_PROFILE,
      manager: { value: "charles@example.com" },
    });
    expect(outs).toEqual({ ...ada, active: true, adopted: false, since: TODAY });
    expect(diffUser(outs, ada).changes).toBe(false);
  });

  test("may be declared by an e-mail alone; the name is shown and not managed", async () => {
    const { outs } = await kept(createUser(startRun(simulator), bare));
    expect(outs).toEqual({
      ...bare,
      name: { formatted: "ada@example.com" },
      unmanaged: ["name"],
      active: true,
      adopted: false,
      since: TODAY,
    });
    expect(diffUser(outs, bare).changes).toBe(false);
  });

  test("gets the initial role by the same request", async () => {
    const inputs = { ...bare, initialRole: "membership_admin" as const };
    const { outs } = await kept(createUser(startRun(simulator), inputs));
    expect(counts()).toEqual({ "GET /Users": 1, "POST /Users": 1 });
    expect(simulator.requests.entries[1]?.body).toEqual({
      schemas: [USER_SCHEMA, NOTION_SCHEMA],
      userName: "ada@example.com",
      // Some servers add somebody without it as inactive.
      active: true,
      [NOTION_SCHEMA]: { role: "membership_admin" },
    });
    expect(live("ada@example.com")?.role).toBe("membership_admin");
    expect(outs).not.toHaveProperty("initialRolePending");
  });

  test("gets the initial role by a second request where Notion took no notice of it in the first", async () => {
    simulator.configure({ ignoreCreateRole: true });
    const inputs = { ...bare, initialRole: "membership_admin" as const };
    const { outs } = await kept(createUser(startRun(simulator), inputs));
    expect(counts()).toEqual({ "GET /Users": 1, "POST /Users": 1, "PATCH /Users/{id}": 1 });
    expect(live("ada@example.com")?.role).toBe("membership_admin");
    expect(outs).not.toHaveProperty("initialRolePending");
  });

  test("who could not get the initial role is kept, and gets it by the next update", async () => {
    simulator.configure({ ignoreCreateRole: true });
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: BOTH_FORMS });
    const inputs = { ...bare, initialRole: "membership_admin" as const };
    const error = await partialFailure(createUser(startRun(simulator), inputs));
    expect(error.id).toBe(live("ada@example.com")?.id);
    expect(error.reasons).toEqual([
      expect.stringContaining("change the role of ada@example.com to membership_admin"),
    ]);
    const olds = state<UserOutputs>(error.properties);
    expect(olds).toMatchObject({ initialRolePending: true, adopted: false });
    expect(diffUser(olds, inputs).changes).toBe(true);

    const { outs } = await kept(updateUser(startRun(simulator), error.id, olds, inputs));
    expect(live("ada@example.com")?.role).toBe("membership_admin");
    expect(diffUser(outs, inputs).changes).toBe(false);
  });

  test("who was a guest of single pages becomes a restricted member", async () => {
    const id = simulator.workspace.addGuest("gus@example.org");
    const inputs = userInputs({ userName: "gus@example.org", initialRole: "restricted_member" });
    const created = await kept(createUser(startRun(simulator), inputs));
    expect(created).toMatchObject({ id, outs: { adopted: false } });
    expect(live("gus@example.org")?.role).toBe("restricted_member");
  });

  test("who left before comes back with the same id", async () => {
    const { id } = simulator.workspace.add({ userName: "ada@example.com" });
    simulator.workspace.remove(id);
    expect(await kept(createUser(startRun(simulator), bare))).toMatchObject({ id, outs: { adopted: false } });
  });

  test("whom Notion will not add is an error with its reason and nothing in the state", async () => {
    simulator.faults.add({ name: "forbidden", method: "POST", message: "No seats left." });
    const error = await failure(createUser(startRun(simulator), bare));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain("Could not add ada@example.com to the workspace");
    expect(error.message).toContain("No seats left.");
    expect(live("ada@example.com")).toBeUndefined();
  });
});

describe("an account that keeps its own name when it joins", () => {
  const named = (userName: string) => userInputs({ userName, name: { formatted: "Ada King" }, title: "CTO" });

  test("is given the declared one where the domain is verified", async () => {
    simulator.workspace.addAccount({ userName: "ada@example.com", name: { formatted: "A. Own" } });
    const { outs } = await kept(createUser(startRun(simulator), named("ada@example.com")));
    expect(outs).toMatchObject({ name: { formatted: "Ada King" }, title: "CTO", adopted: false });
    expect(live("ada@example.com")?.name.formatted).toBe("Ada King");
    expect(simulator.requests.count("PATCH /Users/{id}")).toBe(1);
  });

  test("is kept in the state as it is where it is not, with an error that names the attributes", async () => {
    const id = simulator.workspace.addAccount({ userName: "ada@example.org", name: { formatted: "A. Own" } });
    const inputs = named("ada@example.org");
    const error = await partialFailure(createUser(startRun(simulator), inputs));
    expect(error).toMatchObject({ id, reasons: [error.message] });
    expect(error.message).toContain(
      "Notion accepted name.formatted, title for ada@example.org and did not apply them",
    );
    expect(error.message).toContain("domain");
    expect(state(error.properties)).toEqual({
      ...inputs,
      name: { formatted: "A. Own" },
      title: "",
      active: true,
      adopted: false,
      since: TODAY,
      uncertain: ["name", "title"],
    });
    expect(diffUser(error.properties, { ...inputs }).changes).toBe(true);
    // Added, written in either form, and read again after each before it was called ignored.
    expect(counts()).toEqual({
      "GET /Users": 1,
      "POST /Users": 1,
      "PATCH /Users/{id}": 2,
      "GET /Users/{id}": 2,
    });
  });
});

describe("an existing member", () => {
  test("is adopted without a write where nothing differs, and a line says so", async () => {
    const { id } = simulator.workspace.add({ userName: "ada@example.com", title: "Countess", locale: "fr" });
    const run = startRun(simulator);
    const inputs = userInputs({ userName: "ADA@example.com", title: "Countess" });
    const created = await kept(createUser(run, inputs));
    expect(created.id).toBe(id);
    expect(created.outs).toMatchObject({ title: "Countess", adopted: true });
    expect(created.outs).not.toHaveProperty("locale");
    expect(counts()).toEqual({ "GET /Users": 1 });
    expect(run.lines).toEqual(["ada@example.com is a member already: adopted, not added."]);
  });

  test("is changed in what differs, and keeps what is not declared; a line names what", async () => {
    const { id } = simulator.workspace.add({ userName: "ada@example.com", title: "Countess", locale: "fr" });
    const run = startRun(simulator);
    await createUser(run, userInputs({ userName: "ada@example.com", title: "CTO", department: "R&D" }));
    expect(counts()).toEqual({ "GET /Users": 1, "PATCH /Users/{id}": 1 });
    expect(live(id)).toMatchObject({ title: "CTO", department: "R&D", locale: "fr" });
    expect(run.lines.join()).toContain("Set to what is declared: title, department.");
  });

  test("who was deactivated is made active, which the line says", async () => {
    const { id } = simulator.workspace.add({ userName: "ada@example.com", active: false });
    const run = startRun(simulator);
    await createUser(run, bare);
    expect(simulator.workspace.member(id)?.active).toBe(true);
    expect(run.lines.join()).toContain("They were deactivated and are made active.");
  });

  test("keeps the role: an initial role is for somebody new", async () => {
    simulator.workspace.add({ userName: "ada@example.com", role: "restricted_member" });
    const inputs = { ...bare, initialRole: "owner" as const };
    const { outs } = await kept(createUser(startRun(simulator), inputs));
    expect(live("ada@example.com")?.role).toBe("restricted_member");
    expect(outs).not.toHaveProperty("initialRolePending");
    expect(diffUser(outs, inputs).changes).toBe(false);
  });

  test("outside the verified domains whose profile differs is kept in the state as they are", async () => {
    const { id } = simulator.workspace.add({ userName: "eve@example.org", title: "old" });
    const inputs = userInputs({ userName: "eve@example.org", title: "new" });
    const error = await partialFailure(createUser(startRun(simulator), inputs));
    expect(error).toMatchObject({
      id,
      properties: { title: "old", adopted: true, adoptionIncomplete: true },
    });
    expect(error.message).toContain("title");
  });

  test.each<[string, object, Record<string, string>]>([
    ["on the resource", { adopt: false }, {}],
    ["on the resource against the setting", { adopt: false }, { "notion:adopt": "true" }],
    ["by the setting", {}, { "notion:adopt": "false" }],
  ])("is refused where adopt is false %s, with what lets it through", async (_, more, config) => {
    simulator.workspace.add({ userName: "ada@example.com", title: "old" });
    const inputs = userInputs({ userName: "ada@example.com", title: "new", ...more });
    const error = await failure(createUser(startRun(simulator, { config }), inputs));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(error.message).toMatch(
      /ada@example.com is a member already.*set adopt to true.*notion:adopt true/,
    );
    expect(live("ada@example.com")?.title).toBe("old");
    expect(counts()).toEqual({ "GET /Users": 1 });
  });

  test("is adopted where the resource says so against the setting", async () => {
    simulator.workspace.add({ userName: "ada@example.com" });
    const run = startRun(simulator, { config: { "notion:adopt": "false" } });
    expect((await kept(createUser(run, { ...bare, adopt: true }))).outs.adopted).toBe(true);
  });

  test("by a secondary address is refused with the address to declare", async () => {
    simulator.workspace.add({
      userName: "ada@example.com",
      emails: [
        { value: "ada@example.com", primary: true },
        { value: "countess@example.com", primary: false },
      ],
    });
    const error = await failure(
      createUser(startRun(simulator), userInputs({ userName: "countess@example.com" })),
    );
    expect(error).toBeInstanceOf(ConflictError);
    expect(error.message).toContain("Declare ada@example.com instead");
  });

  test("who was deactivated is activated again", async () => {
    let active = false;
    const server = await serve((response, _, { method, body }) => {
      if (method === "PATCH") active = JSON.parse(body).Operations[0].value.active;
      const user = userBody("ada", { active });
      reply(response, 200, method === "GET" ? { totalResults: 1, Resources: [user] } : user);
    });
    const { outs } = await kept(createUser(startRun(server), bare));
    expect(outs).toMatchObject({ active: true, adopted: true });
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "PATCH"]);
  });
});

describe("somebody added between the look-up and the creation", () => {
  /** Notion's conflict, after an invite link made them a member. */
  function addInBetween(): void {
    simulator.faults.add({ name: "empty_list", filtered: true });
    simulator.workspace.add({ userName: "ada@example.com", title: "old" });
  }

  test("is adopted", async () => {
    addInBetween();
    const { outs } = await kept(createUser(startRun(simulator), ada));
    expect(outs).toMatchObject({ adopted: true, title: "Countess" });
    expect(timesThere("ada@example.com")).toBe(1);
    expect(counts()).toEqual({ "GET /Users": 2, "POST /Users": 1, "PATCH /Users/{id}": 1 });
  });

  test("is refused where adopt is false", async () => {
    addInBetween();
    const error = await failure(createUser(startRun(simulator), { ...ada, adopt: false }));
    expect(error).toBeInstanceOf(DeclarationError);
    expect(live("ada@example.com")?.title).toBe("old");
  });

  test("who cannot be found is an error rather than a second attempt", async () => {
    simulator.faults.add({ name: "conflict", method: "POST" });
    const error = await failure(createUser(startRun(simulator), bare));
    expect(error).toBeInstanceOf(ConflictError);
    expect(simulator.requests.count("POST /Users")).toBe(1);
  });
});

describe("a creation whose answer is lost", () => {
  const SHORT = { timeouts: { headersMs: 150 } };

  test.each(["drop_after", "hang_after", "truncated_json", "wrong_shape"] as const)(
    "by %s ends with the person there once, as one who was added",
    async (name) => {
      simulator.faults.add({ name, method: "POST" });
      const { id, outs } = await kept(
        createUser(startRun(simulator, { client: SHORT }), { ...ada, adopt: false }),
      );
      expect(simulator.faults.fired(name)).toBe(1);
      expect(timesThere("ada@example.com")).toBe(1);
      expect(id).toBe(live("ada@example.com")?.id);
      expect(outs).toEqual({ ...ada, adopt: false, active: true, adopted: false, since: TODAY });
      expect(counts()).toEqual({ "GET /Users": 2, "POST /Users": 1 });
    },
  );

  test("by an error of the server that acted all the same, likewise", async () => {
    simulator.faults.add({ name: "bad_gateway", method: "POST", acted: true });
    const { outs } = await kept(createUser(startRun(simulator), ada));
    expect(outs.adopted).toBe(false);
    expect(timesThere("ada@example.com")).toBe(1);
    expect(simulator.requests.count("POST /Users")).toBe(1);
  });

  test("before Notion acted is sent again, after a look-up", async () => {
    simulator.faults.add({ name: "drop_before", method: "POST" });
    const { outs } = await kept(createUser(startRun(simulator), ada));
    expect(outs.adopted).toBe(false);
    expect(timesThere("ada@example.com")).toBe(1);
    // Looked up before; and after the answer was lost by both attributes and in the listing.
    expect(counts()).toEqual({ "GET /Users": 4, "POST /Users": 2 });
  });

  test("and that a look-up does not show yet is known by the conflict, as one who was added", async () => {
    simulator.faults.add({ name: "drop_after", method: "POST" });
    simulator.faults.add({ name: "empty_list", filtered: true, after: 1 });
    const { outs } = await kept(createUser(startRun(simulator), { ...ada, adopt: false }));
    expect(outs.adopted).toBe(false);
    expect(timesThere("ada@example.com")).toBe(1);
  });

  test("again and again is given up after three attempts, and says that Notion may have acted", async () => {
    simulator.faults.add({ name: "drop_before", method: "POST", times: "always" });
    const error = await failure(createUser(startRun(simulator), ada));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain("may or may not have acted");
    expect(simulator.requests.count("POST /Users")).toBe(3);
  });

  test("with the initial role ignored gets it nevertheless", async () => {
    simulator.configure({ ignoreCreateRole: true });
    simulator.faults.add({ name: "drop_after", method: "POST" });
    await createUser(startRun(simulator), { ...bare, initialRole: "membership_admin" });
    expect(live("ada@example.com")?.role).toBe("membership_admin");
  });

  test("with the process that asked is repaired by the next run, which adopts", async () => {
    simulator.faults.add({ name: "hang_after", method: "POST" });
    const killed = createUser(startRun(simulator, { client: { retry: ONCE } }), ada);
    killed.catch(() => {});
    await until(() => simulator.faults.fired() === 1);

    const { id, outs } = await kept(createUser(startRun(simulator), ada));
    expect(id).toBe(live("ada@example.com")?.id);
    expect(outs.adopted).toBe(true);
    expect(timesThere("ada@example.com")).toBe(1);
  });
});

describe("two resources of one run for the same person", () => {
  test("are an error for one of the two, side by side", async () => {
    const run = startRun(simulator);
    const results = await Promise.allSettled([createUser(run, ada), createUser(run, bare)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const reason = results.find((result) => result.status === "rejected")?.reason;
    expect(reason).toBeInstanceOf(DeclarationError);
    expect(reason.message).toBe(
      "Two resources of this program are for ada@example.com. Keep one of the two.",
    );
    expect(timesThere("ada@example.com")).toBe(1);
  });

  test("are an error for the second, which writes nothing", async () => {
    simulator.workspace.add({ userName: "ada@example.com" });
    const run = startRun(simulator);
    await createUser(run, bare);
    expect(await failure(createUser(run, ada))).toBeInstanceOf(DeclarationError);
    expect(counts()).toEqual({ "GET /Users": 1 });
    expect(live("ada@example.com")?.title).toBeUndefined();
  });

  test("are no error in two runs", async () => {
    await createUser(startRun(simulator), bare);
    expect((await kept(createUser(startRun(simulator), bare))).outs.adopted).toBe(true);
  });
});

test("somebody who is there is found and adopted, although the token of a mock server is a part of their address", async () => {
  for (const token of ["t", "example"]) {
    const mock = await startSimulator({ seed: { members: 2 }, token });
    onTestFinished(() => mock.close());
    mock.workspace.add({ userName: "ada@example.com" });
    const { outs } = await kept(createUser(startRun(mock), bare));
    expect(outs).toMatchObject({ userName: "ada@example.com", adopted: true });
    expect(mock.requests.counts).toEqual({ "GET /Users": 1 });
  }
});

describe("an error of a creation", () => {
  test("of a token that is not accepted says so and does not hold the token", async () => {
    const token = "secret_token_of_nobody";
    const error = await failure(createUser(startRun({ baseUrl: simulator.baseUrl, token }), ada));
    expect(error).toBeInstanceOf(UnauthorizedError);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(token);
  });

  test("does not hold the token where the server repeats it", async () => {
    simulator.faults.add({ name: "forbidden", method: "POST", message: `Bearer ${simulator.token} may not` });
    const error = await failure(createUser(startRun(simulator), ada));
    expect(error.message).toContain("Bearer [redacted] may not");
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(simulator.token);
  });

  test("that is partial does not hold it either", async () => {
    simulator.workspace.add({ userName: "ada@example.com" });
    simulator.faults.add({
      name: "forbidden",
      method: "PATCH",
      times: BOTH_FORMS,
      message: `Bearer ${simulator.token} may not`,
    });
    const error = await partialFailure(createUser(startRun(simulator), ada));
    expect(error).toBeInstanceOf(PartialError);
    const all = [error.message, error.stack, error.reasons, error.properties].map((part) =>
      JSON.stringify(part),
    );
    expect(all.join()).not.toContain(simulator.token);
  });
});

describe("on a server that is not Notion", () => {
  const wish = userInputs({ userName: "p5@example.com" });

  test.each<[Filtering, Filtering]>([
    ["nobody", "finds"],
    ["nobody", "nobody"],
    [400, "nobody"],
    [400, 400],
    ["everybody", 400],
  ])("somebody who is there is adopted (`email eq`: %s, `userName eq`: %s)", async (...how) => {
    const server = await otherServer(...how, people(12), 4);
    const { id, outs } = await kept(createUser(startRun(server), wish));
    expect([id, outs.adopted]).toEqual(["u5", true]);
    expect(server.people).toHaveLength(12);
  });

  test.each<[Filtering, Filtering]>([
    ["nobody", "nobody"],
    [400, 400],
    ["everybody", 400],
  ])("somebody new is added (%s, %s)", async (...how) => {
    const server = await otherServer(...how, people(4), 2);
    const { outs } = await kept(createUser(startRun(server), wish));
    expect(outs.adopted).toBe(false);
    expect(server.people).toHaveLength(5);
  });
});

test("a conflict with nobody in its way says what was met and what was looked at, and claims nothing", async () => {
  simulator.faults.add({ name: "conflict", method: "POST", message: "Seat is reserved.", times: "always" });
  const error = await failure(createUser(startRun(simulator), userInputs({ userName: "ada@example.com" })));
  expect(error).toBeInstanceOf(ConflictError);
  expect(error.message).toContain(
    'Could not add ada@example.com to the workspace: Notion answered 409 (uniqueness), "Seat is reserved."',
  );
  expect(error.message).toContain(
    "Neither a look-up nor a complete listing shows a member with this address",
  );
  expect(error.message).not.toContain("belongs to another account");
});
