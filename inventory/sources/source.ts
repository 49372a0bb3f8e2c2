/** How somebody stands at a source: whether they belong to the company, or may sign in. */
export const STATUSES = ["active", "pending", "suspended", "left"] as const;
/** `pending`: not there yet (staged, invited, before the first day). */
export type Status = (typeof STATUSES)[number];

/** One line of a source: a person, or an account. */
export interface SourceRecord {
  /** Line of the file, from 1. */
  line: number;
  /** Folded; null where the line has no e-mail address. */
  email: string | null;
  /** Another address that is theirs now, too: the one they sign in with, where it is not the e-mail. Folded. */
  login: string | null;
  /** Secondary, private and former addresses. Folded. */
  otherEmails: readonly string[];
  name: string | null;
  status: Status;
  /** What the source says of it; null where it has no column for it. */
  statusText: string | null;
  /** Since when the status is so: a date, a date-time, or the source's text where that is neither. */
  since: string | null;
  /** When they leave, or left: a date (through its last moment, in UTC) or a date-time. */
  end: string | null;
  /** Whether status and end cannot both be true: nothing is done because of such a line. */
  contradicts: boolean;
  manager: string | null;
  department: string | null;
  employeeNumber: string | null;
  /** What Notion's own list of members says; null elsewhere. */
  role: string | null;
  /** Somebody from outside: a guest of the workspace, or of the identity provider. */
  isGuest: boolean;
  /** Every filled cell, by the name of its column. */
  cells: ReadonlyMap<string, string>;
}

/** Whose export a file is, as its columns say; `mapped`: as `--map` says. */
export type LayoutName = "okta" | "entra" | "google" | "notion" | "mapped";

/** A list of people that a workspace is compared with: one CSV file. */
export interface Source {
  name: string;
  /** As it was named on the command line. */
  file: string;
  layout: LayoutName;
  /** What day, or moment, the list is of. */
  date: string;
  /** How that is known. */
  dateFrom: "--dated" | "the file's name" | "the file's time";
  /** Of the file's bytes, in hexadecimal digits. */
  sha256: string;
  /** The names of its columns. */
  columns: string[];
  records: SourceRecord[];
  /** What a reader of the list has to know, a sentence each. */
  notes: string[];
}

/** Whether a source is Notion's own list of members: it says who is a guest, and nothing about who belongs to the company. */
export function isWorkspaceList({ layout, records }: Source): boolean {
  return layout === "notion" || records.some(({ role }) => role !== null);
}
