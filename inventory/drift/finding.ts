import type { DeclaredRole, DeclaredUser } from "../live/declared";
import type { Remediation } from "./remediations";

export const DRIFT_KINDS = ["expired", "missing", "unmanaged", "changed", "role", "duplicate"] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** What a finding is about: a person, a group, or that a person is in a group. */
export type DriftSubject = "user" | "group" | "membership";

/** One difference between what a stack declares and what is there. */
export interface Finding {
  kind: DriftKind;
  subject: DriftSubject;
  /** The person's e-mail; the name of a group. */
  who: string;
  /** null for a person that a refresh had found gone: the state has forgotten it. Of a group, the group's. */
  id: string | null;
  /** The group's name, as it is declared; null where it is about a person alone. */
  group: string | null;
  /** The URN of the resource; null for someone that no resource is about. */
  resource: string | null;
  /** The e-mail under which the resource declares them, if it is a NotionWorkspace; else null. */
  person: string | null;
  /** What of the person differs; null where it is the whole person. */
  attribute: string | null;
  declared: string | null;
  live: string | null;
  /** What to do about it. */
  remediation: Remediation;
  /** For `expired` access: since when, and its reason and approver. */
  ended?: Ended;
}

/** What a finding says of the resource that it is about. */
export const aboutResource = ({ id, urn, person }: DeclaredUser | DeclaredRole) => ({
  subject: "user" as const,
  id,
  group: null,
  resource: urn,
  person,
});

/** The end of some access, as it was declared. */
export interface Ended {
  /** As it is declared. */
  until: string;
  /** The same as an instant of RFC 3339, in UTC. */
  at: string;
  reason: string | null;
  approvedBy: string | null;
}
