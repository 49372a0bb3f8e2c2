import { stub } from "../../provider/hosts/dynamic/stub";
import { dayOf } from "../../provider/plan/schedule";
import { TYPE_TOKENS } from "../../provider/state/type-tokens";
import { appliedAsDeclared, WORKSPACE_ID } from "../../provider/state/workspace";
import { sanitizeLines } from "../cli/text";
import { type Adoption, declaredPerson, neededLimits } from "./adoption";
import type { GroupAdoption } from "./group-adoption";

/**
 * A file for `pulumi import --file` that puts a NotionWorkspace with everyone into the state as if this package had
 * taken them over, with no request. The engine reads nothing for an entry that has inputs and outputs; both bear the
 * stub, by which it finds the provider later.
 * @param groups undefined: the program declares none
 * @param about.name of the NotionWorkspace in the program
 * @param about.now milliseconds since 1970
 */
export function importFile(
  people: Adoption[],
  groups: readonly GroupAdoption[] | undefined,
  { name, protect, now }: { name: string; protect: boolean; now: number },
): string {
  const byEmail = <T>(of: (person: Adoption) => T) =>
    Object.fromEntries(people.map((person) => [person.userName, of(person)]));
  const byName = <T>(all: readonly GroupAdoption[], of: (group: GroupAdoption) => T) =>
    Object.fromEntries(all.map((group) => [group.name, of(group)]));
  const limits = neededLimits(people);
  const inputs = {
    people: byEmail((person) => declaredPerson(person, protect)),
    ...(groups && { groups: byName(groups, ({ declared }) => declared) }),
    ...(limits && { limits }),
  };
  const outputs = appliedAsDeclared(
    inputs,
    byEmail(({ user }) => user.id),
    dayOf(now),
    groups && byName(groups, ({ applied }) => applied),
  );
  const marked = (properties: object) => ({ ...properties, __provider: stub("workspace") });
  const workspace = {
    type: TYPE_TOKENS.NotionWorkspace,
    name,
    id: WORKSPACE_ID,
    inputs: marked(inputs),
    outputs: marked(outputs),
  };
  return `${sanitizeLines(JSON.stringify({ resources: [workspace] }, null, 2))}\n`;
}
