import { cp } from "node:fs/promises";
import { join } from "node:path";
import { build, type OutputChunk } from "rolldown";
import { repositoryRoot } from "./repository.mts";

/** The programs of the package by name, and where each begins. */
const PROGRAMS = {
  "notion-inventory": "inventory/main.ts",
  "notion-ci": "ci/program/main.ts",
};
/** Not bundled: what speaks to the network is there once, so that an update of it reaches provider and programs. */
const INSTALLED = "undici";
/** A part is named after the folder of its command: `drift.js` for `inventory/drift/command.ts`. */
const partName = ({ facadeModuleId }: { facadeModuleId?: string | null }): string => {
  const command = /\/([\w-]+)\/(?:([\w-]+)-)?command\.ts$/.exec(facadeModuleId?.replaceAll("\\", "/") ?? "");
  if (command === null) return "parts/[name].js";
  return `parts/${command[2] ?? command[1]}.js`;
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
  return [...programs.output, ...page.output]
    .filter((each): each is OutputChunk => each.type === "chunk")
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id);
}
