import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RosterError, readRoster } from "../../provider/people/read-roster";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-notion-roster-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(name: string, text: string) {
  const file = join(folder, name);
  writeFileSync(file, text);
  return readRoster(file);
}

function problems(name: string, text: string): string {
  try {
    read(name, text);
  } catch (error) {
    expect(error).toBeInstanceOf(RosterError);
    return (error as Error).message;
  }
  throw new Error("The roster was taken as it is.");
}

describe("a roster that can be used", () => {
  test("in CSV: what is empty is not declared, comments and a byte order mark are passed over", () => {
    const people = read(
      "members.csv",
      '\uFEFF# exported\nuserName,role,name,title,protect\nAda@Example.com,owner,"Lovelace, Ada",Analyst,true\nbob@example.com,,,,\n',
    );
    expect(people).toEqual([
      {
        userName: "Ada@Example.com",
        role: "owner",
        name: { formatted: "Lovelace, Ada" },
        title: "Analyst",
        protect: true,
      },
      { userName: "bob@example.com" },
    ]);
  });

  test("in YAML: every value is the text that stands there", () => {
    const people = read(
      "members.yaml",
      "- userName: ada@example.com\n  role: member\n  employeeNumber: 007\n  locale: no\n- userName: bob@example.com\n  givenName: Bob\n  familyName: Null\n  key: old@example.com\n",
    );
    expect(people).toEqual([
      { userName: "ada@example.com", role: "member", employeeNumber: "007", locale: "no" },
      { userName: "bob@example.com", name: { givenName: "Bob", familyName: "Null" }, key: "old@example.com" },
    ]);
  });

  test("in YAML: a field without a value is not declared", () => {
    expect(read("empty-field.yaml", "- userName: ada@example.com\n  role:\n  title: ''\n")).toEqual([
      { userName: "ada@example.com" },
    ]);
  });

  test("a cell that was kept from being a formula is read as it was", () => {
    expect(
      read("f.csv", "userName,title\nada@example.com,'=SUM(A1)\nbob@example.com,'quoted\n"),
    ).toMatchObject([{ title: "=SUM(A1)" }, { title: "'quoted" }]);
  });

  test("an empty file is a workspace of nobody", () => {
    expect(read("empty.csv", "")).toEqual([]);
    expect(read("empty.yml", "")).toEqual([]);
  });
});

describe("a roster that cannot be used", () => {
  test("lists everything that is wrong, with file, line and column", () => {
    const message = problems(
      "bad.csv",
      "userName,role,onRemove,Title\nada,boss,,\nbob@example.com,member,delete,\n,member,,\n carl@example.com,,,x\n",
    );
    expect(message.split("\n")).toEqual([
      "bad.csv cannot be used:",
      expect.stringMatching(/^ {2}bad\.csv, line 1: unknown column "Title"; known are userName, role, /),
      '  bad.csv, line 2, column userName: must be an e-mail address such as ada@example.com, not "ada"',
      '  bad.csv, line 2, column role: must be one of owner, membership_admin, member, restricted_member, not "boss"',
      '  bad.csv, line 3, column onRemove: must be one of remove, restrict, leave, not "delete"',
      "  bad.csv, line 4, column userName: is missing",
      "  bad.csv, line 5, column userName: has spaces around it",
    ]);
  });

  test("is complained about in the order of its lines", () => {
    const message = problems("order.csv", "userName,role\nada@example.com,boss\nada@example.com,\nbob,\n");
    expect(message.match(/line \d/g)).toEqual(["line 2", "line 3", "line 2", "line 4"]);
  });

  test("has a column that nobody fills and that is misspelt", () => {
    expect(problems("typo.csv", "userName,rolle\nada@example.com,\n")).toContain('unknown column "rolle"');
  });

  test("has somebody twice, in whichever case, and says so with both lines and roles", () => {
    const message = problems("twice.csv", "userName,role\nada@example.com,owner\nADA@example.com,member\n");
    expect(message).toContain(
      "twice.csv, line 3, column userName: ada@example.com stands in line 2 already with another role (owner, member)",
    );
  });

  test.each([
    ["short.csv", "userName,role\nada@example.com\n", "line 2"],
    ["quote.csv", 'userName\n"ada@example.com\n', "line"],
    ["map.yaml", "userName: ada@example.com\n", "line 1: a list of people is wanted"],
    ["item.yaml", "- ada@example.com\n", "line 1: a person is a map of fields"],
    ["nested.yaml", "- userName: [a]\n", "line 1, field userName: a text is wanted"],
    ["twice.yaml", "- userName: a@example.com\n  userName: b@example.com\n", "line 2"],
    ["people.txt", "", "its ending must be one of .csv, .yaml, .yml"],
  ])("%s: the message says where", (name, text, where) => {
    expect(problems(name, text)).toContain(where);
  });

  test("is not there", () => {
    expect(() => readRoster(join(folder, "missing.csv"))).toThrow("missing.csv, it cannot be read (ENOENT)");
  });
});
