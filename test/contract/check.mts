import type { MemberDirectory } from "../../provider/directory/member-directory.ts";
import type { ScimReader, ScimWriter } from "../../provider/scim/client.ts";
import type { Json } from "./answer.mts";
import { type Exchange, listed, type Watched, watch } from "./exchanges.mts";
import type { Finding, Line, Question } from "./finding.mts";
import type { Wire } from "./wire.mts";

export const CORE_URN = "urn:ietf:params:scim:schemas:core:2.0:User";
export const NOTION_URN = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";

/** What the read-only checks ask with. */
export interface Readers {
  wire: Wire;
  reader: ScimReader;
  /** One that knows nobody yet, reading through `reader`. */
  directory: () => MemberDirectory;
  /** The package with a token that no server gave out. */
  refused: ScimReader;
  /** The first entries of the listing, as they came. Empty where there is no listing. */
  sample: readonly Json[];
}

/** What the life of one person is lived with. */
export interface Writers {
  wire: Wire;
  writer: ScimWriter;
  directory: () => MemberDirectory;
  email: string;
}

/** A question, the looking, and the judgement of what was seen, which is a pure function. */
export interface Check<C> {
  question: Question;
  find(context: C): Promise<Finding>;
}

export function check<C, F>(
  question: Question,
  look: (context: C) => Promise<F>,
  judge: (seen: F) => Finding,
): Check<C> {
  return { question, find: async (context) => judge(await look(context)) };
}

/** One after another. Where nothing comes back at all, that is what was met. */
export async function runCheck<C>({ question, find }: Check<C>, context: C): Promise<Line> {
  const { value, stopped, exchanges } = await watch(() => find(context));
  if (value !== undefined) return { ...question, ...value };
  return { ...question, met: unanswered(exchanges), package: `stops: ${stopped}`, verdict: "fails" };
}

function unanswered(exchanges: readonly Exchange[]): string {
  return exchanges.length === 0 ? "nothing was asked" : listed(exchanges);
}

/** What the package made of it: what `says` makes of its value, or the error that it stopped with. */
export function outcome<T>(watched: Watched<T>, says: (value: T) => string): string {
  if (watched.stopped !== undefined) return `stops: ${watched.stopped}`;
  return says(watched.value as T);
}
