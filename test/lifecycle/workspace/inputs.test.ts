import { describe, expect, test } from "vitest";
import { checkWorkspaceInputs } from "../../../provider/lifecycle/workspace/inputs";

const check = (people: object, olds: object = {}) => checkWorkspaceInputs({ people: olds }, { people });
const reasons = (people: object, olds: object = {}) =>
  (check(people, olds).failures ?? []).map(({ reason }) => reason);

describe("the people of a workspace", () => {
  test("are checked, and who is as in the state passes, also with a role that this version does not know", () => {
    const held = { "ada@example.com": { role: "guest_of_honour" } };
    expect(reasons(held)).toEqual([expect.stringContaining("must be one of owner")]);
    expect(reasons(held, held)).toEqual([]);
    expect(reasons({ "ada@example.com": { role: "guest_of_honour", title: " x" } }, held)).toEqual([
      "people.ada@example.com.title has spaces around it",
    ]);
  });

  test("keep what is as in the state beside what changes", () => {
    const held = { "ada@example.com": { role: "guest_of_honour", title: "Lead" }, "bea@example.com": {} };
    const { inputs } = check(
      { ...held, "ada@example.com": { role: "guest_of_honour", title: "Head" } },
      held,
    );
    expect(inputs?.people).toEqual({
      "ada@example.com": { role: "guest_of_honour", title: "Head" },
      "bea@example.com": {},
    });
  });

  test.each([[null], ["owner"], [[]]])(
    "a line that says %j of a person is refused: left out, they would be removed",
    (person) => {
      const held = { "ada@example.com": { role: "member" } };
      expect(reasons({ "ada@example.com": person }, held)).toEqual([
        "people.ada@example.com must be an object such as {role: member}; write {} where nothing of the person is managed",
      ]);
    },
  );

  test("with a name of JavaScript's own are no addresses", () => {
    expect(reasons({ constructor: {} })).toEqual([expect.stringContaining("must be an e-mail address")]);
  });
});
