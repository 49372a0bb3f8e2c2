/** What is striking about somebody, so that a reviewer looks twice. */
export const MARKS = [
  /** A list of the declared is there, and they are not in it. */
  "undeclared",
  /** Neither declared nor at any source. */
  "in no list",
  "left the company",
  "suspended",
  "ends soon",
  /** The end of their access has passed, and they still have it. */
  "expired",
  /** Notion gives them another role than their row does. */
  "role drifted",
  /** Deactivated in Notion. */
  "deactivated",
] as const;
export type Mark = (typeof MARKS)[number];

/** Somebody whose access is reviewed: a line of population.csv. */
export interface Person {
  /** Notion's id. */
  id: string;
  userName: string;
  /** Other addresses of theirs, as Notion, the roster and the sources list them: nobody reviews themself under one. */
  otherAddresses: string[];
  name: string;
  /** null: the entry bears none. */
  role: string | null;
  groups: string[];
  /** Where they are declared: a roster, a resource; null where nowhere. */
  declared: string | null;
  /** Why they have what they have, as the roster says. */
  reason: string | null;
  approvedBy: string | null;
  /** When the role or the membership ends, as the roster says. */
  ends: string | null;
  /** Since when they have this role, as far as is known: a date or an instant. */
  since: string | null;
  /** How that is known, a sentence. */
  sinceKnownBy: string;
  /** How each source has them, as in `okta: ACTIVE`. */
  atSources: string[];
  /** What is otherwise than in the newest earlier list, as in `was member`; null: nothing, or there is none. */
  changed: string | null;
  department: string | null;
  manager: string | null;
  marks: Mark[];
  /** Who decides; null: anybody but the person. */
  reviewer: string | null;
}
