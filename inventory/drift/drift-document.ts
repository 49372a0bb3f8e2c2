import { endWords } from "../../provider/model/instant";
import { attributeWords } from "../../provider/plan/step-words";
import { formatCount } from "../cli/text";
import type { RosterFile } from "../live/roster";
import {
  type Document,
  type FlatTable,
  formatAsOf,
  type Result,
  type Results,
  type Section,
  unprovenSection,
  withRemediations,
} from "../output/document";
import type { DriftReport } from "./drift-report";
import { DRIFT_KINDS, type DriftKind, type Finding } from "./finding";
import { REMEDIATIONS, type Remediation } from "./remediations";

/**
 * A drift report for people: one table for each thing that can be done about it.
 * @param roster where the people are declared, for results with their lines
 */
export function driftDocument(report: DriftReport, roster?: RosterFile): Document {
  return {
    title: "Notion drift",
    asOf: formatAsOf(report.asOf),
    incomplete: report.incomplete,
    summary: summaryOf(report),
    sections: () => sectionsOf(report),
    flat: () => flatTable(report),
    json: withRemediations(report, ({ remediation }) => REMEDIATIONS[remediation].text),
    results: () => resultsOf(report, roster),
  };
}

function sectionsOf({ findings, changes, unproven, notCompared }: DriftReport): Section[] {
  const sections: Section[] = (Object.keys(REMEDIATIONS) as Remediation[]).flatMap((key) => {
    const { kind, title, text } = REMEDIATIONS[key];
    const found = findings.filter(({ remediation }) => remediation === key);
    if (found.length === 0) return [];
    const columns = columnsOf(kind, found);
    return {
      title,
      advice: text,
      columns: columns.map((column) => HEADINGS[column]),
      rows: found.map((finding) => columns.map((column) => cellOf(finding, column))),
    };
  });
  if (changes !== null) {
    sections.push({
      title: "Since the baseline",
      columns: ["what", "who", "change", "before", "now"],
      rows: changes.map(({ subject, who, change, before, now }) => [
        subject === "user" ? "member" : subject,
        who,
        change,
        before ?? "–",
        now ?? "–",
      ]),
    });
  }
  sections.push(...unprovenSection(unproven));
  if (notCompared.length > 0) {
    sections.push({
      title: "Not compared: encrypted in the state file",
      advice: "Use --stack, or make the file with `pulumi stack export --show-secrets`.",
      columns: ["e-mail", "resource", "properties"],
      rows: notCompared.map(({ person, resource, properties }) => [
        person ?? "–",
        resource,
        properties.join(", "),
      ]),
    });
  }
  return sections;
}

/** An attribute has the name that a preview gives it. */
function cellOf({ ended, ...finding }: Finding, column: keyof typeof HEADINGS): string {
  if (column === "until") return ended === undefined ? "–" : endWords(ended.until);
  if (column === "reason" || column === "approvedBy") return ended?.[column] ?? "–";
  const value = finding[column] ?? "–";
  return column === "attribute" ? attributeWords(value) : value;
}

const HEADINGS = {
  who: "e-mail",
  group: "group",
  attribute: "attribute",
  declared: "declared",
  live: "there",
  until: "ended",
  reason: "reason",
  approvedBy: "approved by",
} as const;
const COLUMNS: Record<DriftKind, (keyof typeof HEADINGS)[]> = {
  expired: ["who", "until", "live", "declared", "approvedBy", "reason"],
  missing: ["who", "declared", "live"],
  unmanaged: ["who", "live"],
  changed: ["who", "attribute", "declared", "live"],
  role: ["who", "declared", "live"],
  duplicate: ["who", "declared", "live"],
};

/** What is told of findings that have one remediation, and so are about one kind of thing. */
function columnsOf(kind: DriftKind, [first]: readonly Finding[]): (keyof typeof HEADINGS)[] {
  if (first?.subject === "membership") return ["who", "group"];
  if (first?.subject !== "group") return COLUMNS[kind];
  return kind === "unmanaged" ? ["group", "live"] : ["group", "declared", "live"];
}

function flatTable({ findings, changes, unproven }: DriftReport): FlatTable {
  return {
    columns: [
      "kind",
      "who",
      "attribute",
      "declared or before",
      "there",
      "what to do",
      "id",
      "resource",
      "person",
      "ended",
      "reason",
      "approved by",
      "about",
      "group",
    ],
    rows: [
      ...findings.map(
        ({ kind, who, attribute, declared, live, remediation, id, resource, person, ended, ...about }) => [
          kind,
          who,
          attribute ?? "",
          declared ?? "",
          live ?? "",
          REMEDIATIONS[remediation].text,
          id ?? "",
          resource ?? "",
          person ?? "",
          ended?.until ?? "",
          ended?.reason ?? "",
          ended?.approvedBy ?? "",
          about.subject,
          about.group ?? "",
        ],
      ),
      ...(changes ?? []).map(({ subject, who, change, before, now, id }) => [
        "since baseline",
        who,
        `${subject}: ${change}`,
        before ?? "",
        now ?? "",
        "",
        id,
        "",
        "",
        "",
        "",
        "",
        subject,
        subject === "group" ? who : "",
      ]),
      ...unproven.map((email) => ["unproven", email, ...Array<string>(10).fill(""), "user", ""]),
    ],
  };
}

function summaryOf({ inSync, counts, changes, complete, notCompared }: DriftReport): string {
  const since =
    changes === null
      ? []
      : [formatCount(changes.length, "change since the baseline", "changes since the baseline")];
  if (inSync) {
    const but = notCompared.length > 0 ? ", as far as it could be compared" : "";
    return complete ? `No drift${but}.` : "No drift found in what was listed.";
  }
  const kinds = DRIFT_KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${kind} ${counts[kind]}`);
  return `Drift: ${[...kinds, ...since].join(", ")}.`;
}

const RULES: Record<DriftKind | "since-baseline" | "unproven", string> = {
  expired: "Access is over and still held.",
  missing: "A person, a group or a membership of a group is declared and not in Notion.",
  unmanaged: "A person, a group or a membership of an exact group is in Notion and not declared.",
  changed: "An attribute is another one than declared.",
  role: "Somebody has another role than declared.",
  duplicate: "A person or a group is there, or declared, twice.",
  "since-baseline": "Something changed since the baseline.",
  unproven: "Somebody is not listed, and the list is not complete.",
};

function resultsOf({ findings, changes, unproven }: DriftReport, roster: RosterFile | undefined): Results {
  const lineOf = (email: string, id?: string | null) => roster?.lineOf(email, id) ?? null;
  return {
    rules: RULES,
    file: roster?.path ?? null,
    failsFrom: "warning",
    results: [
      ...findings.map((finding): Result => {
        const { kind, subject, who, person, group, attribute, resource, id, remediation } = finding;
        return {
          rule: kind,
          level: "warning",
          message: `${formatFinding(finding)}. ${REMEDIATIONS[remediation].text}`,
          line: lineOf(person ?? who, id),
          key: [who, attribute, resource, id, ...(subject === "membership" ? [group] : [])].join(" "),
        };
      }),
      ...(changes ?? []).map(
        ({ subject, who, change, before, now, id }): Result => ({
          rule: "since-baseline",
          level: "warning",
          message: `${who}: ${change} (${before ?? "–"} → ${now ?? "–"})`,
          line: lineOf(who),
          key: `${subject} ${id} ${change}`,
        }),
      ),
      ...unproven.map(
        (email): Result => ({
          rule: "unproven",
          level: "note",
          message: `${email} is not listed, and the list is not complete`,
          line: lineOf(email),
          key: email,
        }),
      ),
    ],
  };
}

/** `ada@example.com: title is "Boss", declared is "Lead"`. */
function formatFinding(finding: Finding): string {
  if (finding.subject !== "user") return formatGroupFinding(finding);
  const { who, attribute, declared, live, ended } = finding;
  const what = attribute === null ? "" : `${attributeWords(attribute)} `;
  const since =
    ended === undefined
      ? ""
      : ` (ended ${endWords(ended.until)}${ended.reason === null ? "" : `; reason: ${ended.reason}`})`;
  return `${who}: ${what}is ${live ?? "not there"}, declared is ${declared ?? "nobody"}${since}`;
}

/** `group Infra: the name is "Platform", declared is "Infra"`, `ada@example.com is not in group Infra, and declared in it`. */
function formatGroupFinding({ kind, subject, who, group, declared, live }: Finding): string {
  if (subject === "membership") {
    return kind === "missing"
      ? `${who} is not in group ${group}, and declared in it`
      : `${who} is in group ${group}, which is exact, and not declared in it`;
  }
  if (kind === "unmanaged") return `group ${group} is in Notion (${live}), and not declared`;
  return `group ${group}: there is ${live}, declared is ${declared}`;
}
