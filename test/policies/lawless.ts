import { expect } from "vitest";
import type { PackConfig } from "../../policies/index";
import { config, endsConfig, TOKEN } from "./company";
import { type Declaration, roleOf, roleOfId, unknown, user, workspace } from "./declarations";

/** A program that breaks every rule that it can, and what is said of it. */
export interface Lawless {
  program: readonly Declaration[];
  /** By rule a part of each message, in the order of the messages. */
  says: Record<string, string[]>;
}

/** Everything is judged, and a company can have too few owners and too many of them at once. */
export const lawlessConfig: PackConfig = {
  ...config,
  ...endsConfig,
  "minimum-owners": { minimum: 9 },
  "nobody-unmanaged": { undeclared: ["restrict", "remove"] },
  "break-glass-owners": { owners: ["root@example.com"] },
  "outsiders-sponsored": { domains: ["example.com"] },
  "privileged-time-limited": { days: 30 },
};

const owner = { protect: true };
const department = "Engineering";
const stays = { department, onRemove: "retain" } as const;
const staff = { role: "member", department };
const ownsForGood = { role: "owner", protect: true, ...stays };
const byAda = { reason: "INC-1, founder", approvedBy: "ada@example.com" };
/** Long past, or far ahead: no test depends on the day on which it runs. */
const over = { until: "2020-01-31", then: "restricted_member" } as const;
const ahead = { until: "2999-01-31", then: "restricted_member" } as const;
const raw = (declared: Declaration, name: string): Declaration => ({ ...declared, name, raw: true });

/** An assignment as a state has it. */
function held(declared: Declaration): Declaration {
  const args = { ...declared.args, timedRole: declared.args.role, userName: `${declared.name}@example.com` };
  return raw({ ...declared, args }, declared.name);
}

/** One resource for each person and role. */
export const lawlessResources: Lawless = {
  program: [
    user("ada@example.com", stays, owner),
    roleOf("ada@example.com", "member"),
    user("grace@example.com", { department }, owner),
    roleOf("grace@example.com", "owner", { reason: "INC-1", approvedBy: "Grace@example.com" }),
    user("kay@example.com", stays, owner),
    roleOf("kay@example.com", "owner", byAda, owner),
    user("eve@partner.io", stays, owner),
    roleOf("eve@partner.io", "owner", byAda, owner),
    user("linus@example.com", { department, title: TOKEN }),
    roleOf("linus@example.com", "member", {}, { ignoreChanges: ["role"] }),
    raw(user("linus@example.com", { department }), "linus-again"),
    { ...roleOf("linus@example.com", "member"), name: "linus-again" },
    user("mallory@elsewhere.net", { department, initialRole: "restricted_member", title: unknown }),
    roleOf("mallory@elsewhere.net", "restricted_member"),
    raw(user("Joan@Example.com", { department, initialRole: "member" }), "joan"),
    user("sam@example.com", { department }),
    user("tim@example.com"),
    user("support@example.com", { department, initialRole: "member" }),
    user("ci@example.com", { department, userType: "Service account" }),
    roleOf("ci@example.com", "membership_admin", { ...ahead, ...byAda }),
    roleOfId("5b0a4c1e-0000-4000-8000-000000000001", "membership_admin", byAda),
    user("kim@example.com", { department }),
    held(roleOf("kim@example.com", "member", { ...over, ...byAda })),
    user("dan@example.com", { department }),
    roleOf("dan@example.com", "member", { ...ahead, ...byAda, reason: "he asked" }),
    // Nothing is known of this person that a rule could judge.
    user(unknown, { department: unknown, initialRole: "member", title: unknown }),
  ],
  says: {
    "allowed-email-domains": ['mallory@elsewhere.net (NotionUser "mallory") is at elsewhere.net'],
    "lower-case-email": ['joan@example.com (NotionUser "joan"): userName has capital letters'],
    "person-declared-once": ['linus@example.com (NotionUser "linus") is declared 2 times'],
    "member-has-role": [
      'sam@example.com (NotionUser "sam") has no declared role',
      'tim@example.com (NotionUser "tim") has no declared role',
    ],
    "required-attributes": ['tim@example.com (NotionUser "tim") has no department'],
    "shared-account-named": ['support@example.com (NotionUser "support") looks like a shared'],
    "nobody-unmanaged": ["The stack declares its people one by one"],
    "minimum-owners": ["The stack declares 3 owners"],
    "maximum-owners": ["The stack declares 3 owners"],
    "owners-from-list": [
      "eve@partner.io is declared owner and is not on the list",
      "kay@example.com is declared owner and is not on the list",
    ],
    "permanent-owners": ["ada@example.com is declared member and must stay owner"],
    "break-glass-owners": ["root@example.com is not declared as an owner"],
    "owners-protected": ['NotionRoleAssignment "grace" is not protected'],
    "maximum-membership-admins": ["The stack declares 2 membership admins"],
    "outsiders-restricted": [
      [
        'eve@partner.io is an outsider and gets the role owner from NotionRoleAssignment "eve".',
        "Allowed: restricted_member for everybody outside example.com.",
        'What to do: set the role to "restricted_member", or add the domain to outsiders-restricted.domains',
      ].join("\n"),
    ],
    "shared-accounts-unprivileged": ["ci@example.com looks like a shared"],
    "identity-proven": ["the member 5b0a4c1e-0000-4000-8000-000000000001"],
    "one-role-per-person": ['The role of linus@example.com (NotionUser "linus") is declared 2 times'],
    "privileged-role-expires": [
      "ci@example.com is membership_admin until at the end of 2999-01-31 UTC",
      'eve@partner.io gets the role owner from NotionRoleAssignment "eve" (role) without an expiration',
      'kay@example.com gets the role owner from NotionRoleAssignment "kay" (role) without an expiration',
      'the member 5b0a4c1e-0000-4000-8000-000000000001 of NotionRoleAssignment "of-5b0a4c1e-0000-4000-8000-000000000001" gets the role membership_admin',
    ],
    "privileged-time-limited": ["ci@example.com would be membership_admin for 365 days of the 365 days"],
    "expired-is-not-held": ['kim@example.com (NotionUser "kim") is still member, but the role expired'],
    "grant-has-reason": ["dan@example.com has access for a time"],
    "approved-by-another": [
      'grace@example.com gets the role owner from NotionRoleAssignment "grace", and they approved it',
    ],
    "outsiders-sponsored": [
      'eve@partner.io (NotionUser "eve") is an outsider and has no expiration',
      'mallory@elsewhere.net (NotionUser "mallory") is an outsider and has no expiration',
    ],
    "no-tokens": ['NotionUser "linus": title looks like a token'],
    "owner-removal-on-purpose": ['grace@example.com (NotionUser "grace") is an owner, and would be removed'],
    "role-changes-seen": ['NotionRoleAssignment "linus" ignores changes of the role'],
  },
};

/** Everybody in a NotionWorkspace. */
export const lawlessWorkspace: Lawless = {
  program: [
    workspace(
      {
        "ada@example.com": staff,
        "grace@example.com": { role: "owner", department, ...byAda },
        "kay@example.com": { ...ownsForGood, ...byAda },
        "linus@example.com": { ...staff, title: TOKEN },
        "sam@example.com": { department },
        "joan@example.com": {
          role: "membership_admin",
          roleUntil: ahead.until,
          roleThen: ahead.then,
          ...byAda,
        },
        "dan@example.com": {
          ...staff,
          role: "membership_admin",
          reason: "he asked",
          approvedBy: "dan@example.com",
        },
        "support@example.com": { ...ownsForGood, ...byAda },
        "eve@partner.io": staff,
        "mallory@elsewhere.net": { ...staff, role: "restricted_member" },
        "trudy@elsewhere.net": staff,
      },
      {
        groups: {
          Everybody: { members: "exact", where: { department: [department] } },
          "team-void": { members: "add" },
        },
      },
      { ignoreChanges: ['people["linus@example.com"].role'] },
    ),
    // As a state has it: the provider folds a manager and keeps ids before policies see them.
    raw(
      workspace(
        {
          "linus@example.com": { ...staff, manager: "Grace@Example.com" },
          "sue@example.com": { ...staff, until: over.until, ...byAda },
          "tim@example.com": {
            ...staff,
            role: "membership_admin",
            roleUntil: over.until,
            roleThen: "member",
            ...byAda,
          },
        },
        {
          ids: { "sue@example.com": "id-1", "tim@example.com": "id-2" },
          undeclared: "remove",
          // As the provider notes it of a change.
          changed: { "sue@example.com": { dropped: true } },
        },
      ),
      "again",
    ),
  ],
  says: {
    "allowed-email-domains": ["mallory@elsewhere.net", "trudy@elsewhere.net"].map(
      (person) => `${person} (NotionWorkspace "acme") is at elsewhere.net`,
    ),
    "lower-case-email": ['linus@example.com (NotionWorkspace "again"): manager has capital letters'],
    "person-declared-once": ['linus@example.com (NotionWorkspace "acme") is declared 2 times'],
    "member-has-role": ['sam@example.com (NotionWorkspace "acme") has no declared role'],
    "required-attributes": ['joan@example.com (NotionWorkspace "acme") has no department'],
    "shared-account-named": ['support@example.com (NotionWorkspace "acme") looks like a shared'],
    "nobody-unmanaged": ['NotionWorkspace "acme" leaves unmanaged members alone'],
    "group-names": ['The name of group Everybody of NotionWorkspace "acme"'],
    "outsiders-not-in-groups": ["eve@partner.io", "mallory@elsewhere.net", "trudy@elsewhere.net"].map(
      (person) => `${person} (NotionWorkspace "acme") is an outsider and is in group Everybody`,
    ),
    "privileged-in-groups-with-reason": [
      'dan@example.com (NotionWorkspace "acme") gets the role membership_admin and is in group Everybody',
    ],
    "groups-not-empty": ['No declared person is in group team-void of NotionWorkspace "acme"'],
    "minimum-owners": ["The stack declares 3 owners"],
    "maximum-owners": ["The stack declares 3 owners"],
    "owners-from-list": ["kay@example.com", "support@example.com"].map(
      (person) => `${person} (NotionWorkspace "acme") is declared owner and is not on the list`,
    ),
    "permanent-owners": ['ada@example.com (NotionWorkspace "acme") is declared member and must stay owner'],
    "break-glass-owners": ["root@example.com is not declared as an owner"],
    "owners-protected": ['grace@example.com in the roster of NotionWorkspace "acme" is not protected'],
    "maximum-membership-admins": ["The stack declares 3 membership admins"],
    "outsiders-restricted": ["eve@partner.io", "trudy@elsewhere.net"].map(
      (person) => `${person} (NotionWorkspace "acme") is an outsider and gets the role member`,
    ),
    "shared-accounts-unprivileged": ['support@example.com (NotionWorkspace "acme") looks like a shared'],
    "one-role-per-person": ['The role of linus@example.com (NotionWorkspace "acme") is declared 2 times'],
    "privileged-role-expires": [
      'dan@example.com (NotionWorkspace "acme") gets the role membership_admin',
      'joan@example.com (NotionWorkspace "acme") is membership_admin until',
      'kay@example.com (NotionWorkspace "acme") gets the role owner',
      'support@example.com (NotionWorkspace "acme") gets the role owner',
    ],
    "privileged-time-limited": [
      'joan@example.com (NotionWorkspace "acme") would be membership_admin for 365 days',
    ],
    "expired-is-not-held": [
      'sue@example.com (NotionWorkspace "again") is still here, but their membership expired',
      'tim@example.com (NotionWorkspace "again") is still membership_admin, but the role expired',
    ],
    "grant-has-reason": ['dan@example.com (NotionWorkspace "acme") gets the role membership_admin'],
    "approved-by-another": ['dan@example.com (NotionWorkspace "acme") gets the role membership_admin'],
    "privileged-access-not-dropped": ["sue@example.com has a privileged role"],
    "outsiders-sponsored": ["eve@partner.io", "mallory@elsewhere.net", "trudy@elsewhere.net"].map(
      (person) => `${person} (NotionWorkspace "acme") is an outsider and has no expiration`,
    ),
    "no-tokens": ['linus@example.com in the roster of NotionWorkspace "acme": title looks like a token'],
    "owner-removal-on-purpose": [
      'grace@example.com (NotionWorkspace "acme") is an owner, and would be removed',
    ],
    "role-changes-seen": ['linus@example.com in the roster of NotionWorkspace "acme" ignores changes'],
  },
};

/** That exactly this is found, and of nobody else; what is found at one resource is told together. */
export function expectSaid(
  { says }: Lawless,
  violations: readonly { rule: string; message: string }[],
): void {
  const said: Record<string, string[]> = {};
  for (const { rule, message } of violations)
    said[rule] = [...(said[rule] ?? []), ...findingsIn(message)].sort();
  const expected = Object.entries(says).map(([rule, parts]) => [
    rule,
    parts.map((part) => expect.stringContaining(part)),
  ]);
  expect(said).toEqual(Object.fromEntries(expected));
}

function findingsIn(message: string): string[] {
  if (!/^\d+ violations:/m.test(message)) return [message];
  return message.split("\n").flatMap((line) => (line.startsWith("- ") ? [line.slice(2)] : []));
}
