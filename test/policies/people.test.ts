import { describe, expect, it } from "vitest";
import {
  allowedEmailDomains,
  lowerCaseEmail,
  memberHasRole,
  personDeclaredOnce,
  requiredAttributes,
  sharedAccountNamed,
} from "../../policies/people";
import { nobodyUnmanaged } from "../../policies/unmanaged";
import { judges } from "./cases";
import { type Declaration, roleOf, unknown, user, workspace, workspaceOf } from "./declarations";

const elsewhere = { ...roleOf("", "member"), name: "elsewhere", of: "nobody-declared" };

describe("rules on people", () => {
  judges(allowedEmailDomains, {
    "an allowed domain passes, in any case": {
      settings: { domains: ["Example.com"] },
      declared: [user("ada@example.com"), user("Grace@EXAMPLE.COM")],
    },
    "another domain fails": {
      settings: { domains: ["example.com"] },
      declared: [user("ada@example.com"), user("eve@example.org")],
      finds: ['eve@example.org (NotionUser "eve") is at example.org'],
    },
    "neither a part of a domain nor a longer one is the domain": {
      settings: { domains: ["example.com"] },
      declared: [user("a@notexample.com"), user("b@example.com.evil.org"), user("c@eu.example.com")],
      finds: ["a@notexample.com", "b@example.com.evil.org", "c@eu.example.com"],
    },
    "an unknown address, and what stands for a secret one, are left alone": {
      settings: { domains: ["example.com"] },
      declared: [user(unknown), user("[secret]")],
    },
    "a role alone is not judged": { settings: { domains: ["example.com"] }, declared: [elsewhere] },
  });

  judges(nobodyUnmanaged, {
    "a workspace that does with unmanaged members what is asked for passes": {
      settings: { undeclared: ["remove", "restrict"] },
      declared: [workspace({ "a@x.com": {} }, { undeclared: "restrict" })],
    },
    "one that leaves them, by default or not, fails": {
      settings: { undeclared: ["remove"] },
      declared: [
        workspace({ "a@x.com": {} }),
        { ...workspace({ "b@x.com": {} }, { undeclared: "report" }), name: "b" },
      ],
      finds: ['undeclared: "ignore"', 'undeclared: "report"'],
    },
    "one that leaves some of them alone fails, unless the company does, too": {
      settings: { undeclared: ["remove"], except: ["*@bots.x.com"] },
      declared: [
        workspace({ "a@x.com": {} }, { undeclared: "remove", except: ["*@Bots.x.com", "*@evil.org"] }),
        { ...workspace({ "b@x.com": {} }, { undeclared: "remove", except: ["*@bots.x.com"] }), name: "b" },
      ],
      finds: ["leaves some unmanaged members alone: *@evil.org (except)"],
    },
    "whom a refresh found fails, by their number": {
      settings: { undeclared: ["remove"] },
      declared: [workspace({ "a@x.com": {} }, { undeclared: "remove", others: 3 })],
      finds: ['The workspace of NotionWorkspace "acme" has 3 unmanaged members'],
    },
    "people declared one by one fail: nothing can tell who else is there": {
      settings: { undeclared: ["remove"] },
      declared: [user("a@x.com"), roleOf("a@x.com", "owner")],
      finds: ["The stack declares its people one by one, so the rule cannot see unmanaged members"],
    },
    "people declared one by one beside a workspace pass: the workspace is judged": {
      settings: { undeclared: ["remove"] },
      declared: [user("a@x.com"), workspace({ "b@x.com": {} }, { undeclared: "remove" })],
    },
  });

  judges(lowerCaseEmail, {
    "small letters pass": { declared: [user("ada@example.com", { manager: "grace@example.com" })] },
    "capitals fail, the manager's too": {
      declared: [user("Ada@example.com", { manager: "Grace@example.com" })],
      finds: ["userName has capital letters", "manager has capital letters"],
    },
    "an unknown address hides no other one": {
      declared: [user(unknown, { manager: "Grace@example.com" })],
      finds: ["manager has capital letters"],
    },
  });

  judges(personDeclaredOnce, {
    "different people pass": { declared: [user("ada@example.com"), user("grace@example.com")] },
    "one address twice fails, whatever its case": {
      declared: [user("ada@example.com"), { ...user("ADA@example.com"), name: "ada-2" }],
      finds: ['is declared 2 times, by NotionUser "ada" and NotionUser "ada-2"'],
    },
    "what stands for a secret address may stand for several": {
      declared: [
        { ...user("[secret]"), name: "a" },
        { ...user("[secret]"), name: "b" },
      ],
    },
    "a person of a workspace who is a NotionUser too fails, whatever the case": {
      declared: [workspace({ "ada@example.com": {} }), user("ADA@example.com")],
      finds: ['is declared 2 times, by NotionWorkspace "acme" and NotionUser "ada"'],
    },
    "unknown addresses may differ": {
      declared: [
        { ...user(unknown), name: "a" },
        { ...user(unknown), name: "b" },
      ],
    },
  });

  judges(memberHasRole, {
    "an assignment, or an initial role, is a role": {
      declared: [
        user("ada@example.com"),
        roleOf("ada@example.com", "owner"),
        user("eve@example.com", { initialRole: "member" }),
      ],
    },
    "an unknown role is one too": {
      declared: [
        user("ada@example.com"),
        roleOf("ada@example.com", unknown),
        user("eve@example.com", { initialRole: unknown as "member" }),
      ],
    },
    "none fails": { declared: [user("ada@example.com")], finds: ["ada@example.com"] },
    "an initial role that the assignment contradicts fails": {
      declared: [user("ada@example.com", { initialRole: "owner" }), roleOf("ada@example.com", "member")],
      finds: ['is added as owner and then gets the role member from NotionRoleAssignment "ada"'],
    },
    "an initial role that a workspace contradicts fails": {
      declared: [
        workspace({ "ada@example.com": { role: "member" } }),
        user("ada@example.com", { initialRole: "owner" }),
      ],
      finds: ['is added as owner and then gets the role member from NotionWorkspace "acme"'],
    },
    "each person of a workspace without a role fails": {
      declared: [workspace({ "a@x.com": {}, "b@x.com": { role: "member" }, "c@x.com": {} })],
      finds: ['a@x.com (NotionWorkspace "acme")', 'c@x.com (NotionWorkspace "acme")'],
    },
    "an unknown role contradicts nothing": {
      declared: [user("ada@example.com", { initialRole: "member" }), roleOf("ada@example.com", unknown)],
    },
    "an assignment that may be anybody's is nobody's": {
      declared: [user("ada@example.com"), user("eve@example.com"), elsewhere],
      finds: ["ada@example.com", "eve@example.com"],
    },
    "whom the program only reads needs none": {
      declared: [user("ada@example.com", { managed: false } as object)],
    },
    "an initial role that is held outside of a time contradicts nothing": {
      declared: [
        user("ada@example.com", { initialRole: "member" }),
        roleOf("ada@example.com", "owner", { until: "2027-01-31", then: "member" }),
      ],
    },
  });

  judges(requiredAttributes, {
    "what is required is there, or not known yet": {
      settings: { attributes: ["department", "name"] },
      declared: [
        user("a@example.com", { department: "IT", name: { formatted: "A" } }),
        user("b@example.com", { department: unknown, name: { givenName: unknown } }),
      ],
    },
    "what is missing fails, an empty name too": {
      settings: { attributes: ["department", "name", "title"] },
      declared: [user("a@example.com", { department: "IT", name: {} })],
      finds: ["has no name and title"],
    },
    "a role is not judged": { settings: { attributes: ["department"] }, declared: [elsewhere] },
  });

  const machines = [
    ...["svc-backup", "bot.deploy", "ci-main", "it.support", "helpdesk2", "info+de", "no-reply", "no_reply"],
    ...["donotreply", "notion-bot", "backup.svc", "root", "webmaster", "devops", "admins"],
  ];
  judges(sharedAccountNamed, {
    "people pass": {
      declared: [
        ...[
          "ada",
          "citizen",
          "itai",
          "it.becker",
          "hr.smith",
          "office-manager.jones",
          "ops_miller",
          "noreen",
          "abbot",
        ].map((name) => user(`${name}@example.com`)),
      ],
    },
    "machines and teams by any name do not": {
      declared: machines.map((name) => user(`${name}@example.com`)),
      finds: machines,
    },
    "shared accounts that say so pass": {
      declared: [
        user("ci@example.com", { name: { formatted: "CI bot" } }),
        user("it@example.com", { userType: "Service account" }),
      ],
    },
    "those that do not fail": {
      declared: [user("no-reply@example.com"), user("CI+notion@example.com", { title: "Robot" })],
      finds: ["no-reply@example.com", "ci+notion@example.com"],
    },
    "an unknown name may say so": { declared: [user("ci@example.com", { name: { formatted: unknown } })] },
    "an unknown address is left alone": { declared: [user(unknown)] },
    "both patterns can be set": {
      settings: { pattern: "^robot-", marker: "machine" },
      declared: [
        user("ci@example.com"),
        user("Robot-1@example.com"),
        user("robot-2@example.com", { userType: "Machine" }),
      ],
      finds: ["robot-1@example.com"],
    },
  });

  it("lower-case-email writes addresses small, and nothing else", () => {
    const fix = (declared: Declaration) =>
      workspaceOf(declared).members.map((member) => lowerCaseEmail.remediate?.(member, {}));
    expect(fix(user("Ada@Example.com", { title: "CEO" }))).toEqual([{ userName: "ada@example.com" }]);
    const withManager = { manager: "Grace@Example.com" };
    expect(fix(user("ada@example.com", withManager))).toEqual([{ manager: "grace@example.com" }]);
    expect(fix(user("ada@example.com"))).toEqual([undefined]);
    expect(fix(workspace({ "ada@example.com": withManager, "eve@example.com": { title: "CEO" } }))).toEqual([
      { manager: "grace@example.com" },
      undefined,
    ]);
  });

  it.each([allowedEmailDomains.idle?.({ domains: [] }), requiredAttributes.idle?.({ attributes: [] })])(
    "without settings is idle: %s",
    (reason) => expect(reason).toMatch(/^no .* configured$/),
  );
});
