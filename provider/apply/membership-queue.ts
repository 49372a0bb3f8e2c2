import type { GroupDirectory } from "../directory/group-directory";
import type { GroupRecord } from "../model/group";
import { GroupMembersError } from "../scim/group-errors";
import type { Membership } from "../state/group-membership";
import { DeclarationError } from "./errors";
import type { GroupWriter } from "./group-writer";

type Direction = "in" | "out";

/** Somebody who is to come into a group, or to leave it. */
interface Waiting {
  userId: string;
  /** Asked with the group before anything is sent. @throws what forbids it */
  refuse: (group: GroupRecord) => void;
  /** Told whether it was so already. */
  resolve: (wasSo: boolean) => void;
  reject: (reason: unknown) => void;
}

/**
 * Puts people into groups and takes them out, as the engine asks for each by itself. Those of one group who wait for their
 * turn together go in one change.
 */
export class MembershipQueue {
  readonly #groups: GroupDirectory;
  readonly #writer: GroupWriter;
  readonly #keptIn: (groupId: string) => ReadonlySet<string>;
  readonly #waiting = new Map<string, Waiting[]>();
  #turn: Promise<void> = Promise.resolve();

  /** @param keptIn the members of a group that a next run of the program would put back */
  constructor(groups: GroupDirectory, writer: GroupWriter, keptIn: (groupId: string) => ReadonlySet<string>) {
    this.#groups = groups;
    this.#writer = writer;
    this.#keptIn = keptIn;
  }

  /**
   * Puts somebody into a group. @returns whether they were in it already
   * @param refuse asked with the group before anything is sent
   */
  join(membership: Membership, refuse: (group: GroupRecord) => void): Promise<boolean> {
    return this.#enqueue("in", membership, refuse);
  }

  /** Takes somebody out of a group. @returns whether they were not in it any more */
  leave(membership: Membership): Promise<boolean> {
    return this.#enqueue("out", membership, () => {});
  }

  #enqueue(to: Direction, { groupId, userId }: Membership, refuse: Waiting["refuse"]): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const key = `${to} ${groupId}`;
      const ours = this.#waiting.get(key);
      const waiting = { userId, refuse, resolve, reject };
      if (ours !== undefined) {
        ours.push(waiting);
        return;
      }
      this.#waiting.set(key, [waiting]);
      this.#turn = this.#turn.then(async () => {
        const all = this.#waiting.get(key) ?? [];
        this.#waiting.delete(key);
        await this.#change(to, groupId, all).catch((error: unknown) => {
          for (const each of all) each.reject(error);
        });
      });
    });
  }

  async #change(to: Direction, groupId: string, all: readonly Waiting[]): Promise<void> {
    const group = await this.#groups.group(groupId);
    if (group === undefined) {
      if (to === "in") throw noSuchGroup(groupId);
      for (const { resolve } of all) resolve(true);
      return;
    }
    const open = all.filter((waiting) => isOpen(to, group, waiting));
    if (open.length === 0) return;
    const ids = [...new Set(open.map(({ userId }) => userId))];
    const kept = this.#keptIn(groupId);
    try {
      await (to === "in" ? this.#writer.add(group, ids, kept) : this.#writer.remove(group, ids, kept));
      for (const { resolve } of open) resolve(false);
    } catch (error) {
      const after = await this.#groups.group(groupId).catch(() => undefined);
      const is = new Set(after?.members.map(({ id }) => id));
      for (const { userId, resolve, reject } of open) {
        const isDone =
          after !== undefined && (to === "in" ? is.has(userId) : after.complete && !is.has(userId));
        // What happened to others is an error of everybody who was named.
        if (isDone && !(error instanceof GroupMembersError)) resolve(false);
        else reject(error);
      }
    }
  }
}

/** Whether something is to be sent for somebody; if not, they are told. */
function isOpen(to: Direction, group: GroupRecord, { userId, refuse, resolve, reject }: Waiting): boolean {
  const isIn = group.members.some(({ id }) => id === userId);
  try {
    refuse(group);
    if (to === "out" && !isIn && !group.complete) throw notSeen(group, userId);
  } catch (error) {
    reject(error);
    return false;
  }
  if (isIn === (to === "in")) resolve(true);
  return isIn !== (to === "in");
}

function noSuchGroup(groupId: string): DeclarationError {
  return new DeclarationError(
    `There is no group with the id ${groupId} to add people to. Take groupId from a NotionGroup (\`group.id\`); ` +
      "if the group was deleted in Notion, run `pulumi up --refresh`.",
  );
}

function notSeen({ name, members }: GroupRecord, userId: string): DeclarationError {
  return new DeclarationError(
    `Notion listed ${members.length} members of the group ${name} and may have more, so nobody can see whether ${userId} is in it. ` +
      "Nothing was sent. Take them out in Notion's settings.",
  );
}
