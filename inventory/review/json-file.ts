import type { z } from "zod";
import { FileError, firstIssue } from "../cli/errors";

/** Pure: a JSON file of this program as a value. @throws {FileError} */
export function parseJson<T extends z.ZodType>(file: string, text: string, as: T): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new FileError(`${file} is not JSON, or only a part of it.`);
  }
  const parsed = as.safeParse(value);
  if (!parsed.success) {
    throw new FileError(`${file} is not what it must be (at ${firstIssue(parsed.error)}).`);
  }
  return parsed.data;
}

/** The text of one. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
