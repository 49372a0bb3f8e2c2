import type { GroupRecord } from "../model/group";
import { groupGone } from "./group-errors";

/** Reads one group; undefined when the answer is 404. */
export type ReadGroup = (id: string, doing: string) => Promise<GroupRecord | undefined>;

/**
 * Reads a group that was there before.
 * @param doing what an error names; default: the reading
 * @throws {NotFoundError} when the group is gone
 */
export async function readKnown(
  read: ReadGroup,
  id: string,
  reading: string,
  doing = reading,
): Promise<GroupRecord> {
  const group = await read(id, reading);
  if (group === undefined) throw groupGone(doing);
  return group;
}
