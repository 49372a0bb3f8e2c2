import type { GroupRecord } from "../model/group";
import { allowance, DEFAULT_LIMIT } from "../plan/limits";
import { firstNames } from "../plan/sentence";
import { UserError } from "../scim/errors";
import type { Limit } from "../state/limits";

/** More people would leave a group in this run than was let through. */
export class GroupLimitError extends UserError {}

/** So many are named. */
const MOST_NAMED = 50;

/**
 * The last refusal before people leave a group, at the moment of the write and by the group as it is. `pulumi destroy` and
 * targeted runs pass by every check of a plan; this one they do not pass by.
 */
export class GroupGuard {
  readonly #limit: Limit;
  /** Who left each group in this process, and how many were in it at first. */
  readonly #leaving = new Map<string, { ids: Set<string>; size: number }>();
  readonly #letThrough = new Map<string, number>();

  /** @param limit how many of a group may leave it in one run where no plan has let them through: notion:maxRemovals */
  constructor(limit: Limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  /** Records how many people a plan may take out of a group, after its limits allowed it. */
  letThrough(groupId: string, count: number): void {
    this.#letThrough.set(groupId, Math.max(count, this.#letThrough.get(groupId) ?? 0));
  }

  /** @throws {GroupLimitError} when so many people must not leave the group */
  beforeRemoval(group: GroupRecord, ids: readonly string[]): void {
    this.#before(group, ids, `No member was taken out of the group ${group.name}`);
  }

  /** @throws {GroupLimitError} when so many people must not lose their group */
  beforeDeletion(group: GroupRecord): void {
    const ids = group.members.map(({ id }) => id);
    this.#before(group, ids, `The group ${group.name} was not deleted`);
  }

  #before(group: GroupRecord, ids: readonly string[], refused: string): void {
    const leaving = this.#leaving.get(group.id) ?? { ids: new Set<string>(), size: group.members.length };
    const is = new Map(group.members.map(({ id, email = id }) => [id, email]));
    const going = ids.filter((id) => is.has(id));
    const all = new Set([...leaving.ids, ...going]);
    const most = Math.max(allowance(this.#limit, leaving.size), this.#letThrough.get(group.id) ?? 0);
    if (all.size > most) {
      const names = going.map((id) => is.get(id) ?? id).sort();
      throw new GroupLimitError(
        `${refused}: one run may take out ${most} of its ${leaving.size} members, and this would be ${all.size}. ` +
          `They are ${firstNames(names, MOST_NAMED)}. If this is meant, run it again with NOTION_MAX_REMOVALS set to ${all.size}.`,
      );
    }
    this.#leaving.set(group.id, { ...leaving, ids: all });
  }
}
