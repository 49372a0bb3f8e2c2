import { approvedByAnother, expiredIsNotHeld, grantHasReason, privilegedRoleExpires } from "./ends";
import { maximumOwners, minimumOwners, ownersFromList, ownersProtected, permanentOwners } from "./owners";
import {
  allowedEmailDomains,
  lowerCaseEmail,
  memberHasRole,
  personDeclaredOnce,
  requiredAttributes,
  sharedAccountNamed,
} from "./people";
import { noTokens, ownerRemovalOnPurpose, roleChangesSeen } from "./program";
import {
  maximumMembershipAdmins,
  oneRolePerPerson,
  outsidersRestricted,
  privilegedPersonDeclared,
  sharedAccountsUnprivileged,
} from "./roles";

/** All rules, in the order in which the table shows them. */
export const rules = [
  allowedEmailDomains,
  lowerCaseEmail,
  personDeclaredOnce,
  memberHasRole,
  requiredAttributes,
  sharedAccountNamed,
  minimumOwners,
  maximumOwners,
  ownersFromList,
  permanentOwners,
  ownersProtected,
  maximumMembershipAdmins,
  outsidersRestricted,
  sharedAccountsUnprivileged,
  privilegedPersonDeclared,
  oneRolePerPerson,
  privilegedRoleExpires,
  expiredIsNotHeld,
  grantHasReason,
  approvedByAnother,
  noTokens,
  ownerRemovalOnPurpose,
  roleChangesSeen,
] as const;
