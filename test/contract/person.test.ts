import { expect, test } from "vitest";
import { left, type Person, repair, type Standing } from "./life/person.mts";

const person = (more: Partial<Person> = {}): Person => ({
  id: "1",
  role: "member",
  active: true,
  title: undefined,
  ...more,
});

test.each<[string, Standing, Standing, string, string]>([
  ["never there", undefined, undefined, "nothing", "as met: not there"],
  ["added and still there", undefined, person(), "remove", "NOT as met: they are still there"],
  ["removed and not back", person(), undefined, "add", "NOT as met: they are not there any more"],
  ["back with another id", person(), person({ id: "2" }), "nothing", "as met: there, in the same role"],
  [
    "in another role",
    person(),
    person({ role: "restricted_member" }),
    "change",
    "NOT as met: in another role",
  ],
  [
    "with another title",
    person(),
    person({ title: "x" }),
    "change",
    "in the same role, but with another title",
  ],
])("somebody %s", (_, before, now, needed, said) => {
  expect(repair(before, now)).toBe(needed);
  expect(left(before, now)).toBe(said);
});
