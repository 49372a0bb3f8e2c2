import { describe, expect, test } from "vitest";
import { checkInputs } from "../../provider/lifecycle/inputs";
import { UNKNOWN } from "../../provider/model/unknown";
import { omitProvider, type Properties } from "../../provider/state/properties";
import { roleInputsSchema } from "../../provider/state/role-assignment";
import { userInputsSchema } from "../../provider/state/user";
import { ADA_PROFILE } from "./ada";

const ROLES = "owner, membership_admin, member, restricted_member";
// What a class says beside is not for a program to say.
const USER_KEYS = Object.keys(userInputsSchema.shape)
  .filter((key) => key !== "redacted")
  .join(", ");

const checkUser = (news: Properties) => checkInputs(userInputsSchema, news);
const checkRole = (news: Properties) => checkInputs(roleInputsSchema, news);
const userReasons = (news: Properties) => checkUser(news).failures?.map(({ reason }) => reason);
const roleReasons = (news: Properties) => checkRole(news).failures?.map(({ reason }) => reason);

const ada = { userName: "ada@example.com" };
const everything = {
  userName: "ada@example.com",
  formerUserName: "ada.byron@example.com",
  userId: "5a1e7c9a-9f4b-4e07-8a6e-3b0a4f1c2d3e",
  ...ADA_PROFILE,
  name: { formatted: "Ada King", ...ADA_PROFILE.name },
  phoneNumbers: [{ value: "+44 1", type: "work", primary: true }, { value: "+44 2" }],
  initialRole: "member",
  adopt: false,
  onRemove: "restrict",
  redacted: ["title"],
};

describe("what a NotionUser may declare", () => {
  test("is an e-mail alone", () => {
    expect(checkUser(ada)).toEqual({ inputs: ada, failures: [] });
  });

  test("is every property there is, kept as declared", () => {
    expect(Object.keys(everything).sort()).toEqual(Object.keys(userInputsSchema.shape).sort());
    expect(checkUser(everything)).toEqual({ inputs: everything, failures: [] });
  });

  test.each(["owner", "membership_admin", "member", "restricted_member"])("is %s as initialRole", (role) => {
    expect(userReasons({ ...ada, initialRole: role })).toEqual([]);
  });

  test.each(["remove", "restrict", "retain"])("is %s as onRemove", (onRemove) => {
    expect(userReasons({ ...ada, onRemove })).toEqual([]);
  });

  test.each(["a.b+c@example.com", "o'dunleavy@mail.example.co.uk", "x@xn--bcher-kva.example"])(
    "is %s as an e-mail address",
    (userName) => {
      expect(userReasons({ userName })).toEqual([]);
    },
  );

  test("has its e-mail addresses folded to lower case", () => {
    const { inputs, failures } = checkUser({ userName: "Ada@Example.COM", manager: "CHARLES@example.com" });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ userName: "ada@example.com", manager: "charles@example.com" });
  });

  test("loses its nulls, nested ones too, and holds no undefined", () => {
    const { inputs, failures } = checkUser({
      userName: "ada@example.com",
      title: null,
      manager: undefined,
      name: { givenName: "Ada", familyName: null, formatted: undefined },
      phoneNumbers: [{ value: "+44 1", type: null, primary: undefined }],
    });
    expect(failures).toEqual([]);
    expect(inputs).toStrictEqual({
      userName: "ada@example.com",
      name: { givenName: "Ada" },
      phoneNumbers: [{ value: "+44 1" }],
    });
  });
});

describe("a NotionUser is refused with the name of the property and what is allowed", () => {
  const email = (property: string, met: string) =>
    `${property} must be an e-mail address such as ada@example.com, not ${met}`;
  const typo = (property: string, allowed: string) =>
    `unknown property "${property}"; allowed are ${allowed}`;
  const empty = (property: string) =>
    `${property} is empty: leave the property out instead, then it is not managed`;

  test.each<[string, Properties, string]>([
    ["no e-mail", {}, "userName is missing"],
    ["an e-mail that is null", { userName: null }, "userName is missing"],
    ["an e-mail without an @", { userName: "ada" }, email("userName", '"ada"')],
    ["an e-mail of a local host", { userName: "ada@localhost" }, email("userName", '"ada@localhost"')],
    ["two e-mails in one", { userName: "a@b.co,c@d.co" }, email("userName", '"a@b.co,c@d.co"')],
    ["an empty e-mail", { userName: "" }, empty("userName")],
    ["a padded e-mail", { userName: " ada@example.com" }, "userName has spaces around it"],
    ["an e-mail that is a number", { userName: 7 }, "userName must be a text, not 7"],
    ["an e-mail that is a list", { userName: ["ada@example.com"] }, "userName must be a text, not a list"],
    ["a manager who is no e-mail", { ...ada, manager: "Charles" }, email("manager", '"Charles"')],
    ["an empty title", { ...ada, title: "" }, empty("title")],
    ["a padded department", { ...ada, department: "R&D " }, "department has spaces around it"],
    ["a title that is a number", { ...ada, title: 7 }, "title must be a text, not 7"],
    ["a title that is true", { ...ada, title: true }, "title must be a text, not true"],
    ["a title that is an object", { ...ada, title: { en: "x" } }, "title must be a text, not an object"],
    ["an unknown role", { ...ada, initialRole: "admin" }, `initialRole must be one of ${ROLES}, not "admin"`],
    [
      "a role in capitals",
      { ...ada, initialRole: "Owner" },
      `initialRole must be one of ${ROLES}, not "Owner"`,
    ],
    [
      "an unknown onRemove",
      { ...ada, onRemove: "delete" },
      'onRemove must be one of remove, restrict, retain, not "delete"',
    ],
    ["an adopt that is a text", { ...ada, adopt: "false" }, 'adopt must be true or false, not "false"'],
    ["a typo", { ...ada, tittle: "x" }, typo("tittle", USER_KEYS)],
    ["a role, which is another resource's", { ...ada, role: "owner" }, typo("role", USER_KEYS)],
    ["an output", { ...ada, active: true }, typo("active", USER_KEYS)],
    [
      "a typo in the name",
      { ...ada, name: { given: "Ada" } },
      typo("name.given", "formatted, givenName, familyName"),
    ],
    ["an empty part of the name", { ...ada, name: { givenName: "" } }, empty("name.givenName")],
    [
      "a part of the name of a wrong type",
      { ...ada, name: { givenName: 7 } },
      "name.givenName must be a text, not 7",
    ],
    [
      "a name that is a text",
      { ...ada, name: "Ada" },
      'name must be an object with formatted, givenName, familyName, not "Ada"',
    ],
    [
      "a name that is a list",
      { ...ada, name: ["Ada"] },
      "name must be an object with formatted, givenName, familyName, not a list",
    ],
    [
      "phone numbers that are a text",
      { ...ada, phoneNumbers: "+44 1" },
      'phoneNumbers must be a list, not "+44 1"',
    ],
    [
      "phone numbers that are one object",
      { ...ada, phoneNumbers: { value: "1" } },
      "phoneNumbers must be a list, not an object",
    ],
    [
      "a phone number that is a text",
      { ...ada, phoneNumbers: ["+44 1"] },
      'phoneNumbers.0 must be an object with value, type, primary, not "+44 1"',
    ],
    [
      "a phone number that is null",
      { ...ada, phoneNumbers: [null] },
      "phoneNumbers.0 must be an object with value, type, primary, not null",
    ],
    [
      "a phone number without value",
      { ...ada, phoneNumbers: [{ value: "1" }, { type: "work" }] },
      "phoneNumbers.1.value is missing",
    ],
    [
      "a phone number with a typo",
      { ...ada, phoneNumbers: [{ value: "1", kind: "work" }] },
      typo("phoneNumbers.0.kind", "value, type, primary"),
    ],
    [
      "a phone number with a primary of a wrong type",
      { ...ada, phoneNumbers: [{ value: "1", primary: "yes" }] },
      'phoneNumbers.0.primary must be true or false, not "yes"',
    ],
  ])("%s", (_, news, reason) => {
    expect(userReasons(news)).toEqual([reason]);
  });

  test("all that is wrong at once", () => {
    expect(
      userReasons({
        userName: "ada",
        title: "",
        tittle: "x",
        initialRole: "admin",
        name: { given: 1, givenName: 2 },
      }),
    ).toEqual([
      email("userName", '"ada"'),
      "name.givenName must be a text, not 2",
      typo("name.given", "formatted, givenName, familyName"),
      empty("title"),
      `initialRole must be one of ${ROLES}, not "admin"`,
      typo("tittle", USER_KEYS),
    ]);
  });

  test("never by the engine's own `property`, which would print the whole value of a secret", () => {
    const { failures } = checkUser({ userName: "ada", title: 7, x: 1 });
    expect(failures?.map(({ property }) => property)).toEqual(["", "", ""]);
  });
});

describe("what a NotionRoleAssignment may declare", () => {
  const declared = { userId: "id-1", role: "owner", onRemove: "member" };

  test("is a member's id, a role and what removing does", () => {
    expect(checkRole(declared)).toEqual({ inputs: declared, failures: [] });
    expect(checkRole({ userId: "id-1", role: "member", onRemove: null })).toStrictEqual({
      inputs: { userId: "id-1", role: "member" },
      failures: [],
    });
  });

  test.each<[string, Properties, string[]]>([
    ["no member", { role: "owner" }, ["userId is missing"]],
    [
      "an empty member",
      { userId: "", role: "owner" },
      ["userId is empty: leave the property out instead, then it is not managed"],
    ],
    ["a padded member", { userId: "id-1 ", role: "owner" }, ["userId has spaces around it"]],
    ["a member that is a number", { userId: 1, role: "owner" }, ["userId must be a text, not 1"]],
    ["no role", { userId: "id-1" }, [`role must be one of ${ROLES}, not missing`]],
    ["an unknown role", { userId: "id-1", role: "admin" }, [`role must be one of ${ROLES}, not "admin"`]],
    [
      "a role of a wrong type",
      { userId: "id-1", role: ["owner"] },
      [`role must be one of ${ROLES}, not a list`],
    ],
    [
      "an onRemove of the other kind",
      { ...declared, onRemove: "remove" },
      [`onRemove must be one of ${ROLES}, retain, not "remove"`],
    ],
    [
      "a typo",
      { ...declared, user: "x" },
      [
        'unknown property "user"; allowed are userId, member, role, from, until, then, reason, approvedBy, onRemove',
      ],
    ],
    ["nothing at all", {}, ["userId is missing", `role must be one of ${ROLES}, not missing`]],
  ])("is not %s", (_, news, reasons) => {
    expect(roleReasons(news)).toEqual(reasons);
  });
});

describe("a value that is not known yet passes", () => {
  test.each(Object.keys(userInputsSchema.shape))("as %s of a NotionUser", (key) => {
    const news = { ...ada, [key]: UNKNOWN };
    expect(checkUser(news)).toEqual({ inputs: news, failures: [] });
  });

  test.each(Object.keys(roleInputsSchema.shape))("as %s of a NotionRoleAssignment", (key) => {
    const news = { userId: "id-1", role: "owner", [key]: UNKNOWN };
    expect(checkRole(news)).toEqual({ inputs: news, failures: [] });
  });

  test.each<[string, Properties]>([
    ["a part of a name", { name: { formatted: UNKNOWN, givenName: UNKNOWN, familyName: UNKNOWN } }],
    ["one of the phone numbers", { phoneNumbers: [{ value: "1" }, UNKNOWN] }],
    ["a part of a phone number", { phoneNumbers: [{ value: UNKNOWN, type: UNKNOWN, primary: UNKNOWN }] }],
  ])("as %s", (_, more) => {
    const news = { ...ada, ...more };
    expect(checkUser(news)).toEqual({ inputs: news, failures: [] });
  });

  test("and leaves what is wrong beside it to be found", () => {
    expect(userReasons({ userName: UNKNOWN, title: "", tittle: UNKNOWN })).toHaveLength(2);
  });
});

test("the text by which the host finds this package is no property", () => {
  const news = { ...ada, __provider: "exports.handler=…" };
  expect(omitProvider(news)).toStrictEqual(ada);
  expect(news).toHaveProperty("__provider");
  expect(userReasons(news)).toEqual([`unknown property "__provider"; allowed are ${USER_KEYS}`]);
});

describe("a value that the state holds already", () => {
  test.each<[string, Properties, Properties]>([
    ["a title that was cleared in Notion", { title: "" }, { title: "" }],
    [
      "a part of a name",
      { name: { givenName: "", familyName: "King" } },
      { name: { givenName: "", familyName: "x" } },
    ],
  ])("passes as it is, as ignoreChanges hands it over: %s", (_, more, before) => {
    const { inputs, failures } = checkInputs(
      userInputsSchema,
      { userName: "Ada@example.com", ...more },
      { userName: "ada@example.com", ...before },
    );
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ userName: "ada@example.com", ...more });
  });

  test("passes also where it is a role that this version does not know", () => {
    const declared = { userId: "id-1", role: "temporary_member" };
    expect(checkInputs(roleInputsSchema, declared, declared)).toEqual({ inputs: declared, failures: [] });
  });

  test("does not excuse another value, nor an unknown property", () => {
    const before = { title: "", titel: "x" };
    const reasonsFor = (news: Properties) =>
      checkInputs(userInputsSchema, { userName: "ada@example.com", ...news }, before).failures.map(
        ({ reason }) => reason,
      );
    expect(reasonsFor({ title: " x" })).toEqual(["title has spaces around it"]);
    expect(reasonsFor({ title: "", locale: "" }).join()).toMatch(/^locale is empty/);
    expect(reasonsFor({ titel: "x" }).join()).toContain('unknown property "titel"');
  });
});
