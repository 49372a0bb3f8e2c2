import type { GroupRecord } from "../model/group";
import { allowance, DEFAULT_LIMIT } from "../plan/limits";
import { UserError } from "../scim/errors";

/** More people would leave a group in this run than was let through. */
export class GroupLimitError extends UserError {}

/**
 * The last refusal before people leave a group, at the moment of the write and by the group as it is. `pulumi destroy` and
 * targeted runs pass by every check of a plan; this one they do not pass by.
 */
export class GroupGuard {
  /** Who left each group in this process, and how many were in it at first. */
  readonly #leaving = new Map<string, { ids: Set<string>; size: number }>();
  readonly #letThrough = new Map<string, number>();

  /** Records how many people a plan may take out of a group, after its limits allowed it. */
  letThrough(groupId: string, count: number): void {
    this.#letThrough.set(groupId, Math.max(count, this.#letThrough.get(groupId) ?? 0));
  }

  /** @throws {GroupLimitError} when so many people must not leave the group */
  beforeRemoval(group: GroupRecord, ids: readonly string[]): void {
    const leaving = this.#leaving.get(group.id) ?? { ids: new Set<string>(), size: group.members.length };
    const is = new Set(group.members.map(({ id }) => id));
    const all = new Set([...leaving.ids, ...ids.filter((id) => is.has(id))]);
    const most = Math.max(allowance(DEFAULT_LIMIT, leaving.size), this.#letThrough.get(group.id) ?? 0);
    if (all.size > most) {
      throw new GroupLimitError(
        `No member was taken out of the group ${group.name}: one run may take out ${most} of its ${leaving.size} members, and this would be ${all.size}. ` +
          "To allow more, declare the group in a NotionWorkspace, with maxRemovals.",
      );
    }
    this.#leaving.set(group.id, { ...leaving, ids: all });
  }
}
