import { expect, test } from "vitest";
import {
  checkDeclared,
  checkEnds,
  checkOwners,
  checkServer,
  isAtLeast,
} from "../../../inventory/doctor/check";
import { parseState } from "../../../inventory/live/state";
import { NOTION_SCHEMA } from "../../../provider/model/record";
import { roleResource, stackState, userResource, workspaceResource } from "../inventory";

test("decisions: owners, server, versions", () => {
  expect(checkOwners(1, false).found).toBe("1 owner in what was listed");
  expect(checkServer({ patch: { supported: false }, filter: { supported: true } })).toMatchObject({
    status: "warning",
    remediation: "otherServer",
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
      gone: { "eve@example.com": "" },
    }),
  ]);
  expect(checkDeclared(parseState(state, "a test"))).toEqual({
    about: "declared",
    status: "ok",
    found: "3 people in the state of the stack",
    remediation: null,
  });
});

test("whoever is past their end and still holds it is counted once; who is gone is not", () => {
  const times = { roleUntil: "2026-11-10", roleThen: "member" };
  const state = stackState([
    workspaceResource("acme", {
      people: {
        "a@example.com": { role: "owner", ...times },
        "b@example.com": { role: "member", until: "2026-11-10" },
        "gone@example.com": { role: "member", until: "2026-11-10" },
      },
      ids: { "a@example.com": "1", "b@example.com": "2", "gone@example.com": "3" },
    }),
  ]);
  const declared = parseState(state, "a test");
  const members = [
    { id: "1", userName: "a@example.com", [NOTION_SCHEMA]: { role: "owner" } },
    { id: "2", userName: "b@example.com" },
  ];
  const now = Date.parse("2026-11-20T12:00:00Z");
  expect(checkEnds(declared, members, now, true)).toMatchObject({
    status: "warning",
    found: "2 people still have expired access",
    remediation: "runUp",
  });
  expect(checkEnds(declared, [], now, false)).toMatchObject({
    status: "ok",
    found: "nobody has expired access in what was listed",
  });
  expect(checkEnds(declared, members, Date.parse("2026-11-10T23:59:59Z"), true).status).toBe("ok");
});
