import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { secret } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  breaches,
  compliant,
  compliantWorkspace,
  config,
  endless,
  endsConfig,
  lawless,
  TOKEN,
} from "../policies/company";
import { declare, declareForeign, roleOf, unknown, user, workspace } from "../policies/declarations";
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
      { config: { ...config, ...endsConfig } },
    );
    expect(rulesOf(outcome)).toEqual([]);
    expect(outcome.stopped).toBe(false);
  });

  // Those about ends are asked all at once, further down.
  const alone = Object.entries(breaches).filter(([rule]) => !(rule in endless.about));
  it.each(alone)("is stopped by %s alone", async (rule, { program, says }) => {
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

  it("lets a NotionWorkspace pass that keeps to all rules", async () => {
    const outcome = await runner.preview(async () => declare([compliantWorkspace]), {
      config: { ...config, ...endsConfig },
    });
    expect(rulesOf(outcome)).toEqual([]);
    expect(outcome.stopped).toBe(false);
  });

  it("names everybody whose access does not end, is over and still held, has no reason or no approval", async () => {
    const outcome = await runner.preview(async () => declare(endless.program), { config: endless.config });
    const about = Object.entries(endless.about).flatMap(([rule, people]) =>
      people.map((person) => [rule, person]),
    );
    const said = outcome.violations.map(({ policyName, message = "" }) => [
      policyName,
      about.find(([rule, person = ""]) => rule === policyName && message.includes(`${person} (`))?.[1],
    ]);
    expect(said.sort()).toEqual(about.sort());
    expect(outcome.stopped).toBe(true);
  });

  it("names everybody in a NotionWorkspace who breaks a rule, for each rule, at the workspace", async () => {
    const outcome = await runner.preview(async () => declare(lawless.program), { config: lawless.config });
    const { about } = lawless;
    expect(rulesOf(outcome)).toEqual(
      Object.entries(about)
        .flatMap(([rule, people]) => people.map(() => rule))
        .sort(),
    );
    for (const [rule, people] of Object.entries(about)) {
      const messages = outcome.violations.filter(({ policyName }) => policyName === rule);
      for (const person of people)
        expect(messages.map(({ message }) => message)).toContainEqual(expect.stringContaining(person));
    }
    const ofTheStack = ["minimum-owners", "maximum-owners", "maximum-membership-admins"];
    for (const { policyName, resourceUrn } of outcome.violations) {
      if (!ofTheStack.includes(policyName)) expect(resourceUrn).toContain("notion:NotionWorkspace::");
    }
    expect(outcome.output).not.toContain(TOKEN);
    expect(outcome.output).not.toContain("can't run");
    expect(outcome.stopped).toBe(true);
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
    const owners = analyze(stack, { all: "disabled", "minimum-owners": "mandatory" });
    expect(owners.stdout).toContain('The stack declares one owner: ada@example.com (NotionUser "ada").');
    expect(owners.status).not.toBe(0);
    const fine = analyze(stack, {
      all: "disabled",
      "minimum-owners": { enforcementLevel: "mandatory", minimum: 1 },
    });
    expect(`${fine.stdout}${fine.stderr}`).not.toContain("error");
    expect(fine.status).toBe(0);
  });

  it("judges an end by one moment, NOTION_AS_OF or else the present: what is over then is not to be held", async () => {
    const until = "2999-01-31";
    const program = [
      user("grace@example.com"),
      roleOf("grace@example.com", "owner", { until, then: "member", reason: "INC-42" }),
    ];
    const expired = { all: "disabled", "expired-is-not-held": "mandatory" } as const;
    const outcome = await runner.run("up", stack, async () => declare(program), { config: expired });
    expect(outcome.stopped).toBe(false);
    expect(analyze(stack, expired).status).toBe(0);
    const later = analyze(stack, expired, { NOTION_AS_OF: "2999-02-01" });
    expect(later.stdout).toContain(
      'grace@example.com (NotionUser "grace") is still owner, which ended at the end of 2999-01-31 UTC',
    );
    expect(later.status).not.toBe(0);
    const never = analyze(stack, expired, { NOTION_AS_OF: "2999-02-01T10:00:00" });
    expect(`${never.stdout}${never.stderr}`).toContain("does not say in which zone");
  });
});

describe("a NotionWorkspace", () => {
  const remediate = {
    all: "disabled",
    "outsiders-restricted": { enforcementLevel: "remediate", domains: ["example.com"] },
  };
  const people = {
    "ada@example.com": { role: "owner", title: secret("Countess") },
    "grace@example.com": { role: "owner" },
    "eve@partner.io": { role: "member", title: secret("Spy"), department: unknown },
    "sam@partner.io": {},
  };
  const program = async () => declare([workspace(people)]);
  let elsewhere: Simulator;
  let stack: Stack;
  beforeAll(async () => {
    elsewhere = await startSimulator();
    stack = await runner.makeStack({
      NOTION_SCIM_TOKEN: elsewhere.token,
      NOTION_SCIM_BASE_URL: elsewhere.baseUrl,
    });
  });
  afterAll(() => elsewhere?.close());

  it("at the level remediate is written as the rules make it, and what else it says stays as it is", async () => {
    const preview = await runner.run("preview", stack, program, { config: remediate });
    expect(preview.stopped).toBe(false);
    expect(preview.output).not.toContain("can't run");
    const up = await runner.run("up", stack, program, { config: remediate });
    expect(up.stopped).toBe(false);
    expect(
      Object.fromEntries(elsewhere.workspace.members.map(({ userName, role }) => [userName, role])),
    ).toEqual({
      "ada@example.com": "owner",
      "grace@example.com": "owner",
      "eve@partner.io": "restricted_member",
      "sam@partner.io": "restricted_member",
    });
    const [resource] = (await resourcesIn(stack)).filter(({ urn }: { urn: string }) =>
      urn.endsWith("::acme"),
    );
    expect(resource.inputs.people).toMatchObject({
      "ada@example.com": { role: "owner", title: { [SECRET_SIGNATURE]: expect.anything() } },
      "eve@partner.io": {
        role: "restricted_member",
        title: { [SECRET_SIGNATURE]: expect.anything() },
        department: "raw",
      },
      "sam@partner.io": { role: "restricted_member" },
    });
  });

  it("at the level remediate is told and limited as it will be written", async () => {
    const changed = {
      ...people,
      "grace@example.com": { role: "owner", title: "Admiral" },
      "kim@partner.io": { role: "owner" },
    };
    // Kim is declared as an owner and written as restricted_member, which is no promotion.
    const limited = { limits: { maxPromotions: 0, maxRemovals: 0 } };
    const previewed = (declared: Parameters<typeof workspace>[0]) =>
      runner.run("preview", stack, async () => declare([workspace(declared, limited)]), {
        config: remediate,
      });
    const preview = await previewed(changed);
    expect(preview.stopped).toBe(false);
    expect(preview.output).toContain("~ grace@example.com: title");
    expect(preview.output).toContain("+ kim@partner.io joins as restricted_member");
    expect(preview.output).not.toContain("~ eve@partner.io");
    const { "sam@partner.io": _, ...fewer } = changed;
    const stopped = await previewed(fewer);
    expect(stopped.output).toContain("maxRemovals allows 0");
    expect(stopped.stopped).toBe(true);
  });

  it("in a state is judged by `policy analyze`, after a refresh as Notion has it", async () => {
    const config = {
      all: "disabled",
      "outsiders-restricted": { enforcementLevel: "mandatory", domains: ["example.com"] },
      "allowed-email-domains": { enforcementLevel: "mandatory", domains: ["example.com", "partner.io"] },
      "no-tokens": "mandatory",
      "person-declared-once": "mandatory",
    };
    const asWritten = analyze(stack, config);
    expect(`${asWritten.stdout}${asWritten.stderr}`).not.toContain("error");
    expect(asWritten.status).toBe(0);
    elsewhere.workspace.edit("eve@partner.io", { role: "owner" });
    await stack.refresh();
    const asFound = analyze(stack, config);
    expect(asFound.stdout).toContain(
      'eve@partner.io (NotionWorkspace "acme") is from outside and is made owner',
    );
    expect(asFound.stdout).not.toMatch(/Countess|Spy/);
    expect(asFound.status).not.toBe(0);
  });
});

/** Judges the state of a stack, without a program. */
function analyze(stack: Stack, settings: object, env: Record<string, string> = {}) {
  const pack = ["--policy-pack", runner.pack, "--policy-pack-config", runner.write(settings)];
  return spawnSync("pulumi", ["policy", "analyze", "--stack", "dev", ...pack], {
    cwd: stack.workspace.workDir,
    env: { ...runner.sandbox.env, ...env },
    encoding: "utf8",
  });
}

describe("the installed package", () => {
  let project: string;
  beforeAll(() => {
    project = installPackage(runner);
  });

  it("holds the pack, compiled", async () => {
    const pack = join(project, "node_modules", "pulumi-notion", "policies");
    expect(readdirSync(pack).sort()).toEqual(["PulumiPolicy.yaml", "README.md", "dist", "package.json"]);
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

describe("policies/ packed by itself, as `pulumi policy publish` does it", () => {
  it("is a pack that runs with what its package.json names, and nothing else", async () => {
    const { repository, sandbox } = runner;
    const folder = join(sandbox.folder, "published");
    unpack(join(repository, "policies"), folder);
    const { dependencies, main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(existsSync(join(folder, main))).toBe(true);
    for (const dependency of Object.keys(dependencies)) link(dependency, join(folder, "node_modules"));
    const program = async () => declare(lawless.program);
    const outcome = await runner.preview(program, { config: lawless.config, pack: folder });
    expect(new Set(rulesOf(outcome))).toEqual(new Set(Object.keys(lawless.about)));
    expect(outcome.stopped).toBe(true);
  });
});

/** Packs a folder as npm publishes it, and unpacks that. */
function unpack(folder: string, into: string): void {
  const { env } = runner.sandbox;
  mkdirSync(into, { recursive: true });
  const npm = ["pack", "--silent", "--ignore-scripts", "--pack-destination", into];
  const { stdout } = spawnSync("npm", npm, { cwd: folder, env, encoding: "utf8" });
  expect(spawnSync("tar", ["-xzf", stdout.trim(), "--strip-components=1"], { cwd: into }).status).toBe(0);
}

/** Makes a dependency of this clone one of another folder's. */
function link(dependency: string, modules: string): void {
  const place = join(modules, dependency);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(runner.repository, "node_modules", dependency), place, "junction");
}

/** A project with the package as npm publishes it, and what it depends on linked. */
function installPackage({ repository, sandbox }: PackRunner): string {
  const project = join(sandbox.folder, "installed");
  const modules = join(project, "node_modules");
  unpack(repository, join(modules, "pulumi-notion"));
  for (const dependency of ["@pulumi/pulumi", "@pulumi/policy", "zod"]) link(dependency, modules);
  return project;
}
