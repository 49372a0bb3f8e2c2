import { foldEmail, isEmail } from "../../provider/model/email";
import { ForgeError } from "./forge/errors";

/** The people who approved a run, and those who asked for it: logins on the forge. */
export interface Approval {
  approvers: readonly string[];
  requesters: readonly string[];
}

/** Pure: parses a file of approvers. Like in CODEOWNERS, each line holds a login and an e-mail; `#` begins a comment. */
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
        `line ${index + 1} is no login with an e-mail address. Write a line such as: ada-at-acme ada@example.com`,
      );
    else if (emails.has(key))
      problems.push(`line ${index + 1}: ${login} has a line already. Keep one of the two`);
    else emails.set(key, foldEmail(email));
  }
  return problems.length > 0 ? { problems } : { emails };
}

/**
 * Pure: the person who approved and did not ask for the run.
 * @throws {ForgeError} if the file names no such person
 */
export function approverAmong(
  { approvers, requesters }: Approval,
  emails: ReadonlyMap<string, string>,
  { environment, file }: { environment: string; file: string },
): { login: string; email: string } {
  if (approvers.length === 0) {
    throw new ForgeError(
      `Nobody approved this run for the environment ${environment}. Add required reviewers in the environment's settings.`,
    );
  }
  const asked = new Set(requesters.map(foldLogin));
  const others = approvers.filter((login) => !asked.has(foldLogin(login)));
  if (others.length === 0) {
    throw new ForgeError(
      `${approvers.join(", ")} asked for this run and approved it. Another person must approve it. Forbid self-review in the environment's settings.`,
    );
  }
  for (const login of others) {
    const email = emails.get(foldLogin(login));
    if (email !== undefined) return { login, email };
  }
  throw new ForgeError(
    `${others.join(", ")} approved this run, but ${file} has no line for this login. Add it by a pull request.`,
  );
}

const foldLogin = (login: string) => login.replace(/^@/, "").toLowerCase();
