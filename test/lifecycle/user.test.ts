import { describe, expect, test } from "vitest";
import { refuseUser } from "../../provider/lifecycle/email-refusals";
import { UNKNOWN } from "../../provider/model/unknown";
import type { Properties } from "../../provider/state/properties";
import { declaredInputs } from "../../provider/state/user";
import { ADA_PROFILE } from "./ada";
import { diffUser, tellUser } from "./user-calls";

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

  test.each<[string, Properties]>([
    ["the initial role is still owed", { initialRolePending: true }],
    ["a take-over that failed has not been settled", { adoptionIncomplete: true }],
    ["the last write found something otherwise than declared", { lastApplied: { title: "Countess" } }],
    ["a run that failed may have written something", { uncertain: ["title"] }],
  ])("changes while %s", (_, note) => {
    expect(changesFrom({ ...olds, ...note }, declared)).toBe(true);
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
  expect(
    declaredInputs({
      ...olds,
      initialRolePending: true,
      adoptionIncomplete: true,
      lastApplied: { title: "Countess" },
      uncertain: ["title"],
      declaredUserName: "x@example.com",
    }),
  ).toStrictEqual(declared);
  const shown = {
    userName: "ada@example.com",
    name: { formatted: "Ada" },
    unmanaged: ["name"],
    active: true,
  };
  expect(declaredInputs(shown)).toStrictEqual({ userName: "ada@example.com" });
});

describe("another e-mail under the same resource", () => {
  const before = { ...olds, userName: "ada@example.com" };

  test("is refused without a word, with both addresses and what to write", () => {
    const refusal = refuseUser(before, { userName: "king@example.com" });
    expect(refusal).toContain(
      "This resource has ada@example.com, and the program now declares it as king@example.com",
    );
    expect(refusal).toContain('write formerUserName: "ada@example.com"');
    expect(refuseUser(before, { userName: "king@example.com", formerUserName: "other@example.com" })).toBe(
      refusal,
    );
  });

  test.each<[string, Properties, Properties]>([
    ["it is the same", before, { userName: "ada@example.com" }],
    ["the program says so", before, { userName: "king@example.com", formerUserName: "ada@example.com" }],
    ["it is not known yet", before, { userName: UNKNOWN }],
    ["the former one is not known yet", before, { userName: "king@example.com", formerUserName: UNKNOWN }],
    [
      "a refresh found another one, and what was declared all along is set back",
      { ...before, userName: "swapped@example.com", declaredUserName: "ada@example.com" },
      { userName: "ada@example.com" },
    ],
    [
      "a refresh found another one, and the program takes it over",
      { ...before, userName: "swapped@example.com", declaredUserName: "ada@example.com" },
      { userName: "swapped@example.com" },
    ],
    [
      "a refresh found another one, and the program names the one declared before",
      { ...before, userName: "swapped@example.com", declaredUserName: "ada@example.com" },
      { userName: "king@example.com", formerUserName: "ada@example.com" },
    ],
    [
      "a word that stayed in the program means nothing more",
      before,
      { userName: "ada@example.com", formerUserName: "x@example.com" },
    ],
  ])("passes where %s", (_, state, news) => {
    expect(refuseUser(state, news)).toBeUndefined();
  });

  test("the former address makes no difference by itself", () => {
    expect(changesFrom(before, { ...declared, formerUserName: "x@example.com" })).toBe(false);
  });
});

test("what the last write found is told in words, since the inputs show no difference", () => {
  const found = { title: "CTO", lastApplied: { title: "Countess" }, active: false };
  expect(tellUser({ ...olds, ...found }, declared)).toEqual([
    "~ ada@example.com: deactivated → active",
    '~ ada@example.com: title "CTO" → "Countess" (changed in Notion)',
  ]);
  expect(tellUser({ ...olds, ...found, redacted: ["title"] }, declared).join()).not.toContain("CTO");
  expect(tellUser(olds, declared)).toEqual([]);
  expect(tellUser(olds, { ...declared, title: "CTO" }), "which the engine shows").toEqual([]);
});
