import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RosterChange } from "../../../provider/roster/editing/change";
import { add, changesOnlyWhatIsAsked, editOf, remove, set } from "./edits";
import { cellOf, changesOf, fieldsOf, fileOf, TEXTS } from "./rosters";
import { yamlRoster } from "./yaml";

const edit = editOf("members.yaml");

const MEMBERS = `# people of acme
- userName: ada@example.com # founder
  role: &top owner # until May
  employeeNumber: "007"

# sales
- userName: bob@example.com
  # title: to be said
  department: 'Sales: North'
- { userName: zoe@example.com, role: member } # new
# the end`;

describe("an edit of a roster in YAML", () => {
  test("a field that says null gets its value, and a value that is spelt null its quotes", () => {
    const text = "- userName: ada@example.com\n  title: ~\n  department: no\n";
    expect(edit(text, set("ada@example.com", { title: "Lead", department: "null" }))).toBe(
      text.replace("~", "Lead").replace("department: no", 'department: "null"'),
    );
  });

  test("changes the value and nothing else: comments, quotes, anchors and braces stay", () => {
    expect(edit(MEMBERS, set("ADA@example.com", { role: "member", employeeNumber: "no" }))).toBe(
      MEMBERS.replace("owner", "member").replace("007", "no"),
    );
    expect(edit(MEMBERS, set("zoe@example.com", { role: "owner" }))).toBe(
      MEMBERS.replace("role: member", "role: owner"),
    );
    expect(edit(MEMBERS, set("bob@example.com", { department: "x: y" }))).toBe(
      MEMBERS.replace("Sales: North", "x: y"),
    );
  });

  test("adds a field where the others have it", () => {
    expect(edit(MEMBERS, set("bob@example.com", { role: "member", title: "a # b" }))).toBe(
      MEMBERS.replace("bob@example.com\n", "bob@example.com\n  role: member\n  title: 'a # b'\n"),
    );
    expect(edit(MEMBERS, set("zoe@example.com", { title: "a, b" }))).toBe(
      MEMBERS.replace("role: member }", "role: member, title: 'a, b' }"),
    );
  });

  test("takes a field out that is cleared, but for its key where a comment or the dash stands beside it", () => {
    expect(edit(MEMBERS, set("bob@example.com", { department: "" }))).toBe(
      MEMBERS.replace("  department: 'Sales: North'\n", ""),
    );
    expect(edit(MEMBERS, set("ada@example.com", { role: "" }))).toBe(MEMBERS.replace(" &top owner", ""));
    expect(edit(MEMBERS, set("zoe@example.com", { role: "" }))).toBe(MEMBERS.replace(", role: member", ""));
    const roleFirst = "- role: owner\n  userName: a@example.com\n- {role: owner, userName: b@example.com}\n";
    expect(edit(roleFirst, set("a@example.com", { role: "" }), set("b@example.com", { role: "" }))).toBe(
      '- role:\n  userName: a@example.com\n- {role: "", userName: b@example.com}\n',
    );
  });

  test("fills a field that is empty", () => {
    const empty =
      "- userName: a@example.com\n  role: # later\n  title:\n- {userName: b@example.com, role: , title}\n";
    expect(
      edit(
        empty,
        set("a@example.com", { role: "member", title: "x" }),
        set("b@example.com", { role: "owner", title: "z1" }),
      ),
    ).toBe(
      "- userName: a@example.com\n  role: member # later\n  title: x\n- {userName: b@example.com, role: owner , title: z1}\n",
    );
  });

  test("adds somebody as their neighbour stands there, at the end or where they belong", () => {
    expect(edit(MEMBERS, add({ userName: "carl@example.com", title: "no", role: "member" }))).toBe(
      MEMBERS.replace("North'\n", `North'\n- userName: carl@example.com\n  role: member\n  title: "no"\n`),
    );
    expect(edit(MEMBERS, add({ userName: "zz@example.com" }))).toBe(
      MEMBERS.replace("# new\n", "# new\n- { userName: zz@example.com }\n"),
    );
    const spaced = "- userName: b@example.com\r\n\r\n- userName: a@example.com";
    expect(edit(spaced, add({ userName: "c@example.com", role: "member" }))).toBe(
      `${spaced}\r\n\r\n- userName: c@example.com\r\n  role: member`,
    );
  });

  test("takes somebody out with the comments on and right below their lines; those above stay", () => {
    expect(edit(MEMBERS, remove("ada@example.com"))).toBe(
      `# people of acme\n\n${MEMBERS.slice(MEMBERS.indexOf("# sales"))}`,
    );
    expect(edit(MEMBERS, remove("zoe@example.com"))).toBe(MEMBERS.replace(/- \{.*\n/, ""));
    const below =
      "- userName: a@example.com\n  # was owner until May\n# b is new\n- userName: b@example.com\n";
    expect(edit(below, remove("a@example.com"))).toBe("# b is new\n- userName: b@example.com\n");
  });

  test("begins and ends a list", () => {
    const nobody = "# nobody yet\n[]\n";
    const one = "# nobody yet\n- userName: a@example.com\n  role: owner\n";
    expect(edit(nobody, add({ role: "owner", userName: "a@example.com" }))).toBe(one);
    expect(edit(one, remove("a@example.com"))).toBe(nobody);
    expect(edit("[] # nobody\n", add({ userName: "a@example.com" }))).toBe(
      "[{ userName: a@example.com }] # nobody\n",
    );
  });

  test("in brackets, as JSON is written", () => {
    const json = '[\n  {"userName": "a@example.com", "role": "owner"},\n  {"userName": "b@example.com"}\n]\n';
    const added = edit(json, add({ userName: "c@example.com", role: "member" }));
    expect(added).toBe(
      json.replace(
        '"b@example.com"}',
        '"b@example.com"},\n  {"userName": "c@example.com", "role": "member"}',
      ),
    );
    expect(JSON.parse(added)).toHaveLength(3);
    expect(edit(added, remove("c@example.com"))).toBe(json);
    expect(JSON.parse(edit(added, remove("a@example.com"), remove("b@example.com")))).toEqual([
      { userName: "c@example.com", role: "member" },
    ]);
    expect(
      edit(json, remove("b@example.com"), remove("a@example.com"), add({ userName: "0@example.com" })),
    ).toContain("0@example.com");
    expect(edit(json, set("b@example.com", { title: "Lead" }))).toBe(
      json.replace('"b@example.com"}', '"b@example.com", "title": "Lead"}'),
    );
  });
});

describe("groups of a roster in YAML", () => {
  const block = [
    "- userName: a@example.com",
    "  groups: # teams",
    "    - Engineering",
    '    - "On: call" # at night',
    "    # and in spring",
    "    - Sales",
    "  role: member",
    "",
  ].join("\n");
  const a = (groups: string) => set("a@example.com", { groups });

  test("one name more or less is one line more or less; the others keep theirs, and their comments", () => {
    expect(edit(block, a("Engineering; On: call; Sales; Ops"))).toBe(
      block.replace("    - Sales\n", "    - Sales\n    - Ops\n"),
    );
    expect(edit(block, a("Engineering; Sales"))).toBe(block.replace('    - "On: call" # at night\n', ""));
    expect(edit(block, a("Sales; no"))).toBe(
      block
        .replace('    - Engineering\n    - "On: call" # at night\n', "")
        .replace("    - Sales\n", '    - Sales\n    - "no"\n'),
    );
    const outdented = "- userName: a@example.com\r\n  groups:\r\n  - A\r\n  - B";
    expect(edit(outdented, a("A; B; C"))).toBe(`${outdented}\r\n  - C`);
    expect(edit(outdented, a("A"))).toBe(outdented.replace("\r\n  - B", ""));
  });

  test("in brackets a name goes with its comma, wherever it stands", () => {
    const flow = "- userName: a@example.com\n  groups: [ 'A', B, C, ] # teams\n  role: member\n";
    const cases: [string, string][] = [
      ["A; B; C; x, y", "[ 'A', B, C, 'x, y', ]"],
      ["B; C", "[ B, C, ]"],
      ["A; C", "[ 'A', C, ]"],
      ["A; B", "[ 'A', B, ]"],
      ["C", "[ C, ]"],
      ["D; E", "['D', 'E']"],
    ];
    for (const [groups, list] of cases)
      expect(edit(flow, a(groups))).toBe(flow.replace("[ 'A', B, C, ]", list));
    const braces = "- {userName: a@example.com, groups: [A, B], role: member}\n";
    expect(edit(braces, a("B; C"))).toBe(braces.replace("[A, B]", "[B, C]"));
  });

  test("without a name the field goes; a first name makes it, as the file writes groups", () => {
    expect(edit(block.replace(" # teams", ""), a(""))).toBe("- userName: a@example.com\n  role: member\n");
    const flow = "- userName: a@example.com\n  groups: [A]\n- userName: b@example.com\n  groups: []\n";
    expect(edit(flow, a(""), set("b@example.com", { groups: "B; C" }))).toBe(
      "- userName: a@example.com\n- userName: b@example.com\n  groups: [B, C]\n",
    );
    expect(edit(flow, add({ userName: "c@example.com", groups: "A; 007" }))).toBe(
      `${flow}- userName: c@example.com\n  groups: [A, "007"]\n`,
    );
    const text = "- userName: a@example.com\n  groups: A; B\n- userName: b@example.com\n";
    expect(edit(text, a("A; B; C"), set("b@example.com", { groups: "A; B" }))).toBe(
      "- userName: a@example.com\n  groups: A; B; C\n- userName: b@example.com\n  groups: A; B\n",
    );
  });

  test("beside an empty list everything else can be edited", () => {
    const text = "- userName: a@example.com\n  groups: []\n";
    expect(edit(text, set("a@example.com", { role: "member" }))).toBe(
      "- userName: a@example.com\n  role: member\n  groups: []\n",
    );
  });
});

describe("an edit of a roster in YAML is refused, and says why", () => {
  test.each<[string, string, RosterChange[], string]>([
    [
      "an alias",
      "- userName: a@example.com\n  role: &r owner\n- userName: b@example.com\n  role: *r\n",
      [set("a@example.com", { role: "member" })],
      "line 4, column role: expected a text",
    ],
    [
      "a merge",
      "- &a\n  userName: a@example.com\n- <<: *a\n  userName: b@example.com\n",
      [set("b@example.com", { role: "member" })],
      "line 3, column <<: expected a text",
    ],
    [
      "a text over several lines",
      "- userName: a@example.com\n  title: |-\n    x\n",
      [set("a@example.com", { title: "z1" })],
      "line 2: the field title is a text over several lines; edit it by hand",
    ],
    [
      "an explicit key",
      "- userName: a@example.com\n  ? title\n  : x\n",
      [set("a@example.com", { title: "z1" })],
      "line 2: the field title has an explicit key (?); edit it by hand",
    ],
    [
      "a comment between braces",
      "[\n  {userName: a@example.com}, # a\n  {userName: b@example.com},\n]\n",
      [remove("b@example.com")],
      "line 2: a comment stands beside somebody in brackets; edit it by hand",
    ],
    [
      "a comment behind the last in brackets",
      "[\n  {userName: a@example.com} # a\n]\n",
      [add({ userName: "b@example.com" })],
      "line 2: a comment stands beside somebody in brackets; edit it by hand",
    ],
    [
      "a comment among groups in brackets",
      "- userName: a@example.com\n  groups: [\n    A, # first\n    B,\n  ]\n",
      [set("a@example.com", { groups: "A" })],
      "line 2: a comment stands in the brackets of groups; edit it by hand",
    ],
    [
      "nobody of that name",
      MEMBERS,
      [remove("eve@example.com")],
      "members.yaml, eve@example.com is not in it",
    ],
    [
      "there already",
      MEMBERS,
      [add({ userName: "bob@example.com" })],
      "members.yaml, line 7: bob@example.com is in it already",
    ],
    ["a file that is no list", "userName: a@example.com\n", [], "line 1: expected a list of people"],
  ])("%s", (_, text, changes, why) => {
    expect(() => edit(text, ...changes)).toThrow(why);
  });

  test("but beside it the others can be edited", () => {
    const text = "- userName: a@example.com\n  title: |-\n    x\n- userName: b@example.com\n";
    expect(edit(text, set("b@example.com", { role: "owner" }))).toBe(`${text}  role: owner\n`);
    expect(edit(text, set("a@example.com", { role: "owner" }))).toBe(
      text.replace("  title", "  role: owner\n  title"),
    );
  });
});

describe("whatever the roster in YAML", () => {
  const picked = yamlRoster
    .filter(({ people }) => people.length > 0)
    .chain((roster) =>
      fc.constantFrom("role", ...TEXTS, "groups").chain((column) =>
        fc.record({
          roster: fc.constant(roster),
          at: fc.nat({ max: roster.people.length - 1 }),
          column: fc.constant(column),
          cell: fc.option(cellOf(column), { nil: "" }),
        }),
      ),
    );

  changesOnlyWhatIsAsked(edit, yamlRoster, picked, () => true);

  test("setting and setting back gives the file as it was", () => {
    fc.assert(
      fc.property(picked, ({ roster: { segments, lastLineEnd, people }, at, column, cell }) => {
        const text = fileOf(segments, lastLineEnd);
        const { userName = "", [column]: old = "" } = people[at] ?? {};
        // Groups that nobody names any more come back in the looks of other fields.
        fc.pre(column !== "groups");
        // A key that is kept for its comment stays when there was none before.
        const comment = segments.some(
          (segment) => segment.userName === userName && /# why: said so\r?\n$/.test(segment.text),
        );
        fc.pre(!(comment && (old === "" || cell === "")));
        const forth = edit(text, set(userName, { [column]: cell }));
        expect(edit(forth, set(userName, { [column]: old }))).toBe(text);
      }),
    );
  });

  test("removing takes out the lines of that person, and no other but a blank one", () => {
    fc.assert(
      fc.property(picked, ({ roster: { file, segments, lastLineEnd, people }, at }) => {
        const { userName = "" } = people[at] ?? {};
        const edited = edit(fileOf(segments, lastLineEnd), remove(userName));
        expect(fieldsOf(file, edited)).toEqual(people.toSpliced(at, 1));
        const filled = (text: string) =>
          text
            .replace("\uFEFF", "")
            .split(/\r?\n/)
            .filter((line) => !["", "[]"].includes(line.trim()));
        expect(filled(edited)).toEqual(
          filled(
            fileOf(
              segments.filter((segment) => segment.userName !== userName),
              lastLineEnd,
            ),
          ),
        );
      }),
    );
  });

  test("a list that is JSON stays JSON", () => {
    const cases = fc
      .record({ roster: yamlRoster, indent: fc.constantFrom(0, 2) })
      .chain(({ roster, indent }) =>
        fc.record({
          text: fc.constant(`${JSON.stringify(roster.people, null, indent)}\n`),
          empty: fc.constant(roster.people.length === 0),
          wanted: changesOf(roster),
        }),
      );
    fc.assert(
      fc.property(cases, ({ text, empty, wanted: { changes, people } }) => {
        fc.pre(!empty);
        const edited = edit(text, ...changes);
        const read = fieldsOf("members.yaml", edited);
        expect(new Map(read.map((person) => [person.userName, person]))).toEqual(people);
        expect(JSON.parse(edited)).toHaveLength(people.size);
        const added = edit(text, add({ userName: "zz@example.com" }));
        expect(JSON.parse(added)).toHaveLength(JSON.parse(text).length + 1);
        expect(edit(added, remove("zz@example.com"))).toBe(text);
      }),
    );
  });
});
