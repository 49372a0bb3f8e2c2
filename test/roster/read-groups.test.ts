import { describe, expect, test } from "vitest";
import { linesOf, rosterFiles } from "./roster-files";

const { read, groups: readGroups, problems, groupProblems } = rosterFiles();

describe("groups that can be used", () => {
  test("a map by name: every value is the text that stands there, and a value alone is a list of one", () => {
    const groups = readGroups(
      "groups.yaml",
      `\uFEFF# beside the roster
Engineering:
  members: exact
  where: { department: Engineering, role: [member, owner] }
  except: [Sam@Example.com]
  maxRemovals: 10
  protect: TRUE
On-call:
  members: add
  include:
    - ada@example.com
  onRemove: delete
  formerName: Pagers
  maxRemovals: 50%
  force:
`,
    );
    expect(groups).toEqual({
      Engineering: {
        members: "exact",
        where: { department: ["Engineering"], role: ["member", "owner"] },
        except: ["sam@example.com"],
        maxRemovals: "10",
        protect: true,
      },
      "On-call": {
        members: "add",
        include: ["ada@example.com"],
        onRemove: "delete",
        formerName: "Pagers",
        maxRemovals: "50%",
      },
    });
  });

  test("a group may be called as what means something to YAML or to an object", () => {
    expect(
      Object.keys(
        readGroups("odd.yml", "no: {members: add}\n007: {members: add}\n__proto__: {members: add}\n"),
      ),
    ).toEqual(["no", "007", "__proto__"]);
  });

  test("none at all", () => {
    expect(readGroups("none.yaml", "{}\n")).toEqual({});
  });
});

describe("groups that cannot be used", () => {
  test("whether a group is added to or exact is never guessed", () => {
    expect(groupProblems("missing.yaml", "Engineering:\n  where: {department: Engineering}\nOps:\n")).toEqual(
      [
        "missing.yaml, line 1: group Engineering: members must be one of add, exact, not missing",
        'missing.yaml, line 3: group Ops: at least members is wanted: "members: add" or "members: exact"',
      ],
    );
  });

  test("each mistake is told with its line, all at once", () => {
    expect(
      groupProblems(
        "bad.yaml",
        `Engineering:
  members: all
  exclude: [ada@example.com]
  were: {}
Ops:
  members: add
  include: ada@example.com
  except: [ada]
  where:
    dept: Ops
  onRemove: remove
  maxRemovals: many
  protect: maybe
Empty:
  members: exact
  where: {}
  formerName: " Old"
`,
      ),
    ).toEqual([
      'bad.yaml, line 2: group Engineering: members must be one of add, exact, not "all"',
      'bad.yaml, line 3: group Engineering: unknown field "exclude"; did you mean except?',
      'bad.yaml, line 4: group Engineering: unknown field "were"; did you mean where?',
      'bad.yaml, line 7: group Ops: include must be a list, not "ada@example.com"',
      'bad.yaml, line 8: group Ops: except.0 must be an e-mail address such as ada@example.com, not "ada"',
      'bad.yaml, line 10: group Ops: unknown property "where.dept"; allowed are role, title, department, division, costCenter, organization, employeeNumber, manager, locale, preferredLanguage, userType',
      'bad.yaml, line 11: group Ops: onRemove must be one of retain, delete, not "remove"',
      'bad.yaml, line 12: group Ops: maxRemovals must be a whole number from 0 or a share such as "25%"',
      'bad.yaml, line 13: group Ops: protect must be true or false, not "maybe"',
      "bad.yaml, line 16: group Empty: where is empty: name a column, or leave `where` out",
      "bad.yaml, line 17: group Empty: formerName has spaces around it",
    ]);
  });

  test.each([
    ["list.yaml", "- Engineering\n", "line 1: a map of groups is wanted"],
    ["empty.yaml", "# nothing\n", "it is empty: write {} for no group"],
    ["twice.yaml", "A: {members: add}\nA: {members: exact}\n", "line 2: this group or field stands twice"],
    ["groups.csv", "name,members\n", "its ending must be .yaml or .yml"],
  ])("%s", (file, text, why) => {
    expect(groupProblems(file, text)).toEqual([expect.stringContaining(why)]);
  });
});

describe("the column groups of a roster", () => {
  const groups = { Engineering: {}, "On-call": {} };

  test("names are set apart by semicolons, and a list in YAML", () => {
    const people = [
      { userName: "ada@example.com", groups: ["Engineering", "On-call"] },
      { userName: "bob@example.com" },
    ];
    expect(
      read("g.csv", "userName,groups\nada@example.com,Engineering; On-call;\nbob@example.com,\n"),
    ).toEqual(people);
    expect(
      read(
        "g.yaml",
        "- userName: ada@example.com\n  groups: [Engineering, On-call]\n- userName: bob@example.com\n  groups: []\n",
      ),
    ).toEqual(people);
  });

  test("a name that is no declared group is refused with line, column and the one that is meant", () => {
    expect(
      linesOf(
        problems("t.csv", "userName,groups\nada@example.com,Engineering\nbob@example.com,on call;Sales\n", {
          groups,
        }),
      ),
    ).toEqual([
      't.csv, line 3, column groups: group "on call" is not declared; did you mean "On-call"?',
      't.csv, line 3, column groups: group "Sales" is not declared; declared are Engineering, On-call',
    ]);
  });

  test("a name with a semicolon is written into the group, as a cell would read it as two", () => {
    const text =
      "- userName: ada@example.com\n  groups: [a;b]\n- userName: bob@example.com\n  groups: [{}]\n";
    expect(linesOf(problems("s.yaml", text))).toEqual([
      's.yaml, line 2, column groups: "a;b" has a semicolon, which sets names apart; name the person in `include` of the group instead',
      "s.yaml, line 4, column groups: a list of names is wanted",
    ]);
  });
});
