import { join } from "node:path";

/** The root folder of this clone. */
export const repositoryRoot = join(import.meta.dirname, "..");

/** What tools keep between runs: gone with the npm dependencies, never committed. */
export const toolsCache = join(repositoryRoot, "node_modules", ".cache", "pulumi-notion");
