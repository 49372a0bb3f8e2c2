import { LOWEST_ROLE } from "../provider/model/role";

/** The place of a declaration. */
interface At {
  place: string;
}
/** The resource to change, by kind and name. */
interface Of {
  label: string;
}
/** The setting with the limit of a rule. */
interface By {
  setting: string;
}

/** What to do about a violation: an instruction without its full stop. */
const REMEDIATIONS = {
  // Access that ends
  sayApprover: ({ place }: At) => `set approvedBy in ${place}`,
  sayNewApproval: ({ place }: At) => `set another approvedBy or another reason in ${place}`,
  sayDeclaredApprover: ({ place }: At) =>
    `set approvedBy of ${place} to a declared person, or add the approver to approved-by-another.approvers`,
  sayOtherApprover: ({ place }: At) =>
    `set approvedBy of ${place} to somebody else; if both were owners before the stack's first run, add both to approved-by-another.founders`,
  swapRoles: ({ place, property }: At & { property: string }) =>
    `in ${place}, set role to the privileged role with its expiration, and ${property} to the lower one`,
  lowerOnRemove: ({ place, onRemove }: At & { onRemove: string }) =>
    `set onRemove: "${onRemove}" in ${place}`,
  lowerAfterwards: ({ place }: At) => `set a lower role for afterwards in ${place}`,
  endOnRemove: ({ place }: At) => `set another onRemove in ${place}: with "retain" the access never ends`,
  sayEnd: ({ place, until, then }: At & { until: string; then: string }) =>
    `set ${until} and ${then} in ${place}, or add the address to privileged-role-expires.owners`,
  endEarlier: ({ place, setting }: At & By) => `set an earlier expiration in ${place}, or raise ${setting}`,
  runUp: () => "run `pulumi up`, which ends it, and run it on a schedule",
  sayReason: ({ place }: At) => `set such a reason in ${place}`,
  lowerFirst: ({ label }: Of) =>
    `declare a lower role for them in ${label}; take them or their role out in a later change`,
  declareWithEnd: () =>
    "declare them in a NotionWorkspace, which has `until` and `approvedBy`: a NotionUser has no expiration",
  sayEndAndSponsor: ({ place }: At) => `set until and approvedBy in ${place}`,
  // Roles
  protectRow: ({ place, label }: At & Of) =>
    // Pulumi's own option protects the workspace as a whole, but not each person in it.
    `add protect: true to ${place}, or to the arguments of ${label}; Pulumi's option alone does not protect a row of the roster`,
  protectResource: ({ label }: Of) => `add { protect: true } as the third argument of ${label}`,
  declareOwner: ({ setting }: By) =>
    `declare the role "owner" for them, in a roster or with a NotionRoleAssignment, or remove the address from ${setting}`,
  takeTimeOut: ({ place, setting }: At & By) =>
    `remove the expiration from ${place}, or the address from ${setting}`,
  setOwner: ({ place, setting }: At & By) =>
    `set the role of ${place} to "owner", or remove the address from ${setting}`,
  addOwners: ({ count }: { count: number }) =>
    `give the role "owner" without an expiration to ${count} more, or lower minimum-owners.minimum`,
  lowerSome: ({ count, setting }: By & { count: number }) =>
    `give ${count} of them a lower role, or raise ${setting}`,
  lowerOrList: () => "give the person a lower role, or add the address to owners-from-list.owners",
  restrictOutsider: () =>
    `set the role to "${LOWEST_ROLE}", or add the domain to outsiders-restricted.domains if it is yours`,
  addLowestRole: ({ place }: At) => `add role: "${LOWEST_ROLE}" to ${place}`,
  assignLowestRole: ({ place }: At) =>
    `declare a NotionRoleAssignment with role: "${LOWEST_ROLE}" for ${place}`,
  giveToPerson: () =>
    "give the role to a person instead; if this is a person, change shared-accounts-unprivileged.pattern",
  keepOneRole: ({ place }: At) => `keep the role of ${place} or another one of them, and remove the rest`,
  proveIdentity: ({ label }: Of) =>
    `pass user.id itself to ${label}, without apply, or set member: "<their e-mail>", which the provider compares with the id`,
  // People
  useAllowedDomain: ({ domain }: { domain: string }) =>
    `declare the person's address at an allowed domain, or add ${domain} to allowed-email-domains.domains`,
  writeLowerCase: ({ place, property }: At & { property: string }) =>
    `write ${property} of ${place} in lower case, or set lower-case-email to remediate`,
  keepOneDeclaration: ({ place }: At) => `keep ${place} and remove the others`,
  sayRole: () =>
    "set `role` in the roster or `initialRole` of the NotionUser, or declare `new NotionRoleAssignment(…, { userId: user.id, role: … })`",
  sameInitialRole: ({ role }: { role: string }) => `leave initialRole out, or set it to ${role}`,
  addAttributes: ({ place, attributes }: At & { attributes: string }) => `add ${attributes} to ${place}`,
  nameSharedAccount: () =>
    'set, for example, userType: "Service account"; if this is a person, change shared-account-named.pattern',
  declareInWorkspace: () =>
    "declare the people in a NotionWorkspace with `undeclared`, or disable the rule here and run `notion-inventory drift --stack` every night",
  setUndeclared: ({ label }: Of) => `set undeclared of ${label}`,
  declareExcepted: ({ label }: Of) =>
    `declare them in ${label}, or add the values of except to nobody-unmanaged.except`,
  declareUnmanaged: () => "declare or remove them; `notion-inventory drift` names them",
  // Groups
  renameGroup: ({ name }: { name: string }) =>
    `give the group another name, with formerName: "${name}", or change group-names.pattern`,
  takeOutOfGroups: ({ place, groups }: At & { groups: string }) =>
    `take ${place} out of ${groups}, or add the group to outsiders-not-in-groups.except`,
  removeMembership: ({ label }: Of) => `remove ${label}, or add the group to outsiders-not-in-groups.except`,
  sayReasonOrLeaveGroups: ({ place }: At) =>
    `set such a reason in ${place}, take them out of the group, or add the group to privileged-in-groups-with-reason.except`,
  fillGroup: ({ name }: { name: string }) =>
    `declare somebody in ${name}, take the group out of the program, or add it to groups-not-empty.except`,
  // Program
  revokeToken: ({ path }: { path: string }) =>
    `remove it from ${path} and revoke it, because the program has shown it`,
  revokeIfToken: ({ path }: { path: string }) =>
    `remove it from ${path}; if it is a token, revoke it, because the program has shown it`,
  sayOnRemove: ({ place }: At) =>
    `add onRemove: "retain" or "restrict" to ${place}, or "remove" if that is what you want`,
  sayOnRemoveWithEnd: ({ place }: At) =>
    `add onRemove: "restrict" to ${place}, or "remove" if that is what you want; "retain" would keep the role permanently`,
  seeRoleOfAssignment: ({ label }: Of) =>
    `remove it from ignoreChanges of ${label}, or remove the assignment if you do not manage the role`,
  seeRoleOfRow: ({ label }: Of) =>
    `remove it from ignoreChanges of ${label}, or leave the role out if you do not manage it`,
  saySettings: () => "configure their settings, or set the rules that you do not want to disabled",
  judgeKnownPeople: () =>
    "run the pack on the stack that declares the people, or in an update, where addresses are known",
};

type Sentences = typeof REMEDIATIONS;

/** What to do about a violation: its key, and the values of its sentence. */
export type Remediation = {
  [Key in keyof Sentences]: { key: Key } & (Parameters<Sentences[Key]> extends [infer Values]
    ? Values
    : object);
}[keyof Sentences];

/** The sentence for people. */
export function formatRemediation(remediation: Remediation): string {
  return (REMEDIATIONS[remediation.key] as (values: Remediation) => string)(remediation);
}

/** One of each kind: the same instruction at another place is the same kind. */
export function kindsOf(remediations: readonly Remediation[]): Remediation[] {
  const kinds = new Map<string, Remediation>();
  for (const each of remediations) {
    const kind = JSON.stringify({ ...each, place: "" });
    if (!kinds.has(kind)) kinds.set(kind, each);
  }
  return [...kinds.values()];
}
