import { dayOf } from "../../plan/schedule";
import { stub } from "../../resources/stub";
import { visibleLines } from "../console/text";
import { WORKSPACE_TYPE } from "../reading/declared";
import { declaredPerson, neededLimits, type Takeover } from "./takeover";

/** The id of every NotionWorkspace (`../../lifecycle/workspace/write.ts`): its people have ids of their own. */
const WORKSPACE_ID = "workspace";

/**
 * A file for `pulumi import --file` that puts a NotionWorkspace with everyone into the state as if this package had
 * taken them over, with no request. The engine reads nothing for an entry that has inputs and outputs; both bear the
 * stub, by which it finds the provider later.
 * @param name of the NotionWorkspace in the program
 * @param now milliseconds since 1970
 */
export function importFile(people: Takeover[], name: string, protect: boolean, now: number): string {
  const byEmail = <T>(of: (person: Takeover) => T) =>
    Object.fromEntries(people.map((person) => [person.userName, of(person)]));
  const limits = neededLimits(people);
  const inputs = {
    people: byEmail((person) => declaredPerson(person, protect)),
    ...(limits && { limits }),
    __provider: stub("workspace"),
  };
  // The id that a program declares of a person stands in the inputs alone: the outputs have that of everybody.
  const held = byEmail(({ id: _, ...person }) => declaredPerson(person, protect));
  const outputs = { ...inputs, people: held, ids: byEmail(({ user }) => user.id), since: dayOf(now) };
  const workspace = { type: WORKSPACE_TYPE, name, id: WORKSPACE_ID, inputs, outputs };
  return `${visibleLines(JSON.stringify({ resources: [workspace] }, null, 2))}\n`;
}
