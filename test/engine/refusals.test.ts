import { beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  type Home,
  IS_NATIVE,
  makeHome,
  makeProject,
  type Outcome,
  type Project,
  type ProjectOptions,
  type Resource,
} from "./project";

let simulator: Simulator;
let home: Home;

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  home = await makeHome("refusals", { programs: "kept" });
  return async () => {
    home.dispose();
    await simulator.close();
  };
});

async function stack(name: string, program: string, options: Partial<ProjectOptions> = {}): Promise<Project> {
  const project = await makeProject(name, { simulator, below: home, ...options });
  project.declare(program);
  simulator.requests.clear();
  return project;
}

const LONG = 120_000;

describe("a preview of a new program", () => {
  test("works without a token and without a network, and sends nothing", { timeout: LONG }, async () => {
    const project = await stack(
      "fresh",
      `const ada = new NotionUser("ada", { userName: "ada@example.com" });
       new NotionRoleAssignment("ada", { userId: ada.id, role: "owner" });
       exports.adopted = ada.adopted;`,
      { token: "nowhere" },
    );
    await simulator.goDown();
    const outcome = await project.preview();
    await simulator.comeBack();
    expect(outcome.everything).toContain("+ 3 to create");
    expect(outcome.exitCode).toBe(0);
    expect(simulator.requests.count()).toBe(0);
  });

  test("an up without a token names the command that sets it", { timeout: LONG }, async () => {
    const project = await stack("tokenless", 'new NotionUser("ada", { userName: "ada@example.com" });', {
      token: "nowhere",
    });
    const outcome = await project.up();
    expect(outcome.exitCode).not.toBe(0);
    expect(outcome.everything).toContain("pulumi config set --secret notion:scimToken");
    expect(simulator.requests.count()).toBe(0);
  });
});

describe("bad input", () => {
  test("stops a preview, each with the property and what is allowed", { timeout: LONG }, async () => {
    const project = await stack(
      "bad-input",
      `new NotionUser("bad", {
         userName: "nobody", title: "", locale: " sv ", titel: "a typo", name: { first: "Ada" },
         initialRole: "admin", adopt: "yes", onRemove: "delete", phoneNumbers: [{ number: "1" }],
       });`,
    );
    const { exitCode, everything } = await project.preview();
    expect(exitCode).not.toBe(0);
    for (const text of [
      'userName must be an e-mail address such as ada@example.com, not "nobody"',
      "title is empty",
      "locale has spaces around it",
      'unknown property "titel"; allowed are userName, formerUserName, userId, name, title',
      'unknown property "name.first"; allowed are formatted, givenName, familyName',
      'initialRole must be one of owner, membership_admin, member, restricted_member, not "admin"',
      'adopt must be true or false, not "yes"',
      'onRemove must be one of remove, restrict, retain, not "delete"',
      "phoneNumbers.0.value is missing",
      'unknown property "phoneNumbers.0.number"',
    ])
      expect(everything).toContain(text);
    expect(simulator.requests.count()).toBe(0);
  });

  test("stops a preview for a role assignment without a user or a known role", {
    timeout: LONG,
  }, async () => {
    const project = await stack("bad-role", 'new NotionRoleAssignment("nobody", { role: "boss" });');
    const { exitCode, everything } = await project.preview();
    expect(exitCode).not.toBe(0);
    expect(everything).toContain("userId is missing");
    expect(everything).toContain(
      'role must be one of owner, membership_admin, member, restricted_member, not "boss"',
    );
    expect(simulator.requests.count()).toBe(0);
  });

  test("the same person declared twice stops a preview, whatever the case", { timeout: LONG }, async () => {
    const project = await stack(
      "twice",
      `new NotionUser("ada", { userName: "ada@example.com" });
       new NotionUser("countess", { userName: "Ada@Example.com" });`,
    );
    const { exitCode, everything } = await project.preview();
    expect(exitCode).not.toBe(0);
    expect(everything).toContain('is declared twice, by "ada" and by "countess"');
    expect(simulator.requests.count()).toBe(0);
  });

  test("the role of one person assigned twice stops a preview", { timeout: LONG }, async () => {
    const id = simulator.workspace.member("member.001@example.com")?.id;
    const project = await stack(
      "two-roles",
      `new NotionRoleAssignment("one", { userId: "${id}", role: "owner" });
       new NotionRoleAssignment("other", { userId: "${id}", role: "member" });`,
    );
    const { exitCode, everything } = await project.preview();
    expect(exitCode).not.toBe(0);
    expect(everything).toContain('is declared twice, by "one" and by "other"');
  });
});

describe("people who are declared later than others", () => {
  const staff =
    '[{ userName: "member.001@example.com", role: "owner" }, { userName: "member.002@example.com", role: "owner" }]';

  test("behind an await are refused in preview and in up, and nobody is touched", {
    timeout: LONG,
  }, async () => {
    const project = await stack(
      "late",
      `const { NotionWorkspace } = require("pulumi-notion");
       module.exports = (async () => {
         new NotionWorkspace("staff", { people: ${staff}, undeclared: "report" });
         await new Promise((resolve) => setTimeout(resolve, 200));
         new NotionUser("late", { userName: "late@example.com" });
       })();`,
    );
    for (const command of ["preview", "up"] as const) {
      const { exitCode, everything } = await project[command]();
      expect(exitCode).not.toBe(0);
      expect(everything).toContain('NotionUser "late" is declared too late');
      expect(everything).toContain("Collect first, then declare");
      expect(everything).not.toMatch(/^\s+at /m);
    }
    expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("in an apply are refused before they are registered, run after run", { timeout: LONG }, async () => {
    const project = await stack(
      "late-apply",
      `const { NotionWorkspace } = require("pulumi-notion");
       const staff = new NotionWorkspace("staff", { people: ${staff} });
       staff.ids.apply(() => { new NotionWorkspace("contractors", { people: [{ userName: "late@example.com" }] }); });`,
    );
    for (let run = 1; run <= 2; run += 1) {
      const { exitCode, everything } = await project.up();
      expect(exitCode).not.toBe(0);
      expect(everything).toContain('NotionWorkspace "contractors" is declared too late');
    }
    expect(simulator.workspace.member("late@example.com")).toBeUndefined();
    expect([...project.resources.keys()]).toEqual(["NotionWorkspace staff"]);
  });
});

test("a provider of its own is refused, and nobody is added to the stack's workspace", {
  timeout: LONG,
}, async () => {
  const project = await stack(
    "own-provider",
    `const provider = new pulumi.ProviderResource("pulumi-nodejs", "other", {});
     new NotionUser("ada", { userName: "ada@example.com" }, { provider });`,
  );
  const { exitCode, everything } = await project.up();
  expect(exitCode).not.toBe(0);
  expect(everything).toContain(
    IS_NATIVE
      ? "Use the class Provider of pulumi-notion/native"
      : "use a stack of its own for each workspace",
  );
  expect(simulator.workspace.member("ada@example.com")).toBeUndefined();
});

test("adopt: false refuses who is a member already, and changes nothing", { timeout: LONG }, async () => {
  const project = await stack(
    "no-adoption",
    'new NotionUser("one", { userName: "member.001@example.com", title: "Taken", adopt: false });',
  );
  const { exitCode, everything } = await project.up();
  expect(exitCode).not.toBe(0);
  expect(everything).toContain("member.001@example.com is a member already, and adopt is false");
  expect(everything).toContain("pulumi config set notion:adopt true");
  expect(project.resources.size).toBe(0);
  expect(simulator.workspace.member("member.001@example.com")?.title).toBeUndefined();
});

describe("a profile change that Notion accepts and ignores", () => {
  let outcomes: Outcome[];
  let kept: Resource | undefined;
  let project: Project;

  beforeAll(async () => {
    // Only example.com is a verified domain of the simulator.
    simulator.workspace.add({ userName: "ext@example.org", title: "Guest" });
    const program = (title: string) =>
      `new NotionUser("ext", { userName: "ext@example.org", title: "${title}", department: "Sales" });`;
    project = await stack("ignored", program("Partner"));
    outcomes = [await project.up()];
    kept = project.resources.get("NotionUser ext");
    outcomes.push(await project.up(), await project.up("--refresh"));
    project.declare('new NotionUser("ext", { userName: "ext@example.org" });');
    outcomes.push(await project.up());
  }, 180_000);

  test("fails the up, with the names of the attributes and what to do", () => {
    expect(outcomes[0]?.exitCode).not.toBe(0);
    expect(outcomes[0]?.everything).toContain(
      "Notion accepted title, department for ext@example.org and did not apply them",
    );
    expect(outcomes[0]?.everything).toContain("remove the attribute from the program");
  });

  test("leaves a state that says what is live, and where this package is found", () => {
    expect(kept?.id).toBe(simulator.workspace.member("ext@example.org")?.id);
    expect(kept?.outputs).toMatchObject({ title: "Guest", department: "", adopted: true });
    // Without it the next refresh or destroy of the dynamic host ends in «code must be a string, not undefined».
    if (!IS_NATIVE) expect(kept?.outputs.__provider).toContain("pulumi-notion/lifecycle");
  });

  test.each([
    [1, "next up"],
    [2, "up --refresh"],
  ])("fails again at the next up (%i: %s)", (index) => {
    expect(outcomes[index]?.exitCode).not.toBe(0);
    expect(outcomes[index]?.everything).toContain("did not apply them");
  });

  test("is no longer in the way once the program does not ask for it", () => {
    expect(outcomes[3]?.exitCode).toBe(0);
    expect(project.resources.get("NotionUser ext")?.inputs).not.toHaveProperty("title");
  });
});

describe("get", () => {
  test("reads a member and a role that the program does not manage", { timeout: LONG }, async () => {
    const member = simulator.workspace.member("member.001@example.com");
    const project = await stack(
      "get",
      `const user = NotionUser.get("owner", "member.001@example.com");
       const role = NotionRoleAssignment.get("owner", "${member?.id}");
       exports.user = { userName: user.userName, name: user.name, active: user.active };
       exports.role = role.role;
       exports.id = user.id;
       exports.kinds = [NotionUser.isInstance(user), NotionUser.isInstance(role), NotionRoleAssignment.isInstance(role)];`,
    );
    const { exitCode, everything } = await project.up();
    expect(everything).not.toContain("error");
    expect(exitCode).toBe(0);
    expect(project.outputs).toMatchObject({
      user: { userName: "member.001@example.com", name: { formatted: member?.name.formatted }, active: true },
      role: "owner",
      id: member?.id,
      kinds: [true, false, true],
    });
    const writes = simulator.requests.entries.filter(({ method }) => method !== "GET");
    expect(writes).toEqual([]);
    for (const again of [() => project.up("--expect-no-changes"), () => project.refresh()])
      expect((await again()).exitCode).toBe(0);

    project.declare("");
    expect((await project.up()).exitCode).toBe(0);
    expect(simulator.workspace.member("member.001@example.com")).toEqual(member);
  });

  test.each([
    ["NotionUser", "There is no member with the id 11111111-1111-4111-8111-111111111111 to get."],
    ["NotionRoleAssignment", "There is no member with the id 11111111-1111-4111-8111-111111111111, so"],
  ])("%s.get fails clearly when there is no such member", { timeout: LONG }, async (kind, message) => {
    const project = await stack(
      `get-${kind.toLowerCase()}`,
      `${kind}.get("nobody", "11111111-1111-4111-8111-111111111111");`,
    );
    const { exitCode, everything } = await project.up();
    expect(exitCode).not.toBe(0);
    expect(everything).toContain(message);
    expect(everything).not.toMatch(/^\s+at /m);
  });
});
