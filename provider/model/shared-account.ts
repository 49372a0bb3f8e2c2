const TEAMS = [
  ...["abuse", "accounting", "accounts?", "admins?", "administrator", "api", "automation", "backups?"],
  ...["billing", "bots?", "calendar", "careers", "ci", "contact", "customerservice", "deploy", "desk"],
  ...["devops", "events?", "everyone", "facilities", "feedback", "finance", "hello", "help", "helpdesk"],
  ...["hostmaster", "hr", "info", "integrations?", "invoices?", "it", "jobs", "kiosk", "legal", "mail"],
  ...["marketing", "meeting", "monitoring", "newsletter", "(?:do[._-]?)?not?[._-]?reply", "notifications?"],
  ...["notion", "office", "operations", "ops", "orders", "payroll", "postmaster", "press", "printer"],
  ...["privacy", "purchasing", "reception", "recruiting", "reports?", "robots?", "root", "sales"],
  ...["scanner", "scim", "security", "services?", "shared", "social", "support", "svc", "sysadmin"],
  ...["system", "team", "tech", "test", "training", "webmaster", "workspace"],
].join("|");
/** Whatever follows one of these and a mark: no person is called so. */
const MACHINES =
  "api|automation|backups?|ci|deploy|integrations?|kiosk|monitoring|printer|robots?|scanner|scim|system";

/**
 * The e-mail of a team, a list or a program, as a regular expression for any case. Such an e-mail consists of words for
 * teams (`it.support@`, RFC 2142's `abuse@`), or begins with a word for a machine (`svc-backup@`). `it.becker@` is a person.
 */
export const SHARED_ACCOUNT = `^((${TEAMS})([._-]?(${TEAMS}|\\d))*|(bot|svc|service)[._-].*|(${MACHINES})[_-].*|.*[._-](bot|svc))(\\+.*)?@`;

const PATTERN = new RegExp(SHARED_ACCOUNT, "i");

/** Whether an e-mail is called like a shared account. */
export function isSharedAccount(email: string): boolean {
  return PATTERN.test(email);
}
