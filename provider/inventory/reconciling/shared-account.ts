/**
 * What an account is called that is nobody's own, before the `@`: the mailboxes of RFC 2142 and what people call a
 * function, a machine or a test, alone or before a mark as in `svc-backup`.
 */
const SHARED =
  /^(abuse|accounting|accounts?|admins?|administrator|api|automation|backups?|billing|bots?|calendar|careers|ci|contact|customerservice|devops|events?|facilities|feedback|finance|hello|help|helpdesk|hostmaster|hr|info|integrations?|invoices?|it|itsupport|jobs|kiosk|legal|mail|marketing|meeting|monitoring|newsletter|no-?reply|notifications?|notion|office|ops|operations|orders|payroll|postmaster|press|printer|privacy|purchasing|reception|recruiting|reports?|robots?|root|sales|scanner|scim|security|service|services|shared|social|support|svc|sysadmin|system|team|tech|test|training|webmaster|workspace)([-_+].*|\d*)$/;

/** Whether an address is told to be shared: `--shared` with an address, a domain (`*@bots.example`) or a `*` in it. */
export function isShared(email: string, patterns: readonly string[]): boolean {
  const local = email.slice(0, email.lastIndexOf("@"));
  return SHARED.test(local) || patterns.some((pattern) => matches(email, pattern));
}

function matches(email: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  if (parts.length === 1) return email === parts[0];
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!email.startsWith(first) || !email.endsWith(last) || email.length < first.length + last.length)
    return false;
  // One after another, from the left: a pattern with many `*` takes no longer than the address is long.
  let at = first.length;
  return rest.every((part) => {
    const found = email.indexOf(part, at);
    at = found + part.length;
    return found >= 0 && at <= email.length - last.length;
  });
}
