import { formatCount } from "../cli/text";
import {
  type Document,
  type FlatTable,
  formatAsOf,
  type Section,
  unprovenSection,
  withRemediations,
} from "../output/document";
import type { ComparisonReport } from "./comparison-report";
import { COMPARISON_KINDS, type ComparisonFinding, type ComparisonKind, type Place } from "./finding";
import { remediationText } from "./remediations";

/** What differs between the workspace and the sources, for people: one table for each thing that can be done about it. */
export function comparisonDocument(report: ComparisonReport): Document {
  return {
    title: "Notion compared with its sources",
    asOf: formatAsOf(report.asOf),
    incomplete: report.incomplete,
    summary: summaryOf(report),
    sections: () => sectionsOf(report),
    flat: () => flatTable(report),
    json: withRemediations(report, remediationText),
  };
}

/** The headings of a report. */
const TITLES: Record<ComparisonKind, string> = {
  left: "Left the company and still there",
  suspended: "Suspended at the source and still there",
  disagree: "Sources disagree, with each other or within a line",
  gone: "Declared in code and in no source",
  orphan: "In Notion, not declared and in no source",
  shared: "Shared accounts that no source has",
  email: "Another e-mail at the source (a guess)",
  guest: "A guest who is an employee",
  expected: "At the source, to be in Notion, and not there",
  groups: "Other groups than at the source",
};

const COLUMNS = ["e-mail", "in Notion", "declared", "since", "at the sources"];
const GROUP_COLUMNS = ["e-mail", "to be in", "not to be in", "declared", "at the sources"];

function sectionsOf({ findings, unproven, sources }: ComparisonReport): Section[] {
  const sections = COMPARISON_KINDS.flatMap((kind): Section[] => {
    const found = findings.filter((finding) => finding.kind === kind);
    return [...new Set(found.map(remediationText))].map((advice) => ({
      title: TITLES[kind],
      advice,
      columns: kind === "groups" ? GROUP_COLUMNS : COLUMNS,
      rows: found
        .filter((finding) => remediationText(finding) === advice)
        .map((finding) => [finding.who, ...cellsOf(finding), placesText(finding)]),
    }));
  });
  sections.push(...unprovenSection(unproven));
  sections.push({
    title: "Sources",
    // The digest is not in the last column: there it would be cut to fit.
    columns: ["name", "SHA-256", "people", "of", "known by", "file"],
    rows: sources.map(({ name, file, date, dateFrom, people, sha256 }) => [
      name,
      sha256,
      `${people}`,
      date,
      dateFrom,
      file,
    ]),
  });
  return sections;
}

function cellsOf(finding: ComparisonFinding): string[] {
  const { groups, held } = finding;
  if (groups === undefined) return [held ?? "–", declaredText(finding), sinceText(finding)];
  const names = (list: readonly string[]) => list.join("; ") || "–";
  return [names(groups.missing), names(groups.unmanaged), declaredText(finding)];
}

function declaredText({ declared, rosterLine }: ComparisonFinding): string {
  if (rosterLine !== null) return `line ${rosterLine}`;
  return declared === null ? "–" : declared ? "yes" : "no";
}

function sinceText({ since, days }: ComparisonFinding): string {
  if (since === null) return "–";
  return days === null ? since : `${since.slice(0, 10)} (${formatCount(days, "day")})`;
}

function placesText({ who, places }: ComparisonFinding): string {
  return places.length === 0 ? "–" : places.map((place) => placeText(place, who)).join("; ");
}

function placeText(
  { source, line, email, status, statusText, end, contradicts, by }: Place,
  who: string,
): string {
  const isSame = statusText === null || (!contradicts && statusText.toLowerCase() === status);
  const word = isSame ? [] : [`"${statusText}"`];
  const said = contradicts ? word : [status, ...word];
  const until = end === null ? [] : [contradicts ? `against end ${end}` : `end ${end}`];
  const as = email === null || email === who ? [] : [`as ${email}`];
  const guess = by === "e-mail" ? [] : [`(a guess, by ${by})`];
  return [`${source} line ${line}:`, ...said, ...until, ...as, ...guess].join(" ");
}

function flatTable({ findings, unproven }: ComparisonReport): FlatTable {
  return {
    columns: [
      "kind",
      "who",
      "name",
      "in Notion",
      "declared",
      "since",
      "days",
      "at the sources",
      "guess",
      "what to do",
      "id",
      "groups to be in",
      "groups not to be in",
    ],
    rows: [
      ...findings.map((finding) => [
        finding.kind,
        finding.who,
        finding.name ?? "",
        finding.held ?? "",
        declaredText(finding).replace("–", ""),
        finding.since ?? "",
        finding.days === null ? "" : `${finding.days}`,
        placesText(finding).replace("–", ""),
        finding.guess ? "guess" : "",
        remediationText(finding),
        finding.id ?? "",
        finding.groups?.missing.join("; ") ?? "",
        finding.groups?.unmanaged.join("; ") ?? "",
      ]),
      ...unproven.map((email) => ["unproven", email, ...Array<string>(11).fill("")]),
    ],
  };
}

function summaryOf({ agrees, complete, counts, doubts, sources }: ComparisonReport): string {
  const doubtful = doubts.map((doubt) => ` ${doubt}`).join("");
  if (agrees) {
    return complete
      ? `Nothing differs from ${formatCount(sources.length, "source")}.`
      : "Nothing differs in what was listed.";
  }
  const kinds = COMPARISON_KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${kind} ${counts[kind]}`);
  return `Found: ${kinds.join(", ")}.${doubtful}`;
}
