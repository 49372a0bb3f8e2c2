import Table from "cli-table3";
import { ROLES } from "../processes.mts";
import { type Measurement, type Results, ratio, ratioWithRequests, waitingSeconds } from "./results.mts";

const seconds = (value: number | undefined) => (value === undefined ? "–" : `${value.toFixed(1)} s`);
const times = (value: number) => `× ${value.toFixed(2)}`;
const megabytes = (bytes: number | undefined) =>
  bytes === undefined ? "–" : `${Math.round(bytes / 1024 / 1024)}`;

interface Column {
  head: string;
  of: (each: Measurement) => string;
}

const WHAT: Column[] = [
  { head: "members", of: ({ members }) => members.toLocaleString("en") },
  { head: "operation", of: ({ operation }) => operation },
];
const TIME: Column[] = [
  { head: "time", of: (each) => seconds(each.seconds) },
  { head: "floor", of: ({ floor }) => seconds(floor.seconds) },
  { head: "ratio", of: (each) => times(ratio(each)) },
];

/** The results as text for a terminal, one table for each question. */
export function tables(results: Results): string {
  return sections(results)
    .map(({ title, columns, rows }) => {
      const table = new Table({ head: columns.map(({ head }) => head), style: { head: [], border: [] } });
      for (const row of rows) table.push(columns.map(({ of }) => of(row)));
      return `${title}\n${table}`;
    })
    .join("\n\n");
}

/** The results as Markdown. */
export function markdown(results: Results): string {
  return sections(results)
    .map(({ title, columns, rows }) => {
      const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
      const lines = [line(columns.map(({ head }) => head)), line(columns.map(() => "---"))];
      return `${title}\n\n${[...lines, ...rows.map((row) => line(columns.map(({ of }) => of(row))))].join("\n")}`;
    })
    .join("\n\n");
}

interface Section {
  title: string;
  columns: Column[];
  rows: Measurement[];
}

function sections({ measurements }: Results): Section[] {
  const usual = measurements.filter(({ limit, checkpoints }) => limit === undefined && !checkpoints);
  const limited = measurements.filter(({ limit }) => limit !== undefined);
  const checkpointed = measurements.filter(({ checkpoints }) => checkpoints);
  const all: Section[] = [
    {
      title: "Time and requests (state written once, at the end)",
      columns: [
        ...WHAT,
        { head: "latency", of: ({ latencyMs }) => `${latencyMs} ms` },
        ...TIME,
        { head: "ratio to floor + requests", of: (each) => times(ratioWithRequests(each)) },
        { head: "requests", of: ({ requests }) => String(requests) },
      ],
      rows: usual,
    },
    {
      title: "Under a limit of requests per second",
      columns: [
        ...WHAT,
        { head: "limit", of: ({ limit }) => `${limit}/s` },
        { head: "notion:requestsPerSecond", of: (each) => String(each.requestsPerSecond ?? "not set") },
        { head: "time", of: (each) => seconds(each.seconds) },
        { head: "of it waiting", of: (each) => seconds(waitingSeconds(measurements, each)) },
        { head: "requests", of: ({ requests }) => String(requests) },
        { head: "of them refused (429)", of: ({ refused }) => String(refused) },
      ],
      rows: limited,
    },
    {
      title: "Peak memory of each process, in MB, floor in parentheses",
      columns: [
        ...WHAT,
        ...ROLES.map((role) => ({
          head: role,
          of: ({ peaks, floor }: Measurement) =>
            `${megabytes(peaks[role])} (${megabytes(floor.peaks[role])})`,
        })),
      ],
      rows: usual.filter(({ latencyMs }) => latencyMs === usual[0]?.latencyMs),
    },
    {
      title: "State written at each step (file backend) and once at the end (PULUMI_SKIP_CHECKPOINTS=true)",
      columns: [
        ...WHAT,
        { head: "state is written", of: ({ checkpoints }) => (checkpoints ? "at each step" : "once") },
        ...TIME,
        { head: "state", of: ({ stateBytes }) => `${Math.round(stateBytes / 1024)} kB` },
        {
          head: "a resource",
          of: ({ stateBytes, members }) => `${Math.round(stateBytes / (2 * members))} B`,
        },
      ],
      rows: usual
        .filter(({ operation, latencyMs }) => operation === TAKE_OVER && latencyMs === 0)
        .concat(checkpointed),
    },
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

/** The operation after which the state is as large as it gets. */
export const TAKE_OVER = "up, all taken over";
