import { parseArgs } from "node:util";
import { GENERATOR } from "../sdk.mts";
import { defaultCacheDir } from "./cache.mts";
import { type Engine, engineEnvironment } from "./engine.mts";
import { ensureEngine } from "./ensure-engine.mts";
import { ensureGoPackages } from "./go-packages.mts";
import { ensureGoPrograms } from "./go-programs.mts";
import { ensureLanguages } from "./languages.mts";
import { ensurePythonPackages } from "./python-packages.mts";
import { messageOf } from "./report.mts";

const usage = `npm run engine [-- --shell] [-- --languages]

Says where the Pulumi engine is that the tests and npm start use, and installs it when there is none.

  --shell       print the lines that put it on a shell's PATH: eval "$(npm run --silent engine -- --shell)"
  --languages   install what runs programs in YAML, Python and Go, too (Go and Python are needed; four minutes)`;

/** Progress goes to stderr: stdout is for the answer. */
const log = console.error;

async function installLanguages(engine: Engine, print: (line: string) => void): Promise<void> {
  const options = { log, env: process.env, cacheDir: defaultCacheDir(process.env) };
  const found: [string, string | Error][] = [
    ...(await ensureLanguages(engine, options)),
    ["python packages", await ensurePythonPackages(options).catch(asError)],
    ["go packages", await ensureGoPackages(options).catch(asError)],
    ["generator of sdk/", (await ensureGoPrograms([GENERATOR], options)).get(GENERATOR) ?? ""],
  ];
  for (const [name, place] of found) {
    print(`  ${name.padEnd(21)} ${typeof place === "string" ? place : `missing: ${place.message}`}`);
  }
  if (found.some(([, place]) => typeof place !== "string")) process.exitCode = 1;
}

function asError(error: unknown): Error {
  return new Error(messageOf(error));
}

function printShellLines(engine: Engine): void {
  const { PATH } = engineEnvironment(engine, {}, {});
  console.log(`export PATH='${PATH?.replaceAll("'", `'\\''`)}':"$PATH"`);
  console.log("export PULUMI_SKIP_UPDATE_CHECK=true");
}

try {
  const { values } = parseArgs({
    options: {
      shell: { type: "boolean" },
      languages: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
  } else {
    const engine = await ensureEngine({ log });
    if (values.shell) {
      printShellLines(engine);
    } else {
      console.log(`Pulumi ${engine.version} (${engine.source})`);
      console.log(`  pulumi                ${engine.pulumi}`);
      console.log(`  PATH, programs        ${engine.programPath}`);
      console.log(`  PATH, policy packs    ${engine.policyPath}`);
    }
    if (values.languages) await installLanguages(engine, values.shell ? log : console.log);
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
