import { z } from "zod";
import type { GroupMember, GroupRecord } from "../model/group";
import { PAGE_SIZE } from "./pagination";

/** SCIM core group schema, RFC 7643 section 4.2. */
export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";

/** A group as one answer shows it. */
export interface ShownGroup {
  id: string;
  name: string;
  members: GroupMember[];
  /** Entries in the list of members, nested groups included; undefined where the answer has no list. */
  listed: number | undefined;
  /** How many members the answer says that the group has, where it says so. */
  announced: number | undefined;
}

const member = z.object({ value: z.string().min(1), type: z.string().nullish() });

/** Names that servers give the number of a group's members: `memberCount`, `totalMembers`, `numberOfMembers`. */
const COUNT = /^(total|num(ber)?(of)?)?_?members?_?(count|total|size|number)?$/i;

/** One group, RFC 7643 section 4.2. `value` of a member is a user's id, or that of a nested group. */
export const groupSchema: z.ZodType<ShownGroup> = z
  .looseObject({
    id: z.string().min(1),
    displayName: z.string(),
    members: z.array(member).nullish(),
  })
  .transform(({ id, displayName, members, ...rest }) => {
    const people = (members ?? []).filter(({ type }) => type?.toLowerCase() !== "group");
    const [, announced] =
      Object.entries(rest).find(([key, value]) => COUNT.test(key) && typeof value === "number") ?? [];
    return {
      id,
      name: displayName,
      members: [...new Set(people.map(({ value }) => value))].map((each) => ({ id: each })),
      listed: members?.length,
      announced: announced as number | undefined,
    };
  });

/**
 * Whether lists of members may be cut. A list is doubted where the server announces more members than came, and where
 * exactly a page came, unless an answer of the same kind has shown a longer list: then no page is the limit.
 */
export class MemberLists {
  #longest = 0;

  /** @param pageSize the entries that the server puts on a page, where it is not the usual number */
  records(groups: readonly ShownGroup[], pageSize = PAGE_SIZE): GroupRecord[] {
    for (const { listed = 0 } of groups) this.#longest = Math.max(this.#longest, listed);
    return groups.map(({ id, name, members, listed = 0, announced }) => ({
      id,
      name,
      members,
      complete:
        announced === undefined
          ? !(this.#longest === listed && (listed === PAGE_SIZE || listed === pageSize))
          : announced <= listed,
    }));
  }
}
