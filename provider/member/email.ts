import { z } from "zod";

/** E-mails are compared folded: Notion keeps them in lower case, people type them as they like. */
export function foldEmail(email: string): string {
  return email.toLowerCase();
}

/** HTML's idea of an e-mail address, and a dot in the domain: nobody in a workspace has a local name. */
export function isEmail(text: string): boolean {
  return z.regexes.html5Email.test(text) && /@.+\../.test(text);
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
