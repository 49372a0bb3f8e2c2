import { describe, expect, test } from "vitest";
import { type Facts, populationOf } from "../../../inventory/review/population";
import { parsePopulation, populationCsv } from "../../../inventory/review/population-csv";
import { parseReviewers, reviewerOf } from "../../../inventory/review/reviewers";
import { historyOf } from "../../../inventory/review/roster-history";
import { changedSince, type EarlierList, sinceOf } from "../../../inventory/review/since";
import type { Source, SourceRecord } from "../../../inventory/sources/source";
import { foldEmail } from "../../../provider/model/email";
import { NOTION_SCHEMA, type User } from "../../../provider/model/record";
import { record, source as sourceOf } from "../compare/people";
import { person } from "./people";

const NOW = Date.parse("2026-11-20T12:00:00Z");

function user(handle: string, role: string | null = "member", more: object = {}): User {
  return {
    id: `id-of-${handle}`,
    userName: `${handle}@example.com`,
    ...(role !== null && { [NOTION_SCHEMA]: { role } }),
    ...more,
  };
}

function facts(more: Partial<Facts>): Facts {
  return {
    workspace: { users: [], groups: [], incomplete: [], incompleteGroups: [], unreadable: new Set() },
    declared: undefined,
    roster: undefined,
    sources: [],
    earlier: [],
    history: undefined,
    reviewers: [],
    now: NOW,
    ...more,
  };
}

const workspace = (...users: User[]): Facts["workspace"] => ({
  users,
  groups: [],
  incomplete: [],
  incompleteGroups: [],
  unreadable: new Set(),
});
const rows = (...fields: Record<string, string>[]) => ({
  file: "members.csv",
  rows: fields.map((each, index) => ({
    line: index + 2,
    email: foldEmail(each.userName ?? ""),
    fields: each,
  })),
});

function source(name: string, records: Partial<SourceRecord>[], layout: Source["layout"] = "okta"): Source {
  return sourceOf(
    name,
    records.map((each) => record(each.email ?? null, each)),
    { layout, dateFrom: "--dated" },
  );
}

const marksOf = (given: Partial<Facts>) =>
  Object.fromEntries(populationOf(facts(given)).map(({ userName, marks }) => [userName, marks]));

describe("who is marked", () => {
  test("nobody is called undeclared where no list of the declared was named", () => {
    expect(marksOf({ workspace: workspace(user("ada")) })).toEqual({ "ada@example.com": [] });
  });

  test("who is in no list is in the population, and marked", () => {
    const given = {
      workspace: workspace(user("ada"), user("bob"), user("cleo")),
      roster: rows({ userName: "Ada@example.com" }),
      sources: [source("okta", [{ email: "bob@example.com" }])],
    };
    expect(marksOf(given)).toEqual({
      "ada@example.com": [],
      "bob@example.com": ["undeclared"],
      "cleo@example.com": ["undeclared", "in no list"],
    });
  });

  test("Notion's own list of members says nothing about who belongs to the company", () => {
    const sources = [source("members", [{ email: "bob@example.com", role: "member" }], "notion")];
    expect(marksOf({ workspace: workspace(user("bob")), roster: rows(), sources })).toEqual({
      "bob@example.com": ["undeclared", "in no list"],
    });
  });

  test("an end that is past is not one that comes soon; a role that is another than the row's has drifted", () => {
    const given = {
      workspace: workspace(
        user("ada"),
        user("bob", "owner"),
        user("cleo"),
        user("dora", "owner"),
        user("eve"),
      ),
      roster: rows(
        { userName: "ada@example.com", until: "2026-11-19" },
        { userName: "bob@example.com", role: "owner", roleUntil: "2026-11-19", roleThen: "member" },
        // Carried out: it is over, and they have no more than they are to have.
        { userName: "cleo@example.com", role: "owner", roleUntil: "2026-11-19", roleThen: "member" },
        { userName: "dora@example.com", role: "member" },
        // A far end of the membership hides no near one of the role.
        {
          userName: "eve@example.com",
          until: "2027-12-31",
          role: "member",
          roleUntil: "2026-12-01",
          roleThen: "restricted_member",
        },
      ),
    };
    expect(marksOf(given)).toEqual({
      "ada@example.com": ["expired"],
      "bob@example.com": ["expired"],
      "cleo@example.com": [],
      "dora@example.com": ["role drifted"],
      "eve@example.com": ["ends soon"],
    });
    expect(populationOf(facts(given)).map(({ ends }) => ends)).toEqual([
      "membership ended at the end of 2026-11-19 UTC",
      "role ended at the end of 2026-11-19 UTC, then member",
      "role ended at the end of 2026-11-19 UTC, then member",
      null,
      "membership ends at the end of 2027-12-31 UTC; role ends at the end of 2026-12-01 UTC, then restricted_member",
    ]);
  });

  test("whose row has their new address already is declared; whoever came back counts by the line that has them", () => {
    const [ada] = populationOf(
      facts({
        workspace: workspace(user("ada", "member", { emails: [{ value: "Ada@mail.example" }] })),
        roster: rows({ userName: "ada.new@example.com", formerUserName: "ada@example.com", reason: "INC-1" }),
        sources: [
          source("hr", [
            { email: "ada.new@example.com", status: "left" },
            {
              email: "ada.new@example.com",
              login: "alovelace@corp.example",
              status: "active",
              otherEmails: ["team@example.com"],
            },
          ]),
          source("okta", [
            { email: "alovelace@corp.example" },
            { email: "team@example.com", status: "suspended" },
          ]),
        ],
      }),
    );
    expect(ada).toMatchObject({ declared: "members.csv", reason: "INC-1", marks: [] });
    expect(ada?.otherAddresses).toEqual([
      "ada.new@example.com",
      "ada@mail.example",
      "alovelace@corp.example",
      "team@example.com",
    ]);
  });

  test("left and suspended by any source and any of their addresses, ends within thirty days, deactivated", () => {
    const given = {
      workspace: workspace(
        user("ada"),
        user("bob", "member", { active: false }),
        user("cleo", "owner"),
        user("dora"),
      ),
      roster: rows(
        { userName: "ada@example.com", role: "member" },
        { userName: "bob@example.com" },
        { userName: "cleo@example.com", role: "owner", roleUntil: "2026-12-19", roleThen: "member" },
        { userName: "dora@example.com", until: "2026-12-21" },
      ),
      sources: [
        source("okta", [
          {
            email: "ada.old@example.com",
            otherEmails: ["ada@example.com"],
            status: "left",
            statusText: "DEPROVISIONED",
            end: "2026-10-01",
          },
        ]),
        source("hr", [{ email: "bob@example.com", status: "suspended" }]),
      ],
    };
    expect(marksOf(given)).toEqual({
      "ada@example.com": ["left the company"],
      "bob@example.com": ["suspended", "deactivated"],
      "cleo@example.com": ["ends soon"],
      "dora@example.com": [],
    });
    const [ada, , cleo] = populationOf(facts(given));
    expect(ada?.atSources).toEqual(["okta: DEPROVISIONED (2026-10-01)", "hr: not there"]);
    expect(cleo?.ends).toBe("role ends at the end of 2026-12-19 UTC, then member");
  });
});

describe("since when", () => {
  const list = (date: string, roles: Record<string, string | null>): EarlierList => ({
    name: `report of ${date}`,
    date,
    dateFrom: "the file's name",
    roles: new Map(Object.entries(roles)),
    groups: new Map(),
    groupNames: new Map(),
    cut: new Set(),
  });

  test("without an earlier list or a history nothing is claimed", () => {
    expect(sinceOf(person("ada"), [], undefined)).toEqual({
      since: null,
      sinceKnownBy: "not known: no earlier list and no history of a roster has them so",
    });
  });

  test("the oldest of the lists that have the role without a break, and what the one before says", () => {
    const earlier = [
      list("2026-09-01", { "id-of-ada": "member" }),
      list("2026-06-01", { "id-of-ada": "member" }),
      list("2026-03-01", { "id-of-ada": "owner" }),
      list("2026-01-01", { "id-of-ada": "member" }),
    ];
    expect(sinceOf(person("ada"), earlier, undefined)).toEqual({
      since: "2026-06-01",
      sinceKnownBy:
        "at least since then: report of 2026-06-01 (its date by the file's name) has them so; report of 2026-03-01 of 2026-03-01 has them as owner",
    });
    expect(sinceOf(person("new"), earlier, undefined)).toMatchObject({
      since: "2026-09-01",
      sinceKnownBy: expect.stringMatching(/^after 2026-09-01/),
    });
  });

  test("the commit that gave the role that the roster gives now, as long as it is the one that they hold", () => {
    const now = "userName,role\nada@example.com,member\nbob@example.com,owner\ncleo@example.com,member\n";
    const history = historyOf("members.csv", now, [
      {
        commit: "c3".repeat(20),
        date: "2026-05-03T10:00:00+02:00",
        file: "members.csv",
        text: now.replace("cleo", "zoe"),
      },
      {
        commit: "b2".repeat(20),
        date: "2026-04-01T10:00:00+02:00",
        file: "members.csv",
        text: now.replace("cleo", "zoe"),
      },
      {
        commit: "a1".repeat(20),
        date: "2026-02-01T10:00:00+01:00",
        file: "members.csv",
        text: "userName,role\nada@example.com,owner\n",
      },
    ]);
    expect(sinceOf(person("ada"), [], history)).toEqual({
      since: "2026-04-01T10:00:00+02:00",
      sinceKnownBy: "members.csv says so since commit b2b2b2b2b2b2",
    });
    expect(sinceOf(person("cleo"), [], history).sinceKnownBy).toContain("is not committed");
    expect(sinceOf(person("bob", { role: "member" }), [], history).since).toBeNull();
  });

  test("where the known history begins it is said that it may be longer", () => {
    const text = "userName,role\nada@example.com,member\n";
    const history = historyOf("members.csv", text, [
      { commit: "a1".repeat(20), date: "2026-02-01T10:00:00Z", file: "members.csv", text },
    ]);
    expect(sinceOf(person("ada"), [], history).sinceKnownBy).toContain(
      "where its known history begins: it may be longer",
    );
  });

  test("a person is followed to the address that their row had before, and a file to its former name and format", () => {
    const version = (date: string, file: string, text: string) => ({ commit: date, date, file, text });
    const now = "userName,role,formerUserName\nada.new@example.com,member,ada@example.com\n";
    const history = historyOf("members.csv", now, [
      version("2026-05-03", "members.csv", now),
      version("2026-04-01", "people.yaml", "- userName: ada@example.com\n  role: member\n"),
      version("2026-03-01", "people.yaml", "- userName: ada@example.com\n  role: owner\n"),
    ]);
    expect(sinceOf(person("ada", { userName: "ada.new@example.com" }), [], history).since).toBe("2026-04-01");
  });

  test("what changed is held against the newest earlier list", () => {
    const before = list("2026-09-01", { "id-of-ada": "member", "id-of-bob": null });
    const changed = (handle: string, role: string) =>
      changedSince(person(handle, { role }), before, new Map());
    expect([
      changed("ada", "member"),
      changed("ada", "owner"),
      changed("bob", "member"),
      changed("new", "member"),
    ]).toEqual([null, "was member", "was without a role", "new"]);
    expect(changedSince(person("ada"), undefined, new Map())).toBeNull();
  });

  test("groups that somebody joined and left are named; a group with another name is the same, a cut list is none", () => {
    const before = {
      ...list("2026-09-01", { "id-of-ada": "member" }),
      groups: new Map([["id-of-ada", ["Infra", "Sales"]]]),
      groupNames: new Map([
        ["g1", "Infra"],
        ["g2", "Sales"],
        ["g3", "Everyone"],
      ]),
      cut: new Set(["Everyone"]),
    };
    const now = new Map([
      ["g1", "Platform"],
      ["g3", "Everyone"],
    ]);
    const changed = (role: string, ...groups: string[]) =>
      changedSince(person("ada", { role, groups }), before, now);
    expect(changed("member", "Platform", "Sales", "Everyone")).toBeNull();
    expect(changed("owner", "Design", "Platform")).toBe("was member; joined Design; left Sales");
  });
});

describe("who reviews", () => {
  const ada = person("ada", {
    groups: ["Sales"],
    department: "R&D",
    manager: "Max@example.com",
    role: "owner",
  });

  test("the first rule that fits", () => {
    const rules = parseReviewers([
      "group:Design=dora@example.com",
      "department:r&d=rita@example.com",
      "manager",
      "ciso@example.com",
    ]);
    expect(reviewerOf(ada, rules)).toBe("rita@example.com");
    expect(reviewerOf({ ...ada, department: null }, rules)).toBe("max@example.com");
    expect(reviewerOf({ ...ada, department: null, manager: "Max Manager" }, rules)).toBe("ciso@example.com");
  });

  test("never themself: the next rule that fits, or nobody", () => {
    const rules = parseReviewers(["role:owner=ada@example.com", "domain:example.com=olivia@example.com"]);
    expect(reviewerOf(ada, rules)).toBe("olivia@example.com");
    expect(reviewerOf(ada, rules.slice(0, 1))).toBeNull();
    const alias = parseReviewers(["ada+iam@example.com", "a.lovelace@corp.example", "rita@example.com"]);
    expect(reviewerOf({ ...ada, otherAddresses: ["a.lovelace@corp.example"] }, alias)).toBe(
      "rita@example.com",
    );
  });

  test.each(["ada", "team:Sales=ada@example.com", "group:=ada@example.com", "group:Sales=ada"])(
    "a rule that is none is refused with those that there are: %s",
    (rule) => {
      expect(() => parseReviewers([rule])).toThrow(
        /--reviewer wants an e-mail address, `manager`, or one of group:NAME/,
      );
    },
  );
});

test("a population reads back from its file as it was, whatever names are in it, and no cell is a formula", () => {
  const people = [
    person("plus", {
      userName: "+plus@example.com",
      name: '=HYPERLINK("http://evil.example")',
      role: null,
      otherAddresses: ["=plus@example.com", "ada@example.com"],
      changed: "was owner",
      groups: ["Sales, EMEA", 'Support "Tier 2"', "#1"],
      atSources: ["okta: ACTIVE", "hr: not there"],
      marks: ["undeclared", "in no list"],
      reviewer: "rita@example.com",
    }),
    person("hash", { userName: "#hash@example.com", reason: "-1", since: "2026-01-01", department: "سلمى" }),
  ];
  const text = populationCsv("2026-11-20T12:00:00.000Z", people);
  expect(parsePopulation("population.csv", text, "2026-11-20T12:00:00.000Z")).toEqual(people);
  expect(() => parsePopulation("population.csv", text, "2026-08-20T12:00:00.000Z")).toThrow(
    /line \d+: it is of 2026-11-20T12:00:00.000Z, and the review of 2026-08-20T12:00:00.000Z/,
  );
  expect(text.split("\n").filter((line) => /(^|,)"?[=+\-@]/.test(line))).toEqual([]);
});
