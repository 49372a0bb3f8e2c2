import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { defaultCacheDir } from "../../tools/engine/cache.mts";
import { findGoPackages } from "../../tools/engine/go-packages.mts";
import { type Language, languageHost } from "../../tools/engine/languages.mts";
import { findPythonPackages } from "../../tools/engine/python-packages.mts";
import { makeExecutable } from "../../tools/plugin-executable.mts";
import { repositoryRoot } from "../../tools/repository.mts";
import { LONG_RUN } from "../long-run";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Home, makeHome, type Outcome, run, succeed, writeFile } from "./project";

// The examples in other languages, as they stand in examples/: the plugin, the SDK of sdk/ and a roster, on the real engine.

const LONG = 240_000;
const cacheDir = defaultCacheDir(process.env);

let home: Home;

beforeAll(async () => {
  home = await makeHome("languages", { packages: "none" });
  // As in a clone: an example finds them two folders up.
  for (const name of ["dist", "sdk"]) symlinkSync(join(repositoryRoot, name), join(home.folder, name));
  mkdirSync(join(home.folder, "examples"));
  return () => home.dispose();
}, LONG);

/** What a program in a language needs in its environment; undefined where this machine cannot run it. */
const ENVIRONMENTS: Record<Language, () => Promise<NodeJS.ProcessEnv | undefined>> = {
  yaml: async () => ({}),
  go: () => findGoPackages(cacheDir),
  python: async () => {
    const packages = await findPythonPackages({ cacheDir, env: process.env }).catch(() => undefined);
    if (packages === undefined) return undefined;
    return { PYTHONPATH: [await installPythonSdk(packages), packages].join(delimiter) };
  },
};

/** Does what `pip install sdk/python` does, into a folder of the home. */
async function installPythonSdk(packages: string): Promise<string> {
  // A copy: setuptools writes into the folder that it builds.
  const source = join(home.folder, "sdk-python");
  const target = join(home.folder, "site-packages");
  cpSync(join(repositoryRoot, "sdk", "python"), source, { recursive: true });
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"];
  const offline = ["--no-deps", "--no-index", "--no-build-isolation"];
  const pip = ["-m", "pip", "install", ...quiet, ...offline, "--target", target, source];
  await succeed(run("python3", pip, { env: { ...home.env, PYTHONPATH: packages } }));
  return target;
}

interface Example {
  folder: string;
  simulator: Simulator;
  env: NodeJS.ProcessEnv;
  pulumi(...args: string[]): Promise<Outcome>;
}

/** Copies an example and gives it a workspace; undefined, and a line, where this machine cannot run it. */
async function makeExample(language: Language, name: string): Promise<Example | undefined> {
  const hasHost = languageHost(home.engine, language) !== undefined;
  const own = hasHost ? await ENVIRONMENTS[language]() : undefined;
  if (own === undefined) {
    console.log(`No program in ${language} was run: \`npm run engine -- --languages\` brings what runs it.`);
    return undefined;
  }
  const simulator = await startSimulator({ seed: { members: 2 } });
  onTestFinished(() => simulator.close());
  const folder = join(home.folder, "examples", name);
  cpSync(join(repositoryRoot, "examples", language), folder, { recursive: true });
  const env = {
    ...home.env,
    ...own,
    NOTION_SCIM_BASE_URL: simulator.baseUrl,
    NOTION_SCIM_TOKEN: simulator.token,
    NOTION_TOKEN_OWNER: "unknown",
  };
  const pulumi = (...args: string[]) =>
    run(home.engine.pulumi, [...args, "--non-interactive"], { cwd: folder, env });
  await succeed(pulumi("stack", "init", name));
  return { folder, simulator, env, pulumi };
}

const DECLARED = [
  "olivia.owner@example.com owner",
  "bertil.ashgrove@example.com owner",
  "fenna.ashgrove@example.com membership_admin",
  "kestrel.ashgrove@example.com member",
  "nora.newcomer@example.com member",
  "sami.contractor@example.org restricted_member",
];
const membersOf = ({ workspace }: Simulator) =>
  workspace.members.map(({ userName, role }) => `${userName} ${role}`);

test.each<[Language]>([["yaml"], ["python"], ["go"]])(
  "a program in %s invites everybody in members.csv; a changed row is the whole diff",
  { timeout: LONG },
  async (language) => {
    const example = await makeExample(language, language);
    if (example === undefined) return;
    const { folder, simulator, pulumi } = example;
    await succeed(pulumi("up", "--yes", "--skip-preview"));
    expect(membersOf(simulator)).toEqual(expect.arrayContaining(DECLARED));

    const roster = readFileSync(join(folder, "members.csv"), "utf8");
    writeFile(folder, "members.csv", roster.replace(/(nora.*),member/, "$1,owner"));
    const { stdout, stderr } = await succeed(pulumi("preview", "--diff"));
    expect(stderr).toContain("~ nora.newcomer@example.com: member → owner");
    expect(stdout).toMatch(/role: "member" +=> "owner"/);
    expect(stdout.match(/role:/g)).toHaveLength(1);
  },
);

test("the program in YAML has eight lines, and they are those of docs/plugin.md", () => {
  const text = readFileSync(join(repositoryRoot, "examples", "yaml", "Pulumi.yaml"), "utf8");
  expect(text.trimEnd().split("\n")).toHaveLength(8);
  const page = readFileSync(join(repositoryRoot, "docs", "plugin.md"), "utf8");
  expect(page).toContain(text.replace("../../dist/bin", "node_modules/pulumi-notion/dist/bin"));
});

if (LONG_RUN)
  test("the executable serves a program on a machine without Node", { timeout: LONG }, async () => {
    const example = await makeExample("yaml", "executable");
    if (example === undefined) return;
    const { folder, simulator, env } = example;
    const { archive } = await makeExecutable(join(home.folder, "executable"), "0.1.0");
    const text = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
    writeFile(folder, "Pulumi.yaml", text.replace(/^plugins:\n.*\n/m, ""));
    const withoutNode = { ...env, PATH: dirname(home.engine.pulumi) };
    const pulumi = (...args: string[]) =>
      succeed(run(home.engine.pulumi, args, { cwd: folder, env: withoutNode }));
    await pulumi("plugin", "install", "resource", "notion", "0.1.0", "--file", archive);
    await pulumi("up", "--yes", "--skip-preview", "--non-interactive");
    expect(membersOf(simulator)).toEqual(expect.arrayContaining(DECLARED));
  });
