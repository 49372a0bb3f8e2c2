import { emailOf } from "../../model/email";
import { roleOf, type User } from "../../model/record";
import { isPrivileged } from "../../model/role";
import { pendingFrom, withoutPending } from "../../plan/email-changes";
import { UnreadableEntryError } from "../../scim/unreadable";
import { declarationOf, foundAs } from "../../state/person";
import { type Properties, without } from "../../state/properties";
import {
  isActedOn,
  type Redacted,
  settingsOf,
  toApplied,
  type WorkspaceOutputs,
} from "../../state/workspace";
import { type UnmanagedMember, unmanagedMemberOf } from "../../state/world";
import type { ReadResult } from "../resource-lifecycle";
import type { Session } from "../session";
import { declaredGroupsOf, groupsById, readGroups } from "./read-groups";

/** The people as they are. A person that neither the listing nor a look-up finds is recorded as gone. */
export async function readWorkspace(
  session: Session,
  id: string,
  props: WorkspaceOutputs,
): Promise<{ outs: WorkspaceOutputs; result: ReadResult }> {
  const { people: listed, complete } = await session.directory.everybody();
  // Before anybody is asked for by themself: in another workspace that would be everybody.
  await session.directory.proveHere();
  const byId = new Map(listed.map((user) => [user.id, user]));
  const before = Object.entries(props.ids);
  const found = await Promise.all(
    before.map(
      async ([email, userId]) =>
        [email, byId.get(userId) ?? (await session.directory.member(userId).catch(asUnreadable))] as const,
    ),
  );
  const people: WorkspaceOutputs["people"] = {};
  const ids: WorkspaceOutputs["ids"] = {};
  const gone = { ...props.gone };
  const goneAgain = new Set(props.goneAgain);
  const applied = toApplied(props);
  const left: string[] = [];
  for (const [email, user] of found) {
    if (user === undefined) {
      const { uncertain, setBack } = props.people[email] ?? {};
      // A person that a failed run was to remove has left by that removal.
      if (uncertain?.includes("membership")) continue;
      // A change of e-mail that was not made is none: they left under the old one.
      const at = pendingFrom(applied, email) ?? email;
      gone[at] = props.ids[email] ?? "";
      if (setBack?.includes("membership")) goneAgain.add(at);
      left.push(email);
      continue;
    }
    if (user === UNREADABLE) {
      people[email] = props.people[email] ?? {};
      ids[email] = props.ids[email] ?? "";
      continue;
    }
    people[email] = foundAs(email, props.people[email] ?? {}, user, props.redacted?.[email]);
    ids[email] = user.id;
  }
  const ours = new Set(Object.values(ids));
  // Who is in the state of another resource of the stack is managed there.
  const unmanaged = listed.filter((user) => !ours.has(user.id) && !session.registry.stateIds.has(user.id));
  const emails = new Map(listed.map((user) => [user.id, emailOf(user)]));
  const groups = await readGroups(session, props.groups, emails, ours);
  const outs: WorkspaceOutputs = {
    ...settingsOf(props),
    people,
    ids,
    ...groups,
    ...leftToOf(props, session),
    ...keptOf({ ...props, emailChanges: withoutPending(applied, left) }),
    ...(Object.keys(gone).length > 0 && { gone }),
    ...(goneAgain.size > 0 && { goneAgain: [...goneAgain] }),
    ...(!complete && props.maybeAdded && { maybeAdded: props.maybeAdded }),
    ...(complete ? { others: unmanaged.length } : props.others !== undefined && { others: props.others }),
    ...unmanagedOf(props, people, complete ? unmanaged : undefined),
    ...reinvitedOf(props, gone, complete ? unmanaged : undefined),
  };
  const inputs = {
    ...settingsOf(props),
    ...declaredGroupsOf(outs),
    people: inputsOf(people, props.redacted, outs),
  };
  return { outs, result: { id, props: outs, inputs } };
}

/** What a refresh leaves as it is. */
function keptOf({ since, emailChanges, outside }: WorkspaceOutputs) {
  return {
    ...(since !== undefined && { since }),
    ...(emailChanges && Object.keys(emailChanges).length > 0 && { emailChanges }),
    ...(outside && { outside }),
  };
}

/** Who was left to another resource, and is in the state of none yet. */
function leftToOf({ leftTo = {} }: WorkspaceOutputs, { registry }: Session) {
  const left = Object.entries(leftTo).filter(([, id]) => !registry.stateIds.has(id));
  return left.length === 0 ? {} : { leftTo: Object.fromEntries(left) };
}

/** Accounts with the address of a person whose own account is gone, or that a run may have added. */
function reinvitedOf(
  { reinvited: before = {}, maybeAdded = [] }: WorkspaceOutputs,
  gone: object,
  listed: User[] | undefined,
) {
  if (listed === undefined) return Object.keys(before).length === 0 ? {} : { reinvited: before };
  const addresses = new Set([...Object.keys(gone), ...Object.keys(before), ...maybeAdded]);
  // An account that was named once stays named, under the e-mail that it has now.
  const known = new Map(Object.values(before).map((account) => [account.id, account]));
  const there = listed.flatMap((user): [string, UnmanagedMember][] => {
    const email = emailOf(user);
    if (!addresses.has(email) && !known.has(user.id)) return [];
    const isAdded = maybeAdded.includes(email) || known.get(user.id)?.maybeAdded;
    return [[email, { ...unmanagedMemberOf(user), ...(isAdded && { maybeAdded: true }) }]];
  });
  return there.length === 0 ? {} : { reinvited: Object.fromEntries(there) };
}

/** A member whose entry cannot be read is there: the state keeps them, and a line has named them. */
const UNREADABLE = "unreadable";

function asUnreadable(error: unknown): typeof UNREADABLE {
  if (error instanceof UnreadableEntryError) return UNREADABLE;
  throw error;
}

/**
 * The unmanaged members that the state keeps: all of them, or with `ignore` those who are privileged, outside of their
 * time, or have an e-mail under which the state has another person. A new one is named before a run changes them.
 */
function unmanagedOf(
  { undeclared = "ignore", outside = {}, unmanaged: before }: WorkspaceOutputs,
  people: WorkspaceOutputs["people"],
  listed: User[] | undefined,
) {
  if (listed === undefined) return before === undefined ? {} : { unmanaged: before };
  const isOfNote = (user: User) =>
    isPrivileged(roleOf(user)) ||
    Object.hasOwn(outside, emailOf(user)) ||
    (Object.hasOwn(people, emailOf(user)) && people[emailOf(user)]?.userName !== undefined);
  const kept = undeclared === "ignore" ? listed.filter(isOfNote) : listed;
  if (undeclared === "ignore" && kept.length === 0) return {};
  const unmanaged = Object.fromEntries(
    kept.map((user): [string, UnmanagedMember] => {
      const email = emailOf(user);
      const known = before !== undefined && Object.hasOwn(before, email) ? before[email] : undefined;
      // The refresh that found them has named them, where they may be acted on.
      const isNamed = known?.id === user.id && (known.unseen !== true || isActedOn(undeclared, known.role));
      return [email, { ...unmanagedMemberOf(user), ...(isNamed ? {} : { unseen: true as const }) }];
    }),
  );
  return { unmanaged };
}

/** What a program would declare to have just this: everybody by the address that they have. */
function inputsOf(
  people: WorkspaceOutputs["people"],
  redacted: Redacted = {},
  outs: WorkspaceOutputs,
): Properties {
  const groups = groupsById(outs);
  return Object.fromEntries(
    Object.entries(people).map(([email, person]) => {
      const { userName = email } = person;
      const named = groups.get(outs.ids[email] ?? "");
      const declared = { ...declarationOf(person), ...(named !== undefined && { groups: named }) };
      // The engine redacts a secret only under the name that the program uses, and this is another name.
      return [userName, userName === email ? declared : without(declared, redacted[email] ?? [])];
    }),
  );
}
