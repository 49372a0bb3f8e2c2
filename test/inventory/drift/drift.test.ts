import { expect, test } from "vitest";
import { findDrift } from "../../../inventory/drift/drift";
import { accountsOf } from "../../../inventory/live/declared";
import { parseState } from "../../../inventory/live/state";
import { stackState, userResource, workspaceResource } from "../inventory";

test("whoever a look-up finds is compared as if they were listed", () => {
  const state = stackState([userResource("ada", "1", { userName: "ada@example.com", title: "Engineer" })]);
  const declared = parseState(state, "a test");
  const workspace = {
    users: [],
    groups: [],
    incomplete: [],
    incompleteGroups: [],
    unreadable: new Set<string>(),
  };
  const lookUps = new Map([["1", { id: "1", userName: "ada@example.com", title: "Chief" }]]);
  expect(accountsOf(declared)).toEqual([{ id: "1" }]);
  expect(
    findDrift(declared, { workspace, lookUps, gone: new Set() }, 0).map(
      ({ kind, live }) => `${kind} ${live}`,
    ),
  ).toEqual(["changed Chief"]);
});

test("without a look-up nobody is missing", () => {
  const declared = parseState(
    stackState([userResource("ada", "1", { userName: "ada@example.com" })]),
    "a test",
  );
  expect(
    findDrift(
      declared,
      {
        workspace: {
          users: [],
          groups: [],
          incomplete: [],
          incompleteGroups: [],
          unreadable: new Set<string>(),
        },
        lookUps: new Map(),
        gone: new Set(),
      },
      0,
    ),
  ).toEqual([]);
});

test("whom Notion added as inactive nobody deactivated, whichever kind of resource declares them", () => {
  const inputs = { userName: "ada@example.com" };
  const people = { "bea@example.com": { active: false as const, addedInactive: true as const } };
  const declared = parseState(
    stackState([
      { ...userResource("ada", "1", inputs), outputs: { ...inputs, active: false, addedInactive: true } },
      workspaceResource("acme", { people, ids: { "bea@example.com": "2" } }),
    ]),
    "a test",
  );
  const users = [
    { id: "1", userName: "ada@example.com", active: false },
    { id: "2", userName: "bea@example.com", active: false },
  ];
  const workspace = {
    users,
    groups: [],
    incomplete: [],
    incompleteGroups: [],
    unreadable: new Set<string>(),
  };
  expect(findDrift(declared, { workspace, lookUps: new Map(), gone: new Set() }, 0)).toEqual([]);
});
