import { describe, expect, it } from "vitest";
import { parseSettings } from "../../policies/config";
import type { DeclaredResource } from "../../policies/declaration";
import { messageOf, type Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { readWorkspace } from "../../policies/workspace";
import {
  type Declaration,
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
  it("the person whose NotionUser its userId comes from, before ids exist", () => {
    expect(
      rolesByPerson(user("ada@example.com"), user("eve@example.com"), roleOf("eve@example.com", "owner")),
    ).toEqual([
      ['ada@example.com (NotionUser "ada")', []],
      ['eve@example.com (NotionUser "eve")', ["owner"]],
    ]);
  });

  it("that person even if the program declares the role first", () => {
    expect(rolesByPerson(roleOf("ada@example.com", "owner"), user("ada@example.com"))).toEqual([
      ['ada@example.com (NotionUser "ada")', ["owner"]],
    ]);
  });

  it("the person whose e-mail the state of the assignment holds", () => {
    expect(
      rolesByPerson(user("ada@example.com"), roleOfId("id-1", "owner", { userName: "ADA@example.com" })),
    ).toEqual([['ada@example.com (NotionUser "ada")', ["owner"]]]);
  });

  it("the person whose id another assignment has shown, in any order", () => {
    const byId = { ...roleOfId("id-1", "member"), name: "by-id" };
    const withEmail = roleOfId("id-1", "owner", { userName: "ada@example.com" });
    for (const order of [
      [byId, withEmail],
      [withEmail, byId],
    ]) {
      expect(rolesByPerson(user("ada@example.com"), ...order)).toEqual([
        ['ada@example.com (NotionUser "ada")', ["owner", "member"]],
      ]);
    }
  });

  it("nobody yet when its id comes from several people, or from elsewhere", () => {
    const [ada, eve, role] = resourcesOf([
      user("ada@example.com"),
      user("eve@example.com"),
      roleOf("ada@example.com", "owner"),
    ]);
    const both = { ...role, propertyDependencies: { userId: [ada, eve] } } as DeclaredResource;
    const elsewhere = {
      ...role,
      propertyDependencies: { userId: [{ type: "aws:iam:User", urn: "urn:x" }] },
    } as DeclaredResource;
    for (const assignment of [both, elsewhere]) {
      const { people, unplaced } = readWorkspace([ada, eve, assignment] as DeclaredResource[]);
      expect(people.flatMap(({ assignments }) => assignments)).toEqual([]);
      expect(unplaced).toHaveLength(1);
    }
  });
});

it("resources of other kinds are left out", () => {
  const bucket = { ...resourcesOf([user("ada@example.com")])[0], type: "aws:s3:Bucket" } as DeclaredResource;
  expect(readWorkspace([bucket])).toEqual({
    people: [],
    members: [],
    assignments: [],
    rosters: [],
    unplaced: [],
  });
});

it("an e-mail that is declared secret is not named", () => {
  const eve = user("eve@evil.org", { initialRole: "owner" }, { additionalSecretOutputs: ["userName"] });
  const settings: Record<string, object> = {
    "allowed-email-domains": { domains: ["example.com"] },
    "outsiders-restricted": { domains: ["example.com"] },
  };
  const messages = (rules as readonly Rule[]).flatMap((rule) =>
    rule
      .judge(workspaceOf({ ...eve, name: "x" }), parseSettings(rule, settings[rule.name] ?? {}), NOW)
      .map(messageOf),
  );
  expect(messages.length).toBeGreaterThan(3);
  expect(messages.join("\n")).not.toContain("eve@");
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
      rule.judge(readWorkspace(resources), parseSettings(rule, everySetting[rule.name] ?? {}), NOW),
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
