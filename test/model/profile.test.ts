import { describe, expect, test } from "vitest";
import { ENTERPRISE_SCHEMA } from "../../provider/model/attributes";
import {
  difference,
  differingAttributes,
  liveProfile,
  type Profile,
  profileOf,
  toAttributes,
} from "../../provider/model/profile";
import { fullName, NOTION_SCHEMA, type User } from "../../provider/model/record";
import { ADA_PROFILE } from "../lifecycle/ada";

const whole: Required<Profile> = {
  userName: "ada@example.com",
  ...ADA_PROFILE,
  name: { formatted: "Ada King", ...ADA_PROFILE.name },
  phoneNumbers: [{ value: "+44 1", type: "work", primary: true }],
};
const { department, division, costCenter, organization, employeeNumber, manager, ...core } = whole;
const inTheApi = {
  ...core,
  [ENTERPRISE_SCHEMA]: {
    department,
    division,
    costCenter,
    organization,
    employeeNumber,
    manager: { value: manager },
  },
};
const wholeUser: User = { id: "id-1", ...inTheApi };
const bareUser: User = { id: "id-1", userName: "ada@example.com" };
const keys = Object.keys(whole) as (keyof Profile)[];
const others = keys.filter((key) => key !== "userName");

/** A declaration of this one attribute beside the e-mail. */
const only = (key: keyof Profile): Profile => ({ userName: whole.userName, [key]: whole[key] });

describe("the profile of a resource", () => {
  test("is what the program declared of it, and nothing that is not a profile", () => {
    const more = { initialRole: "owner", adopt: true, onRemove: "retain", active: true, adopted: true };
    expect(profileOf({ ...whole, ...more })).toStrictEqual(whole);
    expect(profileOf({ userName: "a@example.com", ...more })).toStrictEqual({ userName: "a@example.com" });
  });

  test("goes into the API's shape, the enterprise attributes into their extension", () => {
    expect(toAttributes(whole)).toStrictEqual(inTheApi);
    expect(toAttributes({ manager: "a@example.com" })).toStrictEqual({
      [ENTERPRISE_SCHEMA]: { manager: { value: "a@example.com" } },
    });
    expect(toAttributes({})).toStrictEqual({});
  });

  test.each(keys)("carries %s alone when that is all there is", (key) => {
    expect(Object.values(toAttributes({ [key]: whole[key] }))).toHaveLength(1);
  });
});

describe("what Notion holds, in the form of the declaration,", () => {
  test("is the same where nothing differs", () => {
    expect(liveProfile(whole, wholeUser)).toStrictEqual(whole);
    expect(differingAttributes(whole, liveProfile(whole, wholeUser))).toEqual([]);
  });

  test("leaves out whatever was not declared", () => {
    expect(liveProfile({ userName: whole.userName }, wholeUser)).toStrictEqual({ userName: whole.userName });
  });

  test.each(others)("has an empty %s, not an absent one, where it was declared and is gone", (key) => {
    const live = liveProfile(only(key), bareUser);
    expect(Object.keys(live)).toEqual(["userName", key]);
    expect([[], "", { formatted: "", givenName: "", familyName: "" }]).toContainEqual(live[key]);
    expect(difference(only(key), live)).toEqual({ [key]: whole[key] });
  });

  test("takes null for absent", () => {
    const user: User = {
      ...bareUser,
      name: null,
      title: null,
      phoneNumbers: null,
      [ENTERPRISE_SCHEMA]: null,
    };
    expect(liveProfile(whole, user)).toStrictEqual(liveProfile(whole, bareUser));
  });

  test("follows an e-mail, and has it in lower case", () => {
    const live = liveProfile({ userName: "ada@example.com" }, { id: "1", userName: "Countess@Example.com" });
    expect(live).toEqual({ userName: "countess@example.com" });
  });

  test("has the manager in lower case: an e-mail that is spelled otherwise is no difference", () => {
    const user = { ...bareUser, [ENTERPRISE_SCHEMA]: { manager: { value: "Charles@Example.com" } } };
    expect(differingAttributes(only("manager"), liveProfile(only("manager"), user))).toEqual([]);
  });

  test("does not take a role for a part of the profile", () => {
    const user = { ...wholeUser, [NOTION_SCHEMA]: { role: "owner" } };
    expect(liveProfile(whole, user)).toStrictEqual(whole);
  });
});

describe("a name", () => {
  const formatted = { formatted: "Ada King" };
  const parts = { givenName: "Ada", familyName: "King" };

  test.each<[string, NonNullable<Profile["name"]>, Partial<User>, string[]]>([
    ["whole, in a whole answer, is the same", formatted, { name: { ...formatted, ...parts } }, []],
    ["whole, answered in parts, is the same", formatted, { name: parts }, []],
    [
      "whole, answered by the given name alone, differs",
      formatted,
      { name: { givenName: "Ada" } },
      ["name.formatted"],
    ],
    ["whole, answered as displayName alone, is the same", formatted, { displayName: "Ada King" }, []],
    [
      "whole, answered otherwise, differs",
      formatted,
      { name: { formatted: "Ada Byron" } },
      ["name.formatted"],
    ],
    ["whole, not answered, differs", formatted, {}, ["name.formatted"]],
    ["in parts, in a whole answer, is the same", parts, { name: { ...formatted, ...parts } }, []],
    ["in parts, answered as a whole, is the same", parts, { name: formatted }, []],
    ["in parts, answered as displayName alone, is the same", parts, { displayName: "Ada King" }, []],
    [
      "in parts, without the given name, is the same by the whole",
      parts,
      { name: { ...formatted, familyName: "King" } },
      [],
    ],
    [
      "in parts, of which one is gone, differs in that one",
      parts,
      { name: { formatted: "Ada", givenName: "Ada" } },
      ["name.familyName"],
    ],
    [
      "in parts, of which one is another, differs in that one",
      parts,
      { name: { formatted: "Ada Byron", givenName: "Ada", familyName: "Byron" } },
      ["name.familyName"],
    ],
    [
      "in parts, answered as another whole, differs in both",
      parts,
      { name: { formatted: "Bob Roe" } },
      ["name.givenName", "name.familyName"],
    ],
    ["in parts, not answered, differs in both", parts, {}, ["name.givenName", "name.familyName"]],
    ["of one part alone is the same by the whole", { givenName: "Ada" }, { name: { formatted: "Ada" } }, []],
    [
      "of one part alone does not ask for the other",
      { givenName: "Ada" },
      { name: { ...formatted, ...parts } },
      [],
    ],
    [
      "declared both ways differs in whichever differs",
      { ...formatted, ...parts },
      { name: { formatted: "Ada Byron", ...parts } },
      ["name.formatted"],
    ],
    // Notion keeps one name: where a server parts it is its own affair.
    [
      "in parts, parted at another place, is the same",
      { givenName: "Ada Maria", familyName: "de King" },
      { name: { formatted: "Ada Maria de King", givenName: "Ada Maria de", familyName: "King" } },
      [],
    ],
    ["in parts, all put into the given name, is the same", parts, { name: { givenName: "Ada King" } }, []],
  ])("%s", (_, name, answer, differing) => {
    const declared: Profile = { userName: whole.userName, name };
    const live = liveProfile(declared, { ...bareUser, ...answer });
    expect(differingAttributes(declared, live)).toEqual(differing);
    expect(Object.keys(live.name ?? {}).sort()).toEqual(Object.keys(name).sort());
    // What is written is the whole name, so that a server that puts the parts together has them all.
    expect(difference(declared, live)).toEqual(differing.length === 0 ? {} : { name });
  });

  test.each<[string, Partial<User>, string]>([
    ["as formatted", { name: { formatted: "Ada K.", givenName: "Ada", familyName: "King" } }, "Ada K."],
    ["as its parts together", { name: { givenName: "Ada", familyName: "King" } }, "Ada King"],
    ["as the only part", { name: { familyName: "King" } }, "King"],
    ["as displayName", { name: {}, displayName: "Ada King" }, "Ada King"],
    ["empty where there is none", { name: null, displayName: null }, ""],
  ])("is shown %s", (_, answer, name) => {
    expect(fullName({ ...bareUser, ...answer })).toBe(name);
  });
});

describe("phone numbers", () => {
  type Declared = NonNullable<Profile["phoneNumbers"]>;
  test.each<[string, Declared, User["phoneNumbers"], boolean]>([
    ["the same ones", [{ value: "1", type: "work" }], [{ value: "1", type: "work" }], true],
    [
      "the same ones in another order",
      [{ value: "1" }, { value: "2" }],
      [{ value: "2" }, { value: "1" }],
      true,
    ],
    [
      "a type and a primary flag that were not declared",
      [{ value: "1" }],
      [{ value: "1", type: "work", primary: true }],
      true,
    ],
    ["nulls for what was not declared", [{ value: "1" }], [{ value: "1", type: null, primary: null }], true],
    ["another number", [{ value: "1" }], [{ value: "2" }], false],
    ["another type", [{ value: "1", type: "work" }], [{ value: "1", type: "home" }], false],
    ["no type where one was declared", [{ value: "1", type: "work" }], [{ value: "1" }], false],
    ["one more", [{ value: "1" }], [{ value: "1" }, { value: "2" }], false],
    ["one fewer", [{ value: "1" }, { value: "2" }], [{ value: "1" }], false],
    ["none", [{ value: "1" }], [], false],
    ["none, as declared", [], null, true],
    ["one where none was declared", [], [{ value: "1" }], false],
    [
      "the same one twice in place of two",
      [{ value: "1" }, { value: "2" }],
      [{ value: "1" }, { value: "1" }],
      false,
    ],
    [
      "another one beside one that was declared twice",
      [{ value: "1" }, { value: "1" }],
      [{ value: "1" }, { value: "2" }],
      false,
    ],
  ])("%s", (_, phoneNumbers, answer, same) => {
    const declared: Profile = { userName: whole.userName, phoneNumbers };
    const live = liveProfile(declared, { ...bareUser, phoneNumbers: answer });
    expect(differingAttributes(declared, live)).toEqual(same ? [] : ["phoneNumbers"]);
    const shown = answer?.map((number) =>
      Object.fromEntries(Object.entries(number).filter(([, v]) => v !== null)),
    );
    if (!same) expect(live.phoneNumbers).toEqual(shown);
  });
});

describe("the difference between two profiles", () => {
  test.each(keys)("is %s where it is the only one", (key) => {
    const other = key === "name" ? { formatted: "X" } : key === "phoneNumbers" ? [] : "other";
    expect(difference(whole, { ...whole, [key]: other })).toEqual({ [key]: whole[key] });
  });

  test("is nothing for what the first leaves out", () => {
    expect(difference({ userName: whole.userName }, whole)).toEqual({});
  });

  test("is all that the second leaves out", () => {
    expect(difference(whole, { userName: whole.userName })).toEqual({ ...whole, userName: undefined });
  });

  test("is named by attribute, a name by its parts", () => {
    const actual = { ...whole, title: "", name: { formatted: "Ada King", givenName: "Ida", familyName: "" } };
    expect(differingAttributes(whole, actual)).toEqual(["name.givenName", "name.familyName", "title"]);
  });
});
