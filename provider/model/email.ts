import { z } from "zod";

/** E-mails are compared folded: Notion keeps them in lower case, people type them as they like. */
export function foldEmail(email: string): string {
  return email.toLowerCase();
}

/**
 * HTML's idea of an e-mail address, and a dot in the domain: nobody in a workspace has a local name. What Entra ID calls
 * a deleted user is none.
 */
export function isEmail(text: string): boolean {
  return z.regexes.html5Email.test(text) && /@.+\../.test(text) && emailOfDeleted(text) === undefined;
}

/**
 * The address that a person had before Entra ID deleted them: it then puts their object id, 32 hexadecimal digits, before
 * their user name. undefined where a text is nothing of that kind. A digest alone, as of a relay, is an address.
 */
export function emailOfDeleted(text: string): string | undefined {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})@/i.test(text)) return undefined;
  const [, email] = /^[0-9a-f]{32}([^@]+@.*)$/i.exec(text) ?? [];
  return email;
}

/** The domain of an e-mail address, folded; undefined if `email` is none (such as `[secret]` in an exported state). */
export function domainOf(email: string): string | undefined {
  const at = email.lastIndexOf("@");
  return at > 0 && at < email.length - 1 ? foldEmail(email.slice(at + 1)) : undefined;
}

/** A member's e-mail, folded. */
export function emailOf({ userName }: { userName: string }): string {
  return foldEmail(userName);
}

/** The mailbox behind an address, folded: `kestrel+oncall@example.com` is read by kestrel@example.com. */
export function mailboxOf(email: string): string {
  return foldEmail(email).replace(/^([^+@]+)\+[^@]*(?=@)/, "$1");
}

/** The form of an e-mail pattern, for errors and help. */
export const EMAIL_PATTERN_WANTED = "an e-mail address, or a pattern such as *@example.com";

/** Whether an e-mail is one of these, in any case. In a pattern a `*` stands for any text: `*@bots.example`, `svc-*`. */
export function emailMatcher(patterns: readonly string[]): (email: string) => boolean {
  const folded = patterns.map(foldEmail);
  const emails = new Set(folded.filter((pattern) => !pattern.includes("*")));
  const parts = folded.filter((pattern) => pattern.includes("*")).map((pattern) => pattern.split("*"));
  return (email) => {
    const text = foldEmail(email);
    return emails.has(text) || parts.some((each) => matches(text, each));
  };
}

/** Parts are found from the left, so that many `*` take no longer than the text is long. */
function matches(text: string, [first = "", ...rest]: readonly string[]): boolean {
  const last = rest.at(-1) ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let at = first.length;
  return rest.slice(0, -1).every((part) => {
    const found = text.indexOf(part, at);
    at = found + part.length;
    return found >= 0 && at <= text.length - last.length;
  });
}
