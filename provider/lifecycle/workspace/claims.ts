import { carriedOut } from "../../plan/email-changes";
import { wantedMembers } from "../../plan/groups-declared";
import { identifyGroups } from "../../plan/groups-identity";
import type { PeopleOfGroups } from "../../plan/groups-people";
import { identify } from "../../plan/identity";
import { membershipPhase, roleAt } from "../../plan/times";
import type { Properties } from "../../state/properties";
import { toApplied, type WorkspaceInputs, type WorkspaceOutputs } from "../../state/workspace";
import type { Beside, GroupClaim, WorkspaceClaim } from "../run-registry";

// What a workspace declares and keeps, for the other resources of the program.

/** Pure: what a declaration holds on to. A person outside of their time counts as not declared. */
export function claimOf(
  { people, groups = {} }: WorkspaceInputs,
  beside: Beside,
  now: number,
  state?: WorkspaceOutputs,
): WorkspaceClaim {
  const present = Object.entries(people).filter(([, person]) => membershipPhase(person, now) === "during");
  // After a change of e-mail, another person may have the former e-mail.
  const applied = state === undefined ? undefined : toApplied(state);
  const formerOf = (email: string, former: string | undefined) =>
    applied !== undefined && carriedOut(applied, email, former) ? undefined : former;
  const heldAs = applied === undefined ? new Map<string, string>() : identify(applied, people).heldAs;
  const held = present.flatMap(([email]) => applied?.ids[heldAs.get(email) ?? ""] ?? []);
  const declared = present.flatMap(([, { id }]) => id ?? []);
  return {
    emails: new Set(
      present.flatMap(([email, { formerUserName }]) => [email, formerOf(email, formerUserName) ?? email]),
    ),
    beside,
    groups: groupClaims(
      groups,
      state,
      (id) => {
        const found = present.find(([email]) => applied?.ids[heldAs.get(email) ?? ""] === id);
        return found && new Map([[found[0], { row: found[1], id }]]);
      },
      now,
    ),
    ids: new Set([...held, ...declared]),
    idsWithRole: new Set(
      present.flatMap(([, person]) => (roleAt(person, now) === undefined ? [] : (person.id ?? []))),
    ),
    withRole: new Set(
      present.flatMap(([email, person]) => (roleAt(person, now) === undefined ? [] : [email])),
    ),
  };
}

/** What a declaration says of groups. @param personOf a person who is declared at this moment, by id */
function groupClaims(
  declared: NonNullable<WorkspaceInputs["groups"]>,
  state: WorkspaceOutputs | undefined,
  personOf: (id: string) => PeopleOfGroups["present"] | undefined,
  now: number,
): GroupClaim[] {
  const applied = state?.groups ?? {};
  const { heldAs } = identifyGroups(applied, declared);
  return Object.entries(declared).map(([name, group]) => ({
    name,
    id: applied[heldAs.get(name) ?? ""]?.id,
    members: group.members,
    has: (userId) => {
      const present = personOf(userId);
      return present !== undefined && wantedMembers(name, group, { present, now }).size > 0;
    },
  }));
}

/** Former e-mails in new rows about people that this workspace has not had, each with the e-mail that it becomes. */
export function formersOfNew(
  { people: before = {} }: Properties,
  { people = {} }: Properties,
): [string, string][] {
  return Object.entries(people as WorkspaceInputs["people"]).flatMap(([email, { formerUserName: former }]) =>
    typeof former !== "string" || [email, former].some((each) => Object.hasOwn(Object(before), each))
      ? []
      : [[former.toLowerCase(), email.toLowerCase()]],
  );
}

/** The accounts that a state retains when their row is taken out. */
export function retainedIn({ ids = {}, people = {}, onRemove }: WorkspaceOutputs): string[] {
  return Object.entries(ids).flatMap(([email, id]) =>
    (people[email]?.onRemove ?? onRemove) === "retain" ? [id] : [],
  );
}
