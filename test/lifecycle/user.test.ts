import { describe, expect, test } from "vitest";
import type { Properties } from "../../provider/lifecycle/inputs";
import { declaredInputs, diffUser } from "../../provider/lifecycle/user";
import { UNKNOWN } from "../../provider/plan/unknown";
import { ADA_PROFILE } from "./ada";

const declared = {
  userName: "ada@example.com",
  ...ADA_PROFILE,
  initialRole: "member",
  adopt: true,
  onRemove: "remove",
};
/** The state after `declared` was applied. */
const olds = { ...declared, active: true, adopted: false };
const changesFrom = (before: Properties, news: Properties) => diffUser(before, news).changes;
const without = (key: string) =>
  Object.fromEntries(Object.entries(declared).filter(([each]) => each !== key));

const USED_AT_CREATION = ["initialRole", "adopt"];
const compared = Object.keys(declared).filter((key) => !USED_AT_CREATION.includes(key));

describe("a NotionUser in preview", () => {
  test("does not change where nothing changed, whatever the order of its properties", () => {
    expect(changesFrom(olds, declared)).toBe(false);
    expect(changesFrom(olds, Object.fromEntries(Object.entries(declared).reverse()))).toBe(false);
  });

  test.each(compared)("changes with %s", (key) => {
    expect(changesFrom(olds, { ...declared, [key]: "other" })).toBe(true);
  });

  test.each(compared.filter((key) => key !== "userName"))(
    "changes when %s is no longer declared, or newly so",
    (key) => {
      expect(changesFrom(olds, without(key))).toBe(true);
      expect(changesFrom({ ...without(key), active: true, adopted: false }, declared)).toBe(true);
    },
  );

  test.each(compared)("changes, or may, when %s is not known yet", (key) => {
    expect(changesFrom(olds, { ...declared, [key]: UNKNOWN })).toBe(true);
  });

  test.each<[string, Properties]>([
    ["a part of the name", { name: { givenName: "Ada", familyName: "Byron" } }],
    ["one part of the name more", { name: { ...declared.name, formatted: "Ada King" } }],
    ["the type of a phone number", { phoneNumbers: [{ value: "+44 1", type: "home" }] }],
    ["a phone number more", { phoneNumbers: [...declared.phoneNumbers, { value: "+44 2" }] }],
  ])("changes with %s", (_, more) => {
    expect(changesFrom(olds, { ...declared, ...more })).toBe(true);
  });

  test.each(USED_AT_CREATION)("does not change with %s, which is used at creation alone", (key) => {
    expect(changesFrom(olds, { ...declared, [key]: "other" })).toBe(false);
    expect(changesFrom(olds, without(key))).toBe(false);
    expect(changesFrom(olds, { ...declared, [key]: UNKNOWN })).toBe(false);
  });

  test("changes back a member whom somebody deactivated", () => {
    expect(changesFrom({ ...olds, active: false }, declared)).toBe(true);
  });

  test("changes while the initial role is still owed", () => {
    expect(changesFrom({ ...olds, pendingRole: "member" }, declared)).toBe(true);
  });

  test("does not compare a name that is shown and was not declared", () => {
    const shown = { ...olds, name: { formatted: "Ada King" }, unmanaged: ["name"] };
    expect(changesFrom(shown, without("name"))).toBe(false);
    expect(changesFrom(shown, declared)).toBe(true);
  });

  test("is never replaced: a person would be removed and invited again", () => {
    for (const key of Object.keys(declared)) {
      expect(diffUser(olds, { ...declared, [key]: "other" }).replaces).toEqual([]);
    }
  });
});

test("what a program declared is found again in the state", () => {
  expect(declaredInputs({ ...olds, pendingRole: "owner" })).toStrictEqual(declared);
  const shown = {
    userName: "ada@example.com",
    name: { formatted: "Ada" },
    unmanaged: ["name"],
    active: true,
  };
  expect(declaredInputs(shown)).toStrictEqual({ userName: "ada@example.com" });
});
