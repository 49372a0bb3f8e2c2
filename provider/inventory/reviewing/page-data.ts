import type { Person } from "./person";

/** What the page is given to show, as JSON in its text. */
export interface PageData {
  name: string;
  workspace: string;
  /** An instant. */
  openedAt: string;
  /** SHA-256 of population.csv. */
  population: string;
  people: Person[];
}

/** What was decided about somebody, as the page keeps it. */
export interface Draft {
  kind: "keep" | "lower" | "remove" | "end";
  /** "" where there is none. */
  toRole: string;
  until: string;
  reason: string;
  reviewer: string;
  decidedAt: string;
}
