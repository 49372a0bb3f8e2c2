import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Member, type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

// One workspace of 28 through its life, on the real engine; each part begins with what the one before left.

interface Row {
  userName: string;
  role?: string;
  title?: string;
  onRemove?: string;
}

const LONG = 120_000;
const MEMBERS = 28;
const DECLARED = 24;
const email = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

let simulator: Simulator;
let project: Project;
/** What the first run wrote. */
let firstWrites: string[];
/** The roster as it was applied last. */
let rows: Row[];

const live = (userName: string): Member | undefined => simulator.workspace.member(userName);
const writes = () =>
  simulator.requests.entries
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${live(path.split("/").at(-1) ?? "")?.userName ?? path}`);
const userNames = () => simulator.workspace.members.map(({ userName }) => userName);

function declare(people: Row[], limits: Record<string, unknown> = {}): void {
  project.declare(`
    const { NotionWorkspace } = require("pulumi-notion");
    new NotionWorkspace("acme", { people: ${JSON.stringify(people)}, limits: ${JSON.stringify(limits)} });
  `);
}

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: MEMBERS } });
  project = await makeProject("guard", { simulator });
  rows = numbers(1, DECLARED).map((number) => ({
    userName: email(number),
    role: number <= 2 ? "owner" : "member",
  }));
  declare(rows);
  simulator.requests.clear();
  await succeed(project.up());
  firstWrites = writes();
  return async () => {
    project.dispose();
    await simulator.close();
  };
}, LONG);

beforeEach(() => simulator.requests.clear());

test("taking over a workspace that is as declared writes nothing", () => {
  expect(firstWrites).toEqual([]);
  expect(project.resources.size).toBe(2 * DECLARED + 1);
  expect(
    simulator.workspace.members.filter(({ role }) => role !== "member").map(({ userName }) => userName),
  ).toEqual([email(1), email(2)]);
});

describe("a change that is stopped, in a preview and in an up that skips it, with everything as it was", () => {
  async function stopped(...texts: string[]): Promise<void> {
    const [members, state] = [simulator.workspace.members, project.resources];
    for (const run of [() => project.preview(), () => project.up()]) {
      const { exitCode, everything } = await run();
      expect(exitCode).not.toBe(0);
      // The CLI wraps no lines, and says it once for the resource.
      for (const text of texts) expect(everything).toContain(text);
    }
    expect(simulator.requests.count()).toBe(0);
    expect(simulator.workspace.members).toEqual(members);
    expect(project.resources).toEqual(state);
  }

  test("a mass removal: a short list upstream", { timeout: LONG }, async () => {
    declare(rows.slice(0, 15));
    await stopped(
      "9 of 24 people would be removed at once; maxRemovals allows 6 (25%, at least 5)",
      numbers(16, 24).map(email).join(", "),
      "set maxRemovals to 9 for this run",
    );
  });

  test("a list that came back empty", { timeout: LONG }, async () => {
    declare([]);
    await stopped("24 of 24 people would be removed at once", "minOwners", email(1), email(24));
  });

  test("a mass demotion", { timeout: LONG }, async () => {
    declare(rows.map((row, index) => (index < 10 ? row : { ...row, role: "restricted_member" })));
    await stopped(
      "14 of 24 people would be demoted at once; maxDemotions allows 6",
      `${email(11)} (member to restricted_member)`,
      "set maxDemotions to 14 for this run",
    );
  });

  test("a column of roles that is gone", { timeout: LONG }, async () => {
    declare(rows.map(({ userName }, index) => (index < 2 ? { userName, role: "owner" } : { userName })));
    await stopped("22 of 24 people would be demoted at once", `${email(3)} (member to no declared role)`);
  });

  test("one owner of two demoted, a required owner missing, and the token's owner removed", {
    timeout: LONG,
  }, async () => {
    declare(rows.map((row) => (row.userName === email(2) ? { ...row, role: "member" } : row)).slice(1), {
      requiredOwners: [email(1)],
      tokenOwner: email(1),
    });
    await stopped(
      "The program declares 0 owners; minOwners asks for 2",
      `requiredOwners names ${email(1)}`,
      `${email(1)} owns the SCIM token in use`,
    );
  });
});

describe("a mass removal that the program lets through", () => {
  let outcome: Outcome;

  beforeAll(async () => {
    simulator.requests.clear();
    rows = rows.slice(0, 15);
    declare(rows, { maxRemovals: 9 });
    outcome = await project.up();
  }, LONG);

  test("goes through to the end: what the guard let through the moment of the write does not stop", () => {
    expect(outcome.exitCode, outcome.everything).toBe(0);
    expect(userNames()).toEqual([...numbers(1, 15), ...numbers(25, MEMBERS)].map(email));
    expect(project.resources.size).toBe(2 * 15 + 1);
  });
});

describe("a row of the roster", () => {
  async function applied(people: Row[]): Promise<Member[]> {
    const before = simulator.workspace.members;
    simulator.requests.clear();
    rows = people;
    declare(rows);
    await succeed(project.up());
    return before.filter((member) => JSON.stringify(member) !== JSON.stringify(live(member.id)));
  }

  test("taken out removes that person by one request, and touches nobody else", {
    timeout: LONG,
  }, async () => {
    const touched = await applied(rows.filter(({ userName }) => userName !== email(15)));
    expect(touched.map(({ userName }) => userName)).toEqual([email(15)]);
    expect(live(email(15))).toBeUndefined();
    // A look, the removal, and the proof of it.
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 2, "DELETE /Users/{id}": 1 });
  });

  test("added adds that person with the role by one request, and touches nobody else", {
    timeout: LONG,
  }, async () => {
    const touched = await applied([
      ...rows,
      { userName: "new@example.com", role: "membership_admin", title: "New" },
    ]);
    expect(touched).toEqual([]);
    expect(live("new@example.com")).toMatchObject({ role: "membership_admin", title: "New" });
    expect(writes()).toEqual(["POST /Users"]);
  });

  test("changed changes that person by one request, and touches nobody else", { timeout: LONG }, async () => {
    const touched = await applied(
      rows.map((row) => (row.userName === email(14) ? { ...row, role: "membership_admin" } : row)),
    );
    expect(touched.map(({ userName }) => userName)).toEqual([email(14)]);
    expect(writes()).toEqual([`PATCH ${email(14)}`]);
  });
});

test("owners are made before anyone is demoted, removed ones last", { timeout: LONG }, async () => {
  const roles: Record<string, string> = {
    [email(2)]: "member",
    [email(13)]: "owner",
    [email(3)]: "restricted_member",
    [email(12)]: "owner",
  };
  rows = rows
    .filter(({ userName }) => userName !== "new@example.com")
    .map((row) => ({ ...row, role: roles[row.userName] ?? row.role ?? "member" }));
  declare(rows);
  await succeed(project.up());
  const order = writes();
  expect(order.slice(0, 2).sort()).toEqual([`PATCH ${email(12)}`, `PATCH ${email(13)}`]);
  expect(order.slice(2, 4).sort()).toEqual([`PATCH ${email(2)}`, `PATCH ${email(3)}`]);
  expect(order.slice(4)).toEqual([expect.stringMatching(/^DELETE /)]);
});

describe("pulumi destroy, which passes by every guard", () => {
  const owners = [1, 12, 13].map(email);
  /** Members in the state by e-mail. */
  const inState = () =>
    [...project.resources].flatMap(([name]) =>
      name.startsWith("NotionUser ") ? [name.slice("NotionUser ".length)] : [],
    );

  async function destroy(env: Record<string, string>): Promise<Outcome> {
    simulator.requests.clear();
    return project.start(["destroy", "--yes", "--skip-preview", "--continue-on-error"], {
      env: { ...project.env, ...env },
    }).done;
  }

  test("stops at so many removals as a run may make, and the state is right", { timeout: LONG }, async () => {
    const before = simulator.workspace.members.length;
    const { exitCode, everything } = await destroy({
      NOTION_MAX_REMOVALS: "3",
      NOTION_TOKEN_OWNER: email(1),
    });
    expect(exitCode).not.toBe(0);
    expect(everything).toContain("one run may remove or demote 3 people (notion:maxRemovals is 3)");
    expect(simulator.workspace.members).toHaveLength(before - 3);
    expect(simulator.requests.count("DELETE /Users/{id}")).toBe(3);
    expect(inState().sort()).toEqual(
      userNames()
        .filter((userName) => !numbers(25, MEMBERS).map(email).includes(userName))
        .sort(),
    );
  });

  test("is refused for the token's owner alone; everybody else goes, the state is right", {
    timeout: LONG,
  }, async () => {
    const { exitCode, everything } = await destroy({
      NOTION_MAX_REMOVALS: "100",
      NOTION_TOKEN_OWNER: email(1),
    });
    expect(exitCode).not.toBe(0);
    expect(everything).toContain(`${email(1)} was not removed: they own the SCIM token in use`);
    expect(userNames()).toEqual([1, ...numbers(25, MEMBERS)].map(email));
    expect(inState()).toEqual([email(1)]);
  });

  test("is refused for the last owner, whoever's the token is, without a request to remove them", {
    timeout: LONG,
  }, async () => {
    const { exitCode, everything } = await destroy({ NOTION_MAX_REMOVALS: "100" });
    expect(exitCode).not.toBe(0);
    expect(everything).toContain(
      `${email(1)} was not removed: no other owner would be left in the workspace`,
    );
    expect(simulator.requests.count("DELETE /Users/{id}")).toBe(0);
    expect(live(email(1))?.role).toBe("owner");
    expect(inState()).toEqual([email(1)]);
  });

  test("ends well once there is another owner, and takes nobody who was never declared", {
    timeout: LONG,
  }, async () => {
    simulator.workspace.edit(email(25), { role: "owner" });
    // Notion itself refuses to remove the owner of the token in use: another owner's token is needed.
    const NOTION_SCIM_TOKEN = simulator.addToken(email(25));
    const { exitCode, everything } = await destroy({ NOTION_SCIM_TOKEN });
    expect(exitCode, everything).toBe(0);
    expect(project.resources.size).toBe(0);
    expect(userNames()).toEqual(numbers(25, MEMBERS).map(email));
    expect(owners.filter((owner) => live(owner) !== undefined)).toEqual([]);
  });
});
