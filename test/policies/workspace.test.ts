import { describe, expect, it } from "vitest";
import { overridesOf, type PackConfig, parseSettings } from "../../policies/config";
import type { DeclaredResource } from "../../policies/declaration";
import { formatViolations, type Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { readWorkspace } from "../../policies/workspace";
import { breaches, config, endsConfig } from "./company";
import {
  type Declaration,
  judged,
  NOW,
  resourcesOf,
  roleOf,
  roleOfId,
  user,
  workspace,
  workspaceOf,
} from "./declarations";

const rolesByPerson = (...declarations: Declaration[]) =>
  workspaceOf(...declarations).people.map(({ label, assignments }) => [
    label,
    assignments.map(({ role }) => role),
  ]);

describe("a role assignment belongs to", () => {
  it("the person whose e-mail it says, before ids exist, in any order", () => {
    const declared = [user("ada@example.com"), user("eve@example.com"), roleOf("eve@example.com", "owner")];
    for (const order of [declared, declared.toReversed()]) {
      expect(Object.fromEntries(rolesByPerson(...order))).toEqual({
        'ada@example.com (NotionUser "ada")': [],
        'eve@example.com (NotionUser "eve")': ["owner"],
      });
    }
  });

  it("the person whose e-mail the provider noted in the state of the assignment", () => {
    expect(
      rolesByPerson(user("ada@example.com"), roleOfId("id-1", "owner", { userName: "ADA@example.com" })),
    ).toEqual([['ada@example.com (NotionUser "ada")', ["owner"]]]);
  });

  it("that person also after somebody gave them another address in Notion", () => {
    const drifted = user("eve@evil.org", { declaredUserName: "ada@example.com" } as object);
    expect(rolesByPerson(drifted, roleOf("ada@example.com", "owner"))).toEqual([
      ['eve@evil.org (NotionUser "eve")', ["owner"]],
    ]);
  });

  it("the person whose id another assignment has shown, in any order", () => {
    const byId = { ...roleOfId("id-1", "member"), name: "by-id" };
    const withEmail = roleOfId("id-1", "owner", { member: "ada@example.com" });
    for (const order of [
      [byId, withEmail],
      [withEmail, byId],
    ]) {
      expect(rolesByPerson(user("ada@example.com"), ...order)).toEqual([
        ['ada@example.com (NotionUser "ada")', ["owner", "member"]],
      ]);
    }
  });

  it("whom the program only reads, too: a state has them without any inputs", () => {
    const [read, role] = resourcesOf([
      user("ada@example.com", { managed: false } as object),
      roleOf("ada@example.com", "owner"),
    ]);
    const declared = [{ ...read, declared: {} }, role] as DeclaredResource[];
    const [ada] = readWorkspace(declared).people;
    expect(ada?.email).toBe("ada@example.com");
    expect(ada?.members.map(({ managed }) => managed)).toEqual([false]);
    expect(ada?.assignments.map((each) => each.role)).toEqual(["owner"]);
    expect(readWorkspace([{ ...read, props: {} } as DeclaredResource], false).members[0]?.managed).toBe(
      false,
    );
  });

  it("nobody when it says no e-mail, wherever its id comes from", () => {
    const nobody = { ...roleOf("", "owner"), name: "ada", of: "ada" };
    const { people, unproven } = workspaceOf(user("ada@example.com"), nobody);
    expect(people.flatMap(({ assignments }) => assignments)).toEqual([]);
    expect(unproven.map(({ label, email }) => [label, email])).toEqual([
      ['the member of NotionRoleAssignment "ada"', undefined],
    ]);
  });
});

it("resources of other kinds are left out", () => {
  const bucket = { ...resourcesOf([user("ada@example.com")])[0], type: "aws:s3:Bucket" } as DeclaredResource;
  expect(readWorkspace([bucket])).toEqual({
    people: [],
    members: [],
    assignments: [],
    rosters: [],
    unproven: [],
    groups: [],
    joined: [],
    reaches: [],
    isWhole: true,
  });
});

describe("of people one by one, messages name", () => {
  const messagesOf = (program: readonly Declaration[], more: PackConfig = {}) =>
    (rules as readonly Rule[]).flatMap((rule) => {
      const settings = parseSettings(rule, overridesOf(rule, { ...config, ...endsConfig, ...more }).settings);
      return rule.idle?.(settings) === undefined
        ? judged(rule, program, settings).map((each) => formatViolations([each]))
        : [];
    });
  const redacting = (program: readonly Declaration[], names: Record<Declaration["kind"], string[]>) =>
    program.map((each) => ({ ...each, args: { ...each.args, redacted: names[each.kind] } }));
  const broken = Object.entries(breaches).flatMap(([rule, breach]) =>
    typeof breach === "string" ? [] : [{ rule, ...breach }],
  );

  it.each(broken)("no secret e-mail, nor its domain ($rule)", ({ program, config: more }) => {
    // As the classes say it where the program makes the e-mail a secret.
    const secret = { user: ["userName"], role: ["userName", "member", "approvedBy"], workspace: [] };
    const messages = messagesOf(redacting(program, secret), more).join("\n");
    const named = [...messages.matchAll(/[\w.]+@[\w.]*\w|elsewhere\.net/g)].map(([email]) => email);
    const inSettings = new Set(
      JSON.stringify({ ...config, ...endsConfig, ...more }).match(/[\w.]+@[\w.]*\w/g),
    );
    expect(named.filter((email) => !inSettings.has(email))).toEqual([]);
  });

  it("no secret end", () => {
    const ends = { until: "2027-12-19", roleUntil: "2027-11-17", roleThen: "member" };
    const program = [
      workspace(
        { "eve@evil.org": { role: "owner", ...ends } },
        { redacted: { "eve@evil.org": ["until", "roleUntil"] } },
      ),
      { ...roleOf("sam@example.com", "owner", { until: "2027-11-17", then: "member" }), name: "sam" },
    ].map((each) => (each.kind === "role" ? { ...each, args: { ...each.args, redacted: ["until"] } } : each));
    const messages = messagesOf(program, config).join("\n");
    expect(messages).toContain("until [secret]");
    expect(messages).not.toMatch(/2027|ahead/);
  });

  it("no secret role", () => {
    const eve = [
      user("eve@evil.org"),
      roleOf("eve@evil.org", "membership_admin", { until: "2999-01-31", then: "member" }),
    ];
    const messages = messagesOf(redacting(eve, { user: [], role: ["role", "then"], workspace: [] }), {
      "privileged-time-limited": { days: 3 },
    }).join("\n");
    expect(messages).toContain("eve@evil.org is an outsider and gets the role [secret]");
    expect(messages).not.toMatch(/made (membership_admin|member)|be membership_admin|is membership_admin/);
  });
});

describe("a stack of many members and roles", () => {
  // Without the proxies of @pulumi/policy, whose cost would hide ours.
  const members = (count: number): DeclaredResource[] =>
    Array.from({ length: count }, (_, index) => `person-${index}@example.com`)
      .flatMap((email) => [user(email, { initialRole: "member" }), roleOf(email, "owner")])
      .map((each) => ({
        ...(resourcesOf([each])[0] as DeclaredResource),
        props: { ...each.args, userId: "" },
      }));
  const roster = (count: number): DeclaredResource[] => {
    const emails = Array.from({ length: count }, (_, index) => `person-${index}@example.com`);
    const people = Object.fromEntries(emails.map((email) => [email, { role: "owner" }]));
    const ignoreChanges = emails.map((email) => `people["${email}"].role`);
    const declared = workspace(people, { ids: Object.fromEntries(emails.map((email) => [email, email])) });
    const resource = resourcesOf([{ ...declared, opts: { ignoreChanges } }])[0] as DeclaredResource;
    return [{ ...resource, props: declared.args }];
  };
  const everySetting: Record<string, object> = {
    "allowed-email-domains": { domains: ["example.org"] },
    "required-attributes": { attributes: ["department"] },
    "owners-from-list": { owners: ["ada@example.com"] },
    "permanent-owners": { owners: ["ada@example.com"] },
    "outsiders-restricted": { domains: ["example.org"] },
  };

  function judgeAll(resources: DeclaredResource[]): number {
    return (rules as readonly Rule[]).flatMap((rule) =>
      rule.evaluate(readWorkspace(resources), parseSettings(rule, everySetting[rule.name] ?? {}), NOW),
    ).length;
  }

  /** Of this process alone, the least of a few: what else the machine does must not decide. */
  function processorTime(resources: DeclaredResource[]): number {
    const once = () => {
      const before = process.cpuUsage();
      judgeAll(resources);
      return process.cpuUsage(before).user;
    };
    return Math.min(once(), once(), once());
  }

  it.each([
    ["one by one", members],
    ["in one NotionWorkspace", roster],
  ])("%s, is judged in time that grows with its size, not with its square", (_, declared) => {
    const [small, large] = [declared(250), declared(4_000)];
    judgeAll(small);
    // 16 times the size: 16 times the time if it is linear (measured up to 40, with the garbage collector on a
    // busy machine), 256 times if it is quadratic.
    expect(processorTime(large) / processorTime(small)).toBeLessThan(100);
    expect(judgeAll(large)).toBeGreaterThan(4_000 * 5);
  });
});
