import type { PackConfig } from "../../policies/index";
import { type Declaration, roleOf, roleOfId, user, workspace } from "./declarations";

/** A company whose declarations break no rule, and for each rule one change that breaks it and nothing else. */

const owner = { protect: true };
const department = "Engineering";
const stays = { department, onRemove: "retain" } as const;

/** Put together here, so that no scanner takes this file for a leak. */
export const TOKEN = `ntn_${"1234567890".repeat(4)}`;

/** Everything is judged, and stops whatever breaks it. */
export const config: PackConfig = {
  all: "mandatory",
  "allowed-email-domains": { domains: ["example.com", "partner.io"] },
  "required-attributes": { attributes: ["department"] },
  "group-names": { pattern: "^team-" },
  "outsiders-not-in-groups": { domains: ["example.com"], except: ["team-partners"] },
  "maximum-owners": { maximum: 2 },
  "owners-from-list": { owners: ["ada@example.com", "grace@example.com", "linus@example.com"] },
  "permanent-owners": { owners: ["ada@example.com"] },
  "maximum-membership-admins": { maximum: 1 },
  "outsiders-restricted": { domains: ["example.com"] },
  // Not every company asks for these.
  "break-glass-owners": "disabled",
  "nobody-unmanaged": "disabled",
  "outsiders-sponsored": "disabled",
  "privileged-time-limited": "disabled",
};

/** Switches on the rules about ends and reasons that ask for a setting. */
export const endsConfig: PackConfig = {
  "privileged-in-groups-with-reason": { pattern: "^INC-\\d+" },
  "privileged-role-expires": { owners: ["ada@example.com", "grace@example.com"], days: 14 },
  "grant-has-reason": { pattern: "^INC-\\d+" },
  "approved-by-another": { domains: ["example.com"] },
};

const byLinus = { reason: "INC-1, founder", approvedBy: "linus@example.com" };
const byGrace = { reason: "INC-1, founder", approvedBy: "grace@example.com" };
const byAda = { reason: "INC-1, founder", approvedBy: "Ada@example.com" };

const ada = user("ada@example.com", stays, owner);
const grace = user("grace@example.com", stays, owner);
const linus = user("linus@example.com", stays, owner);
const eve = user("eve@partner.io", { department, initialRole: "restricted_member" });
const ci = user("ci@example.com", { department, userType: "Service account" });
const adaOwns = roleOf("ada@example.com", "owner", byLinus, owner);
const graceOwns = roleOf("grace@example.com", "owner", byAda, owner);
/** Long past, or far ahead: no test depends on the day on which it runs. */
const over = { until: "2020-01-31", then: "restricted_member" } as const;
const ahead = { until: "2999-01-31", then: "restricted_member" } as const;
const linusIsMember = roleOf("linus@example.com", "member", { ...ahead, ...byGrace });
const eveIsRestricted = roleOf("eve@partner.io", "restricted_member");
const ciIsMember = roleOf("ci@example.com", "member");

/** What nobody objects to. */
export const compliant: readonly Declaration[] = [
  ...[ada, grace, linus, eve, ci],
  ...[adaOwns, graceOwns, linusIsMember, eveIsRestricted, ciIsMember],
];

/** An assignment as a state has it. */
function asHeld(declared: Declaration): Declaration {
  const args = { ...declared.args, timedRole: declared.args.role, userName: `${declared.name}@example.com` };
  return { ...declared, args, raw: true };
}

/** An outsider of whom nothing else is wrong. */
const mallory = [
  user("mallory@elsewhere.net", { department, initialRole: "restricted_member" }),
  roleOf("mallory@elsewhere.net", "restricted_member"),
];

const withAll = (...more: Declaration[]) => [...compliant, ...more];
const changed = (...changes: Declaration[]) =>
  compliant.map(
    (each) => changes.find((change) => change.kind === each.kind && change.name === each.name) ?? each,
  );

export interface Breach {
  program: readonly Declaration[];
  /** What the violation says, in part: whom it is about. */
  says: string;
  /** Beside the company's. */
  config?: PackConfig;
}

/** A setting that switches on one of the rules that ask for it. */
const switchedOn = (rule: keyof PackConfig) => ({ config: { [rule]: endsConfig[rule] } as PackConfig });

const ONLY_IN_A_WORKSPACE = "only a NotionWorkspace can break it";
const BY_THE_PACK = "what the pack notes of all rules breaks it";

/** By rule; those of which there is no breach by resources for each person say why. */
export const breaches: Record<string, Breach | string> = {
  "allowed-email-domains": {
    program: withAll(...mallory),
    says: 'mallory@elsewhere.net (NotionUser "mallory") is at elsewhere.net',
  },
  "lower-case-email": {
    program: withAll({ ...user("Kay@Example.com", { department, initialRole: "member" }), raw: true }),
    says: 'kay@example.com (NotionUser "kay"): userName has capital letters',
  },
  "person-declared-once": {
    program: withAll({ ...user("linus@example.com", stays, owner), name: "linus-again", raw: true }),
    says: "linus@example.com",
  },
  "member-has-role": {
    program: withAll(user("kay@example.com", { department })),
    says: 'kay@example.com (NotionUser "kay") has no declared role',
  },
  "required-attributes": {
    program: withAll(user("kay@example.com", { initialRole: "member" })),
    says: 'kay@example.com (NotionUser "kay") has no department',
  },
  "shared-account-named": {
    program: withAll(user("support@example.com", { department, initialRole: "member" })),
    says: "support@example.com",
  },
  "nobody-unmanaged": {
    program: compliant,
    says: "The stack declares its people one by one, so the rule cannot see unmanaged members",
    config: { "nobody-unmanaged": { undeclared: ["restrict", "remove"] } },
  },
  "group-names": ONLY_IN_A_WORKSPACE,
  "outsiders-not-in-groups": ONLY_IN_A_WORKSPACE,
  "privileged-in-groups-with-reason": ONLY_IN_A_WORKSPACE,
  "groups-not-empty": ONLY_IN_A_WORKSPACE,
  "minimum-owners": {
    program: changed(roleOf("grace@example.com", "member")),
    says: 'The stack declares one owner: ada@example.com (NotionUser "ada")',
  },
  "maximum-owners": {
    program: changed(roleOf("linus@example.com", "owner", {}, owner)),
    says: "The stack declares 3 owners",
  },
  "owners-from-list": {
    program: [
      ...changed(roleOf("grace@example.com", "member")),
      user("kay@example.com", stays, owner),
      roleOf("kay@example.com", "owner", {}, owner),
    ],
    says: "kay@example.com is declared owner and is not on the list",
  },
  "permanent-owners": {
    program: changed(roleOf("ada@example.com", "member"), roleOf("linus@example.com", "owner", {}, owner)),
    says: "ada@example.com is declared member and must stay owner",
  },
  "break-glass-owners": {
    program: compliant,
    says: "root@example.com is not declared as an owner and must stay one",
    config: { "break-glass-owners": { owners: ["root@example.com"] } },
  },
  "owners-protected": {
    program: changed(roleOf("grace@example.com", "owner")),
    says: 'NotionRoleAssignment "grace" is not protected',
  },
  "maximum-membership-admins": {
    program: withAll(
      user("kay@example.com", { department, initialRole: "membership_admin" }),
      user("joan@example.com", { department, initialRole: "membership_admin" }),
    ),
    says: "The stack declares 2 membership admins",
  },
  "outsiders-restricted": {
    program: changed(user("eve@partner.io", { department }), roleOf("eve@partner.io", "member")),
    says: "eve@partner.io is an outsider and gets the role member",
  },
  "shared-accounts-unprivileged": {
    program: changed(roleOf("ci@example.com", "membership_admin")),
    says: "ci@example.com looks like a shared or service account",
  },
  "identity-proven": {
    program: withAll(roleOfId("5b0a4c1e-0000-4000-8000-000000000001", "member")),
    says: "the member 5b0a4c1e-0000-4000-8000-000000000001",
  },
  "one-role-per-person": {
    program: withAll({ ...roleOf("linus@example.com", "restricted_member"), name: "linus-again" }),
    says: 'The role of linus@example.com (NotionUser "linus") is declared 2 times',
  },
  "privileged-role-expires": {
    program: changed(roleOf("linus@example.com", "membership_admin", { ...ahead, ...byAda })),
    says: "linus@example.com is membership_admin until at the end of 2999-01-31 UTC",
    ...switchedOn("privileged-role-expires"),
  },
  "privileged-time-limited": {
    program: changed(roleOf("linus@example.com", "membership_admin", { ...ahead, ...byGrace })),
    says: "linus@example.com would be membership_admin for 365 days of the 365 days until",
    config: { "privileged-time-limited": { days: 30 } },
  },
  "expired-is-not-held": {
    program: changed(asHeld(roleOf("linus@example.com", "member", over))),
    says: 'linus@example.com (NotionUser "linus") is still member, but the role expired at the end of 2020-01-31 UTC',
  },
  "grant-has-reason": {
    program: changed(roleOf("linus@example.com", "member", { ...ahead, reason: "he asked" })),
    says: 'linus@example.com has access for a time from NotionRoleAssignment "linus", and the reason is "he asked"',
    ...switchedOn("grant-has-reason"),
  },
  "approved-by-another": {
    program: changed(roleOf("grace@example.com", "owner", { approvedBy: "Grace@example.com" }, owner)),
    says: 'grace@example.com gets the role owner from NotionRoleAssignment "grace", and they approved it themselves',
    ...switchedOn("approved-by-another"),
  },
  "privileged-access-not-dropped": ONLY_IN_A_WORKSPACE,
  "outsiders-sponsored": {
    program: compliant,
    says: 'eve@partner.io (NotionUser "eve") is an outsider and has no expiration and has no sponsor',
    config: { "outsiders-sponsored": { domains: ["example.com"] } },
  },
  "no-tokens": {
    program: changed(user("linus@example.com", { ...stays, title: TOKEN }, owner)),
    says: 'NotionUser "linus": title looks like a token',
  },
  "owner-removal-on-purpose": {
    program: changed(user("grace@example.com", { department }, owner)),
    says: 'grace@example.com (NotionUser "grace") is an owner, and would be removed',
  },
  "role-changes-seen": {
    program: changed(roleOf("linus@example.com", "member", {}, { ignoreChanges: ["role"] })),
    says: 'NotionRoleAssignment "linus" ignores changes of the role',
  },
  "every-rule-judges": BY_THE_PACK,
};

type People = Record<string, Record<string, unknown>>;

const ownsForGood = { role: "owner", department, protect: true, onRemove: "retain" };
const staff = { role: "member", department };

/** The same company, its people in one NotionWorkspace. */
const people: People = {
  "ada@example.com": { ...ownsForGood, ...byLinus },
  "grace@example.com": { ...ownsForGood, ...byAda },
  "linus@example.com": { ...staff, roleUntil: ahead.until, roleThen: ahead.then, ...byGrace },
  "eve@partner.io": { role: "restricted_member", department },
  "ci@example.com": { ...staff, userType: "Service account" },
};

const groups: People = {
  "team-admins": { members: "exact", where: { role: ["owner"] } },
  "team-partners": { members: "add", include: ["eve@partner.io"] },
  "team-platform": { members: "exact", include: ["grace@example.com", "linus@example.com"] },
};

export const compliantWorkspace = workspace(people, { groups });

const peopled = (changes: People, settings = {}, opts = {}) =>
  workspace({ ...people, ...changes }, { groups, ...settings }, opts);
const grouped = (changes: People) => peopled({}, { groups: { ...groups, ...changes } });
const again = (declared: Declaration): Declaration => ({ ...declared, name: "again", raw: true });

/** By rule; those of which there is no breach in a workspace say why. */
export const workspaceBreaches: Record<string, Breach | string> = {
  "allowed-email-domains": {
    program: [peopled({ "mallory@elsewhere.net": { ...staff, role: "restricted_member" } })],
    says: 'mallory@elsewhere.net (NotionWorkspace "acme") is at elsewhere.net',
  },
  "lower-case-email": {
    program: [peopled({ "linus@example.com": { ...staff, manager: "Grace@Example.com" } })],
    says: 'write manager of linus@example.com in the roster of NotionWorkspace "acme" in lower case',
  },
  "person-declared-once": {
    program: [compliantWorkspace, again(workspace({ "linus@example.com": { department } }))],
    says: 'declared 2 times, by NotionWorkspace "acme" and NotionWorkspace "again"',
  },
  "member-has-role": {
    program: [peopled({ "kay@example.com": { department } })],
    says: 'kay@example.com (NotionWorkspace "acme") has no declared role',
  },
  "required-attributes": {
    program: [peopled({ "linus@example.com": { role: "member" } })],
    says: 'add department to linus@example.com in the roster of NotionWorkspace "acme"',
  },
  "shared-account-named": {
    program: [peopled({ "support@example.com": staff })],
    says: 'support@example.com (NotionWorkspace "acme") looks like a shared',
  },
  "nobody-unmanaged": {
    program: [compliantWorkspace],
    says: 'NotionWorkspace "acme" leaves unmanaged members alone (undeclared: "ignore")',
    config: { "nobody-unmanaged": { undeclared: ["restrict", "remove"] } },
  },
  "group-names": {
    program: [grouped({ Everybody: { members: "add", include: ["linus@example.com"] } })],
    says: 'The name of group Everybody of NotionWorkspace "acme" does not have the agreed form',
  },
  "outsiders-not-in-groups": {
    program: [grouped({ "team-platform": { members: "exact", include: ["eve@partner.io"] } })],
    says: 'eve@partner.io (NotionWorkspace "acme") is an outsider and is in group team-platform',
  },
  "privileged-in-groups-with-reason": {
    program: [peopled({ "ada@example.com": { ...ownsForGood, ...byLinus, reason: "founder" } })],
    says: 'gets the role owner and is in group team-admins, and the reason is "founder"',
    ...switchedOn("privileged-in-groups-with-reason"),
  },
  "groups-not-empty": {
    program: [grouped({ "team-sales": { members: "exact", where: { department: ["Sales"] } } })],
    says: 'No declared person is in group team-sales of NotionWorkspace "acme"',
  },
  "minimum-owners": {
    program: [peopled({ "grace@example.com": staff })],
    says: 'The stack declares one owner: ada@example.com (NotionWorkspace "acme")',
  },
  "maximum-owners": {
    program: [peopled({ "linus@example.com": ownsForGood })],
    says: "The stack declares 3 owners",
  },
  "owners-from-list": {
    program: [peopled({ "grace@example.com": staff, "kay@example.com": ownsForGood })],
    says: 'kay@example.com (NotionWorkspace "acme") is declared owner and is not on the list',
  },
  "permanent-owners": {
    program: [peopled({ "ada@example.com": staff, "linus@example.com": ownsForGood })],
    says: 'set the role of ada@example.com in the roster of NotionWorkspace "acme" to "owner"',
  },
  "break-glass-owners": {
    program: [compliantWorkspace],
    says: "root@example.com is not declared as an owner and must stay one",
    config: { "break-glass-owners": { owners: ["root@example.com"] } },
  },
  "owners-protected": {
    program: [peopled({ "grace@example.com": { ...ownsForGood, protect: undefined } })],
    says: 'add protect: true to grace@example.com in the roster of NotionWorkspace "acme"',
  },
  "maximum-membership-admins": {
    program: [
      peopled({
        "kay@example.com": { ...staff, role: "membership_admin" },
        "joan@example.com": { ...staff, role: "membership_admin" },
      }),
    ],
    says: "The stack declares 2 membership admins",
  },
  "outsiders-restricted": {
    program: [peopled({ "eve@partner.io": staff })],
    says: 'eve@partner.io (NotionWorkspace "acme") is an outsider and gets the role member',
  },
  "shared-accounts-unprivileged": {
    program: [
      peopled({ "ci@example.com": { department, role: "membership_admin", userType: "Service account" } }),
    ],
    says: 'ci@example.com (NotionWorkspace "acme") looks like a shared or service account',
  },
  "identity-proven": "whoever is in a workspace is named by their e-mail",
  "one-role-per-person": {
    program: [
      compliantWorkspace,
      { ...roleOfId("id-1", "restricted_member", { userName: "linus@example.com" }), raw: true },
    ],
    says: 'The role of linus@example.com (NotionWorkspace "acme") is declared 2 times',
  },
  "privileged-role-expires": {
    program: [peopled({ "linus@example.com": { ...staff, role: "membership_admin", ...byAda } })],
    says: 'linus@example.com (NotionWorkspace "acme") gets the role membership_admin from NotionWorkspace "acme" (role) without an expiration',
    ...switchedOn("privileged-role-expires"),
  },
  "privileged-time-limited": {
    program: [
      peopled({
        "linus@example.com": {
          ...staff,
          role: "membership_admin",
          roleUntil: ahead.until,
          roleThen: "member",
          ...byGrace,
        },
      }),
    ],
    says: 'linus@example.com (NotionWorkspace "acme") would be membership_admin for 365 days of the 365 days',
    config: { "privileged-time-limited": { days: 30 } },
  },
  "expired-is-not-held": {
    program: [
      peopled(
        { "linus@example.com": { ...staff, until: over.until } },
        { ids: { "linus@example.com": "id-1" } },
      ),
    ],
    says: 'linus@example.com (NotionWorkspace "acme") is still here, but their membership expired at the end of 2020-01-31 UTC',
  },
  "grant-has-reason": {
    program: [peopled({ "linus@example.com": { ...staff, until: ahead.until } })],
    says: 'linus@example.com (NotionWorkspace "acme") has access for a time from NotionWorkspace "acme", and has no reason',
    ...switchedOn("grant-has-reason"),
  },
  "approved-by-another": {
    program: [
      peopled({ "linus@example.com": { ...staff, until: ahead.until, approvedBy: "eve@partner.io" } }),
    ],
    says: "and it is approved by eve@partner.io",
    ...switchedOn("approved-by-another"),
  },
  "privileged-access-not-dropped": {
    program: [peopled({}, { changed: { "linus@example.com": { dropped: true } } })],
    says: 'linus@example.com has a privileged role from NotionWorkspace "acme" and would keep it',
  },
  "outsiders-sponsored": {
    program: [compliantWorkspace],
    says: 'eve@partner.io (NotionWorkspace "acme") is an outsider and has no expiration and has no sponsor',
    config: { "outsiders-sponsored": { domains: ["example.com"] } },
  },
  "no-tokens": {
    program: [peopled({ "linus@example.com": { ...staff, title: TOKEN } })],
    says: 'linus@example.com in the roster of NotionWorkspace "acme": title looks like a token',
  },
  "owner-removal-on-purpose": {
    program: [peopled({ "grace@example.com": { ...ownsForGood, onRemove: undefined } })],
    says: 'grace@example.com (NotionWorkspace "acme") is an owner, and would be removed',
  },
  "role-changes-seen": {
    program: [peopled({}, {}, { ignoreChanges: ['people["linus@example.com"].role'] })],
    says: 'linus@example.com in the roster of NotionWorkspace "acme" ignores changes of the role',
  },
  "every-rule-judges": BY_THE_PACK,
};
