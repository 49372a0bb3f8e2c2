import { ENTERPRISE_SCHEMA, textAt } from "../../provider/model/attributes";
import { emailOf, foldEmail, isEmail } from "../../provider/model/email";
import type { User } from "../../provider/model/record";
import { isPrivileged } from "../../provider/model/role";
import type { ParsedRoster } from "../../provider/roster/roster";
import { type Declared, whoOf } from "../live/declared";
import { memberOf } from "../live/workspace";
import { isWorkspaceList, type Source } from "../sources/source";

/** Whether somebody is owner or membership admin in Notion, or may be so by their row. */
export function isPrivilegedSubject({ role, declaration }: Subject): boolean {
  return [role, declaration?.row.role, declaration?.row.roleThen].some((each) =>
    isPrivileged(each ?? undefined),
  );
}

/** By which addresses somebody may be named: Notion's, and that of their row. */
export function addressesOf({ email, declaration }: Subject): string[] {
  return unique([email, declaration?.email]);
}

/** How the code declares somebody. */
export interface Declaration {
  /** The address under which it does. */
  email: string;
  /** Notion's id, of the row or of the state; null where neither tells it. */
  id: string | null;
  /** Line of the roster; null where none was given, or they do not stand there. */
  line: number | null;
  /** The cells of their row; empty without one. */
  row: Readonly<Record<string, string>>;
}

/** A person in Notion, or declared to be: the one to look up in the sources. */
export interface Subject {
  kind: "member" | "declared" | "guest";
  /** Their e-mail: Notion's, or that of the code for somebody who is not there. */
  email: string;
  /** Every address that is surely theirs. */
  addresses: string[];
  id: string | null;
  name: string | null;
  employeeNumber: string | null;
  role: string | null;
  active: boolean;
  declaration: Declaration | null;
}

/** Pure: what a stack's state and a roster declare, as far as they are known; null where neither was given. */
export function declarationsOf(
  declared: Declared | undefined,
  roster: Pick<ParsedRoster, "rows"> | undefined,
): Declaration[] | null {
  if (declared === undefined && roster === undefined) return null;
  const byEmail = new Map<string, Declaration>();
  const ids = new Set<string>();
  for (const resource of [...(declared?.users ?? []), ...(declared?.roles ?? [])]) {
    const email = whoOf(resource);
    const { id } = resource;
    if (byEmail.has(email) || (id !== null && ids.has(id))) continue;
    byEmail.set(email, { email, id, line: null, row: {} });
    if (id !== null) ids.add(id);
  }
  const emailOfId = new Map([...byEmail.values()].map(({ id, email }) => [id, email]));
  for (const { line, email, fields } of roster?.rows ?? []) {
    // A row that was renamed since the last `up` is about the account with its id, or the person of its former address.
    const former =
      fields.id === undefined
        ? byEmail.get(formerOf(fields) ?? "")
        : byEmail.get(emailOfId.get(fields.id) ?? "");
    const before = byEmail.get(email) ?? former;
    if (former !== undefined) byEmail.delete(former.email);
    byEmail.set(email, { email, id: fields.id ?? before?.id ?? null, line, row: fields });
  }
  return [...byEmail.values()];
}

/** Pure: everybody to look up in the sources: members, missing people and guests. */
export function subjectsOf(
  users: readonly User[],
  declarations: readonly Declaration[] | null,
  sources: readonly Source[],
): Subject[] {
  const byId = new Map<string, Declaration>();
  const byAddress = new Map<string, Declaration>();
  for (const declaration of declarations ?? []) {
    if (declaration.id !== null) byId.set(declaration.id, declaration);
    byAddress.set(declaration.email, declaration);
  }
  for (const declaration of declarations ?? []) {
    const former = formerOf(declaration.row);
    if (former !== undefined && !byAddress.has(former)) byAddress.set(former, declaration);
  }
  // An address may belong to another account now. A row is for its account, as long as the account exists.
  const met = new Set(users.flatMap(({ id }) => byId.get(id) ?? []));
  const emails = new Set(users.map(emailOf));
  const members = users.map((user): Subject => {
    const { id, userName, name, role, active } = memberOf(user);
    const namesake = byAddress.get(userName);
    const declaration = byId.get(id) ?? (namesake !== undefined && !met.has(namesake) ? namesake : null);
    if (declaration !== null) met.add(declaration);
    const declared = declaration !== null && !emails.has(declaration.email) ? declaration.email : undefined;
    return {
      kind: "member",
      email: userName,
      addresses: unique([userName, declared]),
      id,
      name: name || null,
      employeeNumber:
        textAt(user, [ENTERPRISE_SCHEMA, "employeeNumber"]) || declaration?.row.employeeNumber || null,
      role,
      active,
      declaration,
    };
  });
  const missing = (declarations ?? [])
    // Where the state does not tell whose role it is, there is nobody to look for.
    .filter((declaration) => !met.has(declaration) && isEmail(declaration.email))
    .map((declaration): Subject => {
      const { email, id, row } = declaration;
      return {
        kind: "declared",
        email,
        addresses: unique([email, formerOf(row)]),
        id,
        name: row.name || [row.givenName, row.familyName].filter(Boolean).join(" ") || null,
        employeeNumber: row.employeeNumber || null,
        role: null,
        active: false,
        declaration,
      };
    });
  return [...members, ...missing, ...guestsOf(sources, new Set(members.map(({ email }) => email)))];
}

/** The guests of Notion's own list; who has become a member since is none any more. */
function guestsOf(sources: readonly Source[], members: ReadonlySet<string>): Subject[] {
  const guests = new Map<string, Subject>();
  for (const { records } of sources.filter(isWorkspaceList)) {
    for (const { isGuest, email, name, role } of records) {
      if (!isGuest || email === null || members.has(email)) continue;
      guests.set(email, {
        kind: "guest",
        email,
        addresses: [email],
        id: null,
        name,
        employeeNumber: null,
        role,
        active: true,
        declaration: null,
      });
    }
  }
  return [...guests.values()];
}

const formerOf = ({ formerUserName }: Declaration["row"]) =>
  formerUserName === undefined ? undefined : foldEmail(formerUserName);

function unique(addresses: (string | undefined)[]): string[] {
  return [...new Set(addresses.filter((each) => each !== undefined && each !== ""))] as string[];
}
