import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type EngineEvent,
  LocalWorkspace,
  type PolicyEvent,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import PQueue from "p-queue";
import { ensureBuilt } from "../../tools/build.mts";
import { ensureEngine } from "../../tools/engine/ensure-engine.mts";
import { makeSandbox, type Sandbox } from "../../tools/sandbox.mts";

/** What a run of the engine with a policy pack came to. */
export interface Outcome {
  stopped: boolean;
  violations: PolicyEvent[];
  /** What a person sees. */
  output: string;
}

export interface RunOptions {
  /** The content of the file for `--policy-pack-config`. */
  config?: object;
  /** The folder for `--policy-pack`. */
  pack?: string;
}

const TWO_AT_ONCE = 2;

/** Runs inline programs on the real engine with the policy pack of this repository. */
export class PackRunner {
  readonly repository = join(__dirname, "..", "..");
  readonly pack = join(this.repository, "policies");
  readonly sandbox: Sandbox;
  readonly #queue = new PQueue({ concurrency: TWO_AT_ONCE });
  readonly #idle: Stack[] = [];
  #stacks = 0;
  #files = 0;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(): Promise<PackRunner> {
    await ensureBuilt();
    const sandbox = await makeSandbox("policies", {
      engine: await ensureEngine(),
      policy: true,
      compiled: true,
    });
    // The Automation API looks for `pulumi` on this process's own PATH.
    process.env.PATH = sandbox.env.PATH;
    return new PackRunner(sandbox);
  }

  /** Previews on a stack in which there is nothing, two of them at a time; `stack` is where it ran. */
  async preview(program: PulumiFn, options: RunOptions = {}): Promise<Outcome & { stack: Stack }> {
    return this.#queue.add(async () => {
      const stack = this.#idle.pop() ?? (await this.makeStack());
      try {
        return { ...(await this.run("preview", stack, program, options)), stack };
      } finally {
        this.#idle.push(stack);
      }
    });
  }

  async run(
    operation: "preview" | "up",
    stack: Stack,
    program: PulumiFn,
    { config, pack = this.pack }: RunOptions = {},
  ): Promise<Outcome> {
    const violations: PolicyEvent[] = [];
    const output: string[] = [];
    const note = (text: string) => output.push(text);
    stack.workspace.program = program;
    const stopped = await stack[operation]({
      policyPacks: [pack],
      ...(config === undefined ? {} : { policyPackConfigs: [this.write(config)] }),
      onOutput: note,
      onError: note,
      onEvent: ({ policyEvent }: EngineEvent) => {
        if (policyEvent) violations.push(policyEvent);
      },
    }).then(
      () => false,
      () => true,
    );
    return { stopped, violations, output: output.join("") };
  }

  async makeStack(envVars: Record<string, string> = {}): Promise<Stack> {
    this.#stacks += 1;
    const workDir = join(this.sandbox.folder, `project-${this.#stacks}`);
    mkdirSync(workDir);
    return LocalWorkspace.createStack(
      { stackName: "dev", projectName: `company-${this.#stacks}`, program: async () => {} },
      { workDir, envVars: { ...(this.sandbox.env as Record<string, string>), ...envVars } },
    );
  }

  /** Writes a configuration file, for what is given its path. */
  write(config: object): string {
    this.#files += 1;
    const file = join(this.sandbox.folder, `policies-${this.#files}.json`);
    writeFileSync(file, JSON.stringify(config));
    return file;
  }
}
