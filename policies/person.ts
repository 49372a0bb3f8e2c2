import type { Assignment, Member } from "./declaration";
import type { Text } from "./value";

/** All declarations of one person. */
export interface Person {
  /** Folded. */
  email: Text;
  /** How messages name the person. */
  label: string;
  /** More than one only if the program declares the person more than once. */
  members: Member[];
  /** More than one only if the program gives the person more than one role. */
  assignments: Assignment[];
  /** Every role that these can lead to. */
  reaches: readonly Reach[];
}

/** The path to a role: a property of a declaration, or the role found in a state. */
export type Path = "role" | "roleThen" | "initialRole" | "onRemove" | "held";

/** A role that a declaration can lead to, its person and its time. */
export interface Reach {
  person: Person;
  by: Member | Assignment;
  path: Path;
  role: Text;
  /** The role as text for messages; a secret one is redacted. */
  roleText: string;
  /** When it begins; undefined: with the run. */
  from: Text;
  /** When it expires; undefined: never. */
  until: Text;
}
