import { describe, expect, test } from "vitest";
import { decisionsCsv } from "../../../inventory/review/decision-columns";
import { type Decision, type DecisionFile, judge, parseDecisions } from "../../../inventory/review/decisions";
import type { Draft } from "../../../inventory/review/page-data";
import type { Person } from "../../../inventory/review/person";
import { findingsOf, latestFindings, type Reading } from "../../../inventory/review/revocation";
import { rosterChanges } from "../../../inventory/review/roster-changes";
import { NOTION_SCHEMA } from "../../../provider/model/record";
import { type ParsedRoster, parseRoster } from "../../../provider/roster/roster";
import { person } from "./people";

const DIGEST = "5".repeat(64);
const OPENED = "2026-11-20T10:00:00.000Z";
const NOW = Date.parse("2026-11-20T12:00:00Z");

function draft(more: Partial<Draft> = {}): Draft {
  return {
    kind: "keep",
    toRole: "",
    until: "",
    groups: [],
    reason: "",
    reviewer: "rita@example.com",
    decidedAt: "2026-11-20T11:00:00.000Z",
    ...more,
  };
}

const judgedBy = (people: Person[], files: DecisionFile[]) =>
  judge({ people, review: DIGEST, openedAt: OPENED, now: NOW }, files);

function judged(people: Person[], drafts: Record<string, Draft>, review = DIGEST) {
  const byId = new Map(Object.entries(drafts).map(([handle, each]) => [`id-of-${handle}`, each]));
  return judgedBy(people, [parseDecisions("decisions.csv", decisionsCsv(review, people, byId))]);
}

const problemsOf = (people: Person[], drafts: Record<string, Draft>) => judged(people, drafts).problems;

describe("a review is not closed", () => {
  test("with gaps, who is missing named, with their reviewer", () => {
    const people = [person("ada"), person("bob", { reviewer: "lead@example.com" }), person("cleo")];
    expect(problemsOf(people, { cleo: draft() })).toEqual([
      "nothing is decided about 2 of 3 people: ada@example.com, bob@example.com (lead@example.com reviews them)",
    ]);
  });

  test("with a self-review, whatever case the address is in", () => {
    expect(problemsOf([person("rita")], { rita: draft({ reviewer: "Rita@Example.com" }) })).toEqual([
      "decisions.csv, line 2: rita@example.com: decided by Rita@Example.com, but nobody reviews themself",
    ]);
  });

  test("with a decision of somebody who is not the reviewer", () => {
    expect(problemsOf([person("ada", { reviewer: "lead@example.com" })], { ada: draft() })).toEqual([
      "decisions.csv, line 2: ada@example.com: decided by rita@example.com, but lead@example.com reviews them",
    ]);
  });

  test("with a decision on somebody who is not in the population, or has another id", () => {
    const file = parseDecisions(
      "decisions.csv",
      decisionsCsv(
        DIGEST,
        [person("eve"), person("ada", { id: "other" })],
        new Map([
          ["id-of-eve", draft()],
          ["other", draft()],
        ]),
      ),
    );
    expect(judgedBy([person("ada")], [file]).problems).toEqual([
      'decisions.csv, line 2: eve@example.com is not in the population with the id "id-of-eve"',
      'decisions.csv, line 3: ada@example.com is not in the population with the id "other"',
      "nothing is decided about 1 of 1 people: ada@example.com",
    ]);
  });

  test("with decisions of another review", () => {
    expect(judged([person("ada")], { ada: draft() }, "4".repeat(64)).problems[0]).toBe(
      `decisions.csv, line 2: it was decided about another review, or about this one before its manifest.json changed (${"4".repeat(64)})`,
    );
  });

  test("with a decision about another role than the population says, or a column that stands twice", () => {
    const file = (text: string) => parseDecisions("decisions.csv", text);
    const text = decisionsCsv(DIGEST, [person("ada", { role: "owner" })], new Map([["id-of-ada", draft()]]));
    expect(judgedBy([person("ada")], [file(text)]).problems).toEqual([
      'decisions.csv, line 2: ada@example.com: decided about the role "owner", and the population says "member"',
    ]);
    expect(() => file(text.replace("to role", "decision"))).toThrow(/has no column "to role"/);
    expect(() => file(text.replaceAll("\n", ",keep\n").replace("at,keep", "at,decision"))).toThrow(
      /has the column "decision" twice/,
    );
  });

  test("with two decisions that differ; the same twice is one", () => {
    const people = [person("ada")];
    const file = (name: string, each: Draft) =>
      parseDecisions(name, decisionsCsv(DIGEST, people, new Map([["id-of-ada", each]])));
    const remove = draft({ kind: "remove", reason: "gone" });
    expect(judgedBy(people, [file("a.csv", draft()), file("b.csv", remove)]).problems).toEqual([
      "b.csv, line 2: ada@example.com is decided differently in a.csv, line 2: keep one of the two",
    ]);
    expect(judgedBy(people, [file("a.csv", draft()), file("b.csv", draft())]).problems).toEqual([]);
  });

  test.each([
    [
      "without a reason for what is not keep",
      draft({ kind: "remove", reason: " " }),
      /remove wants a reason/,
    ],
    [
      "with a role that is not less",
      draft({ kind: "lower", toRole: "owner", reason: "x" }),
      /must be less than member \(restricted_member\), not "owner"/,
    ],
    ["without the role to lower to", draft({ kind: "lower", reason: "x" }), /must be less than member/],
    [
      "with an end that is over",
      draft({ kind: "end", until: "2026-11-19", reason: "x" }),
      /"until" 2026-11-19 is over already/,
    ],
    [
      "with an end that stands for none",
      draft({ kind: "end", until: "9999-12-31", reason: "x" }),
      /must be a date such as 2026-12-04, not "9999-12-31"/,
    ],
    [
      "with an end that no month has",
      draft({ kind: "end", until: "2026-11-31", reason: "x" }),
      /must be a date such as 2026-12-04, not "2026-11-31"/,
    ],
    [
      "with an end that is no date",
      draft({ kind: "end", until: "31.12.2026", reason: "x" }),
      /must be a date such as 2026-12-04/,
    ],
    [
      "with a decision that there is not",
      draft({ kind: "promote" as "keep" }),
      /must be one of keep, lower, remove, end, groups, not "promote"/,
    ],
  ])("%s", (_, each, problem) => {
    expect(problemsOf([person("ada")], { ada: each })).toEqual([expect.stringMatching(problem)]);
  });

  test("with somebody kept without a reason who left the company", () => {
    const people = [person("ada", { marks: ["left the company"] })];
    expect(problemsOf(people, { ada: draft() })[0]).toMatch(
      /keep wants a reason to be kept although left the company/,
    );
    expect(problemsOf(people, { ada: draft({ reason: "a shared account" }) })).toEqual([]);
  });
});

describe("out of groups", () => {
  const people = [person("ada", { groups: ["Engineering", "Design, Brand & Web", "Evil\u202e"] })];
  const out = (...groups: string[]) => draft({ kind: "groups", groups, reason: "moved on" });

  test("a decision names groups of the person, one below the other, and wants a reason", () => {
    const { decisions, problems } = judged(people, { ada: out("Engineering", "Design, Brand & Web") });
    expect(problems).toEqual([]);
    expect(decisions[0]).toMatchObject({ kind: "groups", groups: ["Design, Brand & Web", "Engineering"] });
    expect(problemsOf(people, { ada: out() })[0]).toContain('"out of groups" names no group');
    expect(problemsOf(people, { ada: out("Sales") })[0]).toContain("they are not in the group Sales");
    expect(problemsOf(people, { ada: { ...out("Engineering"), reason: "" } })[0]).toContain("wants a reason");
    // A name is compared as the page and the file show it.
    expect(problemsOf(people, { ada: out("Evil\u202e") })).toEqual([]);
  });

  test("the row loses the names that it has; what it does not name is by hand", () => {
    const roster = parseRoster(
      "members.csv",
      "userName,role,groups,reason\nada@example.com,member,Engineering; Sales,\nbob@example.com,member,,\n",
    );
    const { changes, byHand, drifted } = edited(
      [
        decision("ada", { kind: "groups", groups: ["Engineering", "On-call"], reason: "moved on" }),
        decision("bob", { kind: "groups", groups: ["Sales"] }, { role: "owner" }),
        decision("cleo", { kind: "groups", groups: ["Sales"] }, { declared: null }),
      ],
      roster,
    );
    expect(changes).toEqual([
      {
        kind: "set",
        userName: "ada@example.com",
        fields: { groups: "Sales", reason: "[review 2026-Q4, rita@example.com: moved on]" },
      },
    ]);
    expect(byHand.map(({ userName, todo }) => `${userName} ${todo}`)).toEqual([
      "ada@example.com their row does not name On-call: take them out where the program declares it, or in Notion's settings",
      "bob@example.com their row does not name Sales: take them out where the program declares it, or in Notion's settings",
      "cleo@example.com not in the roster: take them out of Sales in Notion's settings",
    ]);
    expect(drifted).toEqual([]);
  });
});

test("a file that a spreadsheet saved with semicolons is said to be one", () => {
  expect(() => parseDecisions("decisions.csv", "population;person;id\n")).toThrow(
    /set apart by semicolons: save it with commas/,
  );
});

function decision(handle: string, more: Partial<Decision>, about: Partial<Person> = {}): Decision {
  return {
    person: person(handle, about),
    kind: "remove",
    toRole: null,
    until: null,
    groups: [],
    reason: "left",
    reviewer: "rita@example.com",
    decidedAt: "2026-11-20T11:00:00.000Z",
    file: "decisions.csv",
    ...more,
  };
}

const edited = (decisions: Decision[], roster: ParsedRoster, opened = roster) => {
  const { byHand, ...edit } = rosterChanges({
    decisions,
    roster,
    openedWith: { file: "members.csv", rows: opened.rows },
    review: "2026-Q4",
    now: NOW,
  });
  return { ...edit, byHand: byHand.map(({ person, text }) => ({ userName: person.userName, todo: text })) };
};

const csvRoster = (text: string) => parseRoster("members.csv", text);

describe("the edit of the roster", () => {
  const roster = csvRoster(
    "userName,role,roleUntil,roleThen,until,onRemove,protect\n" +
      "ada@example.com,owner,2026-12-01,member,,,\nbob@example.com,,,,,,\n" +
      "cleo@example.com,member,,,,restrict,\ndora@example.com,member,,,,,true\n",
  );

  test("takes rows out, lowers roles with their times, and writes ends", () => {
    const { changes, byHand } = edited(
      [
        decision("ada", { kind: "lower", toRole: "member" }, { role: "owner" }),
        decision("bob", {}),
        decision("kept", { kind: "keep" }),
      ],
      roster,
    );
    expect(changes).toEqual([
      { kind: "set", userName: "ada@example.com", fields: { role: "member", roleUntil: "", roleThen: "" } },
      { kind: "remove", userName: "bob@example.com" },
    ]);
    expect(byHand).toEqual([]);
  });

  test("an end is one of the membership, or of the role that they hold", () => {
    const end = { kind: "end", until: "2026-12-31" } as const;
    const { changes } = edited(
      [decision("bob", { ...end, toRole: "restricted_member" }), decision("ada", end, { role: "owner" })],
      roster,
    );
    expect(changes).toEqual([
      {
        kind: "set",
        userName: "bob@example.com",
        fields: { role: "member", roleUntil: "2026-12-31", roleThen: "restricted_member" },
      },
      { kind: "set", userName: "ada@example.com", fields: { until: "2026-12-31" } },
    ]);
  });

  test("who is not in it is declared with less, but cannot be removed by it", () => {
    const { changes, byHand } = edited(
      [
        decision("eve", { kind: "lower", toRole: "restricted_member" }, { declared: null }),
        decision("zoe", {}, { declared: null }),
      ],
      roster,
    );
    expect(changes).toEqual([
      { kind: "add", fields: { userName: "eve@example.com", role: "restricted_member" } },
    ]);
    expect(byHand).toEqual([
      {
        userName: "zoe@example.com",
        todo: "not in the roster: an owner does it in Notion's settings, under People",
      },
    ]);
  });

  test("who gets a row gets no more than they have, by their id where the roster has one, and is named", () => {
    const withIds = csvRoster("userName,role,id,reason\nbob@example.com,member,id-of-bob,\n");
    const unmanaged = { declared: null };
    const { changes, added, byHand } = edited(
      [
        decision("eve", { kind: "end", until: "2026-12-31" }, unmanaged),
        decision(
          "zoe",
          { kind: "end", until: "2026-12-31", toRole: "member" },
          { ...unmanaged, role: "owner" },
        ),
      ],
      withIds,
    );
    expect(changes).toEqual([
      {
        kind: "add",
        fields: {
          userName: "eve@example.com",
          id: "id-of-eve",
          until: "2026-12-31",
          reason: "[review 2026-Q4, rita@example.com: left]",
        },
      },
    ]);
    expect(added.map(({ person, text }) => [person.userName, text])).toEqual([
      ["eve@example.com", expect.stringContaining("take the row out")],
    ]);
    expect(byHand).toEqual([
      { userName: "zoe@example.com", todo: expect.stringContaining("would have to give them owner") },
    ]);
  });

  test("who was in the roster and is not any more, or is declared elsewhere, gets none", () => {
    const lower = { kind: "lower", toRole: "restricted_member" } as const;
    const { changes, byHand } = edited(
      [decision("eve", lower), decision("zoe", lower, { declared: 'NotionUser "zoe"' })],
      roster,
    );
    expect(changes).toEqual([]);
    expect(byHand.map(({ todo }) => todo)).toEqual([
      expect.stringContaining("their row is not in the roster any more"),
      'NotionUser "zoe" declares them, and not the roster: change it there',
    ]);
  });

  test("a role that Notion gave beyond the roster is named as drift; one that the roster lowered since is not", () => {
    const rows = (role: string) => csvRoster(`userName,role\nada@example.com,${role}\n`);
    const lower = decision("ada", { kind: "lower", toRole: "member" }, { role: "owner" });
    const drifted = (now: ParsedRoster, opened: ParsedRoster) =>
      edited([lower], now, opened).drifted.map(({ text }) => text);
    expect(drifted(rows("member"), rows("member"))).toEqual([
      "Notion gave them owner, the roster gives member. Only `pulumi up --refresh` sees that",
    ]);
    expect(drifted(rows("member"), rows("owner"))).toEqual([]);
    expect(drifted(rows("owner"), rows("owner"))).toEqual([]);
    expect(drifted(rows(""), rows("member"))).toEqual([]);
  });

  test("the reason of the grant stays, and that of the last review gives way to this one's", () => {
    const withReason = csvRoster(
      'userName,role,reason,approvedBy\nada@example.com,owner,"INC-42 [review 2026-Q3, sam@example.com: until spring]",sam@example.com\n',
    );
    const { changes } = edited(
      [
        decision(
          "ada",
          { kind: "lower", toRole: "member", reason: "it is\nspring [now]" },
          { role: "owner" },
        ),
      ],
      withReason,
    );
    expect(changes).toEqual([
      {
        kind: "set",
        userName: "ada@example.com",
        fields: { role: "member", reason: "INC-42 [review 2026-Q4, rita@example.com: it is spring [now)]" },
      },
    ]);
    const board = csvRoster("userName,role,reason\nada@example.com,owner,asked for by the [review board]\n");
    expect(
      edited([decision("ada", { kind: "lower", toRole: "member" }, { role: "owner" })], board).changes,
    ).toMatchObject([
      { fields: { reason: "asked for by the [review board] [review 2026-Q4, rita@example.com: left]" } },
    ]);
  });

  test("an end that no row can say is by hand: before the membership begins, or where leaving means less", () => {
    const odd = csvRoster(
      "userName,role,from,onRemove,roleUntil,roleThen\nada@example.com,member,2027-01-01,,,\nbob@example.com,member,,restrict,,\n" +
        "cleo@example.com,owner,,,2026-12-01,member\n",
    );
    const end = { kind: "end", until: "2026-12-31" } as const;
    const { changes, byHand } = edited(
      [
        decision("ada", end),
        decision("bob", end),
        decision("cleo", { ...end, toRole: "restricted_member" }, { role: "owner" }),
      ],
      odd,
    );
    expect(changes).toEqual([]);
    expect(byHand.map(({ todo }) => todo)).toEqual([
      expect.stringContaining("it ends before it begins (from 2027-01-01, until 2026-12-31)"),
      expect.stringContaining("`onRemove: restrict`"),
      expect.stringContaining("no row can say"),
    ]);
  });

  test("a row that is protected, or whose removal does less, is said to need two steps", () => {
    const { changes, byHand } = edited([decision("cleo", {}), decision("dora", {})], roster);
    expect(changes).toEqual([]);
    expect(byHand.map(({ todo }) => todo)).toEqual([
      expect.stringContaining("`onRemove: restrict`"),
      expect.stringContaining("protected"),
    ]);
  });
});

describe("whether it is gone", () => {
  const user = (handle: string, role: string, id = `id-of-${handle}`) => ({
    id,
    userName: `${handle}@example.com`,
    [NOTION_SCHEMA]: { role },
  });
  const found = (users: ReturnType<typeof user>[], gone: string[], decisions: Decision[], now = NOW) =>
    findingsOf(decisions, { users, gone: new Set(gone), groups: [], groupIds: new Map() }, now).map(
      ({ done, found }) => [done, found],
    );

  test("a removal counts by a 404, and not for somebody who came back", () => {
    expect(found([], ["id-of-ada"], [decision("ada", {})])).toEqual([[true, "not in the workspace (404)"]]);
    expect(found([], [], [decision("ada", {})])).toEqual([[false, "not listed, but not proven to be gone"]]);
    expect(found([user("ada", "member", "new")], ["id-of-ada"], [decision("ada", {})])).toEqual([
      [false, "in the workspace as member, again, with another id (new)"],
    ]);
  });

  test("nobody is gone who came back under a plus-address, or under another address of theirs", () => {
    const [gone, away] = [["id-of-ada"], decision("ada", {})];
    const login = { ...away, person: { ...away.person, otherAddresses: ["lovelace@example.com"] } };
    expect(found([user("ada+2", "owner", "new")], gone, [away])).toEqual([
      [false, "in the workspace as owner, again, with another id (new) and as ada+2@example.com"],
    ]);
    expect(found([user("lovelace", "member", "new")], gone, [login])[0]?.[0]).toBe(false);
    // Whoever was reviewed themself is somebody else.
    expect(found([user("ada+2", "owner")], gone, [away, decision("ada+2", { kind: "keep" })])).toEqual([
      [true, "not in the workspace (404)"],
    ]);
  });

  test("of two accounts of a person the one counts that may do more", () => {
    const lower = decision("ada", { kind: "lower", toRole: "member" });
    expect(found([user("ada", "member"), user("ada", "owner", "new")], [], [lower])).toEqual([
      [false, "in the workspace as owner, again, with another id (new)"],
    ]);
  });

  test("a lower role counts when they hold it, or less, or are gone", () => {
    const lower = decision("ada", { kind: "lower", toRole: "member" });
    expect(found([user("ada", "owner")], [], [lower])[0]?.[0]).toBe(false);
    expect(found([user("ada", "member")], [], [lower])[0]?.[0]).toBe(true);
    expect(found([user("ada", "restricted_member")], [], [lower])[0]?.[0]).toBe(true);
    expect(found([], ["id-of-ada"], [lower])[0]?.[0]).toBe(true);
    expect(found([user("ada", "a_new_role")], [], [lower])[0]?.[0]).toBe(false);
  });

  test("an end counts from the day after it on", () => {
    const end = decision("ada", { kind: "end", until: "2026-12-31" });
    expect(found([user("ada", "member")], [], [end])).toEqual([
      [null, "in the workspace as member; ends 2026-12-31"],
    ]);
    expect(found([user("ada", "member")], [], [end], Date.parse("2027-01-01T00:00:00Z"))[0]?.[0]).toBe(false);
  });

  test("a membership counts by the whole list of the group of the opening, whatever its name is now", () => {
    const out = decision("ada", { kind: "groups", groups: ["Engineering", "On-call"] });
    const group = (id: string, name: string, members: string[], complete = true) => ({
      id,
      name,
      members: members.map((each) => ({ id: each })),
      complete,
    });
    const groupIds = new Map([
      ["Engineering", ["g1"]],
      ["On-call", ["g2"]],
    ]);
    const found = (users: ReturnType<typeof user>[], groups: ReturnType<typeof group>[]) =>
      findingsOf([out], { users, gone: new Set(["id-of-ada"]), groups, groupIds }, NOW).map(
        ({ done, found }) => [done, found],
      );
    const ada = [user("ada", "member")];
    expect(found(ada, [group("g1", "Renamed", ["id-of-ada"]), group("g2", "On-call", [])])).toEqual([
      [false, "in the workspace, still in Engineering, not in On-call"],
    ]);
    // Another group has the name by now, and its own is gone.
    expect(found(ada, [group("g3", "Engineering", ["id-of-ada"]), group("g2", "On-call", [])])).toEqual([
      [true, "in the workspace, Engineering is gone, not in On-call"],
    ]);
    expect(found(ada, [group("g1", "Engineering", []), group("g2", "On-call", [], false)])).toEqual([
      [false, "in the workspace, not in Engineering, not listed in On-call, whose list may be cut"],
    ]);
    const back = [user("ada", "member", "new")];
    expect(found(back, [group("g1", "Engineering", ["new"]), group("g2", "On-call", [])])[0]?.[0]).toBe(
      false,
    );
    expect(found([], [])).toEqual([[true, "not in the workspace (404)"]]);
  });

  test("since the first of the readings that found it so without a break", () => {
    const reading = (at: string, done: boolean): Reading => ({
      at,
      requests: {},
      findings: [{ userName: "ada@example.com", id: "a", done, found: "" }],
    });
    const readings = [reading("1", true), reading("2", false), reading("3", true), reading("4", true)];
    expect(latestFindings(readings)).toEqual([expect.objectContaining({ done: true, since: "3" })]);
    expect(latestFindings(readings.slice(0, 1))[0]?.since).toBe("1");
  });
});
