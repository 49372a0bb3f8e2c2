import { emailOf } from "../model/email";
import type { User } from "../model/record";
import { type AppliedMember, type DeclaredPerson, recordOf } from "../state/person";
import { NOBODY_ELSEWHERE } from "./elsewhere";
import { type Plan, plan } from "./plan";

/** What a resource for one member plans. The id says who they are, whichever e-mails stand here. */
export interface OnePerson {
  /** Notion's id; any text where nothing is written. */
  id: string;
  applied: AppliedMember;
  declared: { email: string; person: DeclaredPerson };
}

/** A member who was found, as if the program had them already: the plan says what they lack. */
export function foundOne(user: User, declared: OnePerson["declared"]): OnePerson {
  const email = emailOf(user);
  return { id: user.id, applied: { email, person: recordOf(email, declared.person, user) }, declared };
}

/** A member as a workspace of one person. */
export function worldOf({ id, applied, declared }: OnePerson) {
  return {
    applied: { people: { [applied.email]: applied.person }, ids: { [applied.email]: id } },
    declared: { people: { [declared.email]: { ...declared.person, id } } },
  };
}

/** Pure: what has to happen to one member, planned as a workspace of one person. */
export function planOne(one: OnePerson, now: number): Plan {
  const { applied, declared } = worldOf(one);
  const heldAs = new Map([[one.declared.email, one.applied.email]]);
  return plan(applied, declared, now, NOBODY_ELSEWHERE, { heldAs, contradictions: [], unclear: new Map() });
}
