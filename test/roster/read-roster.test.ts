import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRoster } from "../../provider/roster/read-roster";
import { rosterFiles } from "./roster-files";

const ADA_ID = "3b0d7e52-91c4-4f6a-8e2b-5d1c7a9f0e34";

const { folder, read, problems } = rosterFiles();

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
      "- userName: ada@example.com\n  role: member\n  employeeNumber: 007\n  locale: no\n- userName: bob@example.com\n  givenName: Bob\n  familyName: Null\n  formerUserName: old@example.com\n",
    );
    expect(people).toEqual([
      { userName: "ada@example.com", role: "member", employeeNumber: "007", locale: "no" },
      {
        userName: "bob@example.com",
        name: { givenName: "Bob", familyName: "Null" },
        formerUserName: "old@example.com",
      },
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

  test("in YAML with a byte order mark, as some editors write it", () => {
    expect(read("bom.yaml", "\uFEFF- userName: ada@example.com\n")).toEqual([
      { userName: "ada@example.com" },
    ]);
  });

  test("with Notion's id of each person, in CSV and in YAML; without one it is not declared", () => {
    const people = [{ userName: "ada@example.com", id: ADA_ID }, { userName: "bob@example.com" }];
    expect(read("ids.csv", `userName,id\nada@example.com,${ADA_ID}\nbob@example.com,\n`)).toEqual(people);
    expect(
      read("ids.yaml", `- userName: ada@example.com\n  id: ${ADA_ID}\n- userName: bob@example.com\n`),
    ).toEqual(people);
  });

  test("with letters of every script", () => {
    const names = ["Renée Zoë", "Łukasz", "Анна", "健太", "👩🏽‍🚀"];
    const rows = names.map((name, index) => `p${index}@example.com,${name}\n`);
    expect(read("letters.csv", `userName,name\n${rows.join("")}`).map(({ name }) => name)).toEqual(
      names.map((formatted) => ({ formatted })),
    );
  });

  test("with line ends of several systems, as files have that were put together", () => {
    const text = "userName,role\r\nada@example.com,member\nbob@example.com,owner\r\n";
    expect(read("ends.csv", text).map(({ role }) => role)).toEqual(["member", "owner"]);
  });

  test("whose columns or list are there and that has nobody in it", () => {
    expect(read("nobody.csv", "# nobody yet\nuserName,role\n")).toEqual([]);
    expect(read("nobody.yml", "# nobody yet\n[]\n")).toEqual([]);
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
      expect.stringMatching(/^ {2}bad\.csv, line 1: unknown column "Title"; did you mean title\?$/),
      '  bad.csv, line 2, column userName: must be an e-mail address such as ada@example.com, not "ada"',
      '  bad.csv, line 2, column role: must be one of owner, membership_admin, member, restricted_member, not "boss"',
      '  bad.csv, line 3, column onRemove: must be one of remove, restrict, retain, not "delete"',
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
      "twice.csv, line 3, column userName: ada@example.com is in line 2 already with another role (owner, member)",
    );
  });

  test("has an id that is none of Notion's: the line and the text that stands there", () => {
    const texts = ["ada", ADA_ID.toUpperCase(), ADA_ID.replaceAll("-", ""), `{${ADA_ID}}`];
    const message = problems(
      "odd-ids.csv",
      `userName,id\n${texts.map((text, index) => `p${index}@example.com,${text}\n`).join("")}`,
    );
    expect(message.split("\n").slice(1)).toEqual(
      texts.map(
        (text, index) =>
          `  odd-ids.csv, line ${index + 2}, column id: must be Notion's id of a member in lower case, such as 0f3c1b9e-52ad-4c7e-9b1d-6a2f8e4d7c05, not "${text}"`,
      ),
    );
  });

  test("has one id in two rows, for two addresses: both lines and both addresses", () => {
    const text = `userName,id\nada@example.com,${ADA_ID}\nbob@example.com,\nada.new@example.com,${ADA_ID}\n`;
    expect(problems("same-id.csv", text)).toBe(
      `same-id.csv cannot be used:\n  same-id.csv, line 4, column id: ${ADA_ID} is also the id of ada@example.com in line 2. Keep one of the two rows.`,
    );
  });

  test.each([
    ["short.csv", "userName,role\nada@example.com\n", "line 2"],
    ["quote.csv", 'userName\n"ada@example.com\n', "line"],
    ["map.yaml", "userName: ada@example.com\n", "line 1: expected a list of people"],
    ["item.yaml", "- ada@example.com\n", "line 1: a person is a map of fields"],
    ["nested.yaml", "- userName: [a]\n", "line 1, column userName: expected a text"],
    ["twice.yaml", "- userName: a@example.com\n  userName: b@example.com\n", "line 2"],
    ["people.txt", "", "its ending must be one of .csv, .yaml, .yml"],
  ])("%s: the message says where", (name, text, where) => {
    expect(problems(name, text)).toContain(where);
  });

  const latin1 = (text: string) => Buffer.from(text, "latin1");

  test("is not in UTF-8: the line, the byte and the encoding that it probably is", () => {
    expect(problems("old.csv", latin1("userName,name\nada@example.com,Ada\nren@example.com,Ren\xe9\n"))).toBe(
      "old.csv cannot be used:\n" +
        '  old.csv, line 3: it is not UTF-8 (byte 0xE9), likely Windows-1252, where this is "é"; save it as UTF-8, in Excel as "CSV UTF-8"',
    );
    expect(problems("old.yaml", latin1("- userName: ada@example.com\r\n  name: \x8akoda\r\n"))).toContain(
      'line 2: it is not UTF-8 (byte 0x8A), likely Windows-1252, where this is "Š"',
    );
  });

  test("is mostly in UTF-8, or in no encoding that can be told", () => {
    const joined = Buffer.concat([
      Buffer.from("userName,name\na@example.com,Zoë\n"),
      latin1("b@example.com,Zo\xeb\n"),
    ]);
    expect(problems("joined.csv", joined)).toContain(
      "line 3: it is not UTF-8 (byte 0xEB), though what stands before it is; type it again and save it as UTF-8",
    );
    const sjis = Buffer.from([...Buffer.from("userName,name\na@example.com,"), 0x8c, 0x92, 0x91, 0xbe, 0x0a]);
    expect(problems("sjis.csv", sjis)).toContain(
      "line 2: it is not UTF-8 (byte 0x8C) but an older encoding; save it as UTF-8",
    );
  });

  test("has the line of the first byte that is wrong, whatever stands before it", () => {
    const before = "userName,name\r\na@example.com,\uFFFD Zoë 健\r\n".repeat(3);
    expect(problems("late.csv", Buffer.concat([Buffer.from(before), latin1("\uFFFD\xff\n")]))).toContain(
      "line 7: ",
    );
    expect(problems("cut.csv", Buffer.from("userName,name\na@example.com,Zoë").subarray(0, -1))).toContain(
      "line 2: it is not UTF-8 (byte 0xC3)",
    );
  });

  test.each([
    ["little endian, with its mark", Buffer.from("\uFEFFuserName\nada@example.com\n", "utf16le")],
    ["little endian", Buffer.from("userName\nada@example.com\n", "utf16le")],
    ["big endian, with its mark", Buffer.from("\uFEFFuserName\nada@example.com\n", "utf16le").swap16()],
    ["big endian", Buffer.from("userName\nada@example.com\n", "utf16le").swap16()],
  ])("is in UTF-16, %s", (_, bytes) => {
    for (const name of ["wide.csv", "wide.yaml"]) {
      expect(problems(name, bytes)).toBe(
        `${name} cannot be used:\n  ${name}, line 1: it is UTF-16; save it as UTF-8, in Excel as "CSV UTF-8"`,
      );
    }
  });

  test("is no text at all", () => {
    expect(problems("book.csv", Buffer.from("PK\x03\x04\x14\x00\x06\x00", "latin1"))).toContain(
      'line 1: it is a workbook or another archive, not a text; save it as CSV, in Excel as "CSV UTF-8"',
    );
    expect(problems("null.csv", "userName\nada@example.com\nb\0b@example.com\n")).toContain(
      "line 3: it has a byte 0x00, which no text has",
    );
  });

  test.each(["", "\uFEFF", "\n\r\n", "# nobody\n"])("is empty (%j)", (text) => {
    expect(problems("empty.csv", text)).toContain(
      "empty.csv, it is empty: its first line names the columns, such as userName,role",
    );
    expect(problems("empty.yml", text)).toContain(
      "empty.yml, it is empty; write a list of people, or [] for nobody",
    );
  });

  test("has a column twice, or cells that are not set apart by commas", () => {
    expect(problems("double.csv", "# x\nuserName,role,role\nada@example.com,owner,member\n")).toBe(
      "double.csv cannot be used:\n  double.csv, line 2: the column role is there twice; keep one of the two",
    );
    expect(problems("double.yaml", "\uFEFF- userName: a@example.com\n  role: owner\n  role: member\n")).toBe(
      "double.yaml cannot be used:\n  double.yaml, line 3: the field role is there twice; keep one of the two",
    );
    for (const separator of [";", "\t"]) {
      expect(problems("other.csv", `userName${separator}role\nada@example.com${separator}owner\n`)).toMatch(
        /other\.csv, line 1: its cells are set apart by (semicolons|tabs); save it with commas$/,
      );
    }
  });

  test("has rows of another length: each is named, with the line where it begins", () => {
    const text =
      '# x\r\nuserName,name\r\na@example.com,"A\r\nB"\r\n\r\nb@example.com\r\nc@example.com,C,C\r\n';
    expect(problems("length.csv", text).split("\n").slice(1)).toEqual([
      "  length.csv, line 6: 1 cell, but 2 columns",
      "  length.csv, line 7: 3 cells, but 2 columns",
    ]);
  });

  test("has a quote that is not closed, or goes on after it: the line where it begins", () => {
    const before = 'userName,name\r\na@example.com,"A\r\nB"\r\n';
    expect(problems("quote.csv", `${before}b@example.com,"B\r\n`)).toContain("quote.csv, line 4: ");
    expect(problems("quote.csv", `${before}b@example.com,"B"x\r\n`)).toContain("quote.csv, line 4: ");
    expect(problems("quote.csv", `${before}b@example.com,"B"#x\r\n`)).toContain("quote.csv, line 4: ");
    expect(problems("quote.csv", `${before}b@example.com,B"x"\r\n`)).toContain("quote.csv, line 4: ");
  });

  test("is not there", () => {
    expect(() => readRoster(join(folder, "missing.csv"))).toThrow("missing.csv, it cannot be read (ENOENT)");
  });
});
