import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type WorkspaceData, WorkspaceDataSchema } from "./workspace-data.mts";

/** Undefined when there is no such file yet; an error when there is one that can't be read. */
export function readDataFile(path: string): WorkspaceData | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return WorkspaceDataSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is not a workspace of the simulator. Delete it or name another file.`, {
      cause: error,
    });
  }
}

/** Written whole or not at all: a rename replaces the old file in one step. */
export function writeDataFile(path: string, data: WorkspaceData): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(data)}\n`);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
