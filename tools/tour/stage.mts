import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Simulator } from "../../test/simulator/index.mts";
import type { Engine } from "../engine/engine.mts";
import { repositoryRoot } from "../repository.mts";
import { capture, run } from "../run.mts";
import type { Sandbox } from "../sandbox.mts";

/** What a command came to. */
export interface Shown {
  code: number;
  /** Everything that it printed, without colours. */
  output: string;
}

/** A project of the tour: people one by one, a whole workspace, and a workspace in YAML. */
export type ProjectName = "members" | "workspace" | "yaml";

const COLOURED = process.stdout.isTTY && process.env.NO_COLOR === undefined;
export const say = (...lines: string[]): void => console.log(lines.join("\n"));

/** Where the tour takes place: three projects in a temporary folder, a simulated workspace, the real engine. */
export class Stage {
  readonly simulator: Simulator;
  readonly engine: Engine;
  readonly sandbox: Sandbox;

  constructor(simulator: Simulator, engine: Engine, sandbox: Sandbox) {
    this.simulator = simulator;
    this.engine = engine;
    this.sandbox = sandbox;
    sandbox.env.NOTION_SCIM_BASE_URL = simulator.baseUrl;
    sandbox.env.NOTION_SCIM_TOKEN = simulator.token;
    sandbox.env.NOTION_TOKEN_OWNER = simulator.tokenOwner ?? "unknown";
  }

  /** The folder of a project; Pulumi writes the stack's configuration there, which is not to happen in the repository. */
  folder(project: ProjectName): string {
    return join(this.sandbox.folder, project);
  }

  /** Changes the roster of a project. */
  editRoster(edit: (text: string) => string, project: ProjectName = "workspace"): void {
    const file = join(this.folder(project), "members.csv");
    writeFileSync(file, edit(readFileSync(file, "utf8")));
  }

  /** Lays out the projects, each with a stack of its own. */
  async set(): Promise<void> {
    const members = this.folder("members");
    mkdirSync(members);
    for (const name of ["Pulumi.yaml", "package.json", "tsconfig.json", "examples", "node_modules"]) {
      symlinkSync(join(repositoryRoot, name), join(members, name));
    }
    const workspace = this.folder("workspace");
    cpSync(join(repositoryRoot, "examples", "workspace"), workspace, { recursive: true });
    writeFileSync(join(workspace, "package.json"), '{ "name": "workspace", "private": true }\n');
    mkdirSync(join(workspace, "node_modules"));
    symlinkSync(repositoryRoot, join(workspace, "node_modules", "pulumi-notion"));
    for (const name of ["@pulumi", "@types", "typescript"]) {
      symlinkSync(join(repositoryRoot, "node_modules", name), join(workspace, "node_modules", name));
    }
    const yaml = this.folder("yaml");
    cpSync(join(repositoryRoot, "examples", "yaml"), yaml, { recursive: true });
    symlinkSync(join(workspace, "node_modules"), join(yaml, "node_modules"));
    const program = join(yaml, "Pulumi.yaml");
    // As in a project that installed the package.
    writeFileSync(
      program,
      readFileSync(program, "utf8").replace("../../dist", "node_modules/pulumi-notion/dist"),
    );
    for (const project of ["members", "workspace", "yaml"] as const) {
      await run("pulumi", ["stack", "init", project], { cwd: this.folder(project), env: this.sandbox.env });
    }
  }

  /** Runs Pulumi's command line in a project and shows what it prints. */
  async pulumi(project: ProjectName, ...command: string[]): Promise<Shown> {
    say(`   $ pulumi ${command.join(" ")}`, "");
    const display = ["--non-interactive", "--suppress-progress", "--color", COLOURED ? "always" : "never"];
    const shown = command[0] === "config" ? command : [...command, ...display];
    const { code, output } = await capture("pulumi", shown, {
      cwd: this.folder(project),
      env: this.sandbox.env,
      echo: true,
    });
    return { code, output: stripVTControlCharacters(output) };
  }

  /** Runs Pulumi's command line in a project as it would be at another moment. */
  async pulumiAsOf(moment: string, project: ProjectName, ...command: string[]): Promise<Shown> {
    say(`   $ export NOTION_AS_OF=${moment}`);
    this.sandbox.env.NOTION_AS_OF = moment;
    try {
      return await this.pulumi(project, ...command);
    } finally {
      delete this.sandbox.env.NOTION_AS_OF;
    }
  }

  /** Runs the inventory and shows what it prints. */
  async inventory(...command: string[]): Promise<Shown> {
    say(`   $ notion-inventory ${command.join(" ")}`, "");
    const main = join(repositoryRoot, "dist", "bin", "notion-inventory.js");
    const { code, output } = await capture(process.execPath, [main, ...command], {
      cwd: this.folder("members"),
      env: this.sandbox.env,
      echo: true,
    });
    return { code, output };
  }
}
