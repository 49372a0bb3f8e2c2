import type { PackConfig } from "../../policies/index";
import { type Declaration, roleOf, roleOfId, user } from "./declarations";

/** A company whose declarations break no rule, and for each rule one change that breaks it and nothing else. */

const owner = { protect: true };
const department = "Engineering";
const stays = { department, onRemove: "leave" } as const;

/** Put together here, so that no scanner takes this file for a leak. */
export const TOKEN = `ntn_${"1234567890".repeat(4)}`;

/** Everything is judged, and stops whatever breaks it. */
export const config: PackConfig = {
  all: "mandatory",
  "allowed-email-domains": { domains: ["example.com", "partner.io"] },
  "required-attributes": { attributes: ["department"] },
  "maximum-owners": { maximum: 2 },
  "owners-from-list": { owners: ["ada@example.com", "grace@example.com", "linus@example.com"] },
  "permanent-owners": { owners: ["ada@example.com"] },
  "maximum-membership-admins": { maximum: 1 },
  "outsiders-restricted": { domains: ["example.com"] },
};

const ada = user("ada@example.com", stays, owner);
const grace = user("grace@example.com", stays, owner);
const linus = user("linus@example.com", stays, owner);
const eve = user("eve@partner.io", { department, initialRole: "restricted_member" });
const ci = user("ci@example.com", { department, userType: "Service account" });
const adaOwns = roleOf("ada@example.com", "owner", {}, owner);
const graceOwns = roleOf("grace@example.com", "owner", {}, owner);
const linusIsMember = roleOf("linus@example.com", "member");
const ciIsMember = roleOf("ci@example.com", "member");

/** What nobody objects to. */
export const compliant: readonly Declaration[] = [
  ...[ada, grace, linus, eve, ci],
  ...[adaOwns, graceOwns, linusIsMember, ciIsMember],
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
}

/** By rule. */
export const breaches: Record<string, Breach> = {
  "allowed-email-domains": {
    program: withAll(user("mallory@elsewhere.net", { department, initialRole: "restricted_member" })),
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
    says: 'kay@example.com (NotionUser "kay") is declared owner and is not on the list',
  },
  "permanent-owners": {
    program: changed(roleOf("ada@example.com", "member"), roleOf("linus@example.com", "owner", {}, owner)),
    says: 'ada@example.com (NotionUser "ada") is declared member and must stay owner',
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
    program: changed(user("eve@partner.io", { department, initialRole: "member" })),
    says: 'eve@partner.io (NotionUser "eve") is from outside and is made member',
  },
  "shared-accounts-unprivileged": {
    program: changed(roleOf("ci@example.com", "membership_admin")),
    says: 'ci@example.com (NotionUser "ci") looks like a shared or service account',
  },
  "privileged-person-declared": {
    program: withAll(roleOfId("5b0a4c1e-0000-4000-8000-000000000001", "membership_admin")),
    says: "the member 5b0a4c1e-0000-4000-8000-000000000001",
  },
  "one-role-per-person": {
    program: withAll({ ...roleOf("linus@example.com", "restricted_member"), name: "linus-again" }),
    says: 'linus@example.com (NotionUser "linus") has 2 role assignments',
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
};
