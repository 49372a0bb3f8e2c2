import type { z } from "zod";
import type { User } from "../model/record";
import { readAnswer } from "./answer";
import { MalformedAnswerError, NotFoundError } from "./errors";
import type { HttpClient } from "./http-client";
import { type Certainty, LookUp } from "./lookup";
import { collectPages, type Listing, PAGE_SIZE } from "./pagination";
import {
  type Group,
  groupSchema,
  type Page,
  pageSchema,
  type ServiceProviderConfig,
  serviceProviderConfigSchema,
  userSchema,
} from "./schemas";
import { type Unreadable, UnreadableEntryError } from "./unreadable";

/** What can be asked of a workspace without changing it. Each method throws a `ScimError`. */
export interface ScimReader {
  /** GET /ServiceProviderConfig, RFC 7644 section 4. Notion answers it without a valid token too. */
  serviceProviderConfig(): Promise<ServiceProviderConfig>;
  /** GET /Users/{id}; undefined when the answer is 404. */
  user(id: string, who?: string): Promise<User | undefined>;
  /**
   * The member whose userName is this e-mail, by an exact filter; undefined when there is none.
   * @param certainty of an absence; default `likely`
   * @throws `IncompleteListingError` when the answers prove neither, `RefusedError` when the server takes no such
   * filter: the listing of all members tells then
   */
  findUser(userName: string, certainty?: Certainty): Promise<User | undefined>;
  /** One page of GET /Users, for a caller that continues with {@link listUsers} only if it pays. */
  usersPage(): Promise<Page<User>>;
  /** All pages of GET /Users. */
  listUsers(first?: Page<User>): Promise<Listing<User>>;
  /** GET /Groups/{id}; undefined when the answer is 404. */
  group(id: string): Promise<Group | undefined>;
  /** All pages of GET /Groups. */
  listGroups(): Promise<Listing<Group>>;
  /** Lets go of the connections. */
  close(): Promise<void>;
}

export class Reader implements ScimReader {
  protected readonly http: HttpClient;
  /** Lines that were told, each once. */
  readonly #told = new Set<string>();

  readonly #lookUp = new LookUp(
    (filter, doing) => this.#pageOf("Users", userSchema, doing, { filter }),
    (text) => this.http.quote(text),
  );

  constructor(http: HttpClient) {
    this.http = http;
  }

  serviceProviderConfig(): Promise<ServiceProviderConfig> {
    const doing = "read what the server offers";
    return this.#get("/ServiceProviderConfig", serviceProviderConfigSchema, doing);
  }

  user(id: string, who = `the member ${id}`): Promise<User | undefined> {
    return this.readUser(id, `read ${who}`);
  }

  protected async readUser(id: string, doing: string): Promise<User | undefined> {
    const user = await this.#unlessGone(this.#get(resourcePath("Users", id), userSchema, doing));
    if (user !== undefined) this.mustBe(id, user, doing, false);
    return user;
  }

  findUser(userName: string, certainty: Certainty = "likely"): Promise<User | undefined> {
    return this.#lookUp.find(userName, certainty);
  }

  async usersPage(): Promise<Page<User>> {
    const page = await this.#page("Users", userSchema, 1, PAGE_SIZE);
    this.#tellOdd(page.unreadable);
    return page;
  }

  async listUsers(first?: Page<User>): Promise<Listing<User>> {
    const listing = await this.#list("Users", userSchema, first);
    // The token's owner is a member: an empty workspace is an answer that went wrong, not news.
    if (listing.total > 0) return listing;
    return { ...listing, incomplete: "no members at all were returned, though the token's owner is one" };
  }

  async group(id: string): Promise<Group | undefined> {
    return this.#unlessGone(this.#get(resourcePath("Groups", id), groupSchema, `read the group ${id}`));
  }

  listGroups(): Promise<Listing<Group>> {
    return this.#list("Groups", groupSchema);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  async #list<T extends { id: string }>(
    kind: "Users" | "Groups",
    entry: z.ZodType<T>,
    first?: Page<T>,
  ): Promise<Listing<T>> {
    const listing = await collectPages((start, count) => this.#page(kind, entry, start, count), first);
    const [odd] = listing.unreadable;
    // One entry may be odd; where all are, it is no list of members.
    if (odd !== undefined && listing.entries.length === 0) throw new UnreadableEntryError(listed(kind), odd);
    this.#tellOdd(listing.unreadable);
    return listing;
  }

  #tellOdd(entries: readonly Unreadable[]): void {
    for (const { id, name, why } of entries) {
      const line = `Notion's entry of ${name} (${id ?? "without an id"}) cannot be read (${why}): it is left alone.`;
      if (!this.#told.has(line)) this.http.log(line);
      this.#told.add(line);
    }
  }

  #page<T>(
    kind: "Users" | "Groups",
    entry: z.ZodType<T>,
    startIndex: number,
    count: number,
  ): Promise<Page<T>> {
    return this.#pageOf(kind, entry, listed(kind), { startIndex: `${startIndex}`, count: `${count}` });
  }

  async #pageOf<T>(
    kind: "Users" | "Groups",
    entry: z.ZodType<T>,
    doing: string,
    query: Record<string, string>,
  ): Promise<Page<T>> {
    const page = await this.#get(`/${kind}`, pageSchema(entry), doing, query);
    const unreadable = page.unreadable.map((each) => ({ ...each, name: this.http.quote(each.name) }));
    return { ...page, unreadable };
  }

  /** A mixed-up answer must not put somebody else in the place of a member: they would be changed, or removed. */
  protected mustBe(id: string, user: User, doing: string, wrote: boolean): User {
    if (user.id.toLowerCase() === id.toLowerCase()) return user;
    throw new MalformedAnswerError(
      { doing },
      `another member (${this.http.quote(user.id)}) was answered than the one asked for (${id})`,
      "Run it again; a cache between here and Notion may have mixed answers up.",
      wrote,
    );
  }

  async #get<T>(
    path: string,
    schema: z.ZodType<T>,
    doing: string,
    query?: Record<string, string>,
  ): Promise<T> {
    return readAnswer(await this.http.send({ method: "GET", path, query, doing }), schema, doing, false);
  }

  async #unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      await this.#believe404();
      return undefined;
    }
  }

  /**
   * Under a wrong base address everybody would seem to be gone. So a 404 counts once something was answered.
   * @throws {NotFoundError} when not even the members can be listed there
   */
  async #believe404(): Promise<void> {
    if (!this.http.proven) await this.#page("Users", userSchema, 1, 1);
  }
}

const listed = (kind: "Users" | "Groups") => (kind === "Users" ? "list the members" : "list the groups");

/** The path of one resource. An id comes from the server or from a person and must stay one path segment. */
export function resourcePath(kind: "Users" | "Groups", id: string): string {
  if (id === "" || id === "." || id === ".." || /\p{Surrogate}/u.test(id)) {
    throw new NotFoundError(
      { doing: `address ${kind}/${id}` },
      "that is no id",
      "Check the id in the program or state.",
    );
  }
  return `/${kind}/${encodeURIComponent(id)}`;
}
