import { describe, expect, it } from "vitest";
import { clock } from "../../policies/clock";
import {
  approvedByAnother,
  expiredIsNotHeld,
  grantHasReason,
  privilegedRoleExpires,
} from "../../policies/ends";
import { judges } from "./cases";
import { NOW, roleOf, roleOfId, unknown, user, workspace } from "./declarations";

const END = "2026-12-04T18:00:00Z";
const AFTER = Date.parse(END);
const ada = user("ada@example.com");
const person = (more: object) => workspace({ "ada@example.com": { ...more } });
/** The same as a state has it. */
const held = (more: object) =>
  workspace({ "ada@example.com": { ...more } }, { ids: { "ada@example.com": "1" } });

describe("the clock", () => {
  it.each([
    [undefined, NOW],
    [" ", NOW],
    ["2026-12-04T19:00:00+01:00", AFTER],
    ["2026-12-04", Date.parse("2026-12-04T00:00:00Z")],
  ])("with NOTION_AS_OF %j is %d", (asOf, at) => {
    expect(clock({ NOTION_AS_OF: asOf }, NOW)).toBe(at);
  });

  it("refuses a NOTION_AS_OF that may be two moments, in the words of the provider", () => {
    expect(() => clock({ NOTION_AS_OF: "2026-12-04T18:00:00" }, NOW)).toThrow("does not say in which zone");
  });
});

judges(privilegedRoleExpires, {
  "an owner without an end": {
    settings: { owners: ["olivia@example.com"] },
    declared: [ada, roleOf("ada@example.com", "owner"), person({ role: "membership_admin" })],
    finds: ["made membership_admin", "made owner"],
  },
  "an owner by initialRole alone": {
    settings: { owners: ["olivia@example.com"] },
    declared: [user("ada@example.com", { initialRole: "owner" })],
    finds: ['made owner by NotionUser "ada" (initialRole), without an end'],
  },
  "an initialRole that an assignment ends": {
    settings: { owners: ["olivia@example.com"] },
    declared: [
      user("ada@example.com", { initialRole: "owner" }),
      roleOf("ada@example.com", "owner", { until: END, then: "member" }),
    ],
  },
  "a named permanent owner, in capitals": {
    settings: { owners: ["Ada@example.com"] },
    declared: [person({ role: "owner" })],
  },
  "an end as far ahead as is allowed": {
    settings: { owners: ["olivia@example.com"], days: 3 },
    now: AFTER - 3 * 86_400_000,
    declared: [person({ role: "owner", roleUntil: END, roleThen: "member" })],
  },
  "an end a moment further ahead": {
    settings: { owners: ["olivia@example.com"], days: 3 },
    now: AFTER - 3 * 86_400_000 - 1,
    declared: [person({ role: "owner", roleUntil: END, roleThen: "member" })],
    finds: ["is owner until 2026-12-04 18:00 UTC, 3 days ahead"],
  },
  "an end of the membership": {
    settings: { owners: ["olivia@example.com"] },
    declared: [person({ role: "owner", until: END })],
  },
  "a privileged role for afterwards": {
    settings: { owners: ["olivia@example.com"] },
    declared: [person({ role: "owner", roleUntil: END, roleThen: "membership_admin" })],
    finds: ['made membership_admin by NotionWorkspace "acme" (roleThen), without an end'],
  },
  "what is not known yet": {
    settings: { owners: ["olivia@example.com"] },
    declared: [
      ada,
      roleOf("ada@example.com", "owner", { until: unknown, then: "member" }),
      roleOfId("1", "owner"),
    ],
  },
});

judges(expiredIsNotHeld, {
  "what a program declares, and its update will end": {
    now: AFTER,
    declared: [
      ada,
      roleOf("ada@example.com", "owner", { until: END, then: "member" }),
      person({ until: END }),
    ],
  },
  "a role that a state has a moment before its end": {
    now: AFTER - 1,
    declared: [held({ role: "owner", roleUntil: END, roleThen: "member" })],
  },
  "a role that a state has at its end": {
    now: AFTER,
    declared: [
      held({ role: "owner", roleUntil: END, roleThen: "member" }),
      roleOfId("7", "owner", { until: END, then: "member", timedRole: "owner", userName: "eve@example.com" }),
    ],
    finds: [
      'ada@example.com (NotionWorkspace "acme") is still owner, which ended 2026-12-04 18:00 UTC',
      'eve@example.com (NotionRoleAssignment "of-7") is still owner',
    ],
  },
  "a role that was ended, or is less by now": {
    now: AFTER,
    declared: [
      held({ role: "restricted_member", roleUntil: END, roleThen: "member" }),
      roleOfId("7", "member", { until: END, then: "member", timedRole: "owner" }),
    ],
  },
  "a membership that a state has through its last day, and not after it": {
    now: Date.parse("2026-12-05T00:00:00Z"),
    declared: [held({ until: "2026-12-04" })],
    finds: ["still here, and their membership ended at the end of 2026-12-04 UTC"],
  },
});

judges(grantHasReason, {
  "a reason that matches, in any case, and nobody else's": {
    settings: { pattern: "^INC-" },
    declared: [
      workspace({
        "ada@example.com": { role: "owner", reason: "inc-42" },
        "eve@example.com": { role: "member" },
        "sam@example.com": { role: "member", until: END, reason: unknown },
      }),
    ],
  },
  "no reason for a privileged role, or for access for a time": {
    settings: { pattern: "." },
    declared: [
      workspace({ "ada@example.com": { role: "membership_admin" }, "eve@example.com": { from: END } }),
      user("sam@example.com", { initialRole: "owner" }),
    ],
    finds: ["is made membership_admin", "eve@example.com", "is made owner by NotionUser"],
  },
  "a reason that does not match": {
    settings: { pattern: "^INC-" },
    declared: [ada, roleOf("ada@example.com", "owner", { reason: "he asked" })],
    finds: ['and the reason is "he asked"'],
  },
});

judges(approvedByAnother, {
  "approval by somebody else of an allowed domain": {
    settings: { domains: ["example.com"] },
    declared: [person({ role: "owner", approvedBy: "Olivia@Example.com" })],
  },
  "no approval, the own one, and one from elsewhere": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace({
        "ada@example.com": { role: "owner" },
        "eve@example.com": { role: "owner", approvedBy: "Eve@example.com" },
        "sam@example.com": { role: "member", until: END, approvedBy: "olivia@example.org" },
        "kim@example.com": { role: "member" },
      }),
    ],
    finds: ["nobody has approved it", "they approved it themself", "approved by olivia@example.org"],
  },
});
