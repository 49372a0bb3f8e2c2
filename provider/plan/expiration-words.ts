import { endWords, spanWords } from "../model/instant";
import type { DeclaredPerson } from "../state/person";
import { type ComingEnd, endsWithin } from "./times";

/** Lines for what ends soon: told before it happens, so that it can be extended. */
export function endLines(
  people: Readonly<Record<string, DeclaredPerson>>,
  now: number,
  withinMs: number,
): string[] {
  return endsWithin(people, now, withinMs).map((end) => endLine(end, now));
}

/** The line for one end that is to come. */
export function endLine({ email, what, until, at, role, next, reason }: ComingEnd, now: number): string {
  const access = what === "role" ? `${role} ends` : "the membership ends";
  const after = next === undefined ? "" : `, then ${next}`;
  return `! ${email}: ${access} ${endWords(until)}, in ${spanWords(at - now)}${after}${reason === undefined ? "" : ` (reason: ${reason})`}`;
}

/** A line without how long it is until then, which is another one at each moment. */
export function withoutSpan(line: string): string {
  return line.replace(/^(! .*? UTC), in (?:less than a minute|\d+ (?:minute|hour|day)s?)/, "$1");
}
