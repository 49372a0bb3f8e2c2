import { LOWEST_ROLE } from "../provider/model/role";

/** Where a declaration is changed. */
interface At {
  place: string;
}
/** The resource to change, by kind and name. */
interface Of {
  label: string;
}
/** The setting of a rule that says the limit. */
interface By {
  setting: string;
}

/** What to do about a violation: an instruction without its full stop, made of where to do it. */
const REMEDIATIONS = {
  // Access that ends
  sayApprover: ({ place }: At) => `say who approved it (approvedBy) in ${place}`,
  sayNewApproval: ({ place }: At) =>
    `say in ${place} who approved it, or why: another approvedBy or another reason`,
  sayDeclaredApprover: ({ place }: At) =>
    `say in approvedBy of ${place} somebody who is declared, or add them to approved-by-another.approvers`,
  sayOtherApprover: ({ place }: At) =>
    `say in approvedBy of ${place} somebody else; if both were owners before the stack's first run, add both to approved-by-another.founders`,
  swapRoles: ({ place, property }: At & { property: string }) =>
    `say the privileged role in role, with its end, and the lower one in ${property}, in ${place}`,
  lowerOnRemove: ({ place, onRemove }: At & { onRemove: string }) =>
    `say onRemove: "${onRemove}" in ${place}`,
  lowerAfterwards: ({ place }: At) => `give ${place} a lower role for afterwards`,
  endOnRemove: ({ place }: At) => `say another onRemove in ${place}: with "retain" nothing ends`,
  sayEnd: ({ place, until, then }: At & { until: string; then: string }) =>
    `say ${until} and ${then} in ${place}, or add them to privileged-role-expires.owners`,
  endEarlier: ({ place, setting }: At & By) => `declare an earlier end in ${place}, or raise ${setting}`,
  runUp: () => "run `pulumi up`, which ends it, and see that it runs on a schedule",
  sayReason: ({ place }: At) => `say such a reason in ${place}`,
  lowerFirst: ({ label }: Of) =>
    `declare a lower role for them in ${label}; take them out, or leave their role out, in a change after that`,
  declareWithEnd: () =>
    "declare them in a NotionWorkspace, which has `until` and `approvedBy`: a NotionUser has no end",
  sayEndAndSponsor: ({ place }: At) => `say until and approvedBy in ${place}`,
  // Roles
  protectRow: ({ place, label }: At & Of) =>
    // Pulumi's own option keeps the workspace as a whole, and lets a person be taken out of it.
    `add protect: true to ${place}, or to the arguments of ${label}; Pulumi's option alone lets a line of the roster go`,
  protectResource: ({ label }: Of) => `add { protect: true } as the third argument of ${label}`,
  declareOwner: ({ setting }: By) =>
    `declare the role "owner" for them, in a roster or by a NotionRoleAssignment, or take the address out of ${setting}`,
  takeTimeOut: ({ place, setting }: At & By) =>
    `take the time out of ${place}, or the address out of ${setting}`,
  setOwner: ({ place, setting }: At & By) =>
    `set the role of ${place} to "owner", or take the address out of ${setting}`,
  addOwners: ({ count }: { count: number }) =>
    `give the role "owner" without an end to ${count} more, or lower minimum-owners.minimum`,
  lowerSome: ({ count, setting }: By & { count: number }) =>
    `give ${count} of them a lower role, or raise ${setting}`,
  lowerOrList: () => "give the person a lower role, or add the address to owners-from-list.owners",
  restrictOutsider: () =>
    `set the role to "${LOWEST_ROLE}", or add the domain to outsiders-restricted.domains if it is yours`,
  addLowestRole: ({ place }: At) => `add role: "${LOWEST_ROLE}" to ${place}`,
  assignLowestRole: ({ place }: At) =>
    `declare a NotionRoleAssignment with role: "${LOWEST_ROLE}" for ${place}`,
  giveToPerson: () =>
    "give the role to a person instead; if this is one, change shared-accounts-unprivileged.pattern",
  keepOneRole: ({ place }: At) => `keep the role of ${place} or another one of them, and remove the rest`,
  proveIdentity: ({ label }: Of) =>
    `pass user.id itself to ${label}, without apply, or say member: "<their e-mail>", which the provider holds against the id`,
  // People
  useAllowedDomain: ({ domain }: { domain: string }) =>
    `declare the person's address at an allowed domain, or add ${domain} to allowed-email-domains.domains`,
  writeLowerCase: ({ place, property }: At & { property: string }) =>
    `write ${property} of ${place} in lower case, or set lower-case-email to remediate`,
  keepOneDeclaration: ({ place }: At) => `keep ${place} and remove the others`,
  sayRole: () =>
    "say `role` in the roster, or `initialRole` of a NotionUser, or declare `new NotionRoleAssignment(…, { userId: user.id, role: … })`",
  sameInitialRole: ({ role }: { role: string }) => `leave initialRole out, or set it to ${role}`,
  addAttributes: ({ place, attributes }: At & { attributes: string }) => `add ${attributes} to ${place}`,
  nameSharedAccount: () =>
    'say so, for example userType: "Service account"; if this is a person, change shared-account-named.pattern',
  declareInWorkspace: () =>
    "declare the people in a NotionWorkspace with `undeclared`, or disable the rule here and run `notion-inventory drift --stack` every night",
  setUndeclared: ({ label }: Of) => `set undeclared of ${label}`,
  declareExcepted: ({ label }: Of) =>
    `declare them in ${label}, or add what stands in except to nobody-unmanaged.except`,
  declareUnmanaged: () => "declare them, or remove them; `notion-inventory report` names them",
  // Program
  revokeToken: ({ path }: { path: string }) =>
    `take it out of ${path} and revoke it, since the program has shown it`,
  revokeIfToken: ({ path }: { path: string }) =>
    `take it out of ${path}; if it is a token, revoke it, since the program has shown it`,
  sayOnRemove: ({ place }: At) =>
    `add onRemove: "retain" or "restrict" to ${place}, or "remove" if that is what you want`,
  sayOnRemoveWithEnd: ({ place }: At) =>
    `add onRemove: "restrict" to ${place}, or "remove" if that is what you want; "retain" would keep the role without an end`,
  seeRoleOfAssignment: ({ label }: Of) =>
    `take it out of ignoreChanges of ${label}, or remove the assignment if the role is not to be managed`,
  seeRoleOfRow: ({ label }: Of) =>
    `take it out of ignoreChanges of ${label}, or leave the role out if it is not to be managed`,
  saySettings: () => "say their settings in the configuration, or set those that you do not want to disabled",
  judgeKnownPeople: () =>
    "give the pack to the stack that declares the people, or look at an update, where addresses are known",
};

type Sentences = typeof REMEDIATIONS;

/** What to do about a violation: its key, and what its sentence is made of. */
export type Remediation = {
  [Key in keyof Sentences]: { key: Key } & (Parameters<Sentences[Key]> extends [infer Values]
    ? Values
    : object);
}[keyof Sentences];

/** The sentence for people. */
export function formatRemediation(remediation: Remediation): string {
  return (REMEDIATIONS[remediation.key] as (values: Remediation) => string)(remediation);
}

/** One for each kind of instruction: the same at another place is the same. */
export function kindsOf(remediations: readonly Remediation[]): Remediation[] {
  const kinds = new Map<string, Remediation>();
  for (const each of remediations) {
    const kind = JSON.stringify({ ...each, place: "" });
    if (!kinds.has(kind)) kinds.set(kind, each);
  }
  return [...kinds.values()];
}
