import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { secret } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NotionWorkspace } from "../../provider/index";
import { breaches, compliant, config, TOKEN } from "../policies/company";
import { declare, declareForeign, roleOf, unknown, user } from "../policies/declarations";
import { type Outcome, PackRunner } from "../policies/pack-runner";
import { type Simulator, startSimulator } from "../simulator/index.mts";

let runner: PackRunner;
let simulator: Simulator;

beforeAll(async () => {
  [runner, simulator] = await Promise.all([PackRunner.start(), startSimulator()]);
});
afterAll(async () => {
  runner?.sandbox.dispose();
  await simulator?.close();
});

/** By this key the engine marks an object that stands for a secret. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

const rulesOf = ({ violations }: Outcome) => violations.map(({ policyName }) => policyName).sort();
const resourcesIn = async (stack: Stack) => (await stack.exportStack()).deployment.resources ?? [];

describe.concurrent("a preview with the policy pack", () => {
  it("lets a company pass that keeps to all rules, whatever else is in its stack", async () => {
    const outcome = await runner.preview(
      async () => {
        declare(compliant);
        declareForeign();
      },
      { config },
    );
    expect(rulesOf(outcome)).toEqual([]);
    expect(outcome.stopped).toBe(false);
  });

  it.each(Object.entries(breaches))("is stopped by %s alone", async (rule, { program, says }) => {
    const outcome = await runner.preview(async () => declare(program), { config });
    expect(rulesOf(outcome)).toEqual([rule]);
    expect(outcome.violations[0]?.message).toContain(says);
    expect(outcome.output).not.toContain(TOKEN);
    expect(outcome.stopped).toBe(true);
    expect(await resourcesIn(outcome.stack)).toEqual([]);
  });

  it("says of an outsider who would be an owner who it is, what is allowed and how to mend it", async () => {
    const eve = user("eve@partner.io", { department: "Sales" });
    const program = [
      ...compliant.filter(({ name }) => name !== "eve"),
      eve,
      roleOf("eve@partner.io", "owner"),
    ];
    const outcome = await runner.preview(async () => declare(program), { config });
    expect(outcome.stopped).toBe(true);
    expect(rulesOf(outcome)).toEqual([
      "maximum-owners",
      "outsiders-restricted",
      "owner-removal-on-purpose",
      "owners-from-list",
      "owners-protected",
      "owners-protected",
    ]);
    const lines = [
      'eve@partner.io (NotionUser "eve") is from outside and is made owner by NotionRoleAssignment "eve".',
      "Allowed: restricted_member for everybody who is not at example.com.",
      'To mend it: set the role to "restricted_member", or add the domain to outsiders-restricted.domains',
    ];
    for (const line of lines) expect(outcome.output).toContain(line);
  });

  it("looks into a NotionWorkspace", async () => {
    const people = [
      // Two owners, or the workspace's own guard stops the program before the policies see anything of it.
      { userName: "ada@example.com", role: "owner" as const },
      { userName: "bob@example.com", role: "owner" as const },
      { userName: "eve@partner.io", role: "membership_admin" as const },
    ];
    const outcome = await runner.preview(async () => void new NotionWorkspace("company", { people }), {
      config: {
        all: "disabled",
        "outsiders-restricted": { enforcementLevel: "mandatory", domains: ["example.com"] },
      },
    });
    // By the initial role that the component gives, and by the role assignment.
    expect(rulesOf(outcome)).toEqual(["outsiders-restricted", "outsiders-restricted"]);
    expect(outcome.output).toContain('made membership_admin by NotionRoleAssignment "eve@partner.io"');
    expect(outcome.output).not.toContain("ada@example.com (");
  });

  it("takes no unknown value for a violation, and reports what can be decided beside it", async () => {
    const program = [
      ...compliant,
      user(unknown, { department: unknown, initialRole: "member", title: unknown }),
      { ...user("kay@elsewhere.net", { department: "Sales", title: unknown }), name: "kay" },
      roleOf("kay@elsewhere.net", "member"),
    ];
    const outcome = await runner.preview(async () => declare(program), { config });
    expect(rulesOf(outcome)).toEqual(["allowed-email-domains", "outsiders-restricted"]);
    expect(outcome.violations.every(({ resourceUrn }) => resourceUrn?.endsWith("kay"))).toBe(true);
    expect(outcome.output).not.toContain("can't run");
  });
});

describe.concurrent("a configuration file", () => {
  const typos: [what: string, config: object, says: string][] = [
    [
      "a setting that the rule does not have",
      { "outsiders-restricted": { domain: ["example.com"] } },
      'outsiders-restricted has no setting "domain"; it has domains',
    ],
    [
      "a level for a rule that is not there",
      { "minimum-owner": "mandatory" },
      'there is no policy "minimum-owner"',
    ],
    [
      "settings for a rule that is not there",
      { "minimum-owner": { minimum: 3 } },
      "invalid enforcement level",
    ],
    [
      "a value of the wrong type",
      { "minimum-owners": { minimum: "three" } },
      "Invalid type. Expected: integer",
    ],
  ];
  it.each(typos)("with %s is refused before anything is judged", async (_, typo, says) => {
    const outcome = await runner.preview(async () => declare(compliant), { config: typo });
    expect(outcome.output).toContain(says);
    expect(outcome.violations).toEqual([]);
    expect(outcome.stopped).toBe(true);
  });
});

describe("an update with the policy pack", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await runner.makeStack({
      NOTION_SCIM_TOKEN: simulator.token,
      NOTION_SCIM_BASE_URL: simulator.baseUrl,
    });
  });

  it("writes nothing of a person whose own declaration breaks a rule, even without a preview", async () => {
    const mallory = user("mallory@elsewhere.net");
    const outcome = await runner.run("up", stack, async () => declare([mallory]), {
      config: {
        all: "disabled",
        "allowed-email-domains": { enforcementLevel: "mandatory", domains: ["example.com"] },
      },
    });
    expect(rulesOf(outcome)).toEqual(["allowed-email-domains"]);
    expect(outcome.stopped).toBe(true);
    expect(simulator.workspace.members).toEqual([]);
  });

  it("at the level remediate writes what the rule makes of the declaration", async () => {
    const program = [
      user("ada@example.com", { initialRole: "owner" }),
      user("eve@partner.io", { initialRole: "owner" }),
      { ...user("Kay@Example.com", { title: secret("Engineer") }), raw: true },
    ];
    const outcome = await runner.run("up", stack, async () => declare(program), {
      config: {
        all: "disabled",
        "lower-case-email": "remediate",
        "outsiders-restricted": { enforcementLevel: "remediate", domains: ["example.com"] },
      },
    });
    expect(outcome.stopped).toBe(false);
    const roles = simulator.workspace.members.map(({ userName, role }) => [userName, role]);
    expect(Object.fromEntries(roles)).toEqual({
      "ada@example.com": "owner",
      "eve@partner.io": "restricted_member",
    });
    const kay = (await resourcesIn(stack)).find(({ urn }: { urn: string }) => urn.endsWith("::kay"));
    expect(kay.inputs.userName).toBe("kay@example.com");
    // What the remediation does not touch stays as it was: a secret stays one.
    expect(kay.inputs.title).toHaveProperty(SECRET_SIGNATURE);
  });

  it("leaves a state that `pulumi policy analyze --stack` judges as it is", async () => {
    const analyze = (settings: object) =>
      spawnSync(
        "pulumi",
        [
          "policy",
          "analyze",
          "--stack",
          "dev",
          "--policy-pack",
          runner.pack,
          "--policy-pack-config",
          runner.write(settings),
        ],
        { cwd: stack.workspace.workDir, env: runner.sandbox.env, encoding: "utf8" },
      );
    const owners = analyze({ all: "disabled", "minimum-owners": "mandatory" });
    expect(owners.stdout).toContain('The stack declares one owner: ada@example.com (NotionUser "ada").');
    expect(owners.status).not.toBe(0);
    const fine = analyze({
      all: "disabled",
      "minimum-owners": { enforcementLevel: "mandatory", minimum: 1 },
    });
    expect(`${fine.stdout}${fine.stderr}`).not.toContain("error");
    expect(fine.status).toBe(0);
  });
});

describe("the installed package", () => {
  let project: string;
  beforeAll(() => {
    project = installPackage(runner);
  });

  it("holds the pack, compiled", async () => {
    const pack = join(project, "node_modules", "pulumi-notion", "policies");
    expect(readdirSync(pack).sort()).toEqual(["PulumiPolicy.yaml", "README.md", "package.json"]);
    const program = breaches["outsiders-restricted"]?.program ?? [];
    const outcome = await runner.preview(async () => declare(program), { config, pack });
    expect(rulesOf(outcome)).toEqual(["outsiders-restricted"]);
    expect(outcome.stopped).toBe(true);
  });

  it("lets a project make a pack of its own from the rules", async () => {
    const pack = join(project, "company-policies");
    mkdirSync(pack);
    writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(join(pack, "package.json"), JSON.stringify({ version: "1.2.3" }));
    writeFileSync(
      join(pack, "index.ts"),
      `import { notionPolicyPack } from "pulumi-notion/policies";
       notionPolicyPack({ all: "disabled", "minimum-owners": { enforcementLevel: "mandatory", minimum: 3 } }, "company");`,
    );
    const outcome = await runner.preview(async () => declare(compliant), { pack });
    expect(rulesOf(outcome)).toEqual(["minimum-owners"]);
    expect(outcome.output).toContain("company@v1.2.3");
    expect(outcome.violations[0]?.message).toContain("Allowed: 3 or more");
  });
});

/** A project with the package as npm publishes it, and what it depends on linked. */
function installPackage({ repository, sandbox }: PackRunner): string {
  const project = join(sandbox.folder, "installed");
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "pulumi-notion"), { recursive: true });
  const npm = ["pack", "--silent", "--ignore-scripts", "--pack-destination", project];
  const { stdout } = spawnSync("npm", npm, { cwd: repository, env: sandbox.env, encoding: "utf8" });
  const tar = ["-xzf", stdout.trim(), "-C", "node_modules/pulumi-notion", "--strip-components=1"];
  expect(spawnSync("tar", tar, { cwd: project }).status).toBe(0);
  for (const dependency of ["@pulumi", "zod"]) {
    symlinkSync(join(repository, "node_modules", dependency), join(modules, dependency), "junction");
  }
  return project;
}
