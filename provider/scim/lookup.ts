import { foldEmail } from "../model/email";
import type { User } from "../model/record";
import { ConflictError, IncompleteListingError, RefusedError } from "./errors";
import { equalsFilter } from "./messages";
import { sanitizeLine } from "./sanitize";
import type { Page } from "./schemas";
import { type Unreadable, UnreadableEntryError } from "./unreadable";

/** The attribute of a look-up: Notion's own, and the one of RFC 7643 section 4.1, which others know. */
const ATTRIBUTES = ["email", "userName"] as const;
type Attribute = (typeof ATTRIBUTES)[number];

/**
 * How sure an absence has to be. `likely`: an empty answer counts, and a creation that meets the person all the same
 * settles it. `sure`: an empty answer counts only from a server that was seen to find people by this attribute.
 */
export type Certainty = "likely" | "sure";

/**
 * Looks people up by e-mail. A server that does not know an attribute may refuse the filter, find nobody by it, or
 * ignore it and return everybody, so what it has been seen to know is kept for the run.
 */
export class LookUp {
  readonly #ask: (filter: string, doing: string) => Promise<Page<User>>;
  readonly #quote: (text: string) => string;
  /** The attribute by which the server found one person and no other. */
  #known: Attribute | undefined;
  readonly #refused = new Set<Attribute>();

  /** @param quote a server's words as they may be told */
  constructor(ask: (filter: string, doing: string) => Promise<Page<User>>, quote: (text: string) => string) {
    this.#ask = ask;
    this.#quote = quote;
  }

  /**
   * @throws {IncompleteListingError} when the answers prove neither; the listing of all members does
   * @throws {RefusedError} when the server takes no such filter
   */
  async find(userName: string, certainty: Certainty): Promise<User | undefined> {
    const doing = `look up ${userName}`;
    let refusal: RefusedError | undefined;
    let doubt: string | undefined;
    for (const attribute of this.#order()) {
      let page: Page<User>;
      try {
        page = await this.#ask(equalsFilter(attribute, foldEmail(userName)), doing);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.#refused.add(attribute);
        refusal ??= error;
        continue;
      }
      const { Resources, totalResults, unreadable } = page;
      const found = holderOf(userName, Resources, doing, this.#quote);
      if (found !== undefined) {
        if (totalResults === 1) this.#known = attribute;
        return found;
      }
      const named = ({ addresses }: Unreadable) =>
        totalResults === 1 || addresses.includes(foldEmail(userName));
      const odd = unreadable.find(named);
      if (odd !== undefined) throw new UnreadableEntryError(doing, odd);
      if (Resources.length + unreadable.length < totalResults) {
        doubt ??= `${Resources.length} of ${totalResults} matches were returned, which proves nobody absent`;
      } else if (doubt === undefined && certainty === "likely") return undefined;
      else if (attribute === this.#known && certainty === "likely") return undefined;
    }
    if (this.#known !== undefined && doubt === undefined) return undefined;
    if (this.#refused.size === ATTRIBUTES.length && refusal !== undefined) throw refusal;
    throw new IncompleteListingError(
      { doing },
      doubt ??
        "neither email nor userName found anybody, and neither has found a member on this server before",
      "Run it again.",
    );
  }

  /** What the server knows comes first, what it has refused is not asked again while there is something else. */
  #order(): Attribute[] {
    const all = [...ATTRIBUTES].sort((a, b) => Number(b === this.#known) - Number(a === this.#known));
    const taken = all.filter((attribute) => !this.#refused.has(attribute));
    return taken.length === 0 ? all : taken;
  }
}

/**
 * Who has this e-mail as userName.
 * @throws {ConflictError} when a member has it as a further address
 */
export function holderOf(
  userName: string,
  users: readonly User[],
  doing: string,
  quote = sanitizeLine,
): User | undefined {
  const wanted = foldEmail(userName);
  const found = users.find((user) => foldEmail(user.userName) === wanted);
  if (found !== undefined) return found;
  const holder = users.find((user) => user.emails?.some(({ value }) => foldEmail(value ?? "") === wanted));
  if (holder === undefined) return undefined;
  const primary = quote(holder.userName);
  throw new ConflictError(
    { doing },
    `it is a secondary address of the member ${primary}`,
    `Declare ${primary} instead.`,
  );
}
