import type { DeclaredPerson } from "../state/person";
import type { Applied, Declaration } from "../state/world";
import { carriedOut } from "./email-changes";
import { has, isAsApplied, Rows, ringFrom } from "./rows";
import { unclearOf } from "./unclear";

/** Who of the declared is who of the state. */
export interface Identity {
  /** The e-mail under which the state has each declared person who is in it. */
  heldAs: ReadonlyMap<string, string>;
  /** What cannot be meant, a sentence each. */
  contradictions: string[];
  /** By declared e-mail, a sentence: what happened in Notion makes it unclear which account is meant. */
  unclear: ReadonlyMap<string, string>;
}

/**
 * Pure: who of the declared is who of the state. An id settles it. Without one it is the e-mail; the former e-mail, if
 * the program declares one that has not been carried out; or the e-mail that a refresh found. Nobody but who is in the
 * state is found by a former e-mail: the workspace may have given it to another person.
 *
 * What the file says against the state is a contradiction and stops the run. What Notion says against both may come
 * about without an edit: it concerns that person alone.
 * @param declared everybody, also outside of their time
 */
export function identify(applied: Applied, declared: Declaration["people"]): Identity {
  const rows = new Rows(applied, declared);
  const contradictions = rows.claimAccounts();
  contradictions.push(
    ...exchanges(rows),
    ...takenByDeclared(rows),
    ...pastedIds(rows),
    ...spentForAnother(rows),
  );
  rows.settle();
  contradictions.push(...underFormerEmails(rows), ...changedBesideFormer(rows));
  return { heldAs: rows.heldAs, contradictions, unclear: unclearOf(rows) };
}

/**
 * Pure: rows of a new workspace that say a former e-mail, beside other resources: the account may be another resource's, which
 * does not know that the row means it and would remove it.
 */
export function formerEmailsInFirstRun(applied: Applied, people: Declaration["people"]): string[] {
  if (applied.since !== undefined || Object.keys(applied.people).length > 0) return [];
  return Object.entries(people).flatMap(([email, { id, formerUserName: former }]) =>
    id !== undefined || former === undefined || former === email
      ? []
      : [
          `The row of ${email} has formerUserName ${former}, but this NotionWorkspace is new and manages nobody yet. ` +
            "If another resource of this program has the person, declare them under the e-mail of that resource first. Change the e-mail in the next run. " +
            "Otherwise, remove formerUserName.",
        ],
  );
}

/** An e-mail that goes from one managed account to another in one run: one of the two would be mistaken for the other. */
function exchanges(rows: Rows): string[] {
  const told = new Set<string>();
  return [...rows.heldAs].flatMap(([email, key]) => {
    if (key === email || !rows.state.has(email) || told.has(email)) return [];
    const next = rows.rowOf(email);
    if (next === undefined || next === email) return [];
    const ring = ringFrom(email, rows.heldAs);
    if (ring === undefined) {
      return [
        `${key} becomes ${email}, and ${email} becomes ${next} in the same run. Use two runs. ` +
          `In the first, change ${email} to ${next} and leave ${key} as it is. In the second, change ${key} to ${email}.`,
      ];
    }
    for (const each of ring) told.add(each);
    return [
      `${ring.join(", ")} exchange their e-mails. Notion cannot do this at once. Use several runs: ` +
        `first give ${key} an e-mail that nobody has. Then change the others one by one. Last, give ${key} the e-mail ${email}.`,
    ];
  });
}

/** Rows whose new e-mail the state has with another account, which keeps it. */
function takenByDeclared(rows: Rows): string[] {
  return rows.moving().flatMap(([email, key]) => {
    // That its holder moves on is refused as an exchange.
    if (!rows.state.has(email) || rows.rowOf(email) !== undefined) return [];
    const { id } = rows.declared[email] ?? {};
    return [
      `The row of ${email} has ${rows.saysOf(email)}, but until now the program declared ${email} and ${key} as two people. ` +
        `To remove ${key} from the workspace, delete ${id === undefined ? "formerUserName" : "the id"} from the row. ` +
        (has(rows.declared, key) ? "If both stay, do the same." : `If both stay, declare ${key} again.`),
    ];
  });
}

/** Rows with the id of an account whose own row is declared as before: a row by its id may be a slip, and both cannot be that person. */
function pastedIds(rows: Rows): string[] {
  return rows.moving().flatMap(([email, key]) => {
    const own = rows.declared[key];
    const { id } = rows.declared[email] ?? {};
    if (id === undefined || own === undefined || own.id !== undefined || rows.heldAs.has(key)) return [];
    if (!isAsApplied(own, rows.state.applied.people[key] ?? {})) return [];
    return [
      `The row of ${email} has id ${id}, which is the account of ${key}. The row of ${key} is unchanged, and only one of the two rows can be that person. ` +
        `If ${email} is the new e-mail of ${key}, delete the row of ${key}. From the next run on, a newcomer may have ${key}. Otherwise, delete the id from the row of ${email}.`,
    ];
  });
}

/** Rows whose formerUserName was carried out for an account that another row takes along: of theirs it says nothing. */
function spentForAnother(rows: Rows): string[] {
  return Object.entries(rows.declared).flatMap(([email, { id, formerUserName: former }]) => {
    const taken = rows.rowOf(email);
    if (id !== undefined || former === undefined || taken === undefined || taken === email) return [];
    const done = carriedOut(rows.state.applied, email, former);
    if (done?.id === undefined || done.id !== rows.state.applied.ids[email]) return [];
    return [
      `The row of ${email} has formerUserName ${former}. That change was made on ${done.on}, for the account that now becomes ${taken}. ` +
        `If this program has another account for ${email}, write the e-mail under which it has that account. If ${email} is new, remove formerUserName.`,
    ];
  });
}

/**
 * Rows that name the former e-mail of an account that no other row means, under which the state has nobody. The row may be
 * from an old file and mean that account, or mean another person who got the address. A wrong guess would remove one of them.
 */
function underFormerEmails(rows: Rows): string[] {
  return Object.entries(rows.declared).flatMap(([email, { id, formerUserName: former }]) => {
    const { applied } = rows.state;
    // An id that nobody of the state has, of a row that the state does not know either, may be of an old file.
    const isSettled = id !== undefined && (rows.state.knowsId(id) || has(applied.outside, email));
    if (isSettled || rows.heldAs.get(email) === email) return [];
    const isSpent =
      former === undefined || id !== undefined || carriedOut(applied, email, former) !== undefined;
    const known = [email, ...(isSpent ? [] : [former])]
      .flatMap((at) => rows.state.formerlyAt(at).map((each) => ({ ...each, at })))
      .find(({ key }) => rows.rowOf(key) === undefined);
    return known === undefined ? [] : [formerEmailWords(rows, email, known)];
  });
}

function formerEmailWords(
  rows: Rows,
  email: string,
  { key, on, at }: { key: string; on: string; at: string },
): string {
  const gone = `${key} is no longer declared. `;
  const says =
    rows.declared[email]?.id === undefined
      ? `${key} as the formerUserName of`
      : `${rows.state.applied.ids[key]} as the id of`;
  const theirs = `If they are the same person, write ${says} `;
  const isElse = (taken: string) =>
    `If ${email} is another person, remove ${taken} in one run and add ${email} in the next.`;
  if (at !== email)
    return `The row of ${email} has formerUserName ${at}, which is the former e-mail of ${key} (changed on ${on}). ${gone}${theirs}${email}. ${isElse(key)}`;
  if (rows.state.pendingFrom(key) === email) {
    // Of a write without an answer it is not known what became of it.
    const isLost = rows.state.applied.people[key]?.unanswered?.userName === key;
    const still = isLost ? "may still be" : "is still";
    const made = isLost ? "may not have been made" : "was not made";
    return `${email} ${still} the e-mail of ${key} in Notion: the change of ${on} ${made}. ${gone}${theirs}${email}. ${isElse(email)}`;
  }
  const found = rows.state.applied.people[key]?.userName;
  const what = `${email} is the former e-mail of ${key} (changed on ${on}). ${gone}`;
  if (found === undefined || found === email || !rows.isUnmatched(found))
    return `${what}${theirs}${email}. ${isElse(key)}`;
  return (
    `${what}Their e-mail in Notion is ${found} now, which is also declared. ${theirs}the right one of the two. ` +
    "If neither is that person, remove both in one run and add them in the next."
  );
}

/** Whether a row matches what the state has of the account that had its e-mail before, although that account's own row now differs. */
function saysOfFormer(rows: Rows, row: DeclaredPerson, key: string): boolean {
  const own = rows.declared[rows.rowOf(key) ?? ""];
  const held = rows.state.applied.people[key] ?? {};
  return own !== undefined && own.id === undefined && !isAsApplied(own, held) && isAsApplied(row, held);
}

/**
 * Rows that are changed while an account that had their e-mail before loses its row, or gets that of another: in a file of last
 * week the row is that account's, and another person has the e-mail by now.
 */
function changedBesideFormer(rows: Rows): string[] {
  return [...rows.heldAs].flatMap(([email, key]) => {
    const row = rows.declared[email];
    if (email !== key || row === undefined || row.id !== undefined) return [];
    if (isAsApplied(row, rows.state.applied.people[key] ?? {})) return [];
    const formers = rows.state.formerlyAt(email);
    const exchanged = formers.find((former) => saysOfFormer(rows, row, former.key));
    if (exchanged !== undefined) {
      return [
        `The row of ${email} says what the state has of ${exchanged.key}, the account that had this e-mail until ${exchanged.on}. The row of ${exchanged.key} changes, too. ` +
          `If the file is an old one, use the current one. If both changes are meant, change ${email} in one run and ${exchanged.key} in the next.`,
      ];
    }
    const former = formers.find((each) => rows.rowOf(each.key) === undefined);
    if (former === undefined) return [];
    return [
      `The row of ${email} changes, and ${former.key}, who had that e-mail until ${former.on}, is no longer declared. ` +
        `If the file is an old one, declare ${former.key} again. If both changes are meant, remove ${former.key} in one run and change ${email} in the next.`,
    ];
  });
}
