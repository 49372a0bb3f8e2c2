import { describe, expect, it } from "vitest";
import {
  identityProven,
  maximumMembershipAdmins,
  oneRolePerPerson,
  outsidersRestricted,
  sharedAccountsUnprivileged,
} from "../../policies/roles";
import { judges } from "./cases";
import { type Declaration, roleOf, roleOfId, unknown, user, workspace, workspaceOf } from "./declarations";

const person = (email: string, role: string): Declaration[] => [user(email), roleOf(email, role)];
const somebody = (role: string): Declaration => ({ ...roleOf("", role), name: "somebody", of: "elsewhere" });
const domains = ["example.com"];

describe("rules on roles", () => {
  judges(maximumMembershipAdmins, {
    "as many as allowed pass": {
      settings: { maximum: 1 },
      declared: person("a@example.com", "membership_admin"),
    },
    "more fail": {
      settings: { maximum: 1 },
      declared: [
        ...person("a@example.com", "membership_admin"),
        ...person("b@example.com", "membership_admin"),
      ],
      finds: ["2 membership admins: a@example.com"],
    },
    "unknown ones do not count, owners neither": {
      settings: { maximum: 0 },
      declared: [
        ...person("a@example.com", unknown),
        ...person("b@example.com", "owner"),
        somebody("membership_admin"),
      ],
    },
  });

  judges(outsidersRestricted, {
    "insiders hold what they like": { settings: { domains }, declared: person("a@Example.com", "owner") },
    "restricted outsiders pass": {
      settings: { domains },
      declared: person("eve@evil.org", "restricted_member"),
    },
    "an outsider with another role fails": {
      settings: { domains },
      declared: person("eve@evil.org", "member"),
      finds: ["is an outsider and gets the role member"],
    },
    "an initial role that is lowered at once fails: it is held until then": {
      settings: { domains },
      declared: [user("eve@evil.org", { initialRole: "owner" }), roleOf("eve@evil.org", "restricted_member")],
      finds: ["is an outsider and gets the role owner from NotionUser"],
    },
    "every role that is too high is reported": {
      settings: { domains },
      declared: [user("eve@evil.org", { initialRole: "member" }), roleOf("eve@evil.org", "owner")],
      finds: ["gets the role member", "gets the role owner"],
    },
    "a role that the server invented is too high": {
      settings: { domains },
      declared: person("eve@evil.org", "temporary_member"),
      finds: ["gets the role temporary_member"],
    },
    "no role means Notion's own, which is too high": {
      settings: { domains },
      declared: [user("eve@evil.org")],
      finds: ["Notion makes them member"],
    },
    "each outsider of a workspace fails, also without a role": {
      settings: { domains },
      declared: [
        workspace({
          "eve@evil.org": { role: "owner" },
          "sam@evil.org": {},
          "kim@evil.org": { role: "restricted_member" },
        }),
      ],
      finds: ['gets the role owner from NotionWorkspace "acme"', "sam@evil.org"],
    },
    "an outsider of a workspace whose role is too high outside of its time fails": {
      settings: { domains },
      declared: [workspace({ "eve@evil.org": { role: "restricted_member", roleThen: "owner" } })],
      finds: ['eve@evil.org (NotionWorkspace "acme") is an outsider and gets the role owner'],
    },
    "also where an assignment may be theirs, which nothing says": {
      settings: { domains },
      declared: [user("eve@evil.org"), somebody("restricted_member")],
      finds: ["Notion makes them member"],
    },
    "an initial role alone is not managed: nobody would notice a promotion in Notion": {
      settings: { domains },
      declared: [user("eve@evil.org", { initialRole: "restricted_member" })],
      finds: ['eve@evil.org (NotionUser "eve") is an outsider and has only an initialRole'],
    },
    "whom the program only reads is somebody else's to manage, unless it gives them a role": {
      settings: { domains },
      declared: [
        user("eve@evil.org", { managed: false } as object),
        user("sam@evil.org", { managed: false } as object),
        roleOf("sam@evil.org", "member"),
      ],
      finds: ["sam@evil.org is an outsider and gets the role member"],
    },
    "a role that is to come, and one after a time, are too high before that": {
      settings: { domains },
      declared: [
        user("eve@evil.org"),
        roleOf("eve@evil.org", "owner", { from: "2026-12-06", then: "restricted_member" }),
        workspace({
          "sam@evil.org": { role: "restricted_member", roleUntil: "2026-11-01", roleThen: "owner" },
        }),
      ],
      finds: ["eve@evil.org is an outsider and gets the role owner", "sam@evil.org"],
    },
    "an unknown role or address is left alone": {
      settings: { domains },
      declared: [
        ...person("eve@evil.org", unknown),
        { ...user(unknown, { initialRole: "owner" }), name: "x" },
      ],
    },
    "the e-mail in the state of an assignment is enough": {
      settings: { domains },
      declared: [roleOfId("id-1", "owner", { userName: "eve@evil.org" })],
      finds: ["eve@evil.org"],
    },
  });

  judges(sharedAccountsUnprivileged, {
    "people hold what they like": { declared: person("ada@example.com", "owner") },
    "shared accounts are members": { declared: person("ci@example.com", "member") },
    "a shared owner fails, a shared membership admin too": {
      declared: [
        ...person("ci@example.com", "owner"),
        user("svc-x@example.com", { initialRole: "membership_admin" }),
      ],
      finds: ["gets the role owner", "gets the role membership_admin"],
    },
    "an unknown role or address is left alone": {
      declared: [
        ...person("ci@example.com", unknown),
        { ...user(unknown, { initialRole: "owner" }), name: "x" },
      ],
    },
    "what a shared account is outside of its role's time counts, too": {
      declared: [workspace({ "ci@example.com": { role: "member", roleThen: "membership_admin" } })],
      finds: ["gets the role membership_admin"],
    },
    "the pattern can be set": {
      settings: { pattern: "^ada@" },
      declared: person("Ada@example.com", "owner"),
      finds: ["ada@example.com"],
    },
  });

  judges(oneRolePerPerson, {
    "one each passes": {
      declared: [...person("a@example.com", "owner"), ...person("b@example.com", "member")],
    },
    "two fail before ids exist, even if they agree": {
      declared: [
        ...person("a@example.com", "member"),
        { ...roleOf("a@example.com", "member"), name: "again" },
      ],
      finds: [
        'The role of a@example.com (NotionUser "a") is declared 2 times: NotionRoleAssignment "a" (member) and NotionRoleAssignment "again" (member)',
      ],
    },
    "two fail by the same id": {
      declared: [roleOfId("id-1", "member"), { ...roleOfId("id-1", "owner"), name: "again" }],
      finds: ["the member id-1"],
    },
    "two fail where one knows the id and one the person": {
      declared: [
        user("a@example.com"),
        roleOf("a@example.com", "member", { userId: "id-1" }),
        roleOfId("id-1", "owner"),
      ],
      finds: ["a@example.com"],
    },
    "a role of a workspace and a role assignment fail": {
      declared: [
        workspace({ "a@x.com": { role: "member" } }, { ids: { "a@x.com": "id-1" } }),
        roleOfId("id-1", "owner"),
      ],
      finds: ['2 times: NotionWorkspace "acme" (member) and NotionRoleAssignment "of-id-1" (owner)'],
    },
    "a role assignment for a person of a workspace who has no role there passes": {
      declared: [workspace({ "a@x.com": {} }, { ids: { "a@x.com": "id-1" } }), roleOfId("id-1", "owner")],
    },
    "unknown people may differ": { declared: [somebody("member"), { ...somebody("member"), name: "else" }] },
  });

  judges(identityProven, {
    "an assignment that says whose it is passes: the provider holds that against the id": {
      declared: [...person("a@example.com", "owner"), roleOfId("id-1", "owner", { member: "b@example.com" })],
    },
    "an id alone fails for any role": {
      declared: [roleOfId("id-1", "owner"), roleOfId("id-3", "member")],
      finds: ["the member id-1 of", "the member id-3 of"],
    },
    "an id that is not known yet fails, too: it may be anybody's": {
      declared: [somebody("owner"), somebody("member")],
      finds: ["gets the role owner without a proven identity", "gets the role member"],
    },
    "whose e-mail is known in the update alone is judged there": {
      declared: [roleOfId("id-1", "owner", { member: unknown })],
    },
  });

  it("outsiders-restricted lowers the initial role of outsiders, and of nobody else", () => {
    const fix = (declared: Declaration) =>
      workspaceOf(declared).members.map((member) => outsidersRestricted.remediate?.(member, { domains }));
    expect(fix(user("eve@evil.org", { initialRole: "owner" }))).toEqual([
      { initialRole: "restricted_member" },
    ]);
    expect(fix(user("eve@evil.org", { initialRole: "restricted_member" }))).toEqual([undefined]);
    expect(fix(user("eve@evil.org"))).toEqual([undefined]);
    expect(fix(user("ada@example.com", { initialRole: "owner" }))).toEqual([undefined]);
  });

  it("outsiders-restricted sets the role of outsiders in a workspace, also where they have none", () => {
    const people = {
      "eve@evil.org": { role: "owner" },
      "sam@evil.org": {},
      "kim@evil.org": { role: "restricted_member" },
      "zoe@evil.org": { role: unknown },
      "joe@evil.org": { role: "restricted_member", roleThen: "member" },
      "ada@example.com": { role: "owner" },
    };
    const { members } = workspaceOf(workspace(people));
    const fixes = members.map((member) => outsidersRestricted.remediate?.(member, { domains }));
    const restricted = { role: "restricted_member" };
    expect(fixes).toEqual([
      restricted,
      restricted,
      undefined,
      undefined,
      { roleThen: "restricted_member" },
      undefined,
    ]);
  });
});
