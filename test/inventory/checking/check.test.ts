import { expect, test } from "vitest";
import {
  checkDeclared,
  checkOwners,
  checkServer,
  isAtLeast,
} from "../../../provider/inventory/checking/check";
import { parseState } from "../../../provider/inventory/reading/declared";
import { roleResource, stackState, userResource, workspaceResource } from "../inventory";

test("decisions: owners, server, versions", () => {
  expect(checkOwners(1, false).found).toBe("1 owner in what was listed");
  expect(checkServer({ patch: { supported: false }, filter: { supported: true } })).toMatchObject({
    status: "warning",
    mend: expect.stringContaining("patch"),
  });
  expect(
    ["3.254.0", "v3.259.0", "4.0.0", "3.254.1-alpha.1"].map((each) => isAtLeast(each, "3.254.0")),
  ).toEqual([true, true, true, true]);
  expect(["3.253.9", "v2.999.0", "3.25.0"].map((each) => isAtLeast(each, "3.254.0"))).toEqual([
    false,
    false,
    false,
  ]);
});

test("a stack's people are counted once, however they are declared", () => {
  const state = stackState([
    userResource("ada", "1", { userName: "ada@example.com" }),
    roleResource("ada", "1", { role: "owner" }),
    workspaceResource("acme", {
      people: { "bea@example.com": { role: "member" } },
      ids: { "bea@example.com": "2" },
      gone: ["eve@example.com"],
    }),
  ]);
  expect(checkDeclared(parseState(state, "a test"))).toEqual({
    about: "declared",
    status: "ok",
    found: "3 people in the state of the stack",
    mend: null,
  });
});
