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
 * The address that somebody had before Entra ID deleted them: it then puts their object id, 32 hexadecimal digits, before
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
