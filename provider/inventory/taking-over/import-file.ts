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
 */
export function importFile(people: Takeover[], name: string, protect: boolean): string {
  const declared = Object.fromEntries(
    people.map((person) => [person.userName, declaredPerson(person, protect)]),
  );
  const ids = Object.fromEntries(people.map(({ userName, user }) => [userName, user.id]));
  const limits = neededLimits(people);
  const inputs = { people: declared, ...(limits && { limits }), __provider: stub("workspace") };
  const workspace = { type: WORKSPACE_TYPE, name, id: WORKSPACE_ID, inputs, outputs: { ...inputs, ids } };
  return `${visibleLines(JSON.stringify({ resources: [workspace] }, null, 2))}\n`;
}
