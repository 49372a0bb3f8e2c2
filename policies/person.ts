import type { Assignment, Member } from "./declaration";
import type { Text } from "./value";

/** Everything that is declared of one person. */
export interface Person {
  /** Folded. */
  email: Text;
  /** How messages name the person. */
  label: string;
  /** More than one only if the program declares the person more than once. */
  members: Member[];
  /** More than one only if the program gives the person more than one role. */
  assignments: Assignment[];
  /** Every role that they can come to hold by these. */
  reaches: readonly Reach[];
}

/** By which path a role comes to be held: what the property of a declaration says, or what a state found. */
export type Path = "role" | "roleThen" | "initialRole" | "onRemove" | "held";

/** A role that a declaration can lead to, for whom, and when. */
export interface Reach {
  person: Person;
  by: Member | Assignment;
  path: Path;
  role: Text;
  /** The role as messages have it: one that the program made secret is not told. */
  roleText: string;
  /** From when on it is held; undefined: from the run on. */
  from: Text;
  /** Until when; undefined: without an end. */
  until: Text;
}
