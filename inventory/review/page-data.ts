import type { Person } from "./person";

/** What the page is given to show, as JSON in its text. */
export interface PageData {
  name: string;
  workspace: string;
  /** An instant. */
  openedAt: string;
  /** SHA-256 of manifest.json, which binds population and opening: decisions name it. */
  review: string;
  /** The list that "what changed" compares with, such as `2026-Q3`; null: there was no earlier list. */
  changedSince: string | null;
  people: Person[];
}

/** What was decided about somebody, as the page keeps it. */
export interface Draft {
  kind: "keep" | "lower" | "remove" | "end" | "groups";
  /** "" where there is none. */
  toRole: string;
  until: string;
  /** The groups that they are taken out of; empty but for those. */
  groups: readonly string[];
  reason: string;
  reviewer: string;
  decidedAt: string;
}
