import { describe, expect, test } from "vitest";
import { rosterFiles } from "./roster-files";

const { read, problems } = rosterFiles();

describe("a roster as real systems write it", () => {
  test("in YAML: null and ~ are not managed, in quotes they are texts, and Null is a family name", () => {
    const text = `- userName: ada@example.com
  role: ~
  title: null
  department: NULL
  name: "null"
- userName: bob@example.com
  title: '~'
  familyName: Null
`;
    expect(read("null.yaml", text)).toEqual([
      { userName: "ada@example.com", name: { formatted: "null" } },
      { userName: "bob@example.com", title: "~", name: { familyName: "Null" } },
    ]);
  });

  test("as Excel saves it: TRUE and FALSE in any case and language, cleared rows, cleared columns at the end", () => {
    const text = `userName,role,protect,,
ada@example.com,member,TRUE,,
,,,,
bob@example.com,,False,,
cy@example.com,,WAHR
,,,,
`;
    expect(read("excel.csv", text)).toEqual([
      { userName: "ada@example.com", role: "member", protect: true },
      { userName: "bob@example.com", protect: false },
      { userName: "cy@example.com", protect: true },
    ]);
    expect(read("true.yaml", "- userName: ada@example.com\n  protect: True\n")).toMatchObject([
      { protect: true },
    ]);
    expect(problems("under.csv", "userName,role,\nada@example.com,member,x\n")).toContain(
      "line 2: 3 cells, but 2 columns",
    );
  });

  test.each([
    ["username", "userName"],
    ["User Name", "userName"],
    ["usrName", "userName"],
    ["Work address", "userName"],
  ])(
    "has no column userName but %s: one mistake with what is meant, not one of each row",
    (column, meant) => {
      const rows = "ada@example.com,member\nbob@example.com,owner\n";
      expect(problems("typo.csv", `${column},role\n${rows}`)).toBe(
        `typo.csv cannot be used:\n  typo.csv, line 1: unknown column "${column}"; did you mean ${meant}?`,
      );
    },
  );

  test("has no column userName and none that is like it: that is said once", () => {
    expect(problems("without.csv", "role,title\nmember,x\nowner,y\n")).toBe(
      "without.csv cannot be used:\n  without.csv, line 1: there is no column userName, which holds the e-mail addresses",
    );
    expect(problems("without.yaml", "- username: a@example.com\n- username: b@example.com\n")).toBe(
      'without.yaml cannot be used:\n  without.yaml, line 1: unknown column "username"; did you mean userName?',
    );
  });

  test("has an end that stands for none, which would take everybody out", () => {
    expect(
      problems("ends.csv", "userName,until\nada@example.com,1970-01-01\nbob@example.com,9999-12-31\n"),
    ).toBe(
      "ends.csv cannot be used:\n" +
        '  ends.csv, line 2, column until: "1970-01-01" is what systems write where there is no date: leave it out if there is none\n' +
        '  ends.csv, line 3, column until: "9999-12-31" is what systems write where there is no date: leave it out if there is none',
    );
  });

  test("has a number that Excel shortened", () => {
    expect(problems("number.csv", "userName,employeeNumber\nada@example.com,1.23E+11\n")).toContain(
      'line 2, column employeeNumber: "1.23E+11" is a number that Excel shortened: its digits are lost.',
    );
  });

  test("has what a spreadsheet saved in place of a value, at the begin of a line too, where it would be a comment", () => {
    const text =
      "userName,title,employeeNumber\nada@example.com,#NAME?,########\n#NAME?,Lead,1\n# a comment\n";
    expect(problems("errors.csv", text).split("\n").slice(1)).toEqual([
      expect.stringContaining('line 2, column title: "#NAME?" is an error of a spreadsheet'),
      expect.stringContaining('line 2, column employeeNumber: "########" is what a spreadsheet saves where'),
      expect.stringContaining('line 3: "#NAME?" is an error of a spreadsheet in place of a value'),
    ]);
  });

  test("has characters that nobody sees: each is named", () => {
    const text = "userName,role,title\nada\u200b@example.com,owner\u2060,Lead\u00a0\n";
    expect(problems("seen.csv", text).split("\n").slice(1)).toEqual([
      "  seen.csv, line 2, column title: begins or ends with U+00A0, which cannot be seen: delete it",
      expect.stringContaining('not "ada<U+200B>@example.com" (U+200B cannot be seen: delete it)'),
      expect.stringContaining('not "owner<U+2060>" (U+2060 cannot be seen: delete it)'),
    ]);
    expect(problems("column.csv", "userName,ro\u200ble\nada@example.com,owner\n")).toContain(
      'unknown column "ro<U+200B>le" (U+200B cannot be seen: delete it); did you mean role?',
    );
  });

  test("has what Entra ID calls a deleted user", () => {
    const name = "5b3c1f0e9a7d4c2b8e6f0a1b2c3d4e5fada@example.com";
    expect(problems("deleted.csv", `userName\n${name}\n`)).toContain("must be an e-mail address");
  });
});

describe("a line of a roster that begins with #", () => {
  test.each([
    ["as Excel saves an address without its quotes", "#ada@example.com,owner,"],
    ["in front of a row", "#17,Ada@example.com,owner"],
    ["in front of a row in quotes", '#"ada@example.com",owner,'],
  ])("is an error and no comment where it holds an address: %s", (_, line) => {
    expect(problems("hash.csv", `userName,role,title\neve@example.com,member,\n${line}\n`)).toContain(
      'hash.csv, line 3: begins with # and holds an e-mail address. For a comment write "# " at its start. ' +
        "For a person whose address begins with # put the address in quotes",
    );
  });

  test.each(["# ada@example.com,owner", "#ada left", "#", "##########", "#!x,y"])(
    "is a comment otherwise: %s",
    (line) => {
      expect(
        read("comment.csv", `${line}\nuserName,role\n${line}\neve@example.com,member\n${line}\n`),
      ).toEqual([{ userName: "eve@example.com", role: "member" }]);
    },
  );

  test("is text where it is a line of a cell", () => {
    const title = "Lead\n#NAME?,\n#ada@example.com,x";
    expect(read("cell.csv", `userName,title\neve@example.com,"${title}"\n`)).toEqual([
      { userName: "eve@example.com", title },
    ]);
  });
});
