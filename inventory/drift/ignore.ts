import { parse } from "yaml";
import { z } from "zod";
import { EMAIL_PATTERN_WANTED, emailMatcher } from "../../provider/model/email";
import { FileError, firstIssue } from "../cli/errors";
import { type Io, readText } from "../cli/io";
import type { Change } from "./baseline";
import type { Finding } from "./finding";

const ignoreSchema = z
  .strictObject({
    users: z.array(z.string().includes("@", `must be ${EMAIL_PATTERN_WANTED}`)).optional(),
    groups: z.array(z.string()).optional(),
  })
  .nullable();

/** Who and what is left out of `drift`: a YAML file, so that each line can bear a comment. */
export interface Ignored {
  /** Whether a person is left out, by their e-mail. */
  person: (email: string) => boolean;
  /** Groups by name or id. */
  groups: Set<string>;
}

/** The people that an ignore file leaves out; without a file, nobody. @throws {FileError} with the problem and the right form */
export function readIgnored(io: Io, file: string | undefined): Ignored {
  if (file === undefined) return { person: () => false, groups: new Set() };
  const form =
    'It is YAML with the lists "users" (e-mail addresses, or "*@example.com") and "groups" (names); "# …" is a comment.';
  let value: unknown;
  try {
    value = parse(readText(io, file));
  } catch (error) {
    if (error instanceof FileError) throw error;
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new FileError(`${file} cannot be read: ${line.replace(/:$/, "")}. ${form}`);
  }
  const parsed = ignoreSchema.safeParse(value);
  if (!parsed.success)
    throw new FileError(`${file} cannot be read (at ${firstIssue(parsed.error)}). ${form}`);
  return { person: emailMatcher(parsed.data?.users ?? []), groups: new Set(parsed.data?.groups ?? []) };
}

export function isIgnored(ignored: Ignored, entry: Finding | Change): boolean {
  const isGroup = (...names: (string | null)[]) =>
    names.some((name) => name !== null && ignored.groups.has(name));
  const isPerson = (...emails: (string | null)[]) =>
    emails.some((email) => email !== null && ignored.person(email));
  if ("kind" in entry) {
    const { subject, who, group, id } = entry;
    if (subject === "group") return isGroup(group, id);
    return isPerson(who) || isGroup(group);
  }
  if (entry.subject === "user") return isPerson(entry.who);
  // A person going into or out of a group is in `now` or `before`.
  return isGroup(entry.who, entry.id) || isPerson(entry.now, entry.before);
}
