import { beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, type Resource, succeed } from "./project";

/** One stack goes through a life; each step's outcome is kept, so that every sentence can be tested alone. */
let simulator: Simulator;
let project: Project;

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  project = await makeProject("life", { simulator, programs: "kept" });
  return async () => {
    project.dispose();
    await simulator.close();
  };
});

interface Step {
  outcome: Outcome;
  requests: Record<string, number>;
  state: Map<string, Resource>;
  /** What the workspace held of these people when the step was done. */
  ada: ReturnType<Simulator["workspace"]["member"]>;
  bertil: ReturnType<Simulator["workspace"]["member"]>;
  cora: ReturnType<Simulator["workspace"]["member"]>;
}

async function step(program: string, command: () => Promise<Outcome>): Promise<Step> {
  simulator.requests.clear();
  project.declare(program);
  const outcome = await succeed(command());
  const { workspace, requests } = simulator;
  return {
    outcome,
    requests: requests.counts,
    state: project.resources,
    ada: workspace.member("ada@example.com") ?? workspace.member("ada.lovelace@example.com"),
    bertil: workspace.member("member.002@example.com"),
    cora: workspace.member("member.003@example.com"),
  };
}

const writes = ({ requests }: Step) =>
  Object.fromEntries(Object.entries(requests).filter(([key]) => !key.startsWith("GET ")));

/** Ada is new; Bertil (an owner) and Cora (a member) are in the workspace already. */
const people = ({
  ada = "ada",
  userName = "Ada@Example.com",
  title = "Engineer",
  coraRole = "member",
  formerUserName = "ada@example.com",
} = {}) => `
  const ada = new NotionUser("${ada}", {
    userName: "${userName}", formerUserName: "${formerUserName}", name: { givenName: "Ada", familyName: "Lovelace" }, title: "${title}",
  });
  new NotionRoleAssignment("${ada}", { userId: ada.id, role: "membership_admin" }, { deletedWith: ada });
  new NotionUser("bertil", { userName: "member.002@example.com", department: "Finance" });
  const cora = new NotionUser("cora", { userName: "member.003@example.com" });
  ${coraRole === "none" ? "" : `new NotionRoleAssignment("cora", { userId: cora.id, role: "${coraRole}" });`}
`;

describe("a member and a role", () => {
  let created: Step;
  let unchanged: Step;
  let changed: Step;
  let clean: Step;
  let renamed: Step;
  let unassigned: Step;
  let removed: Step;
  let destroyed: Step;
  const up = () => project.up();

  beforeAll(async () => {
    created = await step(people(), up);
    unchanged = await step(people(), () => project.preview("--expect-no-changes"));
    const news = { userName: "ada.lovelace@example.com", title: "Countess", coraRole: "membership_admin" };
    changed = await step(people(news), up);
    clean = await step(people(news), () => project.preview("--refresh", "--expect-no-changes"));
    renamed = await step(people({ ...news, ada: "countess" }), up);
    unassigned = await step(people({ ...news, ada: "countess", coraRole: "none" }), up);
    removed = await step('new NotionUser("cora", { userName: "member.003@example.com" });', up);
    destroyed = await step("", () => project.destroy());
  }, 300_000);

  test("who is not in the workspace is added, with the declared profile and role", () => {
    expect(created.ada).toMatchObject({
      userName: "ada@example.com",
      name: { givenName: "Ada", familyName: "Lovelace" },
      title: "Engineer",
      role: "membership_admin",
    });
    const { id, outputs } = created.state.get("NotionUser ada") ?? {};
    expect(id).toBe(created.ada?.id);
    expect(outputs).toMatchObject({ userName: "ada@example.com", active: true, adopted: false });
  });

  test("who is a member already is adopted, which the output says, and only what differs is written", () => {
    expect(created.outcome.everything).toContain("member.002@example.com is a member already: adopted");
    expect(created.outcome.everything).not.toContain("ada@example.com is a member already");
    expect(created.bertil).toMatchObject({ department: "Finance", role: "owner" });
    const { id, outputs } = created.state.get("NotionUser bertil") ?? {};
    expect(id).toBe(created.bertil?.id);
    expect(outputs).toMatchObject({ adopted: true });
  });

  test("a role that is held already is not written", () => {
    // Ada, her role and Bertil's department; nothing for Cora.
    expect(writes(created)).toEqual({ "POST /Users": 1, "PATCH /Users/{id}": 2 });
    expect(created.state.get("NotionRoleAssignment cora")?.outputs).toMatchObject({
      role: "member",
    });
  });

  test("the same program again changes nothing and asks nothing", () => {
    expect(unchanged.outcome.stdout).toContain("unchanged");
    expect(unchanged.requests).toEqual({});
  });

  test("a changed attribute and a changed e-mail are written in place, in one request", () => {
    expect(changed.ada).toMatchObject({
      id: created.ada?.id,
      userName: "ada.lovelace@example.com",
      title: "Countess",
      role: "membership_admin",
    });
    expect(changed.state.get("NotionUser ada")?.id).toBe(created.ada?.id);
    // One for Ada, one for Cora's role. No replacement: nobody is added and nobody removed.
    expect(writes(changed)).toEqual({ "PATCH /Users/{id}": 2 });
    // Ada's assignment follows her e-mail: it says whose it is.
    expect(changed.outcome.stdout).toMatch(/~ 3 updated/);
    expect(changed.outcome.everything).not.toContain("replace");
  });

  test("a changed role is written", () => {
    expect(changed.cora?.role).toBe("membership_admin");
    expect(changed.state.get("NotionRoleAssignment cora")?.outputs).toMatchObject({
      role: "membership_admin",
    });
  });

  test("after an update nothing is left to be repaired, read from Notion", () => {
    expect(clean.outcome.exitCode).toBe(0);
    expect(writes(clean)).toEqual({});
    expect(clean.requests).not.toEqual({});
  });

  test("a resource that is renamed in the program without an alias keeps the person and the role", () => {
    expect(renamed.outcome.stdout).toMatch(/\+ 2 created\n\s+- 2 deleted/);
    expect([...renamed.state.keys()]).toContain("NotionUser countess");
    expect([...renamed.state.keys()]).not.toContain("NotionUser ada");
    expect(writes(renamed)).toEqual({});
    expect(renamed.ada).toEqual(changed.ada);
  });

  test("a role assignment removed alone leaves the member, as restricted_member", () => {
    expect(unassigned.cora?.role).toBe("restricted_member");
    expect(writes(unassigned)).toEqual({ "PATCH /Users/{id}": 1 });
  });

  test("a person removed from the program is removed with one DELETE, without lowering the role first", () => {
    expect(removed.ada).toBeUndefined();
    // Ada with her role (deletedWith), and Bertil.
    expect(writes(removed)).toEqual({ "DELETE /Users/{id}": 2 });
    expect([...removed.state.keys()]).toEqual(["NotionUser cora"]);
  });

  test("pulumi destroy removes who is left, and nobody else", () => {
    expect(destroyed.cora).toBeUndefined();
    expect(writes(destroyed)).toEqual({ "DELETE /Users/{id}": 1 });
    expect(destroyed.state.size).toBe(0);
    expect(simulator.workspace.members.map(({ userName }) => userName)).toEqual(["member.001@example.com"]);
  });
});
