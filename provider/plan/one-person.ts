import type { AppliedMember, DeclaredPerson } from "../state/person";
import { type Plan, plan } from "./plan";

/** What a resource for one member plans. The id says who they are, whichever e-mails stand here. */
export interface OnePerson {
  /** Notion's id; any text where nothing is written. */
  id: string;
  applied: AppliedMember;
  declared: { email: string; person: DeclaredPerson };
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
  return plan(applied, declared, now);
}
