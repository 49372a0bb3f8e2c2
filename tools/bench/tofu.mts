import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defaultCacheDir } from "../engine/cache.mts";
import { run } from "../run.mts";
import { type Log, step } from "../step.mts";

const BUILD_TIMEOUT_MS = 30 * 60_000;

/** What is built from Go modules, at the versions and checksums of the go.mod and go.sum under go/. */
const PROGRAMS = [
  { recipe: "tofu", target: "tofu", package: "github.com/opentofu/opentofu/cmd/tofu" },
  {
    recipe: "rest-provider",
    target: "terraform-provider-restapi",
    package: "github.com/Mastercard/terraform-provider-restapi",
  },
];

/** What the provider is called in a configuration. */
const SOURCE = "mastercard/restapi";

/**
 * Builds OpenTofu and a generic REST provider, once per machine.
 * @returns the folder that holds both
 * @throws {Error} that says what it needs
 */
export async function ensureTofu(log: Log): Promise<string> {
  const folder = join(dirname(defaultCacheDir(process.env)), "compare");
  mkdirSync(folder, { recursive: true });
  for (const { recipe, target, package: name } of PROGRAMS) {
    const program = join(folder, target);
    if (existsSync(program)) continue;
    await run("go", ["version"]).catch(() => {
      throw new Error("The comparison needs Go and its module proxy, to build OpenTofu and a REST provider.");
    });
    await step(log, `Building ${name} from its Go modules (once per machine, some minutes)`, () =>
      run("go", ["build", "-trimpath", "-ldflags", "-s -w", "-o", program, name], {
        cwd: join(import.meta.dirname, "go", recipe),
        env: {
          ...process.env,
          GOFLAGS: "-mod=readonly -buildvcs=false",
          GOWORK: "off",
          CGO_ENABLED: "0",
        },
        timeoutMs: BUILD_TIMEOUT_MS,
      }),
    );
  }
  return folder;
}

/** A configuration of OpenTofu with an object of the REST provider for each person. */
export class TofuProject {
  readonly #folder: string;
  readonly #programs: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param programs the folder that holds OpenTofu and the provider */
  constructor(folder: string, programs: string, reach: { url: string; token: string }) {
    this.#folder = folder;
    this.#programs = programs;
    mkdirSync(folder, { recursive: true });
    const settings = join(folder, "tofu.rc");
    // The provider is taken from where it was built: nothing is downloaded, so nothing has to be initialized.
    writeFileSync(
      settings,
      `provider_installation {\n  dev_overrides { "${SOURCE}" = ${JSON.stringify(programs)} }\n  direct {}\n}\n`,
    );
    this.#env = {
      ...process.env,
      TF_CLI_CONFIG_FILE: settings,
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
    };
    this.#write("provider.tf.json", {
      terraform: { required_providers: { restapi: { source: SOURCE } } },
      provider: {
        restapi: {
          uri: reach.url,
          headers: { Authorization: `Bearer ${reach.token}`, "Content-Type": "application/scim+json" },
          id_attribute: "id",
          write_returns_object: true,
          update_method: "PATCH",
        },
      },
    });
  }

  /** @param people what is sent of each, by name */
  declare(people: Readonly<Record<string, object>>): void {
    const objects = Object.entries(people).map(([name, data]) => [
      name,
      { path: "/Users", data: JSON.stringify(data) },
    ]);
    this.#write(
      "people.tf.json",
      objects.length === 0 ? {} : { resource: { restapi_object: Object.fromEntries(objects) } },
    );
  }

  /** Runs a command that has to succeed, and says how many seconds it took. */
  async measure(command: readonly string[]): Promise<number> {
    const startedAt = performance.now();
    await run(join(this.#programs, "tofu"), [...command, "-no-color", "-input=false"], {
      cwd: this.#folder,
      env: this.#env,
    });
    return (performance.now() - startedAt) / 1000;
  }

  #write(file: string, content: object): void {
    writeFileSync(join(this.#folder, file), JSON.stringify(content));
  }
}
