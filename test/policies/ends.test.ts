import { describe, expect, it } from "vitest";
import { approvedByAnother } from "../../policies/approval";
import { clock } from "../../policies/config";
import { expiredIsNotHeld, privilegedRoleExpires, privilegedTimeLimited } from "../../policies/ends";
import { grantHasReason, outsidersSponsored } from "../../policies/grants";
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
    finds: ["gets the role owner", "gets the role membership_admin"],
  },
  "an owner until a lower role begins: no approval is asked for when that is put off, and no total counts it":
    {
      settings: { owners: ["olivia@example.com"] },
      declared: [
        person({ role: "member", roleFrom: END, roleThen: "owner" }),
        roleOf("eve@example.com", "member", { from: END, then: "membership_admin" }),
        person({ role: "member", roleFrom: END, roleUntil: END, roleThen: "owner", until: "2026-12-20" }),
      ],
      finds: [
        'gets the role owner from NotionWorkspace "acme" (roleThen), outside the time of a lower role',
        'gets the role membership_admin from NotionRoleAssignment "eve" (then), outside the time of a lower role',
        'gets the role owner from NotionWorkspace "acme" (roleThen), outside the time of a lower role',
      ],
    },
  "an owner for hours who is membership admin until their membership ends passes": {
    settings: { owners: ["olivia@example.com"] },
    declared: [person({ role: "owner", roleUntil: END, roleThen: "membership_admin", until: "2026-12-20" })],
  },
  "an owner by initialRole alone": {
    settings: { owners: ["olivia@example.com"] },
    declared: [user("ada@example.com", { initialRole: "owner" })],
    finds: ['gets the role owner from NotionUser "ada" (initialRole) without an expiration'],
  },
  "an initialRole beside an assignment that ends: it has no end of its own": {
    settings: { owners: ["olivia@example.com"] },
    declared: [
      user("ada@example.com", { initialRole: "owner" }),
      roleOf("ada@example.com", "owner", { until: END, then: "member" }),
    ],
    finds: ['gets the role owner from NotionUser "ada" (initialRole) without an expiration'],
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
    finds: ['gets the role membership_admin from NotionWorkspace "acme" (roleThen) without an expiration'],
  },
  "what is not known yet": {
    settings: { owners: ["olivia@example.com"] },
    declared: [
      ada,
      roleOf("ada@example.com", "owner", { until: unknown, then: "member" }),
      roleOfId("1", "owner", { member: unknown }),
    ],
  },
  "whoever an id alone names: nobody of those who may": {
    settings: { owners: ["olivia@example.com"] },
    declared: [roleOfId("1", "owner")],
    finds: ["the member 1 of"],
  },
});

judges(privilegedRoleExpires, {
  "a role that stays when its line goes away: an end, and then none in two changes": {
    settings: { owners: ["olivia@example.com"] },
    declared: [
      ada,
      roleOf("ada@example.com", "owner", { until: END, then: "member", onRemove: "retain" }),
      workspace({
        "eve@example.com": { role: "owner", roleUntil: END, roleThen: "member", onRemove: "retain" },
        "kim@example.com": { role: "owner", until: END, onRemove: "retain" },
      }),
    ],
    finds: [
      "ada@example.com stays owner for good if NotionRoleAssignment",
      'eve@example.com (NotionWorkspace "acme") stays owner for good',
      'kim@example.com (NotionWorkspace "acme") gets the role owner from NotionWorkspace "acme" (role) without an expiration',
    ],
  },
  "a break-glass owner": {
    settings: { owners: ["olivia@example.com"], breakGlass: ["root@example.com"] },
    declared: [workspace({ "root@example.com": { role: "owner" } })],
  },
});

const DAYS = (from: number) => new Date(NOW + from * 86_400_000).toISOString();

judges(privilegedTimeLimited, {
  "as many days as are allowed pass, those before the period not counted": {
    settings: { days: 10, period: 30 },
    declared: [
      workspace(
        { "ada@example.com": { role: "owner", roleUntil: DAYS(4), roleThen: "member" } },
        {
          privileged: {
            "ada@example.com": [
              { since: DAYS(-90), until: DAYS(-60) },
              { since: DAYS(-9), until: DAYS(-3) },
              { since: DAYS(0) },
            ],
          },
        },
      ),
    ],
  },
  "an end that is moved again and again runs into the limit": {
    settings: { days: 10 },
    declared: [
      ada,
      roleOf("ada@example.com", "owner", {
        until: DAYS(2),
        then: "member",
        privileged: [{ since: DAYS(-9) }],
      } as object),
    ],
    finds: ["ada@example.com would be owner for 11 days of the 365 days until"],
  },
  "what is to begin counts from there": {
    settings: { days: 3 },
    declared: [person({ role: "owner", roleFrom: DAYS(8), roleUntil: DAYS(10), roleThen: "member" })],
  },
});

judges(outsidersSponsored, {
  "an outsider with an end and somebody of the house who answers passes, and insiders do": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace({ "eve@evil.org": { until: END, approvedBy: "ada@example.com" }, "kim@example.com": {} }),
    ],
  },
  "no end, one that is too far ahead or that leaves them, and no sponsor or one from outside, fail": {
    settings: { domains: ["example.com"], days: 3 },
    declared: [
      workspace({
        "a@evil.org": { approvedBy: "ada@example.com" },
        "b@evil.org": { until: "2027-12-04", approvedBy: "ada@example.com" },
        "c@evil.org": { until: "2026-12-02", onRemove: "retain", approvedBy: "ada@example.com" },
        "d@evil.org": { until: "2026-12-02" },
        "e@evil.org": { until: "2026-12-02", approvedBy: "a@evil.org" },
      }),
      user("f@evil.org"),
    ],
    finds: [
      "has no expiration",
      "stays until",
      "has no expiration",
      "has no sponsor",
      "has a sponsor from outside",
      "has no expiration and has no sponsor",
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
      'ada@example.com (NotionWorkspace "acme") is still owner, but the role expired 2026-12-04 18:00 UTC',
      "eve@example.com is still owner",
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
    finds: ["still here, but their membership expired at the end of 2026-12-04 UTC"],
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
    finds: ["gets the role membership_admin", "eve@example.com", "gets the role owner from NotionUser"],
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
    declared: [person({ role: "owner", approvedBy: "Olivia@Example.com" }), user("olivia@example.com")],
  },
  "approval by somebody who is declared elsewhere, and named": {
    settings: { domains: ["example.com"], approvers: ["Olivia@example.com"] },
    declared: [person({ role: "owner", approvedBy: "olivia@example.com" })],
  },
  "approval of a new grant by somebody whom nothing declares": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace(
        Object.fromEntries(
          ["ada", "eve", "kim", "sam"].map((name) => [
            `${name}@example.com`,
            { role: "owner", approvedBy: `ghost-of-${name}@example.com` },
          ]),
        ),
        {
          changed: {
            "ada@example.com": { begins: true },
            "eve@example.com": { extended: true },
            "kim@example.com": { raised: true },
            "sam@example.com": { approvedAnew: true },
          },
        },
      ),
    ],
    finds: ["ada", "eve", "kim", "sam"].map(
      (name) => `approved by ghost-of-${name}@example.com, who is not declared in the stack`,
    ),
  },
  "a grant that stays as it was keeps its approval when the approver's own row goes": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace(
        {
          "ada@example.com": {
            role: "owner",
            roleUntil: END,
            roleThen: "member",
            approvedBy: "old@example.com",
          },
          "eve@example.com": { role: "member", until: END, approvedBy: "old@example.com" },
        },
        { changed: { "old@example.com": { wasOwner: true } } },
      ),
    ],
  },
  "two founders, whom the settings name, approve each other when the stack begins": {
    settings: { domains: ["example.com"], founders: ["Ada@example.com", "eve@example.com"] },
    declared: [
      workspace(
        {
          "ada@example.com": { role: "owner", approvedBy: "eve@example.com" },
          "eve@example.com": { role: "owner", approvedBy: "ada@example.com" },
        },
        { changed: { "ada@example.com": { begins: true }, "eve@example.com": { begins: true } } },
      ),
    ],
  },
  "founders approve neither themselves nor, in one change, each other's longer time": {
    settings: {
      domains: ["example.com"],
      founders: ["ada@example.com", "eve@example.com", "kim@example.com"],
    },
    declared: [
      workspace(
        {
          "ada@example.com": { role: "owner", until: END, approvedBy: "eve@example.com" },
          "eve@example.com": { role: "owner", until: END, approvedBy: "ada@example.com" },
          "kim@example.com": { role: "owner", approvedBy: "kim@example.com" },
        },
        {
          changed: {
            "ada@example.com": { extended: true },
            "eve@example.com": { begins: true },
            "kim@example.com": { begins: true },
          },
        },
      ),
    ],
    finds: [
      "they approved it themselves",
      "approved by eve@example.com, whose access they approve in the same change",
      "approved by ada@example.com, whose access they approve in the same change",
    ],
  },
  "one founder and somebody whom the settings do not name approve each other in vain": {
    settings: { domains: ["example.com"], founders: ["ada@example.com"] },
    declared: [
      workspace(
        {
          "ada@example.com": { role: "owner", approvedBy: "eve@example.com" },
          "eve@example.com": { role: "owner", approvedBy: "ada@example.com" },
        },
        { changed: { "ada@example.com": { begins: true }, "eve@example.com": { begins: true } } },
      ),
    ],
    finds: ["approved by eve@example.com, whose", "approved by ada@example.com, whose"],
  },
  "approval by a shared account": {
    settings: { domains: ["example.com"] },
    declared: [person({ role: "owner", approvedBy: "it@example.com" }), user("it@example.com")],
    finds: ["approved by it@example.com, which looks like a shared account"],
  },
  "the own approval under a plus-address, and the other way round": {
    settings: { domains: ["example.com"] },
    declared: [
      person({ role: "owner", approvedBy: "ada+oncall@example.com" }),
      user("ada+oncall@example.com"),
      user("eve+x@example.com"),
      user("eve@example.com"),
      roleOf("eve+x@example.com", "owner", { approvedBy: "eve@example.com" }),
    ],
    finds: ["they approved it themselves", "they approved it themselves"],
  },
  "an end that moves with the approval of before": {
    settings: { domains: ["example.com"] },
    declared: [
      user("olivia@example.com"),
      workspace(
        {
          "ada@example.com": {
            role: "owner",
            roleUntil: END,
            roleThen: "member",
            approvedBy: "olivia@example.com",
          },
        },
        { changed: { "ada@example.com": { extended: true, sameApproval: true } } },
      ),
    ],
    finds: ["it ends later or begins sooner than before, with the earlier approval"],
  },
  "a higher role with the approval of before": {
    settings: { domains: ["example.com"] },
    declared: [
      user("olivia@example.com"),
      workspace(
        { "ada@example.com": { role: "owner", until: END, approvedBy: "olivia@example.com" } },
        { changed: { "ada@example.com": { raised: true, sameApproval: true } } },
      ),
    ],
    finds: ["the role is higher than before, with the earlier approval"],
  },
  "an end that moves with an approval of its own": {
    settings: { domains: ["example.com"] },
    declared: [
      user("olivia@example.com"),
      workspace(
        {
          "ada@example.com": {
            role: "owner",
            roleUntil: END,
            roleThen: "member",
            approvedBy: "olivia@example.com",
          },
        },
        { changed: { "ada@example.com": { extended: true } } },
      ),
    ],
  },
  "two who approve each other in one change, and not one after the other": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace(
        {
          "ada@example.com": { role: "owner", approvedBy: "eve@example.com" },
          "eve@example.com": { role: "owner", approvedBy: "ada@example.com" },
          "kim@example.com": { role: "owner", approvedBy: "sam@example.com" },
          "sam@example.com": { role: "owner", approvedBy: "kim@example.com" },
        },
        {
          changed: {
            "ada@example.com": { begins: true },
            "eve@example.com": { begins: true },
            "kim@example.com": { begins: true },
          },
        },
      ),
    ],
    finds: [
      "approved by eve@example.com, whose access they approve in the same change",
      "approved by ada@example.com, whose access they approve in the same change",
    ],
  },
  // In a stack's first run somebody has to begin: three owners and no one beside them approve each other so.
  "three in a ring pass": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace(
        {
          "ada@example.com": { role: "owner", approvedBy: "eve@example.com" },
          "eve@example.com": { role: "owner", approvedBy: "kim@example.com" },
          "kim@example.com": { role: "owner", approvedBy: "ada@example.com" },
          "sam@example.com": { role: "owner", approvedBy: "ada@example.com" },
        },
        {
          changed: {
            "ada@example.com": { begins: true },
            "eve@example.com": { begins: true },
            "kim@example.com": { begins: true },
            "sam@example.com": { begins: true },
          },
        },
      ),
    ],
  },
  "somebody who is no member at this moment approves nothing new; what they approved before stays": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace(
        {
          "ada@example.com": { role: "owner", approvedBy: "old@example.com" },
          "eve@example.com": { role: "owner", approvedBy: "new@example.com" },
          "kim@example.com": { role: "owner", approvedBy: "old@example.com" },
          "old@example.com": { role: "member", until: "2026-11-01", approvedBy: "ada@example.com" },
          "new@example.com": { role: "member", from: "2026-12-20", approvedBy: "ada@example.com" },
        },
        { changed: { "ada@example.com": { begins: true }, "eve@example.com": { begins: true } } },
      ),
    ],
    finds: [
      "approved by old@example.com, whose membership has expired",
      "approved by new@example.com, whose membership has not begun",
    ],
  },
  "break-glass owners need none": {
    settings: { domains: ["example.com"], breakGlass: ["root@example.com"] },
    declared: [workspace({ "root@example.com": { role: "owner" } })],
  },
  "no approval, the own one, and one from elsewhere": {
    settings: { domains: ["example.com"] },
    declared: [
      workspace({
        "ada@example.com": { role: "owner" },
        "eve@example.com": { role: "owner", approvedBy: "Eve@example.com" },
        "sam@example.com": { role: "member", until: END, approvedBy: "olivia@example.org" },
        "kim@example.com": { role: "member" },
        "olivia@example.org": { role: "member" },
      }),
    ],
    finds: ["nobody has approved it", "they approved it themselves", "approved by olivia@example.org"],
  },
});
