import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/repository.mts";
import { LONG_RUN } from "../long-run";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import {
  type Home,
  makeHome,
  makeProject,
  Project,
  type ProjectOptions,
  packTarball,
  run,
  succeed,
  writeFile,
} from "./project";

// The packed tarball, installed as it would be from the registry, in every form that a program may have. All forms
// are one project with one stack: what one of them wrote the next one finds and changes, as where a team moves from
// JavaScript to TypeScript.

/**
 * What a resource takes of the state: the least that was reached so far. More makes each run longer, by the square
 * of it. As an ES module the program's line is not on the stack that Pulumi keeps. An assignment has the member's e-mail
 * twice, in its inputs and outputs: it is proven before a write, and policies judge by it.
 */
const STATE_BYTES = {
  commonjs: { NotionUser: 1119, NotionRoleAssignment: 1422 },
  module: { NotionUser: 1032, NotionRoleAssignment: 1337 },
};
const PROVIDER_BYTES = 111;

const LONG = 120_000;

let simulator: Simulator;
let home: Home;
/** Of the stack. */
let first: Project;

/** A workspace of npm's with the packed tarball in it and a library that declares somebody; forms are folders of it. */
beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 5 } });
  home = await makeHome("packages", { packages: "none" });
  const tarball = await packTarball(home);
  writeFile(home.folder, "package.json", JSON.stringify({ private: true, workspaces: ["library"] }));
  const library = { name: "library", version: "1.0.0", dependencies: { "pulumi-notion": `file:${tarball}` } };
  writeFile(join(home.folder, "library"), "package.json", JSON.stringify(library));
  writeFile(
    join(home.folder, "library"),
    "index.js",
    `${requiring}\nmodule.exports = (title, role) => {${declaring("title", "role")}};`,
  );
  const pins = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")).devDependencies;
  await npmInstall(...["@pulumi/pulumi", "typescript", "@types/node"].map((name) => `${name}@${pins[name]}`));
  first = await makeProject(NAME, { simulator, below: home, folder: join(home.folder, "first") });
  return async () => {
    home.dispose();
    await simulator.close();
  };
}, 300_000);

async function npmInstall(...packages: string[]): Promise<void> {
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages];
  await succeed(run("npm", args, { cwd: home.folder, env: home.env }));
}

/** The project and somebody in it: the figures of `STATE_BYTES` hold for a name of this length. */
const NAME = "notion";
const EMAIL = `${NAME}@example.com`;

/** @param title an expression, as is the role */
const declaring = (title: string, role: string) => `
  const user = new NotionUser("somebody", { userName: "${EMAIL}", title: ${title} });
  new NotionRoleAssignment("somebody", { userId: user.id, role: ${role} }, { deletedWith: user });
`;
const requiring = 'const { NotionRoleAssignment, NotionUser } = require("pulumi-notion");';
const importing = 'import { NotionRoleAssignment, NotionUser } from "pulumi-notion";';
/** Something for a loader to check or to strip. */
const typed = 'import type { Role } from "pulumi-notion"; const role: Role = "member"; void role;';

const strict = { strict: true, target: "es2023", module: "nodenext", types: ["node"] };
/** As `pulumi new typescript` writes it; TypeScript 6 wants to be told. */
const template = {
  ...strict,
  module: "commonjs",
  moduleResolution: "node",
  ignoreDeprecations: "6.0",
  skipLibCheck: true,
};
const exact = { exactOptionalPropertyTypes: true };
const esm = { packageJson: { type: "module" } };
const ts = { main: "index.ts" };

interface Form extends Omit<ProjectOptions, "simulator"> {
  head: string;
  /** Default: declares somebody. */
  declaring?: typeof declaring;
  tsconfig?: object;
  /** Further files, by name. */
  files?: Record<string, string>;
  /** Files of the project that are links. */
  links?: Record<string, string>;
}

/** Makes a folder with the program in this form, for the one stack. */
function makeForm(name: string, title: string, role: string, form: Form): Project {
  const { head, tsconfig, files = {}, links = {}, packageJson, ...options } = form;
  const folder = join(home.folder, name);
  const project = new Project(home, NAME, first.env, { runtimeOptions: {}, ...options, folder });
  const program = (form.declaring ?? declaring)(JSON.stringify(title), JSON.stringify(role));
  project.write(options.main ?? "index.js", `${head}\n${program}`);
  project.write("package.json", JSON.stringify({ name, private: true, ...packageJson }));
  if (tsconfig) project.write("tsconfig.json", JSON.stringify({ compilerOptions: tsconfig }));
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  project.settings();
  copyFileSync(join(first.folder, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, link)), { recursive: true });
    symlinkSync(target, join(folder, link));
  }
  return project;
}

const ROLES = ["membership_admin", "restricted_member"] as const;
let turn = 0;

/** Has a form give somebody a title and a role that they do not have. */
async function takesEffect(name: string, form: Form): Promise<Project> {
  const role = ROLES[turn++ % ROLES.length] ?? ROLES[0];
  const project = makeForm(name, name, role, form);
  await succeed(project.up("--stack", "dev"));
  expect(simulator.workspace.member(EMAIL)).toMatchObject({ title: name, role });

  const { resources } = project;
  for (const folder of [home.folder, repositoryRoot])
    expect([...resources.values()].map((state) => JSON.stringify(state)).join()).not.toContain(
      folder.slice(1),
    );
  const least = STATE_BYTES[form.packageJson === undefined ? "commonjs" : "module"];
  for (const type of ["NotionUser", "NotionRoleAssignment"] as const) {
    const state = resources.get(`${type} somebody`);
    // Where in a library it was declared takes some more.
    if (form.declaring === undefined) expect(bytes(state, name, role), type).toBeLessThanOrEqual(least[type]);
    expect(bytes(state?.inputs.__provider, name, role)).toBeLessThanOrEqual(PROVIDER_BYTES);
  }
  return project;
}

/** Removes somebody with the provider that a form's folder leads to: no program runs. */
async function destroys(project: Project): Promise<void> {
  await succeed(project.destroy("--stack", "dev"));
  expect(simulator.workspace.member(EMAIL)).toBeUndefined();
  expect(project.resources.size).toBe(0);
}

/** Titles, roles and fractions of seconds count as ones of a usual length. */
function bytes(value: unknown, title: string, role: string): number {
  const usual = JSON.stringify(value).replaceAll(`"${title}"`, '"Engineer"').replaceAll(role, ROLES[0]);
  return Buffer.byteLength(usual.replace(/(?<=T\d\d:\d\d:\d\d)[.\d]*Z/g, ".000000000Z"));
}

const published = `
  import * as pulumi from "@pulumi/pulumi";
  import { NotionRoleAssignment, type NotionRoleAssignmentArgs, NotionUser, type NotionUserArgs, type Role } from "pulumi-notion";

  /** Nobody calls it: it is there to be compiled. */
  export function published(): void {
    const role: Role = "owner";
    const args: NotionUserArgs = { userName: pulumi.output("ada@example.com"), name: { givenName: "Ada" }, initialRole: role };
    const ada: NotionUser = new NotionUser("ada", args, { protect: true });
    const assignment: NotionRoleAssignmentArgs = { userId: ada.id, role, onRemove: "member" };
    const held: NotionRoleAssignment = new NotionRoleAssignment("ada", assignment, { deletedWith: ada });
    const somebody: NotionUser = NotionUser.get("somebody", "id");
    const userName: pulumi.Output<string> = ada.userName;
    const given: pulumi.Output<string | undefined> = somebody.name.apply((name) => name.givenName);
    const flags: pulumi.Output<boolean>[] = [ada.active, ada.adopted];
    const role_: pulumi.Output<string> = held.role;
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
    const wrongName: pulumi.Output<number> = ada.userName;
    // @ts-expect-error not a number
    const wrongFlag: pulumi.Output<number> = ada.active;
    // @ts-expect-error not a number
    const wrongRole: pulumi.Output<number> = held.role;
  }
`;

describe("a project elsewhere that installed the tarball creates, changes and destroys, as", () => {
  test("CommonJS in JavaScript", { timeout: LONG }, async () => {
    await destroys(await takesEffect("cjs-js", { head: requiring }));
  });

  test.each<[string, string, Form]>([
    [
      "a library of its workspace that declares for it",
      "by-library",
      {
        head: 'const declare = require("library");',
        declaring: (title, role) => `declare(${title}, ${role});`,
      },
    ],
    ["TypeScript without a tsconfig.json", "ts-plain", { head: importing + typed, ...ts }],
    [
      "TypeScript made from Pulumi's template, for which every published type holds",
      "ts-template",
      {
        head: `${importing}${typed} import { published } from "./published"; void published;`,
        ...ts,
        files: { "published.ts": published },
        tsconfig: { ...template, ...exact },
      },
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
  ])("%s", { timeout: LONG }, async (_, name, form) => {
    await takesEffect(name, form);
  });

  const ownLoaders = () => {
    beforeAll(() => npmInstall("ts-node@10.9.2", "tsx@4"), LONG);

    test.each<[string, string, Form]>([
      [
        "TypeScript that is not checked",
        "ts-node-cjs",
        { head: importing + typed, ...ts, tsconfig: { ...strict, noCheck: true } },
      ],
      [
        "TypeScript by a loader in nodeargs",
        "ts-tsx",
        {
          head: importing + typed,
          ...ts,
          runtimeOptions: { typescript: false, nodeargs: "--import tsx" },
        },
      ],
      [
        "CommonJS in TypeScript by Node's type stripping",
        "stripped-cjs",
        { head: requiring + typed, ...ts, runtimeOptions: { typescript: false } },
      ],
      [
        "a link to this clone, next to an SDK of the project's own",
        "linked",
        { head: requiring, links: { "node_modules/pulumi-notion": repositoryRoot } },
      ],
      ["ESM in TypeScript", "ts-node-esm", { head: importing + typed, ...ts, ...esm, tsconfig: strict }],
    ])("%s", { timeout: LONG }, async (_, name, form) => {
      await takesEffect(name, form);
    });
  };
  if (LONG_RUN) describe("with a ts-node and a tsx of its own,", ownLoaders);

  test("ESM in JavaScript", { timeout: LONG }, async () => {
    await destroys(await takesEffect("esm-js", { head: importing, ...esm }));
  });
});

test("the published types hold and are without an error, in a strict CommonJS and a strict ESM module", {
  timeout: LONG,
}, async () => {
  const folder = join(home.folder, "types");
  const files = ["index.cts", "index.mts"];
  for (const file of files) writeFile(folder, file, published);
  // What TypeScript brings along is not ours to check.
  const options = { ...strict, ...exact, skipDefaultLibCheck: true, noEmit: true };
  writeFile(folder, "tsconfig.json", JSON.stringify({ compilerOptions: options, files }));
  const tsc = join(home.folder, "node_modules", "typescript", "bin", "tsc");
  const { everything, exitCode } = await run(process.execPath, [tsc, "-p", folder], { env: home.env });
  expect(everything).toBe("");
  expect(exitCode).toBe(0);
});
