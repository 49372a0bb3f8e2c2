import { describe, expect, it } from "vitest";
import { ownerRemovalOnPurpose, ownersProtected } from "../../policies/kept-owners";
import { maximumOwners, ownersFromList } from "../../policies/owners";
import { outsidersRestricted, sharedAccountsUnprivileged } from "../../policies/roles";
import type { Rule } from "../../policies/rule";
import { UNKNOWN } from "../../policies/value";
import {
  type Declaration,
  judged,
  roleOf,
  roleOfId,
  unknown,
  user,
  workspace,
  workspaceOf,
} from "./declarations";

const AHEAD = "2026-12-06T09:00:00Z";
const PAST = "2026-11-01T09:00:00Z";

const listed = (...declared: Declaration[]) =>
  workspaceOf(...declared).reaches.map(({ role, path, from, until }) => [path, role, from, until]);
const assigned = (role: string, args: object) => listed(roleOf("eve@evil.org", role, args));
const entered = (person: Record<string, unknown>, more = {}) =>
  listed(workspace({ "eve@evil.org": person }, more));

describe("the roles that a declaration can lead to are", () => {
  it("the declared one, without an end where none is said", () => {
    expect(assigned("owner", {})).toEqual([["role", "owner", undefined, undefined]]);
    expect(entered({ role: "owner" })).toEqual([["role", "owner", undefined, undefined]]);
  });

  it("later: one whose time has not begun, and what is held before it", () => {
    expect(assigned("owner", { from: AHEAD, then: "member" })).toEqual([
      ["role", "owner", AHEAD, undefined],
      ["roleThen", "member", undefined, AHEAD],
    ]);
  });

  it("afterwards: what is held when a time is over", () => {
    expect(entered({ role: "member", roleUntil: PAST, roleThen: "owner" })).toEqual([
      ["role", "member", undefined, PAST],
      ["roleThen", "owner", PAST, undefined],
    ]);
  });

  it("at creation: initialRole, also beside an assignment", () => {
    expect(listed(user("eve@evil.org", { initialRole: "owner" }), roleOf("eve@evil.org", "member"))).toEqual([
      ["initialRole", "owner", undefined, undefined],
      ["role", "member", undefined, undefined],
    ]);
  });

  it.each<[string, Record<string, unknown>, unknown[]]>([
    ["retain", { onRemove: "retain" }, [["onRemove", "owner", undefined, undefined]]],
    ["a role that is as high", { onRemove: "owner" }, [["onRemove", "owner", undefined, undefined]]],
    [
      "a lower role",
      { onRemove: "membership_admin" },
      [["onRemove", "membership_admin", undefined, undefined]],
    ],
    ["what is not said", {}, []],
  ])("on removal during its time: what onRemove keeps for good (%s)", (_, args, kept) => {
    expect(assigned("owner", { until: AHEAD, then: "member", ...args }).slice(2)).toEqual(kept);
  });

  it("on removal from a roster: the role, for good, where onRemove leaves it; then the end of a membership is none", () => {
    const person = { role: "owner", until: AHEAD };
    expect(entered({ ...person, roleUntil: AHEAD, roleThen: "member", onRemove: "retain" })).toContainEqual([
      "onRemove",
      "owner",
      undefined,
      undefined,
    ]);
    expect(entered(person, { onRemove: "retain" })).toEqual([["role", "owner", undefined, undefined]]);
    expect(entered(person, { onRemove: "restrict" })).toEqual([["role", "owner", undefined, AHEAD]]);
  });

  it("the one that a state holds, where it is another one", () => {
    const inState = { timedRole: "owner", from: AHEAD, then: "restricted_member", userName: "eve@evil.org" };
    expect(listed(roleOfId("7", "member", inState))).toEqual([
      ["role", "owner", AHEAD, undefined],
      ["roleThen", "restricted_member", undefined, AHEAD],
      ["held", "member", undefined, undefined],
    ]);
  });

  it("the one of a roster that a state keeps beside the one that is held", () => {
    const inState = {
      role: "restricted_member",
      timedRole: "owner",
      roleFrom: AHEAD,
      roleThen: "restricted_member",
    };
    expect(entered(inState, { ids: { "eve@evil.org": "7" } })).toEqual([
      ["role", "owner", AHEAD, undefined],
      ["roleThen", "restricted_member", undefined, AHEAD],
    ]);
  });

  it("not known where it is not known", () => {
    expect(assigned(unknown, { until: unknown })).toEqual([["role", UNKNOWN, undefined, UNKNOWN]]);
  });
});

/** An outsider who is to be owner, by each of the paths. */
const PATHS: Record<string, Declaration[]> = {
  now: [user("it@evil.org"), roleOf("it@evil.org", "owner")],
  "later (from)": [
    user("it@evil.org"),
    roleOf("it@evil.org", "owner", { from: AHEAD, then: "restricted_member" }),
  ],
  "afterwards (then)": [
    user("it@evil.org"),
    roleOf("it@evil.org", "restricted_member", { until: PAST, then: "owner" }),
  ],
  "at creation (initialRole)": [user("it@evil.org", { initialRole: "owner" })],
  "by an id of which the e-mail is said": [roleOfId("7", "owner", { member: "it@evil.org" })],
  "later in a roster (roleFrom)": [
    workspace({ "it@evil.org": { role: "owner", roleFrom: AHEAD, roleThen: "restricted_member" } }),
  ],
  "afterwards in a roster (roleThen)": [
    workspace({ "it@evil.org": { role: "restricted_member", roleUntil: PAST, roleThen: "owner" } }),
  ],
  "in a state alone": [
    roleOfId("7", "owner", {
      timedRole: "owner",
      until: "2026-12-04",
      then: "member",
      userName: "it@evil.org",
    }),
  ],
};

describe.each(Object.entries(PATHS))("an owner %s", (_, declared) => {
  const asked: [Rule, object][] = [
    [outsidersRestricted as unknown as Rule, { domains: ["example.com"] }],
    [ownersFromList as unknown as Rule, { owners: ["ada@example.com"] }],
    [sharedAccountsUnprivileged as unknown as Rule, { pattern: "^it@", breakGlass: [] }],
    [maximumOwners as unknown as Rule, { maximum: 0, share: 0, breakGlass: [] }],
    [ownersProtected as unknown as Rule, {}],
  ];
  it.each(asked.map(([rule, settings]) => ({ name: rule.name, rule, settings })))(
    "is one to $name",
    ({ rule, settings }) => {
      const found = judged(rule, declared, settings as never).map((each) => each.found);
      expect(found.join("\n")).toContain("it@evil.org");
    },
  );

  // An assignment alone removes nobody.
  const removes = declared.some(({ kind }) => kind !== "role");
  it(`is ${removes ? "one" : "none"} to owner-removal-on-purpose`, () => {
    expect(judged(ownerRemovalOnPurpose, declared, {}).map(({ found }) => found)).toEqual(
      removes ? [expect.stringContaining("it@evil.org")] : [],
    );
  });
});

it("whoever was owner once, and is no more, is counted no more", () => {
  const past = [user("a@x.com"), roleOf("a@x.com", "owner", { until: PAST, then: "member" })];
  expect(judged(maximumOwners, past, { maximum: 0, share: 0, breakGlass: [] })).toEqual([]);
  expect(judged(ownersProtected, past, {})).toEqual([]);
});
