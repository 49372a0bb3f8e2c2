import { fullName } from "../../member/record";
import { stub } from "../../resources/stub";
import { visibleLines } from "../console/text";
import { ROLE_TYPE, USER_TYPE } from "../reading/declared";
import { declaredProfile, type Takeover } from "./takeover";

const COMPONENT_TYPE = "notion:index:NotionWorkspace";

/**
 * A file for `pulumi import --file` that puts everyone into the state as if this package had taken them
 * over, with no request. The engine reads nothing for an entry that has inputs and outputs; both bear the
 * stub, by which it finds the provider later.
 * @param component the name of the NotionWorkspace that declares the people; undefined: the program itself does
 */
export function importFile(people: Takeover[], component?: string): string {
  const parent = component === undefined ? {} : { parent: component };
  const resources = people.flatMap((person) => {
    const { name, user, role } = person;
    const profile = declaredProfile(person);
    // A NotionWorkspace gives newcomers their role when it adds them: it is an input of the user, too.
    const initialRole = component === undefined || role === undefined ? {} : { initialRole: role };
    const declared = { ...profile, ...initialRole, __provider: stub("user") };
    const notDeclared =
      profile.name === undefined ? { name: { formatted: fullName(user) }, unmanaged: ["name"] } : {};
    const member = {
      type: USER_TYPE,
      name,
      id: user.id,
      ...parent,
      inputs: declared,
      outputs: { ...declared, ...notDeclared, active: true, adopted: true },
    };
    if (role === undefined) return [member];
    const assigned = { userId: user.id, role, __provider: stub("role") };
    return [
      member,
      {
        type: ROLE_TYPE,
        name,
        id: user.id,
        ...parent,
        inputs: assigned,
        outputs: assigned,
      },
    ];
  });
  const top = component === undefined ? [] : [{ type: COMPONENT_TYPE, name: component, component: true }];
  return `${visibleLines(JSON.stringify({ resources: [...top, ...resources] }, null, 2))}\n`;
}
