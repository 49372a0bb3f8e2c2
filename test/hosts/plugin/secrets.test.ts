import { describe, expect, test } from "vitest";
import { pathText } from "../../../provider/hosts/plugin/detailed-diff";
import { secretNames, secretPaths } from "../../../provider/hosts/plugin/secrets";

const bag = {
  people: { "ada@example.com": { title: "Lead", phoneNumbers: [{ value: "1" }, { value: "2" }] } },
  protect: true,
};

describe("what a program made secret", () => {
  test("is named by property for one person, and by e-mail and property for many", () => {
    expect(secretNames("user", { title: "x" }, [["title"], ["name", "givenName"]])).toEqual([
      "title",
      "name",
    ]);
    expect(
      secretNames("workspace", bag, [
        ["people", "Ada@Example.com", "title"],
        ["limits", "tokenOwner"],
      ]),
    ).toEqual({ "ada@example.com": ["title"], "": ["limits"] });
    expect(secretNames("workspace", bag, [])).toBeUndefined();
  });

  test("of a person as a whole is each of their properties", () => {
    expect(secretNames("workspace", bag, [["people", "ada@example.com"]])).toEqual({
      "ada@example.com": ["title", "phoneNumbers"],
    });
  });

  test("is marked where it stands, and where it is kept under another name", () => {
    expect(secretPaths({ redacted: ["userName"] })).toContainEqual(["declaredUserName"]);
    expect(secretPaths({ redacted: { "ada@example.com": ["title"] } })).toEqual([
      ["people", "ada@example.com", "title"],
    ]);
  });

  test("of all people hides everything that is kept by their e-mails", () => {
    const paths = secretPaths({ people: {}, ids: {}, redacted: { "": ["people"] } });
    expect(paths).toEqual(expect.arrayContaining([["people"], ["ids"]]));
  });
});

test("a path of a difference is as Pulumi writes it", () => {
  expect(pathText({ path: ["people", "ada@example.com", "role"] })).toBe('people["ada@example.com"].role');
  expect(pathText({ path: ["people", 'a"b\\c'] })).toBe('people["a\\"b\\\\c"]');
});
