import { foldEmail, isEmail } from "../../provider/model/email";
import { ForgeError } from "./forge/errors";

/** Who let a run go on, and who asked for it: logins on the forge. */
export interface Approval {
  approvers: readonly string[];
  requesters: readonly string[];
}

/** Pure: a file of approvers, as CODEOWNERS is written: a login and an e-mail on a line; `#` begins a comment. */
export function parseApprovers(text: string): { emails: Map<string, string> } | { problems: string[] } {
  const emails = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const words = line
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/\s+/)
      .filter(Boolean);
    if (words.length === 0) continue;
    const [login = "", email = ""] = words;
    const key = foldLogin(login);
    if (words.length !== 2 || !isEmail(email))
      problems.push(
        `line ${index + 1} must be a login and an e-mail address, such as: ada-at-acme ada@example.com`,
      );
    else if (emails.has(key)) problems.push(`line ${index + 1}: ${login} is there twice`);
    else emails.set(key, foldEmail(email));
  }
  return problems.length > 0 ? { problems } : { emails };
}

/**
 * Pure: the person who approved, and did not ask for it.
 * @throws {ForgeError} where there is none whom the file names
 */
export function approverAmong(
  { approvers, requesters }: Approval,
  emails: ReadonlyMap<string, string>,
  { environment, file }: { environment: string; file: string },
): { login: string; email: string } {
  if (approvers.length === 0) {
    throw new ForgeError(
      `Nobody approved this run for the environment ${environment}. Protect it: name reviewers in its settings.`,
    );
  }
  const asked = new Set(requesters.map(foldLogin));
  const others = approvers.filter((login) => !asked.has(foldLogin(login)));
  if (others.length === 0) {
    throw new ForgeError(
      `${approvers.join(", ")} asked for this run and approved it: another person must. Forbid self-review in the environment's settings.`,
    );
  }
  for (const login of others) {
    const email = emails.get(foldLogin(login));
    if (email !== undefined) return { login, email };
  }
  throw new ForgeError(
    `${others.join(", ")} approved this run, and ${file} does not say whose login that is. Add a line by a pull request.`,
  );
}

const foldLogin = (login: string) => login.replace(/^@/, "").toLowerCase();
