import { endWords } from "../../provider/model/instant";
import { type Document, formatAsOf, type Result, type Results, type Section } from "../output/document";
import { GROUP_RULES, inGroupSections, inSections } from "./group-sections";
import type { PlannedChange, PlanRemark, PlanReport } from "./plan-report";

/** A plan as a document: privileged roles first, then who leaves and joins, then groups. */
export function planDocument(report: PlanReport): Document {
  return {
    title: "Notion plan",
    asOf: formatAsOf(report.asOf),
    incomplete: report.incomplete,
    summary: summaryOf(report),
    sections: () => sectionsOf(report),
    flat: () => ({ columns: FLAT_COLUMNS, rows: flatRows(report) }),
    json: report,
    results: () => resultsOf(report),
  };
}

function summaryOf({ stopped, summary, changes, groups }: PlanReport): string {
  const words =
    summary.length + changes.length + groups.length === 0 ? ["Nothing changes for anybody."] : summary;
  return [...(stopped ? ["STOPPED: nothing of this is done as it stands."] : []), ...words].join(" ");
}

/** The sections of changes, in their order; a change stands in the first one that it fits. */
const SECTIONS: {
  rule: string;
  title: string;
  level: Result["level"];
  is: (change: PlannedChange) => boolean;
}[] = [
  {
    rule: "privileged-role",
    title: "Privileged roles",
    level: "warning",
    is: ({ privileged }) => privileged,
  },
  {
    rule: "drift",
    title: "Changed in Notion, and set back",
    level: "warning",
    is: ({ drift }) => drift,
  },
  {
    rule: "leaves",
    title: "Leave",
    level: "warning",
    is: ({ kind }) => kind === "remove" || kind === "demote",
  },
  { rule: "joins", title: "Join", level: "note", is: ({ kind }) => kind === "join" },
  { rule: "look-up", title: "Looked up", level: "note", is: ({ kind }) => kind === "check" },
  { rule: "role", title: "Roles", level: "note", is: ({ kind }) => kind === "changeRole" },
  {
    rule: "profile",
    title: "Profiles",
    level: "note",
    is: ({ kind }) => kind === "updateProfile" || kind === "activate",
  },
  { rule: "setting", title: "Recorded in state only", level: "note", is: () => true },
];

function sectionsOf(report: PlanReport): Section[] {
  const { stopped, stops, changes, groups, ends, remarks, roster } = report;
  const withLine = roster !== null;
  const lineCell = (line: number | null) => (withLine ? [line === null ? NO_LINE : `${line}`] : []);
  const lineColumn = withLine ? [`line of ${roster}`] : [];
  const remarked = (title: string, list: readonly PlanRemark[]): Section[] =>
    list.length === 0
      ? []
      : [
          {
            title,
            columns: ["what", ...lineColumn],
            rows: list.map(({ text, line }) => [text, ...lineCell(line)]),
          },
        ];
  return [
    ...(stops.length === 0
      ? []
      : [
          {
            title: "What stops it",
            columns: ["why", ...lineColumn],
            rows: stops.map(({ message, line }) => [message, ...lineCell(line)]),
          },
        ]),
    ...inSections(SECTIONS, changes)
      .filter((section) => section.changes.length > 0)
      .map((section) => ({
        title: section.title,
        columns: ["what happens", "reason", "until", "approved by", ...lineColumn],
        rows: section.changes.map(({ text, reason, until, approvedBy, line }) => [
          text,
          reason ?? "–",
          until === null ? "–" : endWords(until),
          approvedBy ?? "–",
          ...lineCell(line),
        ]),
      })),
    ...inGroupSections(groups).map(({ title, changes: ours }) => ({
      title,
      columns: ["what happens", ...lineColumn],
      // A group stands in no row of the roster.
      rows: ours.map(({ text, who, line }) => [text, ...(who === null && withLine ? ["–"] : lineCell(line))]),
    })),
    ...remarked("Ends soon", ends),
    ...remarked(stopped ? "Messages of the preview" : "Also told", remarks),
  ];
}

/** Who leaves has no row any more; others are declared in another place. */
const NO_LINE = "no row";

const FLAT_COLUMNS = ["kind", "who", "what", "reason", "until", "approved by", "drift", "line", "group"];

function flatRows({ stops, changes, groups, ends, remarks }: PlanReport): string[][] {
  const remarked =
    (kind: string) =>
    ({ text, who, line }: PlanRemark) => [kind, who ?? "", text, "", "", "", "", `${line ?? ""}`, ""];
  return [
    ...stops.map(({ message, line }) => ["stopped", "", message, "", "", "", "", `${line ?? ""}`, ""]),
    ...inSections(SECTIONS, changes).flatMap((section) =>
      section.changes.map(({ who, text, reason, until, approvedBy, drift, line }) => [
        section.rule,
        who,
        text,
        reason ?? "",
        until ?? "",
        approvedBy ?? "",
        drift ? "yes" : "",
        `${line ?? ""}`,
        "",
      ]),
    ),
    ...inGroupSections(groups).flatMap(({ rule, changes: ours }) =>
      ours.map(({ who, text, drift, line, group }) => [
        rule,
        who ?? "",
        text,
        "",
        "",
        "",
        drift ? "yes" : "",
        `${line ?? ""}`,
        group,
      ]),
    ),
    ...ends.map(remarked("ends-soon")),
    ...remarks.map(remarked("told")),
  ];
}

const RULES = {
  stopped: "The preview failed: nothing of it is done.",
  "privileged-role": "Somebody gets or loses the role of an owner or a membership_admin.",
  drift: "Something was changed in Notion and is set back.",
  leaves: "Somebody leaves, or becomes a restricted member.",
  joins: "Somebody joins.",
  role: "Somebody gets another role.",
  profile: "Somebody's profile changes.",
  setting: "A setting that only the state holds changes; nothing is sent to Notion.",
  ...GROUP_RULES,
  "ends-soon": "Somebody's access ends soon.",
  told: "Another message of the preview.",
};

function resultsOf({ stops, changes, groups, ends, remarks, roster }: PlanReport): Results {
  const noRow = (line: number | null) => (roster === null || line !== null ? "" : ` (no row in ${roster})`);
  const details = ({ reason, until, approvedBy }: PlannedChange) => {
    const words = [
      ...(reason === null ? [] : [`reason: ${reason}`]),
      ...(until === null ? [] : [`until: ${endWords(until)}`]),
      ...(approvedBy === null ? [] : [`approved by ${approvedBy}`]),
    ];
    return words.length === 0 ? "" : ` (${words.join("; ")})`;
  };
  const remarked =
    (rule: string) =>
    ({ text, who, line }: PlanRemark): Result => ({
      rule,
      level: "note",
      message: text,
      line,
      key: who ?? text,
    });
  return {
    rules: RULES,
    file: roster,
    failsFrom: "error",
    results: [
      ...stops.map(
        ({ message, line, resource }): Result => ({
          rule: "stopped",
          level: "error",
          message,
          line,
          key: `${resource} ${message}`,
        }),
      ),
      ...inSections(SECTIONS, changes).flatMap(({ rule, level, changes: ours }) =>
        ours.map(
          (change): Result => ({
            rule,
            level,
            message: `${change.text}${details(change)}${noRow(change.line)}`,
            line: change.line,
            key: `${change.kind} ${change.who}`,
          }),
        ),
      ),
      ...inGroupSections(groups).flatMap(({ rule, level, changes: ours }) =>
        ours.map(
          ({ kind, group, who, text, line }): Result => ({
            rule,
            level,
            message: text,
            line,
            key: [kind, group, who ?? ""].join(" "),
          }),
        ),
      ),
      ...ends.map(remarked("ends-soon")),
      ...remarks.map(remarked("told")),
    ],
  };
}
