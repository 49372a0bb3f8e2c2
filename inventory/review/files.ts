import { extname } from "node:path";

/** The files of a review, by their names in its folder. */
export const FILES = {
  population: "population.csv",
  page: "review.html",
  manifest: "manifest.json",
  /** Digests of the files of the opening, for `sha256sum --check`. */
  sums: "SHA256SUMS",
  closed: "closed.json",
  edit: "roster.patch",
  readings: "readings.json",
  evidence: "evidence.md",
} as const;

/** `decisions.csv`, or one of several reviewers; nothing that leads out of the folder. */
export function isDecisionsFile(file: string): boolean {
  return /^decisions[^/\\]*\.csv$/i.test(file);
}

/** What the copy of a roster is called: it is there to tell what changed in it since. */
export function rosterCopyOf(roster: { file: string } | null): string | undefined {
  return roster === null ? undefined : `roster-opened${extname(roster.file).toLowerCase()}`;
}

/** Whether a name is one of a file that belongs to the opening. */
export function isOpeningFile(file: string): boolean {
  const names: readonly string[] = [FILES.population, FILES.page, FILES.manifest, FILES.sums];
  return names.includes(file) || /^roster-opened\.(csv|ya?ml)$/.test(file);
}
