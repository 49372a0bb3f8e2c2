import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../tools/build.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { LONG_RUN } from "../long-run";
import { type Inventory, makeInventory } from "./inventory";

const built = join(repositoryRoot, "dist/bin/notion-inventory.js");
beforeAll(() => ensureBuilt(() => {}));

const COMMANDS = ["report", "drift", "compare", "accept", "add-ids", "export", "doctor"];

test("--help shows an example for each command, and is no failure", async () => {
  const inventory = await makeInventory();
  for (const command of ["", ...COMMANDS]) {
    const { code, stdout, stderr } = await inventory.run(...[command, "--help"].filter(Boolean));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`Examples:\\n {2}notion-inventory ${command}`));
    expect(stdout, "what is off or empty anyway").not.toMatch(/default: (false|\[\])/);
  }
});

test("what is wrong with a file stands on a line each, and nothing from the file makes another line", async () => {
  const inventory = await makeInventory();
  const list = inventory.write(
    "okta-2026-11-20.csv",
    'login,status\na@example.com,HERE\nb@example.com,"GO\n::error::NE"\n',
  );
  const { code, stderr } = await inventory.run("compare", "--with", list);
  expect(code).toBe(1);
  expect(stderr.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^notion-inventory: .*okta-2026-11-20\.csv cannot be compared with:$/),
    expect.stringContaining('line 2: what the status "HERE" means'),
    expect.stringContaining("line 3"),
  ]);

  const roster = inventory.write("de.csv", "userName,role\na@example.com,boss\nb@example.com,chief\n");
  const wish = "--who a@example.com --role owner --for 4h --reason x --approved-by c@example.com".split(" ");
  const refused = await inventory.run("elevate", "--roster", roster, ...wish);
  expect(refused.code).toBe(1);
  expect(refused.stderr.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/de\.csv cannot be used:$/),
    expect.stringMatching(/^ {2}.*de\.csv, line 2/),
    expect.stringMatching(/^ {2}.*de\.csv, line 3/),
  ]);
});

test("--version is that of the package, from source and built", async () => {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
  const inventory = await makeInventory();
  expect(await inventory.run("--version")).toMatchObject({ code: 0, stdout: `${version}\n` });
  const { stdout } = await promisify(execFile)(process.execPath, [built, "--version"]);
  expect(stdout).toBe(`${version}\n`);
});

test("wrong usage exits with 64, names the nearest right word, and sends nothing", async () => {
  const inventory = await makeInventory();
  for (const [args, hint] of [
    [["repot"], "Did you mean report?"],
    [["report", "--formt", "json"], "Did you mean --format?"],
    [["report", "--format", "xml"], "Allowed choices are table, json, csv, markdown"],
    [["report", "--only", "people"], "Allowed choices are users, roles, groups"],
    [["drift"], "--stack NAME, --state FILE"],
    [["drift", "--stack", "a", "--state", "b"], "cannot be used with option '--stack"],
    [["drift", "--state"], "argument missing"],
    [["export", "--token", "secret"], "unknown option '--token'"],
    [["export", "--output", "members.txt"], "must be .csv, .yaml, .yml or .ts"],
    [["export", "--output", "members.csv", "--format", "ts"], "--format ts"],
    [["report", "surplus"], "too many arguments"],
    [["report", "--output", "x.xlsx"], "A spreadsheet opens .csv"],
    [
      ["drift", "--state", "s.json", "--output", "x.PDF", "--format", "csv"],
      "format that is not written here",
    ],
    [[], "Usage: notion-inventory"],
  ] as const) {
    const { code, stdout, stderr } = await inventory.run(...args);
    expect({ args, code, stdout }).toEqual({ args, code: 64, stdout: "" });
    expect(stderr).toContain(hint);
  }
  expect(inventory.simulator.requests.count()).toBe(0);
});

test("what was typed is printed as a text: it neither acts on a terminal nor on a pipeline that reads the lines", async () => {
  const inventory = await makeInventory();
  for (const args of [
    ["report", "--form\u001b[2Jat"],
    ["rep\u202eort"],
    ["report", "--only", "x\n::error::gotcha"],
    ["compare", "--with", "a.csv", "--map", "x\u001b]0;t\u0007=y"],
    ["report", "--output", "\u001b[31m.xlsx"],
  ]) {
    const { code, stderr } = await inventory.run(...args);
    expect({ args, code }).toEqual({ args, code: 64 });
    expect(stderr).toMatch(/\\u001b|\\u202e|\\n\\u003a:error/);
    for (const active of ["\u001b", "\u202e", "\u0007", "\n::error"]) expect(stderr).not.toContain(active);
  }
});

test("a file is UTF-8, with or without a byte order mark, whichever it is; UTF-16, as PowerShell writes it, is named", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  const { stdout: report } = await inventory.run("report");
  const state = JSON.stringify({ deployment: { resources: [] } });
  const preview = readFileSync(join(repositoryRoot, "test/inventory/previews/same.json"), "utf8");
  const commands: [text: string, args: (file: string) => string[]][] = [
    [state, (file) => ["drift", "--state", file]],
    [report, (file) => ["drift", "--baseline", file]],
    ["users: []\n", (file) => ["drift", "--state", "plain.json", "--ignore", file]],
    [preview, (file) => ["plan", "--preview", file]],
  ];
  inventory.write("plain.json", state);
  for (const [text, args] of commands) {
    const plain = await inventory.run(...args(inventory.write("file.txt", text)));
    expect([0, 2]).toContain(plain.code);
    expect(await inventory.run(...args(inventory.write("file.txt", `\uFEFF${text}`)))).toEqual(plain);
    writeFileSync(join(inventory.folder, "file.txt"), Buffer.from(`\uFEFF${text}`, "utf16le"));
    const { code, stderr } = await inventory.run(...args("file.txt"));
    expect([code, stderr]).toEqual([
      1,
      "notion-inventory: file.txt, line 1: it is UTF-16; save it as UTF-8, in PowerShell with `| Out-File -Encoding utf8`.\n",
    ]);
  }
});

test("without a token nothing is sent, and the way to set one is named", async () => {
  const inventory = await makeInventory();
  inventory.env = { NOTION_SCIM_TOKEN: undefined };
  for (const args of [
    ["report"],
    ["export"],
    ["drift", "--state", inventory.write("s.json", { deployment: {} })],
  ]) {
    const { code, stdout, stderr } = await inventory.run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("NOTION_SCIM_TOKEN");
  }
  expect(inventory.simulator.requests.count()).toBe(0);
});

test("a revoked token, a web page and broken JSON are errors, never an empty report; the token is not printed", async () => {
  const inventory = await makeInventory({ seed: { members: 150, groups: 3 } });
  const { faults } = inventory.simulator;
  for (const [fault, said] of [
    // In the middle: the first page still came.
    [{ name: "unauthorized", path: "/Users", after: 1, times: "always" }, "make a new one"],
    [{ name: "html_ok", path: "/Users", times: "always" }, "a web page instead of JSON"],
    [{ name: "bad_gateway", path: "/Groups", times: "always" }, "Notion answered 502"],
    [{ name: "truncated_json", path: "/Users", times: "always" }, "broken JSON"],
    [{ name: "wrong_shape", path: "/Users", times: "always" }, "unexpected shape"],
    [{ name: "redirect", path: "/Users", times: "always", location: "http://127.0.0.1:9" }, "never followed"],
  ] as const) {
    faults.clear();
    faults.add(fault);
    const { code, stdout, stderr } = await inventory.run("report", "--output", "r.json");
    expect({ fault, code, stdout }).toEqual({ fault, code: 1, stdout: "" });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain(inventory.simulator.token);
    expect(faults.fired()).toBeGreaterThan(0);
    expect(existsSync(join(inventory.folder, "r.json"))).toBe(false);
  }
});

test("a token that stands in the data leaves the data alone: a mock server's token may be a part of every address", async () => {
  for (const token of ["t", "example", "example.com-token"]) {
    const inventory = await makeInventory({ token });
    const { workspace } = inventory.simulator;
    workspace.add({ userName: "ada@example.com", role: "owner" });
    const name = { formatted: `Bo ${token}` };
    workspace.add({ userName: `bo@${token}.example.com`, name, role: "member" });
    const exported = await inventory.run("export", "--attributes", "name");
    expect(exported.stdout).toBe(
      `userName,role,name\nada@example.com,owner,\nbo@${token}.example.com,member,Bo ${token}\n`,
    );
    expect(JSON.parse((await inventory.run("report")).stdout).users[1].name).toBe(`Bo ${token}`);
  }
});

test("a token that somebody put into a name is shown nowhere", async () => {
  const inventory = await makeInventory();
  const { token, workspace } = inventory.simulator;
  workspace.add({ userName: "ada@example.com", name: { formatted: `Ada ${token}` }, role: "owner" });
  workspace.add({ userName: `${token}@host`, role: "member" });
  for (const format of ["table", "markdown"]) {
    const { code, stdout } = await inventory.run("report", "--format", format);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/redacted/)]);
    // Without the underline, which Markdown escapes.
    expect(stdout).not.toContain(token.slice("sim_".length));
  }
  const { stderr } = await inventory.run("export", "--output", "members.csv");
  expect(stderr).toContain("[redacted]@host");
  expect(stderr).not.toContain(token);
});

test("only GET requests arrive, whatever the command", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  const state = inventory.write("s.json", { deployment: { resources: [] } });
  await inventory.run("report", "--output", "r.json");
  await inventory.run("drift", "--state", state, "--baseline", "r.json");
  inventory.write("okta.csv", "login,status\nada@example.com,ACTIVE\n");
  await inventory.run("compare", "--with", "okta.csv", "--dated", "2026-11-20");
  await inventory.run("export", "--output", "index.ts", "--import", "i.json");
  await inventory.run("doctor");
  expect(new Set(inventory.simulator.requests.entries.map(({ method }) => method))).toEqual(new Set(["GET"]));
  expect(inventory.simulator.requests.count()).toBe(3 + 3 + 2 + 2 + 3);
});

test("a file is written whole or not at all, and nothing is left beside it", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  inventory.write("r.json", "before");
  inventory.simulator.faults.add({ name: "unauthorized", times: "always" });
  await inventory.run("report", "--output", "r.json");
  expect(inventory.read("r.json")).toBe("before");
  inventory.simulator.faults.clear();
  const nowhere = await inventory.run("export", "--output", "index.ts", "--import", "missing/i.json");
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("ENOENT")]);
  expect(readdirSync(inventory.folder)).toEqual(["r.json"]);
  expect((await inventory.run("report", "--output", "/dev/null")).code).toBe(0);
  expect((await inventory.run("report", "--output", "r.json")).stdout).toBe("");
  expect(JSON.parse(inventory.read("r.json")).users).toHaveLength(2);
});

test("what pauses the reading is said on stderr", async () => {
  const inventory = await makeInventory({ seed: { members: 2 } });
  inventory.simulator.faults.add({ name: "rate_limited", retryAfter: 1 });
  const { code, stderr } = await inventory.run("report");
  expect([code, stderr]).toEqual([0, expect.stringContaining("all requests wait 1 s")]);
});

test("the program itself: exit codes, pipes that close early, and no Pulumi loaded for a report", async () => {
  const inventory = await makeInventory({ seed: "workspace" });
  const env = environment(inventory);
  const report = await promisify(execFile)(
    process.execPath,
    ["--require", spyOnModules(inventory), built, "report"],
    { env },
  );
  expect(JSON.parse(report.stdout).users).toHaveLength(120);
  expect(report.stderr).toBe("");
  expect(inventory.read("modules.txt")).toContain("undici");
  // That no part of the program is the lifecycle: test/tools/package.test.ts.
  expect(inventory.read("modules.txt")).not.toMatch(/@pulumi\/pulumi|provider\/lifecycle/);

  await expect(promisify(execFile)(process.execPath, [built, "repot"], { env })).rejects.toMatchObject({
    code: 64,
  });
  const child = spawn(process.execPath, [built, "report", "--format", "table"], { env });
  child.stdout.destroy();
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
});

/** A workspace of this size takes a slow machine a while; how much memory it takes is what counts. */
const LONG = 300_000;
/** The longest text, and the one that is laid out; a long run sees the others, too. */
const FORMATS = ["json", "table", ...(LONG_RUN ? ["csv", "markdown"] : [])];

test(
  `10,000 members and 500 groups are reported in under 256 MiB of memory, as ${FORMATS.join(", ")}`,
  async () => {
    const inventory = await makeInventory({ seed: { members: 10_000, groups: 500 } });
    const { simulator } = inventory;
    inventory.write(
      "memory.cjs",
      'process.on("exit", () => console.error("maxRSS " + process.resourceUsage().maxRSS));',
    );
    const spy = join(inventory.folder, "memory.cjs");
    for (const format of FORMATS) {
      simulator.requests.clear();
      const { stderr } = await promisify(execFile)(
        // By a shell: what Node starts itself begins with this process's memory as its own maximum.
        "sh",
        ["-c", '"$0" "$@"; exit $?', process.execPath, "--require", spy, built, "report", "--format", format],
        { env: environment(inventory), maxBuffer: 64 * 1024 * 1024 },
      );
      const mebibytes = Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024;
      expect(mebibytes, format).toBeGreaterThan(30);
      expect(mebibytes, format).toBeLessThan(256);
      expect(simulator.requests.counts).toEqual({ "GET /Users": 100, "GET /Groups": 5 });
    }
  },
  LONG,
);

function environment({ simulator }: Inventory): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    NOTION_SCIM_TOKEN: simulator.token,
    NOTION_SCIM_BASE_URL: simulator.baseUrl,
  };
}

/** A file for `node --require` that writes down every module that a run loads. */
function spyOnModules({ folder }: Inventory): string {
  mkdirSync(folder, { recursive: true });
  const spy = join(folder, "modules.cjs");
  writeFileSync(
    spy,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(join(folder, "modules.txt"))}, Object.keys(require.cache).join("\\n")));`,
  );
  return spy;
}
