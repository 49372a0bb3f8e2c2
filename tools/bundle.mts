import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type OutputChunk } from "rolldown";
import { repositoryRoot } from "./repository.mts";

/** The programs of the package by name, and where each begins. */
const PROGRAMS = {
  "notion-inventory": "inventory/main.ts",
  "notion-ci": "ci/program/main.ts",
};
/** Not bundled into these: what speaks to the network is there once, so that an update of it reaches provider and programs. */
const INSTALLED = "undici";
/** A part is named after the folder of its command: `drift.js` for `inventory/drift/command.ts`. */
const partName = ({ facadeModuleId }: { facadeModuleId?: string | null }): string => {
  const command = /\/([\w-]+)\/(?:([\w-]+)-)?command\.ts$/.exec(facadeModuleId?.replaceAll("\\", "/") ?? "");
  if (command === null) return "parts/[name].js";
  return `parts/${command[2] ?? command[1]}.js`;
};
/** Pulumi's native plugin: it runs where nothing is installed beside it, so everything is in it. */
const PLUGIN = { name: "pulumi-resource-notion", main: "provider/hosts/plugin/main.ts" };
/**
 * What Pulumi starts, which looks for a program of the plugin's name. `exec`, since a run that is killed would leave Node
 * behind otherwise. What Node compiled is kept in the user's own folder: elsewhere somebody else could put code there.
 */
const STARTERS = {
  "": `#!/bin/sh
if [ -z "\${NODE_COMPILE_CACHE-}" ] && [ -n "\${HOME-}" ]; then
  export NODE_COMPILE_CACHE="\${XDG_CACHE_HOME:-$HOME/.cache}/pulumi-notion/compiled"
fi
exec node "$(dirname -- "$0")/${PLUGIN.name}.js" "$@"
`,
  ".cmd": `@node "%~dp0${PLUGIN.name}.js" %*\r\n`,
};
/** The script of the access review's page, and what lies beside it. */
const PAGE = "inventory/review/page";

/**
 * Puts the programs and the review page into a folder, with the libraries that they use.
 * @returns the modules of which something is in it, as paths
 */
export async function bundlePrograms(folder: string): Promise<string[]> {
  const programs = await build({
    cwd: repositoryRoot,
    input: PROGRAMS,
    platform: "node",
    // As sources: what a package has bundled into one file of its own could be neither named nor left out.
    resolve: { mainFields: ["module", "main"] },
    external: [INSTALLED, /^pulumi-notion\//],
    output: { dir: folder, format: "cjs", chunkFileNames: partName },
  });
  const page = await build({
    cwd: repositoryRoot,
    input: join(PAGE, "main.ts"),
    platform: "browser",
    output: { file: join(folder, "review-page", "page.js"), format: "iife", minify: true },
  });
  for (const file of ["page.html", "page.css"])
    await cp(join(repositoryRoot, PAGE, file), join(folder, "review-page", file));
  const plugin = await build({
    cwd: repositoryRoot,
    input: PLUGIN.main,
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    output: { file: join(folder, `${PLUGIN.name}.js`), format: "cjs", minify: true },
  });
  for (const [ending, text] of Object.entries(STARTERS))
    await writeFile(join(folder, `${PLUGIN.name}${ending}`), text, { mode: 0o755 });
  return [...programs.output, ...page.output, ...plugin.output]
    .filter((each): each is OutputChunk => each.type === "chunk")
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id);
}
