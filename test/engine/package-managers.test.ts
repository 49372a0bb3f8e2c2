import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import PQueue from "p-queue";
import { beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot, toolsCache } from "../../tools/repository.mts";
import { LONG_RUN } from "../long-run";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  type Home,
  makeHome,
  makeProject,
  type Outcome,
  Project,
  type ProjectOptions,
  packTarball,
  run,
  succeed,
  writeFile,
} from "./project";

/** Older than the package needs, and new enough for Pulumi to run a program. */
const OLD_NODE = "20.20.2";
const { platform, arch } = process;
const oldNodePackage = `${platform === "darwin" && arch === "arm64" ? "node-bin" : "node"}-${platform}-${arch}`;

/** As the registry has them: they are far too large to be dependencies of every clone. */
const CLIENTS = {
  pnpm: "12.21.0",
  ...(LONG_RUN && {
    "@yarnpkg/cli-dist": "4.18.1",
    bun: "1.4.5",
    esbuild: "0.28.2",
    [oldNodePackage]: OLD_NODE,
  }),
};
/** Kept between runs, with what the clients themselves keep. */
const cache = join(toolsCache, "package-managers");
const client = (name: string) => join(cache, "node_modules", ".bin", name);
const oldNodeFolder = join(cache, "node_modules", oldNodePackage, "bin");

const sdk = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")).devDependencies[
  "@pulumi/pulumi"
];
/** Each is upgraded to the next. */
const OLDER_SDKS = ["3.257.0", "3.258.0"];

const LONG = 600_000;

let simulator: Simulator;
let home: Home;
/** How a package.json names the packed package. */
let packed: string;

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 5 } });
  home = await makeHome("package-managers", { packages: "none" });
  const dispose = async () => {
    home.dispose();
    await simulator.close();
  };
  mkdirSync(cache, { recursive: true });
  writeFile(cache, "package.json", JSON.stringify({ private: true, dependencies: CLIENTS }));
  const [tarball] = await Promise.all([packTarball(home), install(cache, "npm")]);
  packed = `file:${tarball}`;
  return dispose;
}, LONG);

/** One at a time: all at once they open more connections than a registry may like. */
const installs = new PQueue({ concurrency: 1 });

/** Has a package manager install what the package.json of a folder says. */
async function install(folder: string, command: string, ...args: string[]): Promise<void> {
  const own = command === "npm" ? ["--prefer-offline", "--no-audit", "--no-fund"] : [];
  const env = {
    ...home.env,
    // pnpm's store, Yarn's and bun's packages.
    XDG_DATA_HOME: join(cache, "data"),
    XDG_CACHE_HOME: join(cache, "cache"),
    YARN_GLOBAL_FOLDER: join(cache, "yarn"),
    YARN_ENABLE_TELEMETRY: "0",
    YARN_NETWORK_CONCURRENCY: "8",
    YARN_HTTP_RETRY: "10",
    // There is no lock file to hold it to, whatever CI says.
    YARN_ENABLE_IMMUTABLE_INSTALLS: "0",
    BUN_INSTALL_CACHE_DIR: join(cache, "bun"),
  };
  const [verb = "install", ...rest] = args;
  await installs.add(() => succeed(run(command, [verb, ...own, ...rest], { cwd: folder, env })));
}

/** A program, or a library, that declares somebody with a role. */
const declaring = (name: string, title = "Engineer") => `
  const { NotionRoleAssignment, NotionUser } = require("pulumi-notion");
  const user = new NotionUser("somebody", { userName: "${name}@example.com", title: "${title}" });
  new NotionRoleAssignment("somebody", { userId: user.id, role: "membership_admin" }, { deletedWith: user });
`;

/** Makes the library `directory`, which brings the package along. */
function writeDirectory(folder: string, name: string): void {
  const dependencies = { "pulumi-notion": packed };
  const peerDependencies = { "@pulumi/pulumi": "^3.0.0" };
  const manifest = { name: "directory", version: "1.0.0", dependencies, peerDependencies };
  writeFile(folder, "package.json", JSON.stringify(manifest));
  writeFile(folder, "index.js", declaring(name));
}

type Own = Omit<ProjectOptions, "simulator" | "below">;

const project = (name: string, options: Own = {}) =>
  makeProject(name, { simulator, below: home, ...options });

/** What the workspace has of who is declared by a name. */
const somebody = (name: string) => simulator.workspace.member(`${name}@example.com`);

/** Somebody is added with a role. */
async function creates(program: Project, name: string): Promise<void> {
  expect((await succeed(program.up())).stdout).toContain("+ 3 created");
  expect(somebody(name)).toMatchObject({ title: "Engineer", role: "membership_admin" });
}

/** Their title is changed, by what was installed or deployed since. */
async function changes(program: Project, name: string, title: string): Promise<void> {
  expect((await succeed(program.up())).stdout).toContain("~ 1 updated");
  expect(somebody(name)).toMatchObject({ title });
}

async function destroys(program: Project, name: string): Promise<void> {
  await succeed(program.destroy());
  expect(somebody(name)).toBeUndefined();
  expect(program.resources.size).toBe(0);
}

/** A run ended with this one line of ours, and neither a stack nor a path of this machine beside it. */
function expectOnly(message: string, { exitCode, everything }: Outcome): void {
  expect(everything).toContain(`error: ${message}\n`);
  expect(everything).not.toMatch(/^\s*at /m);
  expect(everything).not.toContain(home.folder.slice(1));
  expect(exitCode).not.toBe(0);
}

const missing = (manager: string, folder: string) =>
  `Pulumi loads pulumi-notion from the folder of the program, "${folder}", and does not find it there; a library or a bundle that brings it along is not enough. Run \`${manager} pulumi-notion\` in "${folder}".`;

// npm, with a library in its workspace too, is in packages.test.ts; pnpm lays packages out most strictly.
describe.concurrent("the packed package works installed by", { timeout: LONG }, () => {
  test("pnpm beside a library that brings it along (the program says what to add), with @pulumi/pulumi upgraded between up, refresh and destroy", async () => {
    const name = "pnpm";
    const root = join(home.folder, name);
    const folder = join(root, "infra");
    const [first = sdk, ...later] = [...OLDER_SDKS, sdk];
    writeFile(root, "package.json", JSON.stringify({ private: true }));
    const settings = { packages: ["infra", "directory"], allowBuilds: { protobufjs: false } };
    // JSON is YAML.
    writeFile(root, "pnpm-workspace.yaml", JSON.stringify(settings));
    writeDirectory(join(root, "directory"), name);
    const dependencies = { directory: "workspace:*", "@pulumi/pulumi": first };
    const program = await project(name, { folder, packageJson: { dependencies } });
    program.write("index.js", 'require("directory");');
    await install(root, client("pnpm"));
    expectOnly(missing("pnpm add", "infra"), await program.preview());

    await install(folder, client("pnpm"), "add", packed);
    const upgrade = () => install(folder, client("pnpm"), "add", `@pulumi/pulumi@${later.shift()}`);
    await creates(program, name);
    await upgrade();
    simulator.workspace.edit(`${name}@example.com`, { title: "Seen" });
    await succeed(program.refresh());
    expect(program.resources.get("NotionUser somebody")?.outputs.title).toBe("Seen");
    await upgrade();
    await destroys(program, name);
    expect(later).toEqual([]);
  });

  if (LONG_RUN) furtherManagers();
});

function furtherManagers(): void {
  test("Yarn with the node-modules linker, where a Node.js that is too old is named; and after a move to Plug'n'Play, through yarn exec", async () => {
    const name = "yarn";
    const packageJson = { dependencies: { "pulumi-notion": packed, "@pulumi/pulumi": sdk } };
    const program = await project(name, { packageJson });
    const { folder } = program;
    const link = async (nodeLinker: string) => {
      program.write(".yarnrc.yml", JSON.stringify({ nodeLinker }));
      await install(folder, client("yarn"));
      expect(existsSync(join(folder, "node_modules"))).toBe(nodeLinker === "node-modules");
    };
    program.write("yarn.lock", "");
    program.write("index.js", declaring(name));
    await link("node-modules");

    const PATH = [oldNodeFolder, home.env.PATH].join(delimiter);
    const onOldNode = (...args: string[]) => program.start(args, { env: { ...program.env, PATH } }).done;
    const tooOld = `pulumi-notion needs Node.js 22.19 or newer and was started by ${OLD_NODE}. Put a newer one first on PATH, where Pulumi looks for it.`;
    expectOnly(tooOld, await onOldNode("preview"));
    const inventory = join(folder, "node_modules", "pulumi-notion", "dist", "bin", "notion-inventory.js");
    const listing = await run(join(oldNodeFolder, "node"), [inventory, "report"], { env: program.env });
    expect(listing).toMatchObject({ exitCode: 1, everything: `${tooOld}\n` });
    await creates(program, name);
    expectOnly(tooOld, await onOldNode("destroy", "--yes", "--skip-preview"));
    expect(somebody(name)).toBeDefined();

    await link("pnp");
    program.write("index.js", declaring(name, "Moved"));
    const through = new Project(home, name, program.env, { folder, through: [client("yarn"), "exec"] });
    await changes(through, name, "Moved");
    await destroys(through, name);
  });

  test("bun, and beside a bundle by esbuild that has this package in it and leaves Pulumi outside (the program says what to add)", async () => {
    const name = "bun";
    const dependencies = { "pulumi-notion": packed, "@pulumi/pulumi": sdk };
    const program = await project(name, { packageJson: { dependencies } });
    const { folder } = program;
    program.write("index.js", declaring(name));
    await install(folder, client("bun"));
    await creates(program, name);

    program.write("source.js", declaring(name, "Bundled"));
    const outside = ["--platform=node", "--external:@pulumi/pulumi"];
    const bundle = ["source.js", "--bundle", ...outside, "--outfile=index.js"];
    await succeed(run(client("esbuild"), bundle, { cwd: folder, env: home.env }));
    await install(folder, client("bun"), "remove", "pulumi-notion");
    expectOnly(missing("bun add", name), await program.preview());

    await install(folder, client("bun"), "add", packed);
    await changes(program, name, "Bundled");
  });
}
