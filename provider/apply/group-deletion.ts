import type { GroupRecord } from "../model/group";
import type { FoundPeople } from "../plan/groups-found";
import { type AppliedGroup, presentIds } from "../state/group";
import type { GroupContext } from "./context";
import { DeclarationError } from "./errors";

/**
 * Deletes a group with those alone who were counted when that was shown.
 * @param live the group as it was read
 * @throws {DeclarationError} with the members that no preview has shown
 */
export async function deleteAsShown(
  { groupGuard, groupWriter }: Pick<GroupContext, "groupGuard" | "groupWriter">,
  live: GroupRecord,
  held: AppliedGroup,
  people: { found(): FoundPeople; learn(ids: readonly string[]): Promise<void> },
): Promise<void> {
  const shown = presentIds(held);
  const others = live.members.filter(({ id }) => !shown.has(id));
  if (others.length > 0 || !live.complete) {
    await people.learn(others.map(({ id }) => id));
    const names = others.map(({ id, email }) => people.found().emails.get(id) ?? email ?? id);
    throw new DeclarationError(
      `Group ${live.name} was not deleted: ${others.length === 0 ? "the list of its members may be cut" : `it has members that no preview has shown: ${names.join(", ")}. The next preview shows them`}.`,
    );
  }
  // The limits of the plan have counted them.
  groupGuard.letThrough(live.id, live.members.length);
  await groupWriter.delete(live);
}
