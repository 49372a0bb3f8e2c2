import type { dynamic } from "@pulumi/pulumi";
import { emailOf } from "../../member/email";
import type { User } from "../../member/record";
import type { Stranger } from "../../plan/people";
import type { Concealed } from "../../plan/words";
import { settingsOf, type WorkspaceOutputs } from "../../plan/workspace";
import { UnreadableEntryError } from "../../scim/unreadable";
import { DeclarationError } from "../errors";
import type { Properties } from "../inputs";
import type { Session } from "../session";
import { foundAs, strangerOf, without } from "./state";

/** The people as they are. Whom neither the listing nor a look-up finds is noted as gone. */
export async function readWorkspace(
  session: Session,
  id: string,
  props: WorkspaceOutputs,
): Promise<dynamic.ReadResult> {
  if (props.ids === undefined) throw notFoundById();
  const { people: listed, complete } = await session.roster.everybody();
  // Before anybody is asked for by themself: in another workspace that would be everybody.
  await session.roster.proveHere();
  const byId = new Map(listed.map((user) => [user.id, user]));
  const before = Object.entries(props.ids);
  const found = await Promise.all(
    before.map(
      async ([email, userId]) =>
        [email, byId.get(userId) ?? (await session.roster.member(userId).catch(asUnreadable))] as const,
    ),
  );
  const people: WorkspaceOutputs["people"] = {};
  const ids: WorkspaceOutputs["ids"] = {};
  const gone = [...(props.gone ?? [])];
  for (const [email, user] of found) {
    if (user === undefined) {
      // Whom a failed run was to remove has left by it.
      if (!props.people[email]?.unsure?.includes("membership")) gone.push(email);
      continue;
    }
    if (user === UNREADABLE) {
      people[email] = props.people[email] ?? {};
      ids[email] = props.ids[email] ?? "";
      continue;
    }
    people[email] = foundAs(email, props.people[email] ?? {}, user, props.concealed?.[email]);
    ids[email] = user.id;
  }
  const ours = new Set(Object.values(ids));
  const strangers = listed.filter((user) => !ours.has(user.id));
  const outs: WorkspaceOutputs = {
    ...settingsOf(props),
    people,
    ids,
    ...(gone.length > 0 && { gone }),
    ...(complete ? { others: strangers.length } : props.others !== undefined && { others: props.others }),
    ...strangersOf(props, complete ? strangers : undefined),
  };
  return { id, props: outs, inputs: { ...settingsOf(props), people: inputsOf(people, props.concealed) } };
}

/** Somebody whose entry cannot be read is there, and is kept as the state has them; a line has named them. */
const UNREADABLE = "unreadable";

function asUnreadable(error: unknown): typeof UNREADABLE {
  if (error instanceof UnreadableEntryError) return UNREADABLE;
  throw error;
}

function notFoundById(): DeclarationError {
  return new DeclarationError(
    "A NotionWorkspace is not found by an id. Declare its people: whoever is a member already is taken over.",
  );
}

/** Those who are not declared, where the program wants to know: who was not known before has been shown by no preview. */
function strangersOf({ undeclared, strangers: before }: WorkspaceOutputs, listed: User[] | undefined) {
  if (undeclared === undefined || undeclared === "ignore") return {};
  if (listed === undefined) return before === undefined ? {} : { strangers: before };
  const strangers = Object.fromEntries(
    listed.map((user): [string, Stranger] => {
      const email = emailOf(user);
      const known = before !== undefined && Object.hasOwn(before, email) && before[email]?.id === user.id;
      return [email, { ...strangerOf(user), ...(known ? {} : { unseen: true as const }) }];
    }),
  );
  return { strangers };
}

/** What a program would declare to have just this: everybody by the address that they have. */
function inputsOf(people: WorkspaceOutputs["people"], concealed: Concealed = {}): Properties {
  return Object.fromEntries(
    Object.entries(people).map(
      ([email, { was: _, unsure: __, userName = email, active: ___, ...declared }]) => [
        userName,
        // The engine conceals what stands where the program has it, and this is another place.
        userName === email ? declared : without(declared, concealed[email] ?? []),
      ],
    ),
  );
}
