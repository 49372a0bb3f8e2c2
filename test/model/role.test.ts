import { describe, expect, test } from "vitest";
import { isDemotion, isPrivileged, isRole, ROLES } from "../../provider/model/role";

describe("a demotion", () => {
  const ranks = [...ROLES].reverse();

  test("is every step down, and no step up or sideways", () => {
    for (const [high, from] of ranks.entries())
      for (const [low, to] of ranks.entries())
        expect([from, to, isDemotion(from, to)]).toEqual([from, to, low < high]);
  });

  test.each(ROLES)("is every step from a role that this version does not know, down to %s", (role) => {
    expect(isDemotion("workspace_king", role)).toBe(true);
    expect(isDemotion("toString", role)).toBe(true);
    expect(isDemotion(role, "workspace_king")).toBe(false);
  });

  test.each([
    [undefined, "restricted_member"],
    ["", "restricted_member"],
    ["owner", undefined],
  ])("is not seen from %j to %j: no role is taken away", (from, to) => {
    expect(isDemotion(from, to)).toBe(false);
  });
});

test("those who may add, remove or promote people are privileged, and nobody else", () => {
  expect(ROLES.filter(isPrivileged)).toEqual(["owner", "membership_admin"]);
  expect([undefined, "", "constructor"].some(isPrivileged)).toBe(false);
});

test("a role that can be written is one of the four, by its exact name", () => {
  expect(["owner", "Owner", "", "toString", undefined].filter(isRole)).toEqual(["owner"]);
});
