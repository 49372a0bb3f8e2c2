import type { MemberDirectory } from "../directory/member-directory";
import { foldEmail } from "../model/email";
import { difference, differingAttributes, liveProfile, type Profile, toAttributes } from "../model/profile";
import { NOTION_SCHEMA, roleOf, type User } from "../model/record";
import type { Role } from "../model/role";
import type { ScimWriter } from "../scim/client";
import { ConflictError, isRefusal, mayHaveActed, RefusedError, ScimError } from "../scim/errors";
import type { UserAttributes } from "../scim/messages";
import { addedAnother, notApplied, roleNotApplied, unexplained } from "./errors";
import type { WriteGuard } from "./write-guard";

/** How often a creation whose answer was lost is sent again, once a look-up showed that nobody was added. */
const CREATE_ATTEMPTS = 3;

/** A member, as far as a write needs to know them. */
type Addressed = Pick<User, "id" | "userName">;

/** One write of one member. */
interface Write<T> {
  /** The last check before it. Default: there is nothing to check. */
  guard?: () => Promise<void>;
  send: () => Promise<T>;
  /** What the answer says is kept in the directory. */
  remember: (answer: T) => void;
  /** @throws {NotAppliedError} when the answer shows that Notion did not do it */
  verify?: (answer: T) => void;
}

/**
 * The one way to write to Notion: prove that this is the workspace of the state, ask the write guard, send, remember the
 * answer in the directory, verify it.
 */
export class MemberWriter {
  readonly #client: ScimWriter;
  readonly #directory: MemberDirectory;
  readonly #guard: WriteGuard;
  readonly #log: (line: string) => void;
  readonly #added: Set<string>;

  /** @param added ids of people that this process added to the workspace */
  constructor(
    client: ScimWriter,
    directory: MemberDirectory,
    guard: WriteGuard,
    { log, added }: { log: (line: string) => void; added: Set<string> },
  ) {
    this.#client = client;
    this.#directory = directory;
    this.#guard = guard;
    this.#log = log;
    this.#added = added;
  }

  /**
   * Adopts a member as they are. It sends nothing, and still must not happen in another workspace.
   * @throws {OtherWorkspaceError} when nobody of the state is in this workspace
   */
  async adopt(user: User): Promise<User> {
    await this.#directory.proveHere();
    return user;
  }

  /**
   * Adds a person to the workspace. An answer that was lost is looked for before anything is sent again.
   * @returns the member, and whether they turned out to be one already
   */
  async add(profile: Profile, role: Role | undefined): Promise<{ user: User; adopted: boolean }> {
    const { userName } = profile;
    const attributes = {
      ...toAttributes(profile),
      userName,
      // Some servers go by what is sent, and add a person without it as inactive.
      active: true as const,
      ...(role === undefined ? {} : { [NOTION_SCHEMA]: { role } }),
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const user = await this.#write({
          send: () => this.#directory.change(() => this.#client.createUser(attributes)),
          remember: (answer) => {
            if (foldEmail(answer.userName) !== userName) throw addedAnother(userName, answer);
            this.#directory.put(answer);
          },
        });
        return { user: await this.#noteAdded(user), adopted: false };
      } catch (error) {
        const conflict = error instanceof ConflictError;
        if (!conflict && !mayHaveActed(error)) throw error;
        const user = await this.#directory.search(userName).catch((unseen: unknown) => {
          // Neither an answer nor a look-up: it is the addition of which nobody knows.
          throw conflict || isRefusal(unseen) ? unseen : error;
        });
        if (user !== undefined) {
          this.#directory.put(user);
          // A conflict right after a lost answer is our own first attempt.
          if (conflict && attempt === 1) return { user, adopted: true };
          return { user: await this.#noteAdded(user), adopted: false };
        }
        if (conflict) throw unexplained(error);
        if (attempt === CREATE_ATTEMPTS) throw error;
      }
    }
  }

  /** Notes an added person, and asks Notion once to activate one who is inactive. */
  async #noteAdded(user: User): Promise<User> {
    this.#added.add(user.id);
    return user.active === false ? this.activateIfPossible(user, "was added") : user;
  }

  /**
   * Asks Notion once to activate a member. Some accounts become active only when their person logs in.
   * @param why they are to be, a verb
   */
  async activateIfPossible(user: User, why: string): Promise<User> {
    const doing = `make ${user.userName} active`;
    const latest = await this.#patch(user.id, { active: true }, doing).catch((error: unknown) => {
      const isRefused = error instanceof RefusedError;
      // An added person stays added.
      if (isRefused || (error instanceof ScimError && this.#added.has(user.id))) return user;
      throw error;
    });
    if (latest.active === false)
      this.#log(
        `${user.userName} ${why}, and Notion shows the account as inactive. It may become active when they log in.`,
      );
    return latest;
  }

  /**
   * Writes those attributes of `wanted` that the member does not have.
   * @throws {NotAppliedError} as {@link set}
   */
  async change(user: User, wanted: Partial<Profile>, activity: { active?: true } = {}): Promise<User> {
    const differing = difference(wanted, liveProfile({ userName: user.userName, ...wanted }, user));
    if (Object.keys(differing).length === 0 && activity.active === undefined) return user;
    return this.set(user, differing, activity);
  }

  /**
   * Writes attributes without a look at what the member has.
   * @throws {NotAppliedError} when Notion answers success and the member is otherwise; the directory then knows how
   */
  set(
    { id, userName }: Addressed,
    wanted: Partial<Profile>,
    activity: { active?: true } = {},
  ): Promise<User> {
    const attributes: UserAttributes = { ...toAttributes(wanted), ...activity };
    const doing = `change ${attributeNames(attributes).join(", ")} of ${userName}`;
    return this.#patch(id, attributes, doing, {
      verify: (latest) => {
        const ignored = [
          ...differingAttributes(wanted, liveProfile({ userName, ...wanted }, latest)),
          ...(activity.active === true && latest.active === false ? ["active"] : []),
        ];
        if (ignored.length > 0) throw notApplied(ignored, latest.userName);
      },
    });
  }

  /**
   * Gives a member a role.
   * @param scheduled whether it is an end or a beginning that the state has known of
   * @throws {WriteGuardError} when the write guard stops it
   * @throws {NotAppliedError} when Notion answers success and the member has another role
   */
  changeRole(user: User, role: Role, scheduled = false): Promise<User> {
    const doing = `change the role of ${user.userName} to ${role}`;
    return this.#patch(user.id, { [NOTION_SCHEMA]: { role } }, doing, {
      guard: () => this.#guard.beforeRole(user, role, scheduled),
      verify: (latest) => {
        if (roleOf(latest) !== role) throw roleNotApplied(doing, roleOf(latest));
      },
    });
  }

  /**
   * Removes a member from the workspace, and has it proven.
   * @param scheduled as for a role
   * @throws {WriteGuardError} when the write guard stops it
   */
  async remove(user: User, scheduled = false): Promise<void> {
    await this.#write({
      guard: () => this.#guard.beforeRemoval(user, scheduled),
      send: () =>
        this.#directory.change(async () => {
          const removal = await this.#client.deleteUser(user.id, user.userName);
          this.#directory.drop(user.id);
          return removal;
        }),
      remember: (removal) => {
        if (removal === "gone already") this.#log(`${user.userName} was gone already.`);
      },
    });
  }

  #patch(
    id: string,
    attributes: UserAttributes,
    doing: string,
    checks: Pick<Write<User>, "guard" | "verify"> = {},
  ): Promise<User> {
    return this.#write({
      ...checks,
      send: () => this.#client.patchUser(id, attributes, doing),
      remember: (latest) => this.#directory.put(latest),
    });
  }

  async #write<T>({ guard, send, remember, verify }: Write<T>): Promise<T> {
    await this.#directory.proveHere();
    await guard?.();
    const answer = await send();
    remember(answer);
    verify?.(answer);
    return answer;
  }
}

/** The attributes by the words of a program, those of an extension singly. */
function attributeNames(attributes: UserAttributes): string[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    key.startsWith("urn:") ? Object.keys(value as object) : [key === "userName" ? "the e-mail" : key],
  );
}
