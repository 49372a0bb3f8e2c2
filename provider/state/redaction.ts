import { BESIDE_NAME } from "./group-resource";
import { BESIDE_ROLE } from "./role-assignment";
import { BESIDE_EMAIL } from "./user";

/** Stands in place of a secret value, in lines and errors. */
export const HIDDEN = "[secret]";

const KEPT_BESIDE: Readonly<Record<string, readonly string[]>> = {
  userName: BESIDE_EMAIL,
  role: BESIDE_ROLE,
  displayName: BESIDE_NAME,
};

/** Pure: all names under which the state keeps the value of a property. If the property is secret, all of them are. */
export function namesInState(property: string): string[] {
  return [property, ...(KEPT_BESIDE[property] ?? [])];
}
