import { parseArgs } from "node:util";
import { engineEnvironment } from "./engine.mts";
import { ensureEngine } from "./ensure-engine.mts";
import { messageOf } from "./report.mts";

const usage = `npm run engine [-- --shell]

Says where the Pulumi engine is that the tests and npm start use, and installs it when there is none.

  --shell   print the lines that put it on a shell's PATH: eval "$(npm run --silent engine -- --shell)"`;

try {
  const { values } = parseArgs({
    options: { shell: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(usage);
  } else {
    // Progress goes to stderr: stdout is for the answer.
    const engine = await ensureEngine({ log: console.error });
    if (values.shell) {
      const { PATH } = engineEnvironment(engine, {}, {});
      console.log(`export PATH='${PATH?.replaceAll("'", `'\\''`)}':"$PATH"`);
      console.log("export PULUMI_SKIP_UPDATE_CHECK=true");
    } else {
      console.log(`Pulumi ${engine.version} (${engine.source})`);
      console.log(`  pulumi                ${engine.pulumi}`);
      console.log(`  PATH, programs        ${engine.programPath}`);
      console.log(`  PATH, policy packs    ${engine.policyPath}`);
    }
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
