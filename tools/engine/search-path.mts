import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The folders of a PATH, in order, without doubles. */
export function foldersOf(path: string | undefined): string[] {
  return [...new Set((path ?? "").split(delimiter).filter((folder) => folder !== ""))];
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first folder that holds the program. */
export function folderWith(program: string, folders: readonly string[]): string | undefined {
  return folders.find((folder) => isProgram(join(folder, program)));
}
