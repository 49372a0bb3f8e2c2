import { readdirSync, rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import { maskEmails } from "../../inventory/cli/text";
import {
  IMPATIENT,
  Inventory,
  type Outcome,
  roleResource,
  stackState,
  userResource,
  workspaceResource,
} from "../inventory/inventory";
import { faultKind } from "../simulator/fault-spec.mts";
import {
  FAULT_NAMES,
  type FaultName,
  type FaultSpec,
  type Simulator,
  startSimulator,
} from "../simulator/index.mts";
import { chosenOf } from "./cases";

// Every fault of the simulator at every kind of request of the read-only program: it rides the fault out, or
// ends with one line, or says that it does not know all. What it says is true whatever it meets.

const TOKEN = "sim_0123456789abcdef0123456789abcdef";
const member = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;

/** What would act on a terminal, look like a stack trace or forge a line. */
const HOSTILE = "\u001b[31mred\u009b2J\u202e\r\n    at evil (evil.js:1:1)\nnotion-inventory: all is well";

interface Command {
  args: string[];
  /** What it asks for. */
  places: string[];
  /** How it ends when nothing more goes wrong. */
  code: number;
  /** What goes wrong all the time. */
  given?: FaultSpec[];
}

const LISTS = ["/Users", "/Groups"];
const LOOK_UPS = ["/Users/{id}", "/Groups/{id}"];
const DRIFT = ["drift", "--state", "state.json", "--baseline", "monday.json"];
const COMMANDS = {
  report: { args: ["report", "--output", "report.json"], places: LISTS, code: 0 },
  // Two people and two groups are gone.
  drift: { args: DRIFT, places: [...LISTS, ...LOOK_UPS], code: 2 },
  // Everybody is asked for singly, and most of them are there.
  "drift against empty lists": {
    args: DRIFT,
    places: LOOK_UPS,
    code: 3,
    given: LISTS.map((path) => ({ name: "empty_list", path, times: "always" })),
  },
  export: {
    args: ["export", "--group", "Everyone", "--force", "--output", "index.ts", "--import", "import.json"],
    places: LISTS,
    code: 0,
  },
  doctor: { args: ["doctor"], places: ["/ServiceProviderConfig", "/Users"], code: 0 },
} satisfies Record<string, Command>;
type CommandName = keyof typeof COMMANDS;
const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];
const commandOf = (name: CommandName): Command => COMMANDS[name];

const WHEN = {
  once: { times: 1 },
  "after the first": { times: "always", after: 1 },
  always: { times: "always" },
} as const;
type When = keyof typeof WHEN;

/** The forms in which a fault comes, by a title. */
function formsOf(name: FaultName, elsewhere = "http://127.0.0.1:1"): Record<string, FaultSpec> {
  const params: readonly string[] = faultKind(name).params;
  const spec = {
    name,
    ...(params.includes("message") && { message: `${HOSTILE} ${TOKEN}` }),
    ...(name === "redirect" && { location: elsewhere }),
    ...(name === "huge_answer" && { bytes: 17 * 1024 * 1024 }),
    ...(name === "unknown_role" && { role: HOSTILE, userName: member(3) }),
  };
  return {
    [name]: spec,
    ...(name === "wrong_shape" && { "null for an answer": { ...spec, body: null } }),
    ...(name === "rate_limited" && { "rate_limited for an hour": { ...spec, retryAfter: 3600 } }),
  };
}

interface Row {
  command: CommandName;
  place: string;
  name: FaultName;
  form: string;
  when: When;
  /** By turns over commands and places, a fault comes in all of its ways but one. */
  inShort: boolean;
}

/** What the simulator's 404 cannot be. */
const NEEDS_A_BODY = new Set<FaultName>(["truncated_json", "unknown_role"]);

const asksForTheGone = ({ command, place }: Omit<Row, "inShort">) =>
  command === "drift" && place.endsWith("{id}");

/** Whether the fault can be met there at all. */
function isPossible(row: Omit<Row, "inShort">): boolean {
  const { methods, templates } = faultKind(row.name);
  if ((methods && !methods.includes("GET")) || (templates && !templates.includes(row.place))) return false;
  if (NEEDS_A_BODY.has(row.name) && asksForTheGone(row)) return false;
  // Between two pages; a look-up stands for itself.
  return row.when !== "after the first" || (LISTS.includes(row.place) && row.name !== "unknown_role");
}

const ROWS = COMMAND_NAMES.flatMap((command, turn) =>
  commandOf(command).places.flatMap((place, second) =>
    FAULT_NAMES.flatMap((name, number) =>
      Object.keys(formsOf(name)).flatMap((form) =>
        (Object.keys(WHEN) as When[])
          .map((when) => ({ command, place, name, form, when }))
          .filter(isPossible)
          .map((row, way, ways): Row => {
            const leftOut = (way + turn + second + number) % ways.length === 0;
            return { ...row, inShort: !leftOut };
          }),
      ),
    ),
  ),
);
/** Those that are run. */
const CHOSEN = chosenOf(ROWS);

/** What a repeated request, or a second reading of the list, gets over. */
const PASSING = new Set<FaultName>([
  "refuse_connection",
  "drop_before",
  "drop_after",
  "hang_before",
  "hang_after",
  "rate_limited",
  "server_error",
  "bad_gateway",
  "unavailable",
  "gateway_timeout",
  "overloaded",
  "moved_page",
  "shrinking_list",
  "growing_list",
  "duplicate_entry",
  "empty_page",
]);
/** Lists that do not add up. */
const MOVING = new Set<FaultName>([
  "moved_page",
  "shrinking_list",
  "growing_list",
  "duplicate_entry",
  "empty_page",
]);

type End = "as without" | "an error" | "incomplete" | "a warning" | "believed";

/** How a run with a fault has to end. */
function endOf(row: Row): End {
  const { command, place, name, form, when } = row;
  if (form === "rate_limited for an hour") return "an error";
  if (name === "empty_list" && place === "/Groups") {
    if (when === "once") return "as without";
    // That a workspace has no groups is believed unless a group is known that is there.
    return command === "drift" ? "incomplete" : "believed";
  }
  if (name === "empty_list") return "incomplete";
  if (when === "once" && PASSING.has(name)) return "as without";
  if (MOVING.has(name)) return "incomplete";
  if (name === "short_page") return "as without";
  // A server that lists no group and answers 404 for each has none, as far as anybody can tell.
  if (command === "drift against empty lists" && name === "not_found")
    return place === "/Groups/{id}" ? "believed" : "incomplete";
  // None of what a server says about itself is required.
  if (form === "wrong_shape" && place === "/ServiceProviderConfig") return "a warning";
  // A role is whatever Notion says.
  if (name === "unknown_role") return place === "/Users" ? "as without" : "believed";
  // 404 is the truth, whatever its body.
  if (asksForTheGone(row) && ["not_found", "wrong_shape"].includes(name)) return "as without";
  return "an error";
}

interface Seen extends Outcome {
  files: Record<string, string>;
}

let base: { data: Simulator["workspace"]["data"]; state: object; monday: string };
let reference: Record<CommandName, Seen>;
/** Where a redirect leads: the token must not come there. */
let decoy: Simulator;

beforeAll(async () => {
  decoy = await startSimulator({ token: TOKEN });
  const simulator = await startSimulator({ token: TOKEN, seed: { members: 24, groups: 12 } });
  const { workspace } = simulator;
  workspace.addGroup(
    "Everyone",
    workspace.members.map(({ id }) => id),
  );
  for (const name of ["Old", "Older"]) workspace.addGroup(name, [member(1)]);
  // The one half is declared one by one, the other by a NotionWorkspace.
  const [oneByOne, together] = [workspace.members.slice(0, 12), workspace.members.slice(12)];
  const state = stackState([
    ...oneByOne.flatMap(({ id, userName, role }) => [
      userResource(userName, id, { userName, title: "" }),
      roleResource(userName, id, { role }),
    ]),
    workspaceResource("acme", {
      people: Object.fromEntries(together.map(({ userName, role }) => [userName, { role, title: "" }])),
      ids: Object.fromEntries(together.map(({ userName, id }) => [userName, id])),
    }),
  ]);
  const inventory = new Inventory(simulator);
  const monday = (await inventory.run("report")).stdout;
  rmSync(inventory.folder, { recursive: true });
  // Drift of every kind: at the end of the list, away from those whom a fault removes.
  for (const number of [20, 21]) workspace.remove(member(number));
  for (const name of ["Old", "Older"]) workspace.removeGroup(name);
  workspace.edit(member(23), { role: "owner" });
  workspace.edit(member(24), { title: "Chief" });
  const { id } = workspace.add({ userName: "stranger@partner.example" });
  workspace.editGroup("Group 12", { members: [id] });
  base = { data: structuredClone(workspace.data), state, monday };
  await simulator.close();

  const seen = await Promise.all(
    COMMAND_NAMES.map(async (name) => {
      const { inventory, end } = await begin();
      const outcome = await meet(inventory, commandOf(name), []);
      await end();
      return [name, outcome] as const;
    }),
  );
  reference = Object.fromEntries(seen) as Record<CommandName, Seen>;
  return () => decoy.close();
});

async function begin(): Promise<{ inventory: Inventory; end: () => Promise<void> }> {
  const simulator = await startSimulator({ token: TOKEN, maxPageSize: 5 });
  simulator.workspace.load(structuredClone(base.data));
  const inventory = new Inventory(simulator);
  // No Pulumi is asked for its version.
  inventory.env = { PATH: "/nowhere" };
  inventory.write("state.json", base.state);
  inventory.write("monday.json", base.monday);
  inventory.write("report.json", "before");
  return {
    inventory,
    end: async () => {
      await simulator.close();
      rmSync(inventory.folder, { recursive: true, force: true });
    },
  };
}

async function scene({ onTestFinished }: TestContext): Promise<Inventory> {
  const { inventory, end } = await begin();
  onTestFinished(end);
  return inventory;
}

/** A run and what it wrote, without what differs from run to run. */
async function meet(inventory: Inventory, { args, given = [] }: Command, more: FaultSpec[]): Promise<Seen> {
  const { simulator } = inventory;
  for (const spec of [...given, ...more]) simulator.faults.add(spec);
  const { code, stdout, stderr } = await inventory.run(...args);
  const files = filesOf(inventory);
  expectHarmless([stdout, stderr, ...Object.values(files)]);
  const steady = (text: string) =>
    text
      .replaceAll(simulator.origin, "ORIGIN")
      .replaceAll(inventory.folder, "FOLDER")
      .replace(/\d+ ms for \d+ members?/, "N ms");
  return { code, stdout: steady(stdout), stderr: withoutPauses(stderr), files };
}

function filesOf(inventory: Inventory): Record<string, string> {
  return Object.fromEntries(readdirSync(inventory.folder).map((file) => [file, inventory.read(file)]));
}

function withoutPauses(stderr: string): string {
  return stderr.replace(/^Notion answered \d+: all requests wait [\d.]+ m?s\.\n/gm, "");
}

function expectHarmless(texts: string[]): void {
  for (const text of texts) {
    expect(text).not.toContain(TOKEN);
    expect(text, "a stack trace").not.toMatch(/^\s+at /m);
    expect(text, "terminal escapes").not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
  }
}

const ONE_ERROR =
  /^notion-inventory: Could not (list the members|list the groups|read the \w+ \S+): .+\. [A-Z].+\.\n$/;

/** The end of a run that could not read: a line that says why and what to do, and nothing else. */
function expectError(name: CommandName, { code, stdout, stderr, files }: Seen, before: Seen["files"]): void {
  expect(code).toBe(1);
  expect(files, "files are as they were").toEqual(before);
  if (name !== "doctor") {
    expect(stdout).toBe("");
    expect(stderr).toMatch(ONE_ERROR);
    return;
  }
  // What the doctor cannot do is what it reports.
  expect(stderr).toBe("");
  const errors = checksOf({ stdout }).filter(({ status }) => status === "error");
  expect(errors.length).toBeGreaterThan(0);
  for (const { about, found, remediation } of errors) {
    expect(["server", "token accepted", "list of members"]).toContain(about);
    expect(found).toMatch(/^Could not .+: .+\. [A-Z].+\.$/);
    expect(remediation?.text).not.toBe("");
  }
}

function checksOf({ stdout }: { stdout: string }): Check[] {
  return JSON.parse(stdout).checks;
}

interface Check {
  about: string;
  status: string;
  found: string;
  remediation: { text: string } | null;
}
interface Kinds {
  subject?: string;
  id: string;
  displayName?: string;
  kind?: string;
  change?: string;
}

/**
 * What is shown is marked in its place and on stderr, nobody is called gone, and all of it is true: so it was
 * before the run or is after it.
 */
function expectMarked(name: CommandName, seen: Seen, truths: Seen[]): void {
  expect(seen.code).toBe(3);
  expect(seen.stderr).toMatch(/^INCOMPLETE: The list of (members|groups) could not be proven complete: /m);
  const expectTrue = (parts: (outcome: Seen) => unknown[]) => {
    const known = new Set(truths.flatMap(parts).map((each) => JSON.stringify(each)));
    expect(parts(seen).filter((each) => !known.has(JSON.stringify(each)))).toEqual([]);
  };
  if (name === "export") {
    expect(seen.files["index.ts"]).toMatch(/^\/\/ INCOMPLETE: The list of /);
    expectTrue(
      ({ files }) => files["index.ts"]?.split("\n").filter((line) => line.startsWith("    {")) ?? [],
    );
    expectTrue(({ files }) => {
      const [{ inputs, outputs }] = JSON.parse(files["import.json"] ?? "").resources;
      return [inputs.people, outputs.people, outputs.ids].flatMap((people) => Object.entries(people));
    });
    return;
  }
  const document = ({ stdout, files }: Seen) =>
    JSON.parse((name === "report" ? files["report.json"] : stdout) ?? "");
  const { complete, incomplete, findings, changes } = document(seen);
  expect(complete).toBe(false);
  expect(incomplete).not.toEqual([]);
  if (name === "doctor") {
    const found = (wanted: string) => checksOf(seen).find(({ about }) => about === wanted)?.found;
    for (const about of ["members", "owners"]) expect(found(about)).toMatch(/ in what was listed$/);
    return;
  }
  if (name === "report") {
    expectTrue((outcome) => document(outcome).users.map((user: object) => ({ ...user, groups: null })));
    expectTrue((outcome) => document(outcome).groups.map((group: Kinds) => [group.id, group.displayName]));
    return;
  }
  // Each list proves for itself who is not in it.
  const unproven = (subject: string) =>
    seen.stderr.includes(`INCOMPLETE: The list of ${subject === "user" ? "members" : "groups"} `);
  const gone = ({ kind, change, subject }: Kinds) =>
    (kind === "missing" || change === "deleted") && unproven(String(subject));
  expect([...findings, ...changes].filter(gone)).toEqual([]);
  expectTrue((outcome) => document(outcome).findings);
  // Who is not listed has no e-mail to be shown by.
  expectTrue((outcome) => document(outcome).changes.map((change: Kinds) => ({ ...change, now: null })));
}

function withoutGiven(name: CommandName): CommandName {
  return name === "drift against empty lists" ? "drift" : name;
}

/** Short enough for a server that hangs, and long enough for what a busy machine does meanwhile. */
function impatient(when: When): Inventory["wire"] {
  const attempts = when === "once" ? 5 : 2;
  return { retry: { ...IMPATIENT.retry, attempts }, timeouts: { totalMs: 2_000 } };
}

/** What a run without any fault says now: what the reference said, unless the workspace has changed since. */
async function truthOf(inventory: Inventory, name: CommandName): Promise<Seen> {
  const { faults, workspace } = inventory.simulator;
  if (isDeepStrictEqual(workspace.data, base.data)) return reference[withoutGiven(name)];
  faults.clear();
  inventory.wire = IMPATIENT;
  const { args } = commandOf(name);
  const truth = await meet(inventory, { args, places: [], code: 0 }, []);
  expect(truth.code).toBe(COMMANDS[withoutGiven(name)].code);
  return truth;
}

/** Nothing that could change the workspace was sent. */
function expectOnlyReads({ simulator }: Inventory): void {
  expect(simulator.requests.count()).toBeGreaterThan(0);
  expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
}

for (const command of COMMAND_NAMES) {
  describe.concurrent(`${command}: nothing untrue with`, () => {
    for (const row of CHOSEN.filter((each) => each.command === command))
      test(`${row.form} at ${row.place}, ${row.when}: ${endOf(row)}`, async (context) => {
        const { name, place, form, when } = row;
        const inventory = await scene(context);
        const { simulator } = inventory;
        if (name.startsWith("hang")) inventory.wire = impatient(when);
        const before = filesOf(inventory);
        const spec = { ...formsOf(name, decoy.origin)[form], name, path: place, ...WHEN[when] };

        const seen = await meet(inventory, commandOf(command), [spec]);

        expect(simulator.faults.fired(name), "the fault has fired").toBeGreaterThan(0);
        expect(decoy.requests.count(), "requests that followed a redirect").toBe(0);
        // Whom a fault let leave or join has left or joined; for a role that is still to be made true.
        const role = name === "unknown_role" && place === "/Users";
        const end = endOf(row);
        if (role) simulator.workspace.edit(member(3), { role: HOSTILE });
        const truth = await truthOf(inventory, command);
        expectOnlyReads(inventory);
        if (end === "as without") {
          const changed = role || name === "shrinking_list" || name === "growing_list";
          expect(seen).toEqual(changed ? truth : reference[command]);
        }
        if (end === "an error") expectError(command, seen, before);
        if (end === "incomplete") expectMarked(command, seen, [truth, reference[withoutGiven(command)]]);
        if (end === "a warning")
          expect(checksOf(seen).find(({ about }) => about === "server")).toMatchObject({
            status: "warning",
            found: expect.stringMatching(/^patch not said, filter not said/),
          });
        if (end === "believed") expect(seen.code).toBe(commandOf(command).code);
      });
  });
}

/** Faults of writes alone. */
const OF_WRITES = FAULT_NAMES.filter((name) => faultKind(name).methods?.includes("GET") === false);

test("every fault of the simulator is met, but those of writes", () => {
  const met = new Set(ROWS.map(({ name }) => name));
  expect([...met, ...OF_WRITES].sort()).toEqual([...FAULT_NAMES].sort());
  expect(OF_WRITES).toEqual(["ignored_change", "no_content"]);
  for (const end of ["as without", "an error", "incomplete", "believed"])
    expect(ROWS.filter((row) => endOf(row) === end).length, end).toBeGreaterThan(0);
});

test("those that are run meet every command and place with every fault, in all its ways and with every end", () => {
  const seenIn = (told: (row: Row) => string) => (rows: Row[]) => new Set(rows.map(told));
  for (const part of [
    seenIn(({ command, place, form }) => `${form} at ${place} of ${command}`),
    seenIn(({ form, when }) => `${form}, ${when}`),
    seenIn((row) => `${row.command}, ${row.place}, ${row.when}`),
    seenIn((row) => `${row.command}: ${endOf(row)}`),
    seenIn((row) => `${row.form}: ${endOf(row)}`),
  ])
    expect(part(CHOSEN)).toEqual(part(ROWS));
});

describe.each(COMMAND_NAMES)("%s", (command) => {
  test.each(OF_WRITES)("never meets %s: nothing is written", async (name) => {
    const { inventory, end } = await begin();
    const seen = await meet(inventory, commandOf(command), [{ name, times: "always" }]);
    expect(inventory.simulator.faults.fired(name)).toBe(0);
    expectOnlyReads(inventory);
    expect(seen).toEqual(reference[command]);
    await end();
  });

  // Not side by side with others: nobody else must get its port meanwhile.
  test("with connections refused is an error, and the same command says all of it afterwards", async () => {
    const { inventory, end } = await begin();
    const before = filesOf(inventory);
    await inventory.simulator.goDown();
    const seen = await meet(inventory, commandOf(command), []);
    expect(`${seen.stdout}${seen.stderr}`).toContain("ECONNREFUSED");
    expectError(command, seen, before);
    expect(inventory.simulator.requests.count()).toBe(0);
    await inventory.simulator.comeBack();
    expect(await meet(inventory, commandOf(command), [])).toEqual(reference[command]);
    await end();
  });
});

test("404 for somebody who is there, and whom a moving list lost, proves nothing", async (context) => {
  const inventory = await scene(context);
  inventory.simulator.configure({ order: "moving" });
  const gone = LOOK_UPS.map((path): FaultSpec => ({ name: "not_found", path, times: "always" }));
  const seen = await meet(inventory, commandOf("drift"), gone);
  expect(inventory.simulator.faults.fired("not_found")).toBeGreaterThan(4);
  inventory.simulator.configure({ order: "stable" });
  expectMarked("drift", seen, [await truthOf(inventory, "drift")]);
  expect(JSON.parse(seen.stdout).unproven.length).toBeGreaterThan(2);
});

test("a list of groups that comes empty while they are there hides no change of them", async (context) => {
  const inventory = await scene(context);
  const empty: FaultSpec = { name: "empty_list", path: "/Groups", times: "always" };
  const seen = await meet(inventory, commandOf("drift"), [empty]);
  const { incomplete, changes } = JSON.parse(seen.stdout);
  expect(incomplete).toEqual([
    "The list of groups could not be proven complete: it lacks 13 groups that a look-up by id found.",
  ]);
  expect(changes).toContainEqual(
    expect.objectContaining({ who: "Group 12", change: "member in", now: "stranger@partner.example" }),
  );
});

test("a role with terminal escapes in it does not get to the terminal with a note either", async (context) => {
  const inventory = await scene(context);
  inventory.simulator.workspace.edit(member(3), { role: HOSTILE });
  inventory.simulator.workspace.addGroup(HOSTILE);
  for (const args of [["export"], ["export", "--group", "None"], ["report", "--role", "none"]]) {
    const { code, stderr } = await meet(inventory, { args, places: [], code: 0 }, []);
    expect(code).toBe(0);
    expect(stderr).toContain("\\u001b[31mred\\u009b2J\\u202e\\u000d\\n    at evil");
  }
});

// A second or two; with a mask that takes the square of it, ten minutes and so more than a test is given.
test("names and e-mails of 200,000 characters are masked and printed in time that grows with their length", async (context) => {
  const LONG = 200_000;
  const inventory = await scene(context);
  const { workspace } = inventory.simulator;
  const [first, second, third] = workspace.people.slice(5);
  if (!first || !second || !third) throw new Error("more were seeded");
  first.name = { formatted: "x".repeat(LONG) };
  second.userName = `${"e".repeat(LONG)}@example.com`;
  third.name = { formatted: `${"y".repeat(LONG)}@${"z".repeat(LONG)}` };
  for (const format of ["json", "csv", "markdown", "table"])
    for (const args of [["report"], DRIFT]) {
      const { code, stdout } = await inventory.run(...args, "--mask", "--format", format);
      expect(code).toBe(args === DRIFT ? 2 : 0);
      expect(stdout).not.toContain("eeee");
    }
  // One row does not make the others wide.
  const { stdout } = await inventory.run("report", "--format", "table");
  expect(stdout).toContain(`\n${"e".repeat(253)}…  `);
  expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThan(1_000);
  for (const format of ["ts", "yaml", "csv"]) {
    const args = ["export", "--format", format, "--attributes", "name", "--import", "import.json", "--force"];
    expect((await inventory.run(...args)).code).toBe(0);
  }
});

test("the mask leaves of an address its first letter and its domain, wherever in a text it stands", () => {
  for (const [text, masked] of [
    ["ada@example.com", "a***@example.com"],
    ["a@b.c@d.e", "a***@b***@d.e"],
    ["<ada@example.com>, bob@sub.example.com;", "<a***@example.com>, b***@sub.example.com;"],
    ["x/ada@example.com", "x***@example.com"],
    ["👩ada@example.com", "👩a***@example.com"],
    ["ada@localhost bob@example.com", "ada@localhost b***@example.com"],
    ["@example.com", "@example.com"],
    ["urn::ada@example.com", "urn::a***@example.com"],
  ] as const)
    expect(maskEmails(text)).toBe(masked);
});
