import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  type Home,
  makeHome,
  makeProject,
  type Outcome,
  type ProjectOptions,
  packTarball,
  run,
  succeed,
  writeFile,
} from "./project";

/**
 * What a resource takes of the state: the least that was reached so far. More makes each run longer, by the square
 * of it. As an ES module the program's line is not on the stack that Pulumi keeps.
 */
const STATE_BYTES = {
  commonjs: { NotionUser: 1098, NotionRoleAssignment: 1348 },
  module: { NotionUser: 1011, NotionRoleAssignment: 1263 },
};
const PROVIDER_BYTES = 111;

const LONG = 120_000;

let simulator: Simulator;
let home: Home;

/** A home in which the packed tarball is installed, as it would be from the registry. */
beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 250 } });
  home = await makeHome("packages", "none");
  const tarball = await packTarball(home);
  writeFile(home.folder, "package.json", JSON.stringify({ private: true }));
  const pins = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")).devDependencies;
  const others = ["@pulumi/pulumi", "typescript", "@types/node"].map((name) => `${name}@${pins[name]}`);
  await npmInstall(tarball, ...others);
  return async () => {
    home.dispose();
    await simulator.close();
  };
}, 300_000);

async function npmInstall(...packages: string[]): Promise<void> {
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages];
  await succeed(run("npm", args, { cwd: home.folder, env: home.env }));
}

const body = (name: string) => `
  const user = new NotionUser("somebody", { userName: "${name}@example.com", title: "Engineer" });
  new NotionRoleAssignment("somebody", { userId: user.id, role: "membership_admin" }, { deletedWith: user });
`;
const requiring = 'const { NotionRoleAssignment, NotionUser } = require("pulumi-notion");';
const importing = 'import { NotionRoleAssignment, NotionUser } from "pulumi-notion";';
/** Something for a loader to check or to strip. */
const typed = 'import type { Role } from "pulumi-notion"; const role: Role = "member"; void role;';

const strict = { strict: true, target: "es2023", module: "nodenext", types: ["node"] };
const esm = { packageJson: { type: "module" } };

interface Form extends Partial<ProjectOptions> {
  head: string;
  tsconfig?: object;
  /** Files of the project that are links. */
  links?: Record<string, string>;
}

/** Creates one member with a role and destroys them again. */
async function createAndDestroy(
  name: string,
  { head, tsconfig, links = {}, ...options }: Form,
): Promise<void> {
  const email = `${name}@example.com`;
  const project = await makeProject(name, { simulator, below: home, runtimeOptions: {}, ...options });
  project.write(options.main ?? "index.js", `${head}\n${body(name)}`);
  if (tsconfig) project.write("tsconfig.json", JSON.stringify({ compilerOptions: tsconfig }));
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(dirname(join(project.folder, link)), { recursive: true });
    symlinkSync(target, join(project.folder, link));
  }

  expect((await succeed(project.up())).stdout).toContain("+ 3 created");
  expect(simulator.workspace.member(email)).toMatchObject({ title: "Engineer", role: "membership_admin" });
  const { resources } = project;
  for (const folder of [home.folder, repositoryRoot])
    expect([...resources.values()].map((state) => JSON.stringify(state)).join()).not.toContain(
      folder.slice(1),
    );
  const least = STATE_BYTES[options.packageJson === undefined ? "commonjs" : "module"];
  for (const type of ["NotionUser", "NotionRoleAssignment"] as const) {
    const state = resources.get(`${type} somebody`);
    expect(bytes(state, name), type).toBeLessThanOrEqual(least[type]);
    expect(bytes(state?.inputs.__provider, name)).toBeLessThanOrEqual(PROVIDER_BYTES);
  }

  await succeed(project.destroy());
  expect(simulator.workspace.member(email)).toBeUndefined();
  expect(project.resources.size).toBe(0);
}

/** The project's name stands in a resource six times: counted as one of a usual length. So are fractions of seconds. */
function bytes(value: unknown, name: string): number {
  const text = JSON.stringify(value).replaceAll(name, "notion");
  return Buffer.byteLength(text.replace(/(?<=T\d\d:\d\d:\d\d)[.\d]*Z/g, ".000000000Z"));
}

const ts = { main: "index.ts" };

describe("a project elsewhere that installed the tarball creates and destroys, as", () => {
  test.each<[string, string, Form]>([
    ["CommonJS in JavaScript", "cjs-js", { head: requiring }],
    ["ESM in JavaScript", "esm-js", { head: importing, ...esm }],
    ["TypeScript without a tsconfig.json", "ts-plain", { head: importing + typed, ...ts }],
    [
      "TypeScript by the ts-node in Pulumi's SDK",
      "ts-strict",
      { head: importing + typed, ...ts, tsconfig: strict },
    ],
    [
      "CommonJS in TypeScript by Node's type stripping",
      "stripped-cjs",
      { head: requiring + typed, ...ts, runtimeOptions: { typescript: false } },
    ],
    [
      "ESM in TypeScript by Node's type stripping, with nodeargs",
      "stripped-esm",
      {
        head: importing + typed,
        ...ts,
        ...esm,
        runtimeOptions: { typescript: false, nodeargs: "--no-warnings" },
      },
    ],
    [
      "a link to this clone, next to an SDK of the project's own",
      "linked",
      { head: requiring, links: { "node_modules/pulumi-notion": repositoryRoot } },
    ],
  ])("%s", { timeout: LONG }, (_, name, form) => createAndDestroy(name, form));

  describe("with a ts-node and a tsx of its own,", () => {
    beforeAll(() => npmInstall("ts-node@10.9.2", "tsx@4"), LONG);

    test.each<[string, string, Form]>([
      [
        "TypeScript that is not checked",
        "ts-node-cjs",
        { head: importing + typed, ...ts, tsconfig: { ...strict, noCheck: true } },
      ],
      ["ESM in TypeScript", "ts-node-esm", { head: importing + typed, ...ts, ...esm, tsconfig: strict }],
      [
        "TypeScript by a loader in nodeargs",
        "ts-tsx",
        {
          head: importing + typed,
          ...ts,
          runtimeOptions: { typescript: false, nodeargs: "--import tsx" },
        },
      ],
    ])("%s", { timeout: LONG }, (_, name, form) => createAndDestroy(name, form));
  });
});

const typesProgram = `
  import * as pulumi from "@pulumi/pulumi";
  import { NotionRoleAssignment, type NotionRoleAssignmentArgs, NotionUser, type NotionUserArgs, type Role } from "pulumi-notion";

  const role: Role = "owner";
  const args: NotionUserArgs = { userName: pulumi.output("ada@example.com"), name: { givenName: "Ada" }, initialRole: role };
  const ada: NotionUser = new NotionUser("ada", args, { protect: true });
  const assignment: NotionRoleAssignmentArgs = { userId: ada.id, role, onRemove: "member" };
  const held: NotionRoleAssignment = new NotionRoleAssignment("ada", assignment, { deletedWith: ada });
  const somebody: NotionUser = NotionUser.get("somebody", "id");
  export const userName: pulumi.Output<string> = ada.userName;
  export const given: pulumi.Output<string | undefined> = somebody.name.apply((name) => name.givenName);
  export const flags: pulumi.Output<boolean>[] = [ada.active, ada.adopted];
  export const role_: pulumi.Output<string> = held.role;
  const something: unknown = ada;
  if (NotionUser.isInstance(something)) something.userName;

  // @ts-expect-error an unknown role
  new NotionRoleAssignment("boss", { userId: ada.id, role: "boss" });
  // @ts-expect-error no user
  new NotionRoleAssignment("nobody", { role });
  // @ts-expect-error a typo
  new NotionUser("typo", { userName: "ada@example.com", titel: "Engineer" });
  // An \`any\` in a published type would pass above and not here.
  // @ts-expect-error not a number
  export const wrongName: pulumi.Output<number> = ada.userName;
  // @ts-expect-error not a number
  export const wrongFlag: pulumi.Output<number> = ada.active;
  // @ts-expect-error not a number
  export const wrongRole: pulumi.Output<number> = held.role;
`;

describe("the published types hold in a strict", () => {
  test.each([
    ["CommonJS and ESM module", "types", ["index.cts", "index.mts"], strict],
    [
      "project made from Pulumi's template",
      "types-template",
      ["index.ts"],
      // As `pulumi new typescript` writes it; TypeScript 6 wants to be told.
      {
        ...strict,
        module: "commonjs",
        moduleResolution: "node",
        ignoreDeprecations: "6.0",
        skipLibCheck: true,
      },
    ],
  ])("%s", { timeout: LONG }, async (_, name, files, compilerOptions) => {
    const folder = join(home.folder, name);
    for (const file of files) writeFile(folder, file, typesProgram);
    const options = { ...compilerOptions, exactOptionalPropertyTypes: true, noEmit: true };
    writeFile(folder, "tsconfig.json", JSON.stringify({ compilerOptions: options, files }));
    const tsc = join(home.folder, "node_modules", "typescript", "bin", "tsc");
    const { everything, exitCode } = await run(process.execPath, [tsc, "-p", folder], { env: home.env });
    expect(everything).toBe("");
    expect(exitCode).toBe(0);
  });
});

test.each([
  ["require", 'require("pulumi-notion")'],
  ["import", 'await import("pulumi-notion")'],
])(
  "a program that loads the package by %s loads neither the client nor a dependency of it",
  async (_, load) => {
    const script = `(async () => {
    require("@pulumi/pulumi");
    const before = new Set(Object.keys(require.cache));
    ${load};
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => !before.has(file))));
  })()`;
    const { stdout } = await succeed(
      run(process.execPath, ["-e", script], { cwd: home.folder, env: home.env }),
    );
    const loaded: string[] = JSON.parse(stdout);
    expect(loaded.length).toBeGreaterThan(0);
    const own = join(home.folder, "node_modules", "pulumi-notion", "dist", "provider");
    expect(loaded.filter((file) => !file.startsWith(own))).toEqual([]);
    expect(loaded.filter((file) => /provider\/(lifecycle|scim\/client|scim\/transport)/.test(file))).toEqual(
      [],
    );
  },
);

describe("eight members with roles", () => {
  let outcome: Outcome;
  let requests: Record<string, number>;

  beforeAll(async () => {
    const project = await makeProject("eight", { simulator, below: home });
    project.declare(`
      for (const name of ["ada", "bertil", "cora", "dilan", "edit", "fatima", "gustav", "hedda"]) {
        const user = new NotionUser(name, {
          userName: name + ".ashgrove@example.com", name: { givenName: name, familyName: "Ashgrove" }, initialRole: "member",
        });
        new NotionRoleAssignment(name, { userId: user.id, role: "member" }, { deletedWith: user });
      }
    `);
    simulator.requests.clear();
    outcome = await project.up();
    requests = simulator.requests.counts;
  }, LONG);

  test("cost one request for each of them, and a listing in the place of eight look-ups", () => {
    expect(outcome.exitCode).toBe(0);
    expect(requests).toEqual({ "GET /Users": expect.any(Number), "POST /Users": 8 });
    // Three pages of 250 members. How the engine spaces its calls decides whether the first ones are looked
    // up singly, and whether the first POST moves the listing, which is then read once more.
    expect(requests["GET /Users"]).toBeGreaterThanOrEqual(3);
    expect(requests["GET /Users"]).toBeLessThan(8);
  });
});
