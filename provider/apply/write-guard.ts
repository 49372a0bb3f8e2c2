import type { MemberDirectory } from "../directory/member-directory";
import { foldEmail } from "../model/email";
import { allEmailsOf, roleOf, type User } from "../model/record";
import { isDemotion } from "../model/role";
import { allowance, isShare, NEVER_TOO_MANY } from "../plan/limits";
import { tokenOwnerStaysWords, untoldTokenOwnerWords } from "../plan/token-owner";
import type { Limit } from "../state/limits";
import { WriteGuardError } from "./errors";

export interface WriteGuardLimits {
  /** The people that one process may remove or demote: a number, or a share of the workspace's members. */
  maxRemovals: Limit;
  /** The e-mail of the token's owner, if known. */
  tokenOwner: string | undefined;
  /** Whether notion:tokenOwner is set, also to `unknown`. */
  tokenOwnerSaid: boolean;
}

/** What a run has let through and said so far. */
interface RunSoFar {
  /** People whose removal or demotion a guard or a plan has let through by name. */
  readonly letThrough: number;
  /** Owners of the token in use, as resources say it beside the settings; folded e-mails. */
  readonly tokenOwners: ReadonlySet<string>;
}

/**
 * The last refusals, at the moment of a write and against the live workspace. `pulumi destroy` and targeted
 * runs pass by every check of a plan; these they do not pass by.
 */
export class WriteGuard {
  readonly #directory: MemberDirectory;
  readonly #limits: WriteGuardLimits;
  readonly #run: RunSoFar;
  readonly #going = new Set<string>();
  readonly #ownersGoing = new Set<string>();

  constructor(directory: MemberDirectory, limits: WriteGuardLimits, run: RunSoFar) {
    this.#directory = directory;
    this.#limits = limits;
    this.#run = run;
  }

  /** Whether notion:tokenOwner is set, also to `unknown`. */
  get knowsTokenOwner(): boolean {
    return this.#limits.tokenOwnerSaid || this.#run.tokenOwners.size > 0;
  }

  /**
   * @param promised whether it is an end that the state has known of: that is counted by no limit
   * @throws {WriteGuardError} when the member must not be removed now
   */
  async beforeRemoval(user: User, promised = false): Promise<void> {
    await this.#before(user, "removed", promised);
  }

  /**
   * @param promised as for a removal
   * @throws {WriteGuardError} when the member must not be given this role now
   */
  async beforeRole(user: User, role: string, promised = false): Promise<void> {
    if (isDemotion(roleOf(user), role)) await this.#before(user, `made ${role}`, promised);
  }

  async #before(user: User, what: string, promised: boolean): Promise<void> {
    const { tokenOwner } = this.#limits;
    const { tokenOwners } = this.#run;
    const emails = allEmailsOf(user);
    const isTheirs = (email: string) => tokenOwners.has(email) || email === foldEmail(tokenOwner ?? "");
    if (emails.some(isTheirs)) {
      throw new WriteGuardError(tokenOwnerStaysWords(user.userName, `was not ${what}`));
    }
    if (roleOf(user) === "owner") {
      if (!this.knowsTokenOwner)
        throw new WriteGuardError(untoldTokenOwnerWords([user.userName], `was not ${what}`));
      await this.#keepAnOwner(user, what);
    }
    if (!promised) await this.#keepTheMost(user, what);
  }

  async #keepAnOwner(user: User, what: string): Promise<void> {
    // Noted before looking: of two owners who go side by side, neither may count on the other.
    this.#ownersGoing.add(user.id);
    if (await this.#directory.hasOwnerBesides(this.#ownersGoing)) return;
    this.#ownersGoing.delete(user.id);
    throw new WriteGuardError(
      `${user.userName} was not ${what}: no other owner would be left in the workspace. Make another member owner first.`,
    );
  }

  async #keepTheMost(user: User, what: string): Promise<void> {
    const { maxRemovals } = this.#limits;
    this.#going.add(user.id);
    const count = this.#going.size;
    // What no share blocks needs no look at how large the workspace is.
    // A share gives way to what a guard has let through by name; a number is the last word.
    if (isShare(maxRemovals) && count <= Math.max(NEVER_TOO_MANY, this.#run.letThrough)) return;
    const allowed = allowance(maxRemovals, isShare(maxRemovals) ? await this.#directory.size() : 0);
    if (count <= allowed) return;
    throw new WriteGuardError(
      `${user.userName} was not ${what}: one run may remove or demote ${allowed} people (notion:maxRemovals is ` +
        `${maxRemovals}), and this would be number ${count}. If you mean it, run it again with NOTION_MAX_REMOVALS set to the number of people.`,
    );
  }
}
