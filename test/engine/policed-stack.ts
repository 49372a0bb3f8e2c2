import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { type Sandbox, stateFileOf } from "../../tools/sandbox.mts";
import { type Declaration, declare, declareForeign } from "../policies/declarations";
import type { Simulator } from "../simulator/index.mts";
import { type Outcome, run } from "./project";

/** A policy pack's folder, and the content of its configuration file. */
export type Configured = readonly [pack: string, config: object];

/** What a run of a program came to. */
export interface Judgement {
  stopped: boolean;
  violations: { pack: string; rule: string; message: string; urn: string }[];
  /** What a person sees. */
  output: string;
}

/** A resource as the state file has it. */
interface Held {
  urn: string;
  type: string;
  inputs: Record<string, unknown>;
}

/**
 * A stack on the real engine whose programs are functions of this process, judged by policy packs: where the
 * language host is too old for policy packs (`Engine.policyPath`), the CLI runs no other programs with them.
 */
export class PolicedStack {
  readonly #sandbox: Sandbox;
  readonly #name: string;
  readonly #stack: Stack;
  #files = 0;

  private constructor(sandbox: Sandbox, name: string, stack: Stack) {
    this.#sandbox = sandbox;
    this.#name = name;
    this.#stack = stack;
  }

  static async make(sandbox: Sandbox, name: string, simulator: Simulator): Promise<PolicedStack> {
    // The Automation API looks for `pulumi` on this process's own PATH.
    process.env.PATH = sandbox.env.PATH;
    const workDir = join(sandbox.folder, name);
    mkdirSync(workDir);
    const envVars = {
      ...(sandbox.env as Record<string, string>),
      NOTION_SCIM_TOKEN: simulator.token,
      NOTION_SCIM_BASE_URL: simulator.baseUrl,
    };
    const stack = await LocalWorkspace.createStack(
      { stackName: "dev", projectName: name, program: async () => {} },
      { workDir, envVars },
    );
    // What it asks for after each update costs three commands, and nobody here reads it.
    stack.outputs = async () => ({});
    stack.info = async () => undefined;
    return new PolicedStack(sandbox, name, stack);
  }

  preview(declared: readonly Declaration[], ...packs: Configured[]): Promise<Judgement> {
    return this.#run("preview", declared, packs);
  }

  /** Without a preview before it. */
  up(declared: readonly Declaration[], ...packs: Configured[]): Promise<Judgement> {
    return this.#run("up", declared, packs);
  }

  refresh(): Promise<Outcome> {
    return this.#pulumi(["refresh", "--yes", "--skip-preview"]);
  }

  /** Judges the state, without a program. */
  analyze([pack, config]: Configured, env: Record<string, string> = {}): Promise<Outcome> {
    const packs = ["--policy-pack", pack, "--policy-pack-config", this.#write(config)];
    return this.#pulumi(["policy", "analyze", "--stack", "dev", ...packs], env);
  }

  /** Its state. */
  get resources(): Held[] {
    const file = stateFileOf(this.#sandbox, this.#name, "dev");
    return JSON.parse(readFileSync(file, "utf8")).checkpoint.latest.resources ?? [];
  }

  async #run(
    operation: "preview" | "up",
    declared: readonly Declaration[],
    packs: readonly Configured[],
  ): Promise<Judgement> {
    const violations: Judgement["violations"] = [];
    const output: string[] = [];
    const note = (text: string) => output.push(text);
    this.#stack.workspace.program = async () => {
      declare(declared);
      // Rules leave alone whatever else is in a stack.
      declareForeign();
    };
    const stopped = await this.#stack[operation]({
      policyPacks: packs.map(([pack]) => pack),
      policyPackConfigs: packs.map(([, config]) => this.#write(config)),
      onOutput: note,
      onError: note,
      onEvent: ({ policyEvent: event }: EngineEvent) => {
        if (event === undefined) return;
        const { policyPackName: pack, policyName: rule, message, resourceUrn: urn = "" } = event;
        violations.push({ pack, rule, message, urn });
      },
    }).then(
      () => false,
      () => true,
    );
    return { stopped, violations, output: output.join("") };
  }

  #pulumi(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
    const { workDir, envVars } = this.#stack.workspace;
    return run("pulumi", [...args, "--non-interactive"], { cwd: workDir, env: { ...envVars, ...env } });
  }

  /** Writes a configuration file, for what is given its path. */
  #write(config: object): string {
    this.#files += 1;
    const file = join(this.#stack.workspace.workDir, `policies-${this.#files}.json`);
    writeFileSync(file, JSON.stringify(config));
    return file;
  }
}
