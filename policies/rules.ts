import { approvedByAnother } from "./approval";
import { expiredIsNotHeld, privilegedRoleExpires, privilegedTimeLimited } from "./ends";
import { grantHasReason, outsidersSponsored, privilegedAccessNotDropped } from "./grants";
import { groupNames, groupsNotEmpty, outsidersNotInGroups, privilegedInGroupsWithReason } from "./groups";
import { everyRuleJudges } from "./judging";
import { ownerRemovalOnPurpose, ownersProtected } from "./kept-owners";
import { breakGlassOwners, permanentOwners } from "./named-owners";
import { maximumOwners, minimumOwners, ownersFromList } from "./owners";
import {
  allowedEmailDomains,
  lowerCaseEmail,
  memberHasRole,
  personDeclaredOnce,
  requiredAttributes,
  sharedAccountNamed,
} from "./people";
import { noTokens, roleChangesSeen } from "./program";
import {
  identityProven,
  maximumMembershipAdmins,
  oneRolePerPerson,
  outsidersRestricted,
  sharedAccountsUnprivileged,
} from "./roles";
import { nobodyUnmanaged } from "./unmanaged";

/** All rules, in the order of the table. The last one names the idle rules. */
export const rules = [
  allowedEmailDomains,
  lowerCaseEmail,
  personDeclaredOnce,
  memberHasRole,
  requiredAttributes,
  sharedAccountNamed,
  nobodyUnmanaged,
  groupNames,
  outsidersNotInGroups,
  privilegedInGroupsWithReason,
  groupsNotEmpty,
  minimumOwners,
  maximumOwners,
  ownersFromList,
  permanentOwners,
  breakGlassOwners,
  ownersProtected,
  maximumMembershipAdmins,
  outsidersRestricted,
  sharedAccountsUnprivileged,
  identityProven,
  oneRolePerPerson,
  privilegedRoleExpires,
  privilegedTimeLimited,
  expiredIsNotHeld,
  grantHasReason,
  approvedByAnother,
  privilegedAccessNotDropped,
  outsidersSponsored,
  noTokens,
  ownerRemovalOnPurpose,
  roleChangesSeen,
  everyRuleJudges,
] as const;
