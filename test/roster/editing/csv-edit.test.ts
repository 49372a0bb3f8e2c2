import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RosterChange } from "../../../provider/roster/editing/change";
import { editRoster } from "../../../provider/roster/editing/edit-roster";
import { csvRoster } from "./csv";
import { add, changesOnlyWhatIsAsked, editOf, remove, set } from "./edits";
import { cellOf, fieldsOf, fileOf } from "./rosters";

const edit = editOf("members.csv");

const MEMBERS = `\uFEFF# people of acme\r
userName,role,"title"\r
\r
# founders\r
ada@example.com,owner,"Lovelace, Ada"\r
bob@example.com,,"Lead"\r
# the end`;

describe("an edit of a roster in CSV", () => {
  test("changes the cell and nothing else", () => {
    expect(edit(MEMBERS, set("BOB@example.com", { role: "member" }))).toBe(
      MEMBERS.replace("bob@example.com,,", "bob@example.com,member,"),
    );
    expect(edit(MEMBERS, set("ada@example.com", { title: "", role: "owner" }))).toBe(
      MEMBERS.replace('"Lovelace, Ada"', ""),
    );
  });

  test("adds somebody at the end, or where they belong when it is sorted", () => {
    expect(edit(MEMBERS, add({ userName: "zoe@example.com", title: 'Q"A' }))).toBe(
      MEMBERS.replace('"Lead"\r\n', '"Lead"\r\nzoe@example.com,,"Q""A"\r\n'),
    );
    expect(
      edit(MEMBERS, add({ userName: "Al@example.com", role: "member" }), add({ userName: "a@example.com" })),
    ).toBe(
      MEMBERS.replace('"title"\r\n', '"title"\r\na@example.com,,\r\n').replace(
        'Ada"\r\n',
        'Ada"\r\nAl@example.com,member,\r\n',
      ),
    );
    const unsorted = "userName\nb@example.com\na@example.com";
    expect(edit(unsorted, add({ userName: "aa@example.com" }))).toBe(`${unsorted}\naa@example.com`);
    expect(edit("userName,role", add({ userName: "a@example.com" }))).toBe("userName,role\na@example.com,");
  });

  test("leaves what Excel left behind: a new column stands before the cleared ones, cleared rows stay", () => {
    const text = "userName,role,,\n,,,\nada@example.com,member,,\nbob@example.com,,\n,,,\n";
    expect(
      edit(
        text,
        set("bob@example.com", { title: "Lead" }),
        add({ userName: "cy@example.com", role: "member" }),
      ),
    ).toBe(
      "userName,role,title,,\n,,,\nada@example.com,member,,,\nbob@example.com,,Lead,\ncy@example.com,member,,,\n,,,\n",
    );
    expect(edit(text, remove("ada@example.com"))).toBe("userName,role,,\n,,,\nbob@example.com,,\n,,,\n");
    const shouted = "userName,protect\nada@example.com,TRUE\n";
    expect(edit(shouted, set("ada@example.com", { protect: "true" }))).toBe(shouted);
  });

  test("takes somebody out, and leaves the comment above", () => {
    expect(edit(MEMBERS, remove("ada@example.com"))).toBe(
      MEMBERS.replace('ada@example.com,owner,"Lovelace, Ada"\r\n', ""),
    );
    expect(edit("userName\na@example.com", remove("a@example.com"))).toBe("userName");
  });

  test("puts a column that is not there at the end, and says that every line changes", () => {
    const { text, notes } = editRoster("members.csv", MEMBERS, [
      set("bob@example.com", { department: "Sales, North" }),
      remove("ada@example.com"),
      add({ userName: "zoe@example.com", locale: "en-US" }),
    ]);
    expect(text).toBe(
      MEMBERS.replace('"title"\r\n', '"title",department,locale\r\n')
        .replace('ada@example.com,owner,"Lovelace, Ada"\r\n', "")
        .replace('"Lead"\r\n', '"Lead","Sales, North",\r\nzoe@example.com,,,,en-US\r\n'),
    );
    expect(notes).toEqual([
      "The column department is new: every line gets a cell for it, empty where nothing was asked.",
      "The column locale is new: every line gets a cell for it, empty where nothing was asked.",
    ]);
    expect(editRoster("members.csv", MEMBERS, [set("bob@example.com", { locale: "" })])).toMatchObject({
      text: MEMBERS,
      notes: [],
    });
  });

  test("keeps a value from being a formula, as reading takes it off", () => {
    const text = edit(MEMBERS, set("bob@example.com", { title: "=1+1" }));
    expect(text).toContain(`bob@example.com,,"'=1+1"`);
    expect(fieldsOf("members.csv", text)[1]?.title).toBe("=1+1");
  });

  test("gives somebody another address, also when two swap theirs", () => {
    const swapped = edit(
      MEMBERS,
      set("ada@example.com", { userName: "bob@example.com" }),
      set("bob@example.com", { userName: "ada@example.com" }),
    );
    expect(fieldsOf("members.csv", swapped).map(({ userName }) => userName)).toEqual([
      "bob@example.com",
      "ada@example.com",
    ]);
  });
});

describe("an edit of a roster in CSV is refused, and says why", () => {
  test.each<[string, string, RosterChange[], string]>([
    [
      "nobody of that name",
      MEMBERS,
      [set("eve@example.com", {})],
      "members.csv, eve@example.com is not in it",
    ],
    ["nobody to remove", MEMBERS, [remove("eve@example.com")], "members.csv, eve@example.com is not in it"],
    [
      "there already",
      MEMBERS,
      [add({ userName: "Ada@example.com" })],
      "members.csv, line 5: Ada@example.com is in it already",
    ],
    [
      "one person twice",
      MEMBERS,
      [remove("ada@example.com"), set("ADA@example.com", {})],
      "ADA@example.com is in two of the changes",
    ],
    [
      "no address",
      MEMBERS,
      [set("ada@example.com", { userName: "" })],
      "line 5: a userName cannot be cleared",
    ],
    [
      "an address that is taken",
      MEMBERS,
      [set("bob@example.com", { userName: "ada@example.com" })],
      "line 6, column userName: once it is edited: ada@example.com is in line 5 already",
    ],
    [
      "a role that there is not",
      MEMBERS,
      [set("bob@example.com", { role: "boss" })],
      "line 6, column role: once it is edited: must be one of",
    ],
    [
      "a column that there is not",
      MEMBERS,
      [set("bob@example.com", { rolle: "x" })],
      'line 2: once it is edited: unknown column "rolle"',
    ],
    [
      "an apostrophe that reading would take off",
      MEMBERS,
      [set("bob@example.com", { title: "'=x" })],
      `column title: a CSV cannot hold "'=x"`,
    ],
    [
      "half a character",
      MEMBERS,
      [set("bob@example.com", { title: "\ud800" })],
      "column title of bob@example.com: the text has characters",
    ],
    [
      "a file that cannot be used",
      "userName,role\na@example.com,boss\n",
      [],
      "members.csv, line 2, column role: must be one of",
    ],
    ["an empty file", "", [add({ userName: "a@example.com" })], "members.csv, it is empty"],
  ])("%s", (_, text, changes, why) => {
    expect(() => edit(text, ...changes)).toThrow(why);
  });

  test("with everything that is wrong at once", () => {
    expect(() => edit(MEMBERS, remove("x@example.com"), remove("y@example.com"))).toThrow(
      "members.csv is not edited:\n  members.csv, x@example.com is not in it\n  members.csv, y@example.com is not in it",
    );
    expect(() => editRoster("members.txt", MEMBERS, [])).toThrow(
      "members.txt, its ending must be one of .csv",
    );
  });
});

describe("whatever the roster in CSV", () => {
  const cellIn = (columns: readonly string[]) =>
    fc.constantFrom(...columns).chain((column) =>
      fc.record({
        column: fc.constant(column),
        cell: column === "userName" ? fc.constant("new@example.com") : fc.option(cellOf(column), { nil: "" }),
      }),
    );
  const picked = csvRoster
    .filter(({ people }) => people.length > 0)
    .chain((roster) =>
      fc.record({ roster: fc.constant(roster), at: fc.nat({ max: roster.people.length - 1 }) }),
    );

  changesOnlyWhatIsAsked(
    edit,
    csvRoster,
    picked.chain(({ roster, at }) => cellIn(roster.columns).map((cell) => ({ roster, at, ...cell }))),
    ({ columns }) => columns.includes("title"),
  );

  test("setting and setting back gives the file as it was", () => {
    const cases = csvRoster
      // Of a file that quotes what is filled and has one empty cell, that is not known once it is filled.
      .filter(({ people, columns, quotes }) => people.length > 0 && columns.length > 1 && quotes !== "filled")
      .chain((roster) =>
        cellIn(roster.columns.filter((column) => column !== "userName")).chain((cell) =>
          fc.nat({ max: roster.people.length - 1 }).map((at) => ({ roster, at, ...cell })),
        ),
      );
    fc.assert(
      fc.property(cases, ({ roster: { segments, lastLineEnd, people }, at, column, cell }) => {
        const text = fileOf(segments, lastLineEnd);
        const { userName = "", [column]: old = "" } = people[at] ?? {};
        const forth = edit(text, set(userName, { [column]: cell }));
        expect(edit(forth, set(userName, { [column]: old }))).toBe(text);
      }),
    );
  });

  test("removing takes out the lines of that person and no byte more", () => {
    fc.assert(
      fc.property(picked, ({ roster: { segments, lastLineEnd, people }, at }) => {
        const { userName = "" } = people[at] ?? {};
        const edited = edit(fileOf(segments, lastLineEnd), remove(userName));
        expect(edited).toBe(
          fileOf(
            segments.filter((segment) => segment.userName !== userName),
            lastLineEnd,
          ),
        );
      }),
    );
  });
});
