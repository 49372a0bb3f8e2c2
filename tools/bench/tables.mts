import { ROLES } from "../processes.mts";
import { type HostRow, WAYS, type Way } from "./hosts.mts";
import {
  BACKENDS,
  type Backend,
  bytesAPerson,
  type Comparison,
  type Measurement,
  providerBytesOver,
  type Results,
  ratioWithRequests,
  type Startup,
  secondsBesidesStart,
} from "./results.mts";
import { OPERATIONS } from "./scale.mts";

/** A question and its answer in figures. */
export interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

interface Column<Row> {
  head: string;
  of: (row: Row) => string;
}

const seconds = (value: number | undefined) => (value === undefined ? "–" : `${value.toFixed(1)} s`);
const times = (value: number) => `× ${value.toFixed(2)}`;
const count = (value: number) => value.toLocaleString("en");
const megabytes = (bytes: number | undefined) =>
  bytes === undefined ? "–" : `${Math.round(bytes / 1024 / 1024)}`;
const kilobytes = (bytes: number) => `${count(Math.round(bytes / 1024))} kB`;
const orDash = (value: number | undefined, words: (value: number) => string) =>
  value === undefined ? "–" : words(value);

/** How Pulumi's places for a state are called. */
const BACKEND_WORDS: Record<Backend, string> = {
  file: "file",
  postgres: "PostgreSQL",
  s3: "S3-compatible",
};

const people: Column<{ members: number }> = { head: "people", of: ({ members }) => count(members) };
const operation: Column<{ operation: string }> = { head: "operation", of: (each) => `\`${each.operation}\`` };
const withFloor = (each: Measurement | undefined) =>
  each === undefined ? "–" : `${seconds(each.seconds)} (${seconds(each.floor.seconds)})`;

function table<Row>(title: string, columns: Column<Row>[], rows: readonly Row[]): Table[] {
  if (rows.length === 0) return [];
  return [
    {
      title,
      head: columns.map(({ head }) => head),
      rows: rows.map((row) => columns.map(({ of }) => of(row))),
    },
  ];
}

const unlimited = (rows: readonly Measurement[] = []) => rows.filter(({ limit }) => limit === undefined);

/** All that was measured at one size. */
interface Size {
  members: number;
  of: (operation: string) => Measurement | undefined;
}

function sizesOf(rows: readonly Measurement[]): Size[] {
  return [...new Set(rows.map(({ members }) => members))].map((members) => ({
    members,
    of: (operation) => rows.find((row) => row.members === members && row.operation === operation),
  }));
}

/** What a reader wants first: a line for each size. */
export function shortTable({ scale, huge }: Results): Table[] {
  return table<Size>(
    "In short",
    [
      people,
      { head: "`up`, all adopted", of: ({ of }) => withFloor(of(OPERATIONS.adopt)) },
      { head: "`preview`", of: ({ of }) => withFloor(of(OPERATIONS.preview)) },
      { head: "`preview --refresh`", of: ({ of }) => withFloor(of(OPERATIONS.refresh)) },
      { head: "its requests", of: ({ of }) => orDash(of(OPERATIONS.refresh)?.requests, count) },
      {
        head: "state",
        of: ({ of }) => orDash(of(OPERATIONS.adopt)?.stateBytes, kilobytes),
      },
      {
        head: "a person",
        of: ({ of }) => {
          const row = of(OPERATIONS.adopt);
          return orDash(row && bytesAPerson(row), (bytes) => `${Math.round(bytes)} B`);
        },
      },
    ],
    sizesOf([...unlimited(scale?.rows), ...unlimited(huge?.rows)]),
  );
}

/** The same for a page that others read first: without what it is measured against. */
export function readmeTable(results: Results): Table[] {
  const plain = (cell: string) => cell.replace(/ \(.*\)$/, "");
  return shortTable(results).map(({ title, head, rows }) => ({
    title,
    head: head.slice(0, -1),
    rows: rows.map((row) => row.slice(0, -1).map(plain)),
  }));
}

export function timeTable({ scale, huge }: Results): Table[] {
  return table<Measurement>(
    "Time, requests and memory of each operation",
    [
      people,
      operation,
      { head: "time", of: (each) => seconds(each.seconds) },
      { head: "floor", of: ({ floor }) => seconds(floor.seconds) },
      { head: "ratio to floor + requests", of: (each) => times(ratioWithRequests(each)) },
      { head: "requests", of: ({ requests }) => count(requests) },
      { head: "provider over floor, MB", of: (each) => megabytes(providerBytesOver(each)) },
    ],
    [...unlimited(scale?.rows), ...unlimited(huge?.rows)],
  );
}

/** Workspaces with groups. */
export function groupTable({ groups }: Results): Table[] {
  return table<Measurement>(
    "With groups",
    [
      people,
      { head: "groups", of: (each) => orDash(each.groups, count) },
      operation,
      { head: "time", of: (each) => seconds(each.seconds) },
      { head: "floor", of: ({ floor }) => seconds(floor.seconds) },
      { head: "ratio to floor + requests", of: (each) => times(ratioWithRequests(each)) },
      { head: "requests", of: ({ requests }) => count(requests) },
      { head: "state", of: (each) => orDash(each.stateBytes, kilobytes) },
      { head: "provider over floor, MB", of: (each) => megabytes(providerBytesOver(each)) },
    ],
    groups?.rows ?? [],
  );
}

export function memoryTable({ scale, huge }: Results): Table[] {
  return table<Measurement>(
    "Peak memory of each process, in MB, floor in parentheses",
    [
      people,
      operation,
      ...ROLES.map((role) => ({
        head: role,
        of: ({ peaks, floor }: Measurement) => `${megabytes(peaks[role])} (${megabytes(floor.peaks[role])})`,
      })),
    ],
    [...unlimited(scale?.rows), ...unlimited(huge?.rows)],
  );
}

export function limitTable({ scale }: Results): Table[] {
  return table<Measurement>(
    "Under a limit of requests per second",
    [
      people,
      operation,
      { head: "limit", of: ({ limit }) => `${limit}/s` },
      { head: "`notion:requestsPerSecond`", of: (each) => String(each.requestsPerSecond ?? "not set") },
      { head: "time", of: (each) => seconds(each.seconds) },
      { head: "floor", of: ({ floor }) => seconds(floor.seconds) },
      { head: "requests", of: ({ requests }) => count(requests) },
      { head: "of them refused (429)", of: ({ refused }) => count(refused) },
    ],
    scale?.rows.filter(({ limit }) => limit !== undefined) ?? [],
  );
}

/** The same people with their state in several places, the folder among them. */
export function backendTable({ scale, backends }: Results): Table[] {
  const rows = backends?.rows ?? [];
  const sizes = new Set(rows.map(({ members }) => members));
  const files = unlimited(scale?.rows).filter(({ members }) => sizes.has(members));
  const all = [...files, ...rows];
  const operations = Object.values(OPERATIONS).filter((name) => rows.some((row) => row.operation === name));
  return table<Backend>(
    "Where the state is",
    [
      { head: "backend", of: (name) => BACKEND_WORDS[name] },
      ...operations.map((name) => ({
        head: `\`${name}\``,
        of: (backend: Backend) =>
          withFloor(all.find((row) => row.backend === backend && row.operation === name)),
      })),
    ],
    rows.length === 0 ? [] : BACKENDS.filter((name) => all.some(({ backend }) => backend === name)),
  );
}

export function compareTable({ compare }: Results): Table[] {
  return table<Comparison>(
    "Beside a generic REST provider under OpenTofu",
    [
      people,
      operation,
      { head: "this package", of: ({ own }) => seconds(own.seconds) },
      { head: "of which engine start", of: ({ startSeconds }) => seconds(startSeconds) },
      { head: "the rest", of: (each) => seconds(secondsBesidesStart(each)) },
      { head: "requests", of: ({ own }) => count(own.requests) },
      { head: "REST provider, OpenTofu", of: ({ rest }) => seconds(rest.seconds) },
      { head: "its requests", of: ({ rest }) => count(rest.requests) },
    ],
    compare?.rows ?? [],
  );
}

export function startupTable({ startup }: Results): Table[] {
  return table<Startup>(
    "Start-up of each process",
    [
      { head: "process", of: ({ name }) => name },
      { head: "CPU", of: ({ cpuMs }) => `${cpuMs} ms` },
      { head: "with `NODE_COMPILE_CACHE`", of: ({ cachedCpuMs }) => `${cachedCpuMs} ms` },
    ],
    startup?.rows ?? [],
  );
}

/** How the program and its host are called. */
const WAY_WORDS: Record<Way, string> = {
  dynamic: "JavaScript, dynamic",
  native: "JavaScript, plugin",
  yaml: "YAML, plugin",
};
const peopleOrNone: Column<HostRow> = {
  head: "people",
  of: ({ members }) => (members === 0 ? "no resource" : count(members)),
};

export function hostsTable({ hosts }: Results): Table[] {
  const cost = (way: Way): Column<HostRow> => ({
    head: `${WAY_WORDS[way]}: CPU / time`,
    of: ({ ways: { [way]: of } }) =>
      of === undefined ? "–" : `${of.cpuSeconds.toFixed(2)} / ${of.seconds.toFixed(2)} s`,
  });
  return table<HostRow>(
    "The native plugin beside the dynamic host",
    [
      peopleOrNone,
      operation,
      ...WAYS.map(cost),
      {
        head: "dynamic ÷ YAML, CPU",
        of: ({ ways: { dynamic, yaml } }) =>
          dynamic && yaml ? (dynamic.cpuSeconds / yaml.cpuSeconds).toFixed(1) : "–",
      },
    ],
    hosts?.rows ?? [],
  );
}

export function hostsMemoryTable({ hosts }: Results): Table[] {
  const peak = (way: Way): Column<HostRow> => ({
    head: `${WAY_WORDS[way]}: ${ROLES.join(" + ")}`,
    of: ({ ways }) => ROLES.map((role) => megabytes(ways[way]?.peaks[role])).join(" + "),
  });
  return table<HostRow>(
    "Peak memory over both hosts, in MB",
    [peopleOrNone, operation, ...WAYS.map(peak)],
    hosts?.rows.filter(({ members }) => members > 0) ?? [],
  );
}

/** Every table for which there are figures. */
export function allTables(results: Results): Table[] {
  return [
    shortTable,
    timeTable,
    groupTable,
    limitTable,
    memoryTable,
    backendTable,
    compareTable,
    startupTable,
    hostsTable,
    hostsMemoryTable,
  ].flatMap((make) => make(results));
}
