import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { contract, type Package } from "../test/contract/run.mts";
import { ensureBuilt } from "./build.mts";
import { repositoryRoot } from "./repository.mts";

/** `npm run contract`: the package as it is built, held against a server. docs/contract.md. */
async function main(): Promise<number> {
  await ensureBuilt();
  const require = createRequire(import.meta.url);
  const built = (path: string) => require(join(repositoryRoot, "dist", "provider", path)) as unknown;
  const { readSettings } = built("config.js") as Pick<Package, "readSettings">;
  const { createReader, createWriter } = built("scim/client.js") as Pick<
    Package,
    "createReader" | "createWriter"
  >;
  const { MemberDirectory } = built("directory/member-directory.js") as Pick<Package, "MemberDirectory">;
  const { Secret } = built("secret.js") as Pick<Package, "Secret">;
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
    version: string;
  };

  const stopping = new AbortController();
  process.once("SIGINT", () => {
    console.error("\nStopping after this step; whoever was touched is put back.");
    stopping.abort();
  });
  const { stdout, stderr, env } = process;
  const tested = { version, readSettings, createReader, createWriter, MemberDirectory, Secret };
  return contract(process.argv.slice(2), { stdout, stderr, env, stop: stopping.signal }, tested);
}

process.exitCode = await main();
