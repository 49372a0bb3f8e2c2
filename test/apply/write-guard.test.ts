import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { DeclarationError } from "../../provider/apply/errors";
import { readSettings } from "../../provider/config";
import { deleteRole, updateRole } from "../../provider/lifecycle/role";
import { openSession, type Session } from "../../provider/lifecycle/session";
import type { Role } from "../../provider/model/role";
import type { RoleOutputs } from "../../provider/state/role-assignment";
import type { UserOutputs } from "../../provider/state/user";
import { NOW } from "../lifecycle/run";
import { deleteUser } from "../lifecycle/user-calls";
import { type Member, type Simulator, startSimulator } from "../simulator/index.mts";

let simulator: Simulator;
/** A token that nobody owns, so that only the rails can refuse, not the simulated Notion. */
let token: string;

async function workspace(members: number, ...owners: string[]): Promise<void> {
  simulator = await startSimulator({ seed: { members } });
  for (const { userName, role } of simulator.workspace.members)
    if (role === "owner" && !owners.includes(userName))
      simulator.workspace.edit(userName, { role: "member" });
  for (const owner of owners) simulator.workspace.edit(owner, { role: "owner" });
  token = simulator.addToken();
  simulator.requests.clear();
}

afterEach(() => simulator.close());

/** A process of the provider. */
function process(env: Record<string, string> = {}, config: Record<string, string> = {}): Session {
  const settings = readSettings({
    env: {
      NOTION_SCIM_TOKEN: token,
      NOTION_SCIM_BASE_URL: simulator.baseUrl,
      ...(config["notion:tokenOwner"] === undefined && { NOTION_TOKEN_OWNER: "unknown" }),
      ...env,
    },
    config: (key) => config[key],
  });
  // Refusals are counted, not waited for.
  const retry = { attempts: 2, minDelayMs: 1, maxDelayMs: 2 };
  const session = openSession(settings, undefined, () => {}, { retry });
  onTestFinished(() => session.client.close());
  return session;
}

const email = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;

function live(userName: string): Member {
  const member = simulator.workspace.member(userName);
  if (member === undefined) throw new Error(`${userName} is not there`);
  return member;
}

function remove(session: Session, userName: string, more: Partial<UserOutputs> = {}): Promise<void> {
  const props = { userName, name: {}, active: true, adopted: true, ...more };
  return deleteUser(session, live(userName).id, props);
}

function makeRole(session: Session, userName: string, role: Role): Promise<unknown> {
  const { id, role: held = "" } = live(userName);
  return updateRole(session, id, { userId: id, role: held }, { userId: id, role }, NOW);
}

function takeRole(
  session: Session,
  userName: string,
  onRemove: RoleOutputs["onRemove"] = "restricted_member",
) {
  const { id, role = "" } = live(userName);
  return deleteRole(session, id, { userId: id, role, onRemove });
}

/** The message of a refusal. */
async function refused(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => new Error("was not refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DeclarationError);
  return error instanceof Error ? error.message : "";
}

const owners = () => simulator.workspace.members.filter(({ role }) => role === "owner");
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET").length;

describe("the last owner", () => {
  beforeEach(() => workspace(12, email(7)));

  test("is not removed, and nothing is written", async () => {
    const before = simulator.workspace.members;
    const message = await refused(remove(process(), email(7)));
    expect(message).toContain(`${email(7)} was not removed: no other owner would be left in the workspace`);
    expect(message).toContain("Make another member owner first");
    expect(writes()).toBe(0);
    expect(simulator.workspace.members).toEqual(before);
  });

  test.each(["membership_admin", "member", "restricted_member"] as const)("is not made %s", async (role) => {
    expect(await refused(makeRole(process(), email(7), role))).toContain(`was not made ${role}`);
    expect(writes()).toBe(0);
  });

  test.each(["restricted_member", "member"] as const)(
    "does not lose the role by deleting its assignment (%s)",
    async (how) => {
      await refused(takeRole(process(), email(7), how));
      expect(writes()).toBe(0);
      expect(live(email(7)).role).toBe("owner");
    },
  );

  test("is not restricted by a NotionUser that says so", async () => {
    await refused(remove(process(), email(7), { onRemove: "restrict" }));
    expect(writes()).toBe(0);
  });

  test("may go once somebody else is owner, in the same run", async () => {
    const session = process();
    await makeRole(session, email(3), "owner");
    await remove(session, email(7));
    expect(owners().map(({ userName }) => userName)).toEqual([email(3)]);
  });

  test("stays when somebody else was owner and was demoted earlier in the run", async () => {
    simulator.workspace.edit(email(3), { role: "owner" });
    const session = process();
    await makeRole(session, email(3), "member");
    await refused(remove(session, email(7)));
    expect(owners().map(({ userName }) => userName)).toEqual([email(7)]);
  });

  test("stays, while the others of the same run go", async () => {
    const session = process();
    const [one, owner, other] = await Promise.allSettled(
      [email(3), email(7), email(9)].map((userName) => remove(session, userName)),
    );
    expect([one?.status, owner?.status, other?.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(simulator.workspace.members).toHaveLength(10);
    expect(live(email(7)).role).toBe("owner");
  });

  test("is refused however often it is tried in one run", async () => {
    const session = process();
    for (let attempt = 1; attempt <= 3; attempt += 1) await refused(remove(session, email(7)));
    expect(writes()).toBe(0);
  });
});

describe("owners who go side by side", () => {
  beforeEach(() => workspace(12, email(1), email(2), email(3)));

  test("never all go: of three removed at once one is left", async () => {
    const session = process();
    await Promise.allSettled([1, 2, 3].map((number) => remove(session, email(number))));
    expect(owners()).toHaveLength(1);
    expect(writes()).toBe(2);
  });

  test("never all go: of three demoted at once one is left", async () => {
    const session = process();
    await Promise.allSettled([1, 2, 3].map((number) => makeRole(session, email(number), "member")));
    expect(owners()).toHaveLength(1);
  });

  test("never all go: removals and demotions count together", async () => {
    const session = process();
    await Promise.allSettled([
      remove(session, email(1)),
      takeRole(session, email(2)),
      makeRole(session, email(3), "membership_admin"),
    ]);
    expect(owners()).toHaveLength(1);
  });

  test("do not both stay when one of two was refused: what was refused counts as staying", async () => {
    simulator.workspace.edit(email(3), { role: "member" });
    const session = process({}, { "notion:tokenOwner": email(1) });
    await refused(remove(session, email(1)));
    await remove(session, email(2));
    expect(owners().map(({ userName }) => userName)).toEqual([email(1)]);
  });
});

describe("an incomplete or wrong listing never lets the last owner go", () => {
  beforeEach(() => workspace(130, email(120)));

  test.each([
    ["an empty list with status 200", { name: "empty_list", times: "always" }],
    ["pages that move", { name: "moved_page", times: "always" }],
    ["a page that repeats somebody", { name: "duplicate_entry", times: "always" }],
    ["empty pages before the end", { name: "empty_page", times: "always" }],
    ["pages with fewer than asked for", { name: "short_page", times: "always" }],
    ["a list that shrinks between pages", { name: "shrinking_list", times: "always" }],
    ["a list that grows between pages", { name: "growing_list", times: "always" }],
  ] as const)("%s", async (_, fault) => {
    simulator.faults.add(fault);
    await refused(remove(process(), email(120)));
    expect(simulator.faults.fired()).toBeGreaterThan(0);
    expect(writes()).toBe(0);
  });

  test.each(["server_error", "forbidden", "truncated_json", "wrong_shape", "drop_before"] as const)(
    "no listing at all (%s)",
    async (name) => {
      simulator.faults.add({ name, method: "GET", path: "/Users", times: "always" });
      await expect(remove(process(), email(120))).rejects.toThrow();
      expect(simulator.faults.fired()).toBeGreaterThan(0);
      expect(writes()).toBe(0);
    },
  );

  test("and another owner who is on the part that came is enough to let one go", async () => {
    simulator.workspace.edit(email(5), { role: "owner" });
    simulator.faults.add({ name: "duplicate_entry", times: "always" });
    await remove(process(), email(120));
    expect(owners().map(({ userName }) => userName)).toEqual([email(5)]);
  });
});

describe("the token's owner", () => {
  beforeEach(() => workspace(12, email(1), email(2)));

  test.each([
    ["removed", (session: Session) => remove(session, email(2))],
    ["demoted", (session: Session) => makeRole(session, email(2), "member")],
    ["restricted", (session: Session) => remove(session, email(2), { onRemove: "restrict" })],
    ["taken the role away", (session: Session) => takeRole(session, email(2))],
  ])("is not %s, whatever the case of the setting", async (_, action) => {
    const message = await refused(action(process({}, { "notion:tokenOwner": "Member.002@Example.com" })));
    expect(message).toContain(`${email(2)} was not`);
    expect(message).toContain("they own the SCIM token in use (notion:tokenOwner)");
    expect(message).toContain("Use a token of another owner first");
    expect(writes()).toBe(0);
  });

  test("is taken from NOTION_TOKEN_OWNER first", async () => {
    const session = process({ NOTION_TOKEN_OWNER: email(2) }, { "notion:tokenOwner": email(1) });
    await refused(remove(session, email(2)));
    await remove(session, email(1));
  });

  test("may get a title or be made owner again", async () => {
    const session = process({ NOTION_TOKEN_OWNER: email(2) });
    await makeRole(session, email(2), "owner");
    expect(live(email(2)).role).toBe("owner");
  });
});

describe("while nobody said whose token it is", () => {
  beforeEach(() => workspace(12, email(1), email(2), email(3)));

  const UNTOLD = { NOTION_TOKEN_OWNER: "" };

  test.each([
    ["removed", (session: Session) => remove(session, email(2))],
    ["demoted", (session: Session) => makeRole(session, email(2), "member")],
    ["restricted", (session: Session) => remove(session, email(2), { onRemove: "restrict" })],
    ["taken the role away", (session: Session) => takeRole(session, email(2))],
  ])("no owner is %s, and the refusal says how to say it", async (_, action) => {
    const message = await refused(action(process(UNTOLD)));
    expect(message).toContain(`${email(2)} was not`);
    expect(message).toContain("nobody said whose SCIM token this run uses");
    expect(message).toContain("pulumi config set notion:tokenOwner");
    expect(message).toContain("NOTION_TOKEN_OWNER=unknown");
    expect(writes()).toBe(0);
  });

  test("others are removed and demoted as ever, and anybody is made owner", async () => {
    const session = process(UNTOLD);
    await remove(session, email(5));
    await makeRole(session, email(6), "restricted_member");
    await makeRole(session, email(7), "owner");
    expect(live(email(7)).role).toBe("owner");
  });

  test("a guard or a workspace of the run may say it, and then that owner stays and the others go", async () => {
    const session = process(UNTOLD);
    session.registry.tokenOwners.add(email(1));
    expect(await refused(remove(session, email(1)))).toContain("they own the SCIM token in use");
    await remove(session, email(2));
    expect(simulator.workspace.member(email(2))).toBeUndefined();
  });
});

describe("how many one run may remove or demote", () => {
  beforeEach(() => workspace(40, email(1), email(2)));

  async function removed(
    session: Session,
    from: number,
    count: number,
  ): Promise<PromiseSettledResult<void>[]> {
    const numbers = Array.from({ length: count }, (_, index) => from + index);
    return Promise.allSettled(numbers.map((number) => remove(session, email(number))));
  }
  const refusals = (results: PromiseSettledResult<unknown>[]) =>
    results.flatMap((result) => (result.status === "rejected" ? [String(result.reason.message)] : []));

  test("is a quarter of the workspace: of twelve out of forty, two are refused with the reason", async () => {
    const stopped = refusals(await removed(process(), 10, 12));
    expect(stopped).toHaveLength(2);
    expect(stopped[0]).toContain("one run may remove or demote 10 people (notion:maxRemovals is 25%)");
    expect(stopped[0]).toContain("this would be number 11");
    expect(stopped[1]).toContain("this would be number 12");
    expect(stopped[0]).toContain("NOTION_MAX_REMOVALS");
    expect(simulator.workspace.members).toHaveLength(30);
    expect(simulator.requests.count("DELETE /Users/{id}")).toBe(10);
  });

  test("counts over the whole run, not only what is side by side", async () => {
    const session = process();
    for (let number = 10; number < 20; number += 1) await remove(session, email(number));
    await refused(remove(session, email(20)));
    expect(simulator.workspace.members).toHaveLength(30);
  });

  test("starts anew with the next run", async () => {
    await removed(process(), 10, 10);
    expect(refusals(await removed(process(), 20, 5))).toEqual([]);
  });

  test("counts a person once, however often they are tried", async () => {
    const session = process({ NOTION_MAX_REMOVALS: "1" });
    simulator.faults.add({ name: "forbidden", method: "DELETE" });
    await expect(remove(session, email(10))).rejects.toThrow("403");
    await remove(session, email(10));
    await refused(remove(session, email(11)));
  });

  test("counts demotions and removals together, and no promotions", async () => {
    const session = process({}, { "notion:maxRemovals": "3" });
    await makeRole(session, email(10), "membership_admin");
    await makeRole(session, email(10), "member");
    await remove(session, email(11));
    await takeRole(session, email(12));
    await refused(makeRole(session, email(13), "restricted_member"));
    await makeRole(session, email(13), "owner");
    await refused(remove(session, email(14)));
  });

  test("can be a number: nobody with 0, from the configuration", async () => {
    const message = await refused(remove(process({}, { "notion:maxRemovals": "0" }), email(10)));
    expect(message).toContain("one run may remove or demote 0 people (notion:maxRemovals is 0)");
    expect(writes()).toBe(0);
  });

  test("can be raised for one run by NOTION_MAX_REMOVALS, which comes first", async () => {
    const session = process({ NOTION_MAX_REMOVALS: "12" }, { "notion:maxRemovals": "0" });
    expect(refusals(await removed(session, 10, 12))).toEqual([]);
    expect(simulator.workspace.members).toHaveLength(28);
  });

  test("gives way to what a guard let through by name, as long as it is a share", async () => {
    const session = process({}, { "notion:maxRemovals": "10%" });
    session.registry.letThrough = 8;
    expect(refusals(await removed(session, 10, 9))).toHaveLength(1);
    expect(simulator.workspace.members).toHaveLength(32);
  });

  test("does not give way to a guard where it is a number", async () => {
    const session = process({ NOTION_MAX_REMOVALS: "3" });
    session.registry.letThrough = 8;
    expect(refusals(await removed(session, 10, 8))).toHaveLength(5);
  });

  test("never blocks the first five for a share, in a workspace however small", async () => {
    await simulator.close();
    await workspace(8, email(1), email(2));
    const stopped = refusals(await removed(process({ NOTION_MAX_REMOVALS: "1%" }), 3, 6));
    expect(stopped).toHaveLength(1);
    expect(simulator.workspace.members).toHaveLength(3);
  });

  test("is not known when the size of the workspace cannot be read: the sixth waits for another run", async () => {
    simulator.faults.add({ name: "server_error", method: "GET", path: "/Users", times: "always" });
    const session = process();
    // One after the other, each by a look-up of its own.
    for (let number = 10; number < 11; number += 1) await remove(session, email(number));
    const results = await removed(session, 11, 6);
    expect(simulator.faults.fired()).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status === "rejected").length).toBeGreaterThan(0);
    expect(simulator.workspace.members.length).toBeGreaterThanOrEqual(35);
  });

  test("lies in a list that is empty with status 200: that is no workspace to take all of", async () => {
    simulator.faults.add({ name: "empty_list", times: "always" });
    expect(refusals(await removed(process(), 10, 12))).toHaveLength(7);
    expect(simulator.workspace.members).toHaveLength(35);
  });
});

describe("what it costs", () => {
  beforeEach(() => workspace(250, email(1), email(2)));

  test("to remove one person: a look-up, the removal and its proof", async () => {
    await remove(process(), email(10));
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 2, "DELETE /Users/{id}": 1 });
  });

  test("to demote one who is no owner: a look-up and the change", async () => {
    await takeRole(process(), email(10));
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 1, "PATCH /Users/{id}": 1 });
  });

  test("to promote somebody to owner: a look-up and the change", async () => {
    await makeRole(process(), email(10), "owner");
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 1, "PATCH /Users/{id}": 1 });
  });

  test("to remove an owner: the pages of one listing besides", async () => {
    await remove(process(), email(2));
    expect(simulator.requests.counts).toEqual({
      "GET /Users/{id}": 2,
      "GET /Users": 3,
      "DELETE /Users/{id}": 1,
    });
  });

  test("to remove an owner when another one is known already: nothing besides", async () => {
    const session = process();
    await makeRole(session, email(10), "owner");
    simulator.requests.clear();
    await remove(session, email(2));
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 2, "DELETE /Users/{id}": 1 });
  });

  test("to remove somebody who is gone already: one look-up, one that proves the address right, and one by e-mail", async () => {
    const { id } = live(email(10));
    simulator.workspace.remove(email(10));
    await deleteUser(process(), id, { userName: email(10), name: {}, active: true, adopted: true });
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 1, "GET /Users": 2 });
  });

  test("to remove thirty of 250: the pages of one listing, the removals and their proofs", async () => {
    const session = process();
    await Promise.all(Array.from({ length: 30 }, (_, index) => remove(session, email(10 + index))));
    expect(simulator.requests.count("DELETE /Users/{id}")).toBe(30);
    expect(simulator.requests.count() - 60).toBeLessThanOrEqual(4);
  });
});
