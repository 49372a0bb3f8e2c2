import { z } from "zod";
import { foldEmail } from "../model/email";
import { MalformedAnswerError } from "./errors";

/** An entry of a listing that is not of the shape that the others have: it exists, and no more is known of it. */
export interface Unreadable {
  /** undefined: it does not say. */
  id: string | undefined;
  /** What names it, as far as it says: an e-mail, a name, its id. */
  name: string;
  /** E-mails that it bears, folded. */
  addresses: string[];
  why: string;
}

/** What an odd entry tells of itself, each part by itself. */
const hints = z.object({
  id: z.string().min(1).optional().catch(undefined),
  userName: z.string().optional().catch(undefined),
  displayName: z.string().optional().catch(undefined),
  emails: z
    .array(z.object({ value: z.string() }))
    .optional()
    .catch(undefined),
});

export function unreadable(entry: unknown, error: z.ZodError): Unreadable {
  const { id, userName, displayName, emails = [] } = hints.catch({}).parse(entry);
  const addresses = [userName, ...emails.map(({ value }) => value)].filter((each) => each !== undefined);
  const [issue] = error.issues;
  return {
    id,
    name: addresses[0] ?? displayName ?? id ?? "an entry that bears no name",
    addresses: addresses.map(foldEmail),
    why: `at ${issue?.path.join(".") || "the top"}: ${issue?.message}`,
  };
}

/** A member is there and their entry cannot be read: they are neither gone nor to be changed. */
export class UnreadableEntryError extends MalformedAnswerError {
  constructor(doing: string, { id, name, why }: Unreadable) {
    super(
      { doing },
      `Notion's entry of ${name} (${id ?? "without an id"}) cannot be read (${why})`,
      "Nothing was changed for them. Correct the entry in Notion's settings, or in the identity provider that wrote it.",
    );
  }
}
