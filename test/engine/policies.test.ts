import { readdirSync } from "node:fs";
import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { ensureEngine } from "../../tools/engine/ensure-engine.mts";
import { makeSandbox, type Sandbox } from "../../tools/sandbox.mts";
import { compliant, compliantWorkspace, config, endsConfig, TOKEN } from "../policies/company";
import { roleOf, unknown, user, workspace } from "../policies/declarations";
import { expectSaid, lawlessConfig, lawlessResources, lawlessWorkspace } from "../policies/lawless";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { installPackage, publishPolicies, writePack } from "./packed-policies";
import { type Judgement, PolicedStack } from "./policed-stack";
import type { Outcome } from "./project";

let sandbox: Sandbox;
let project: string;
/** The pack of the installed package. */
let pack: string;

beforeAll(async () => {
  await ensureBuilt();
  sandbox = await makeSandbox("policies", { engine: await ensureEngine(), policy: true, compiled: true });
  ({ project, pack } = await installPackage(sandbox));
});
afterAll(() => sandbox?.dispose());

/** By this key the engine marks an object that stands for a secret. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Everything is judged; what breaks these two rules is mended. */
const mending = {
  ...config,
  ...endsConfig,
  "lower-case-email": "remediate",
  "outsiders-restricted": { enforcementLevel: "remediate", domains: ["example.com"] },
};

const held = (stack: PolicedStack, name: string) =>
  stack.resources.find(({ urn }) => urn.endsWith(`::${name}`))?.inputs;
/** Those of which `policy analyze` says that they are broken. */
const rulesIn = ({ stdout }: Outcome) =>
  [...stdout.matchAll(/- \[mandatory\].* {2}([a-z-]+) {2}\(/g)].map(([, rule]) => rule).sort();
const rolesIn = ({ workspace: { members } }: Simulator) =>
  Object.fromEntries(members.map(({ userName, role }) => [userName, role]));
const membersOf = ({ workspace: { groups, members } }: Simulator, name: string) => {
  const ids = groups.find(({ displayName }) => displayName === name)?.members ?? [];
  return members.flatMap(({ id, userName }) => (ids.includes(id) ? [userName] : []));
};

it("the installed package holds the pack, compiled", () => {
  expect(readdirSync(pack).sort()).toEqual(["PulumiPolicy.yaml", "README.md", "dist", "package.json"]);
});

describe("people and roles as resources of their own", () => {
  let simulator: Simulator;
  let stack: PolicedStack;
  beforeAll(async () => {
    simulator = await startSimulator();
    stack = await PolicedStack.make(sandbox, "resources", simulator);
  });
  afterAll(() => simulator?.close());

  describe("that break all rules, with a pack of the company's own beside ours", () => {
    let judged: Judgement;
    beforeAll(async () => {
      const own = writePack(
        project,
        `import { notionPolicyPack } from "pulumi-notion/policies";
         notionPolicyPack({ all: "disabled", "minimum-owners": { enforcementLevel: "mandatory", minimum: 5 } }, "company");`,
      );
      judged = await stack.preview(lawlessResources.program, [pack, lawlessConfig], [own, {}]);
    });

    it("stop the preview: each rule says who breaks it, what is allowed and how to mend it", () => {
      expectSaid(
        lawlessResources,
        judged.violations.filter((violation) => violation.pack === "pulumi-notion"),
      );
      expect(judged.output).toContain('What to do: set the role to "restricted_member", or add the domain');
      // As of a rule that touches a value which is not known yet.
      expect(judged.output).not.toContain("can't run");
      expect(judged.stopped).toBe(true);
    });

    it("are told without the token that stands in one of them", () => {
      expect(judged.output).not.toContain(TOKEN);
      expect(judged.output).not.toContain(simulator.token);
    });

    it("leave nothing in the state, nor in Notion", () => {
      expect(stack.resources).toEqual([]);
      expect(simulator.workspace.members).toEqual([]);
    });

    it("are judged by the rules of the company's pack with its settings", () => {
      const [violation, ...others] = judged.violations.filter((each) => each.pack === "company");
      expect(violation?.rule).toBe("minimum-owners");
      expect(violation?.message).toContain("Allowed: 5 or more");
      expect(others).toEqual([]);
      expect(judged.output).toContain("company@v1.2.3");
    });
  });

  const refused: [what: string, config: object, says: string[]][] = [
    [
      "names of rules and settings that are not there",
      { "outsiders-restricted": { domain: ["example.com"] }, "minimum-owner": "mandatory" },
      ['outsiders-restricted has no setting "domain". Use domains', '"minimum-owner" is not a policy'],
    ],
    [
      "a value of the wrong type",
      { "minimum-owners": { minimum: "three" } },
      ["Invalid type. Expected: integer"],
    ],
    [
      "settings for a rule that is not there",
      { "minimum-owner": { minimum: 3 } },
      ["invalid enforcement level"],
    ],
  ];
  it.each(refused)(
    "and a configuration file with %s: it is refused before anything is judged",
    async (_, typos, says) => {
      const judged = await stack.preview(compliant, [pack, typos]);
      for (const each of says) expect(judged.output).toContain(each);
      expect(judged.violations).toEqual([]);
      expect(judged.stopped).toBe(true);
    },
  );

  it("are not written where their own declaration breaks a rule, even without a preview", async () => {
    const allowed = {
      all: "disabled",
      "allowed-email-domains": { enforcementLevel: "mandatory", domains: ["example.com"] },
    };
    const judged = await stack.up([user("mallory@elsewhere.net")], [pack, allowed]);
    expect(judged.violations.map(({ rule }) => rule)).toEqual(["allowed-email-domains"]);
    expect(judged.stopped).toBe(true);
    expect(simulator.workspace.members).toEqual([]);
  });

  it("are written where they keep to all rules, or a rule at the level remediate mends them", async () => {
    const program = [
      ...compliant.filter(({ name }) => name !== "eve"),
      user("eve@partner.io", { department: "Sales", initialRole: "owner" }),
      roleOf("eve@partner.io", "restricted_member"),
      {
        ...user("Kay@Example.com", {
          department: "Sales",
          initialRole: "member",
          title: secret("Engineer"),
        }),
        raw: true,
      },
    ];
    const judged = await stack.up(program, [pack, mending]);
    expect(judged.violations).toEqual([]);
    expect(judged.stopped).toBe(false);
    expect(rolesIn(simulator)).toEqual({
      "ada@example.com": "owner",
      "grace@example.com": "owner",
      "linus@example.com": "member",
      "ci@example.com": "member",
      "eve@partner.io": "restricted_member",
    });
    // What the remediation does not touch stays as it was: a secret stays one.
    expect(held(stack, "kay")).toMatchObject({
      userName: "kay@example.com",
      title: { [SECRET_SIGNATURE]: expect.anything() },
    });
  });

  it("are judged in the state by `pulumi policy analyze --stack`, by one moment: NOTION_AS_OF or else the present", async () => {
    const fine = await stack.analyze([pack, { ...config, ...endsConfig }]);
    expect(rulesIn(fine)).toEqual([]);
    expect(fine.everything).not.toContain("error");
    expect(fine.exitCode).toBe(0);
    const judged = await stack.analyze(
      [
        pack,
        {
          all: "disabled",
          "expired-is-not-held": "mandatory",
          "minimum-owners": { enforcementLevel: "mandatory", minimum: 3 },
        },
      ],
      { NOTION_AS_OF: "2999-02-01" },
    );
    expect(rulesIn(judged)).toEqual(["expired-is-not-held", "minimum-owners"]);
    expect(judged.stdout).toContain(
      'linus@example.com (NotionUser "linus") is still member, but the role expired at the end of 2999-01-31 UTC',
    );
    expect(judged.stdout).toContain("The stack declares 2 owners: ada@example.com");
    expect(judged.exitCode).not.toBe(0);
    const never = await stack.analyze([pack, {}], { NOTION_AS_OF: "2999-02-01T10:00:00" });
    expect(never.everything).toContain("does not say in which zone");
    expect(never.exitCode).not.toBe(0);
  });
});

describe("somebody else behind a name that may be owner", () => {
  const listed = { owners: ["gus@example.com"] };
  const rules = {
    all: "disabled",
    "owners-from-list": { enforcementLevel: "mandatory", ...listed },
    "identity-proven": "mandatory",
  };
  let simulator: Simulator;
  let stack: PolicedStack;
  let eve: { id: string };
  beforeAll(async () => {
    simulator = await startSimulator();
    eve = simulator.workspace.add({ userName: "eve@evil.org", role: "member" });
    stack = await PolicedStack.make(sandbox, "identity", simulator);
  });
  afterAll(() => simulator?.close());
  /** An owner by an id that comes from Gus, and is Eve's. */
  const behindGus = (member?: string) => {
    const { args, ...role } = roleOf("gus@example.com", "owner");
    const { member: _, ...others } = args;
    return [
      user("gus@example.com"),
      { ...role, args: { ...others, ...(member && { member }) }, instead: eve.id },
    ];
  };

  it("is a violation before anything is written: nothing proves whose the id is", async () => {
    for (const operation of ["preview", "up"] as const) {
      const judged = await stack[operation](behindGus(), [pack, rules]);
      expect(judged.violations.map(({ rule }) => rule)).toEqual(["identity-proven"]);
      expect(judged.stopped).toBe(true);
    }
  });

  it("is refused by the provider where the program says that it is Gus", async () => {
    const judged = await stack.up(behindGus("gus@example.com"), [pack, rules]);
    expect(judged.output).toContain("belongs to eve@evil.org, but the assignment is for gus@example.com");
    expect(judged.stopped).toBe(true);
  });

  it("is judged before the write as who they are, although no preview knows them", async () => {
    const judged = await stack.up(behindGus("eve@evil.org"), [pack, rules]);
    expect(judged.violations.map(({ rule }) => rule)).toEqual(["owners-from-list"]);
    expect(judged.stopped).toBe(true);
  });

  it("gets nothing by any of it", () => {
    expect(rolesIn(simulator)["eve@evil.org"]).toBe("member");
  });
});

describe("people in a NotionWorkspace", () => {
  const people: Record<string, Record<string, unknown>> = {
    ...(compliantWorkspace.args.people as object),
    "eve@partner.io": { role: "member", department: "Sales", title: secret("Spy") },
  };
  const { "ci@example.com": _, ...fewer } = people;
  const { groups } = compliantWorkspace.args as { groups: Record<string, object> };
  let simulator: Simulator;
  let stack: PolicedStack;
  beforeAll(async () => {
    simulator = await startSimulator();
    stack = await PolicedStack.make(sandbox, "workspace", simulator);
  });
  afterAll(() => simulator?.close());

  it("who break rules are named, for each rule, at the workspace, by the pack as it is published", async () => {
    const published = await publishPolicies(sandbox);
    const judged = await stack.preview(lawlessWorkspace.program, [published, lawlessConfig]);
    expectSaid(lawlessWorkspace, judged.violations);
    const ofTheStack = [
      "minimum-owners",
      "maximum-owners",
      "maximum-membership-admins",
      "break-glass-owners",
    ];
    for (const { rule, urn } of judged.violations) {
      if (!ofTheStack.includes(rule)) expect(urn).toContain("notion:NotionWorkspace::");
    }
    expect(judged.output).not.toContain(TOKEN);
    expect(judged.output).not.toContain("can't run");
    expect(judged.stopped).toBe(true);
    expect(stack.resources).toEqual([]);
  });

  it("are written as the rules make them, and what else is said of them stays as it is", async () => {
    const judged = await stack.up([workspace(people, { groups })], [pack, mending]);
    expect(judged.violations).toEqual([]);
    expect(judged.stopped).toBe(false);
    expect(membersOf(simulator, "team-partners")).toEqual(["eve@partner.io"]);
    expect(rolesIn(simulator)).toEqual({
      "ada@example.com": "owner",
      "grace@example.com": "owner",
      "linus@example.com": "member",
      "ci@example.com": "member",
      "eve@partner.io": "restricted_member",
    });
    expect(held(stack, "acme")?.people).toMatchObject({
      "ada@example.com": { role: "owner", protect: true },
      "eve@partner.io": {
        role: "restricted_member",
        title: { [SECRET_SIGNATURE]: expect.anything() },
        department: "Sales",
      },
    });
  });

  it("are told and limited as they will be written", async () => {
    const changed = {
      ...fewer,
      "grace@example.com": { ...people["grace@example.com"], title: "Admiral" },
      "kim@partner.io": { role: "owner", department: unknown },
    };
    // Kim is declared as an owner and written as restricted_member, which is no promotion.
    const limits = { maxPromotions: 0, maxRemovals: 0 };
    const judged = await stack.preview([workspace(changed, { limits, groups })], [pack, mending]);
    expect(judged.violations).toEqual([]);
    expect(judged.output).toContain("~ grace@example.com: title");
    expect(judged.output).toContain("+ kim@partner.io joins as restricted_member");
    expect(judged.output).not.toContain("~ eve@partner.io");
    expect(judged.output).toContain("maxRemovals allows 0");
    expect(judged.output).not.toContain("maxPromotions");
    expect(judged.output).not.toContain("can't run");
    expect(judged.stopped).toBe(true);
  });

  it("are judged in the state by `pulumi policy analyze --stack`, after a refresh as Notion has them", async () => {
    simulator.workspace.edit("eve@partner.io", { role: "member" });
    simulator.workspace.editGroup("team-platform", {
      members: simulator.workspace.members.map(({ id }) => id),
    });
    simulator.workspace.editGroup("team-partners", { members: [] });
    expect((await stack.refresh()).exitCode).toBe(0);
    const judged = await stack.analyze([pack, { ...config, ...endsConfig }]);
    expect(rulesIn(judged)).toEqual(["groups-not-empty", "outsiders-not-in-groups", "outsiders-restricted"]);
    expect(judged.stdout).toContain(
      'eve@partner.io (NotionWorkspace "acme") is an outsider and is in group team-platform.',
    );
    expect(judged.stdout).toContain(
      'eve@partner.io (NotionWorkspace "acme") is an outsider and gets the role member',
    );
    expect(judged.everything).not.toContain("Spy");
    expect(judged.exitCode).not.toBe(0);
  });
});

describe("approvals by somebody else", () => {
  const rules = (more = {}) => ({
    all: "disabled",
    "approved-by-another": { enforcementLevel: "mandatory", domains: ["example.com"], ...more },
  });
  const owner = (approver: string) => ({ role: "owner", approvedBy: `${approver}@example.com` });
  const owners = {
    "ada@example.com": owner("grace"),
    "grace@example.com": owner("ada"),
    "kim@example.com": owner("olivia"),
  };

  it("let two named founders begin, and stay valid in a run that takes their approver out", async () => {
    const simulator = await startSimulator();
    try {
      const stack = await PolicedStack.make(sandbox, "approvals", simulator);
      const founded = await stack.up(
        [workspace({ ...owners, "olivia@example.com": { role: "member" } })],
        [pack, rules({ founders: ["ada@example.com", "grace@example.com"] })],
      );
      expect([founded.violations, founded.stopped]).toEqual([[], false]);
      const later = await stack.up([workspace(owners)], [pack, rules()]);
      expect([later.violations, later.stopped]).toEqual([[], false]);
      expect(Object.keys(rolesIn(simulator)).sort()).toEqual(Object.keys(owners));
      const forged = { ...owners, "kim@example.com": owner("ghost") };
      const { violations } = await stack.preview([workspace(forged)], [pack, rules()]);
      expect(violations.map(({ message }) => message)).toEqual([
        expect.stringContaining("approved by ghost@example.com, who is not declared in the stack"),
      ]);
    } finally {
      await simulator.close();
    }
  });
});
