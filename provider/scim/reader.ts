import type { z } from "zod";
import type { GroupRecord } from "../model/group";
import type { User } from "../model/record";
import { readAnswer } from "./answer";
import { MalformedAnswerError, NotFoundError } from "./errors";
import { groupSchema, MemberLists } from "./group-schema";
import type { HttpClient } from "./http-client";
import { type Certainty, LookUp } from "./lookup";
import { collectPages, type Listing, PAGE_SIZE } from "./pagination";
import {
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
  group(id: string): Promise<GroupRecord | undefined>;
  /** All pages of GET /Groups, members included. A group whose list may be cut there is read by itself. */
  listGroups(): Promise<Listing<GroupRecord>>;
  /** Lets go of the connections. */
  close(): Promise<void>;
}

export class Reader implements ScimReader {
  protected readonly http: HttpClient;
  /** Lists of members in listings of groups, and those in answers for one group. */
  readonly #listed = new MemberLists();
  readonly #singly = new MemberLists();
  readonly #pages = new PageSize();
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
    if (user !== undefined) this.mustBe("member", id, user.id, doing, false);
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
    return { ...listing, incomplete: "Notion returned no members, although the token's owner is one" };
  }

  async group(id: string): Promise<GroupRecord | undefined> {
    return this.readGroup(id, `read the group ${id}`);
  }

  protected async readGroup(id: string, doing: string): Promise<GroupRecord | undefined> {
    const shown = await this.#unlessGone(this.#get(resourcePath("Groups", id), groupSchema, doing));
    if (shown === undefined) return undefined;
    this.mustBe("group", id, shown.id, doing, false);
    return this.#singly.records([shown], this.#pages.seen)[0];
  }

  async listGroups(): Promise<Listing<GroupRecord>> {
    let listing = await this.#list("Groups", groupSchema);
    // A workspace may have no groups, so only a second answer can refute an empty one.
    if (listing.total === 0) listing = await this.#list("Groups", groupSchema);
    const records = this.#listed.records(listing.entries, this.#pages.seen);
    // No list of members in any of them: the server shows it in the answer for one group alone, or all are empty.
    const isHidden = listing.entries.every(({ listed }) => listed === undefined);
    return { ...listing, entries: await this.#completed(records, isHidden) };
  }

  /** Reads the groups whose list may be cut by themselves, as long as that shows more than the listing did. */
  async #completed(records: GroupRecord[], isHidden: boolean): Promise<GroupRecord[]> {
    const doubtful = records.filter(({ complete }) => isHidden || !complete);
    const better = new Map<string, GroupRecord>();
    for (const record of doubtful) {
      const read = await this.group(record.id);
      if (read !== undefined) better.set(record.id, read);
      if (!isHidden && read?.complete !== true) break;
    }
    return records.map((record) => better.get(record.id) ?? record);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  async #list<T extends { id: string }>(
    kind: "Users" | "Groups",
    entry: z.ZodType<T>,
    first?: Page<T>,
  ): Promise<Listing<T>> {
    const listing = await collectPages(async (start, count) => {
      const page = await this.#page(kind, entry, start, count);
      this.#pages.see(page, start, count);
      return page;
    }, first);
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

  /** A mixed-up answer must not put another person in a member's place: the run would change or remove that person. */
  protected mustBe(
    kind: "member" | "group",
    id: string,
    answered: string,
    doing: string,
    wrote: boolean,
  ): void {
    if (answered.toLowerCase() === id.toLowerCase()) return;
    throw new MalformedAnswerError(
      { doing },
      `Notion answered with another ${kind} (${this.http.quote(answered)}) than the requested one (${id})`,
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

/** How many entries the server puts on a page, where that is fewer than it is asked for. */
class PageSize {
  seen = PAGE_SIZE;

  see<T>({ Resources, unreadable, totalResults }: Page<T>, start: number, count: number): void {
    const held = Resources.length + unreadable.length;
    if (held > 0 && held < count && start - 1 + held < totalResults) this.seen = held;
  }
}

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
