import { expect, test } from "vitest";
import type { ComparisonFinding } from "../../../inventory/compare/finding";
import { comparison, record, roster, source, user } from "./people";

const ADA = "ada@example.com";
const brief = ({ kind, who, held, rosterLine, since, days, guess }: ComparisonFinding) =>
  [kind, who, held, rosterLine, since, days, guess].map((each) => each ?? "–").join(" | ");

test("nothing is said of people who are at a source, whatever case and whichever of its addresses", () => {
  const { findings } = comparison({
    users: [user("ADA@example.com"), user("bo@corp.example")],
    sources: [source("okta", [record(ADA), record("bo@example.com", { login: "bo@corp.example" })])],
    roster: roster({ userName: ADA }, { userName: "bo@corp.example" }),
  });
  expect(findings).toEqual([]);
});

test("who left and is still a member: since when, in how many days, and their row goes", () => {
  const { findings } = comparison({
    users: [user(ADA, { role: "owner" })],
    sources: [
      source("okta", [record(ADA, { status: "left", statusText: "DEPROVISIONED", since: "2026-10-30" })]),
    ],
    roster: roster({ userName: ADA, role: "owner" }),
    named: [ADA],
  });
  expect(findings.map(brief)).toEqual([`left | ${ADA} | owner | 2 | 2026-10-30 | 20 | false`]);
  expect(findings[0]).toMatchObject({
    places: [{ source: "okta", line: 2, status: "left", statusText: "DEPROVISIONED", by: "e-mail" }],
    edit: { kind: "remove", userName: ADA },
  });
});

test("who left and has a row that says that they stay gets no edit, but how to go about it", () => {
  for (const row of [{ protect: "true" }, { onRemove: "retain" }, { onRemove: "restrict" }]) {
    const { findings } = comparison({
      users: [user(ADA)],
      sources: [source("okta", [record(ADA, { status: "left" })])],
      roster: roster({ userName: ADA, ...row }),
    });
    expect(findings).toMatchObject([{ kind: "left", edit: null, remediation: "stays" }]);
  }
});

test("who left and is not declared, or where nothing tells who is, is for an owner to remove", () => {
  const sources = [source("okta", [record(ADA, { status: "left" })])];
  const known = comparison({ users: [user(ADA)], sources, roster: roster() });
  expect(known.findings).toMatchObject([{ declared: false, edit: null, remediation: "leftUndeclared" }]);
  const unknown = comparison({ users: [user(ADA)], sources });
  expect(unknown.findings).toMatchObject([{ declared: null, edit: null }]);
});

test("who is suspended is lowered, with what would raise them again; who holds least or is deactivated is left alone", () => {
  const sources = [source("okta", [record(ADA, { status: "suspended", since: "2026-11-01T09:00:00Z" })])];
  const row = { userName: ADA, role: "owner", roleUntil: "2026-12-01", roleThen: "member" };
  const { findings } = comparison({
    users: [user(ADA, { role: "owner" })],
    sources,
    roster: roster(row),
    named: [ADA],
  });
  expect(findings).toMatchObject([
    {
      kind: "suspended",
      days: 19,
      edit: {
        kind: "set",
        userName: ADA,
        fields: { role: "restricted_member", roleUntil: "", roleThen: "" },
      },
    },
  ]);
  const least = { userName: ADA, role: "restricted_member" };
  expect(
    comparison({ users: [user(ADA, { role: "restricted_member" })], sources, roster: roster(least) })
      .findings,
  ).toMatchObject([{ kind: "suspended", edit: null, remediation: "suspendedLowest" }]);
  expect(comparison({ users: [user(ADA, { active: false })], sources }).findings).toEqual([]);
});

test("in no source: declared ones are gone, the others orphans, and shared accounts stand apart", () => {
  const { findings } = comparison({
    users: [
      user(ADA),
      user("stray@example.com"),
      user("svc-backup@example.com"),
      user("frontdesk@example.com"),
    ],
    sources: [source("okta", [record("someone@example.com")])],
    roster: roster({ userName: ADA }, { userName: "ghost@example.com" }),
    shared: ["frontdesk@*"],
  });
  expect(findings.map(brief)).toEqual([
    `gone | ${ADA} | member | 2 | – | – | false`,
    "gone | ghost@example.com | – | 3 | – | – | false",
    "orphan | stray@example.com | member | – | – | – | false",
    "shared | frontdesk@example.com | member | – | – | – | false",
    "shared | svc-backup@example.com | member | – | – | – | false",
  ]);
  expect(findings.map(({ edit }) => edit?.kind ?? null)).toEqual(["remove", "remove", null, null, null]);
});

test("declared, not in Notion and left at the source is gone, with since when", () => {
  const { findings } = comparison({
    sources: [source("hr", [record(ADA, { status: "left", since: "2026-11-18" })])],
    roster: roster({ userName: ADA }),
  });
  expect(findings.map(brief)).toEqual([`gone | ${ADA} | – | 2 | 2026-11-18 | 1 | false`]);
});

test.each([
  ["another address of theirs", { otherEmails: ["ada.old@example.com"] }],
  ["employee number", { employeeNumber: "1001" }],
  ["name", { name: "Oséi, Ada" }],
] as const)(
  "another e-mail at the source is a guess by %s, and its edit keeps the person the same",
  (by, more) => {
    const { findings } = comparison({
      users: [user("ada.old@example.com", { name: "Ada Osei", number: "1001" })],
      sources: [source("okta", [record(ADA, more)])],
      roster: roster({ userName: "ada.old@example.com" }),
    });
    expect(findings).toMatchObject([
      {
        kind: "email",
        who: "ada.old@example.com",
        guess: true,
        places: [{ email: ADA, by }],
        edit: {
          kind: "set",
          userName: "ada.old@example.com",
          fields: { userName: ADA, formerUserName: "ada.old@example.com" },
        },
      },
    ]);
  },
);

test.each([
  ["owner in Notion", "owner", {}],
  ["membership admin by their row", "member", { role: "membership_admin" }],
  ["owner by their row, later", "member", { role: "member", roleThen: "owner" }],
])("no guess changes the address of somebody who is %s, unless they are named", (_, held, row) => {
  const what = {
    users: [user(ADA, { role: held, name: "Ada Osei" })],
    sources: [source("hr", [record("other.ada@example.com", { name: "Ada Osei" })])],
    roster: roster({ userName: ADA, ...row }),
  };
  expect(comparison(what).findings).toMatchObject([{ kind: "email", edit: null }]);
  expect(comparison({ ...what, named: [ADA] }).findings).toMatchObject([{ edit: { kind: "set" } }]);
});

test("nothing is taken from somebody because of a guess: who left under another address is told, without an edit", () => {
  const { findings } = comparison({
    users: [user("ada.old@example.com", { name: "Ada Osei" })],
    sources: [source("okta", [record(ADA, { name: "Ada Osei", status: "left" })])],
    roster: roster({ userName: "ada.old@example.com" }),
  });
  expect(findings).toMatchObject([{ kind: "left", guess: true, edit: null, remediation: "guess" }]);
});

test("a name that two bear, or one word, is no guess; nor is somebody who is here under their own address", () => {
  const orphan = (users: Parameters<typeof user>[], records: Parameters<typeof record>[]) =>
    comparison({
      users: users.map((each) => user(...each)),
      sources: [
        source(
          "okta",
          records.map((each) => record(...each)),
        ),
      ],
    }).findings.map(({ kind, who }) => `${kind} ${who}`);
  const stray = ["stray@example.com", { name: "Ada Osei" }] as const;
  expect(
    orphan(
      [[...stray]],
      [
        [ADA, { name: "Ada Osei" }],
        ["ada2@example.com", { name: "Ada Osei" }],
      ],
    ),
  ).toEqual(["orphan stray@example.com"]);
  expect(orphan([[...stray], [ADA, { name: "Ada Osei" }]], [[ADA, { name: "Ada Osei" }]])).toEqual([
    "orphan stray@example.com",
  ]);
  expect(orphan([["stray@example.com", { name: "Ada" }]], [[ADA, { name: "Ada" }]])).toEqual([
    "orphan stray@example.com",
  ]);
});

test("two sources that disagree are told with both lines, and nothing is proposed", () => {
  const { findings } = comparison({
    users: [user(ADA)],
    sources: [
      source("okta", [record(ADA)]),
      source("hr", [record("other@example.com"), record(ADA, { status: "left", since: "2026-11-10" })]),
    ],
    roster: roster({ userName: ADA }),
  });
  expect(findings.map(brief)).toEqual([`disagree | ${ADA} | member | 2 | 2026-11-10 | 9 | false`]);
  expect(findings[0]?.places.map(({ source: name, line, status }) => `${name} ${line} ${status}`)).toEqual([
    "okta 2 active",
    "hr 3 left",
  ]);
  expect(findings[0]?.edit).toBeNull();
});

test("a line that contradicts itself is told and nothing is proposed, whatever other lists say", () => {
  const torn = record(ADA, { status: "left", statusText: "Active", end: "2025-03-31", contradicts: true });
  for (const others of [[], [record(ADA)], [record(ADA, { status: "left" })]]) {
    const sources = [source("hr", [torn]), ...others.map((each) => source("okta", [each]))];
    const { findings } = comparison({ users: [user(ADA)], sources, roster: roster({ userName: ADA }) });
    expect(findings).toMatchObject([{ kind: "disagree", remediation: "contradiction", edit: null }]);
    expect(findings[0]?.places.map(({ contradicts }) => contradicts)).toContain(true);
  }
  const declared = comparison({ sources: [source("hr", [torn])], roster: roster({ userName: ADA }) });
  expect(declared.findings).toMatchObject([{ kind: "disagree", edit: null }]);
  const expected = comparison({
    sources: [source("hr", [{ ...torn, status: "active", department: "IT" }])],
    roster: roster(),
    expect: ["department=IT"],
  });
  expect(expected.findings).toMatchObject([{ kind: "disagree", who: ADA, edit: null }]);
});

test("who stands twice in a list, once against themself, is there by the clear line, and not gone by the other", () => {
  const torn = record(ADA, { status: "left", contradicts: true });
  const kinds = (other: ReturnType<typeof record>) =>
    comparison({ users: [user(ADA)], sources: [source("hr", [torn, other])] }).findings.map(
      ({ kind }) => kind,
    );
  expect(kinds(record(ADA))).toEqual([]);
  expect(kinds(record(ADA, { status: "left" }))).toEqual(["disagree"]);
});

test("sources that agree that somebody has no access any more do not disagree", () => {
  const { findings } = comparison({
    users: [user(ADA)],
    sources: [
      source("okta", [record(ADA, { status: "suspended", since: "2026-11-12" })]),
      source("hr", [record(ADA, { status: "left", since: "2026-11-10" })]),
    ],
  });
  expect(findings.map(brief)).toEqual([`left | ${ADA} | member | – | 2026-11-10 | 9 | false`]);
});

test("a source that knows them by their sign-in name links to one that has only that", () => {
  const { findings } = comparison({
    users: [user(ADA)],
    sources: [
      source("hr", [record("a.osei@corp.example", { status: "left" })]),
      source("entra", [record(ADA, { login: "a.osei@corp.example", status: "suspended" })]),
    ],
  });
  expect(findings).toMatchObject([
    { kind: "left", guess: false, places: [{ source: "hr" }, { source: "entra" }] },
  ]);
});

test("who left and came back stands twice in a list of HR, and is there", () => {
  const twice = [record(ADA, { status: "left", end: "2024-01-31" }), record(ADA)];
  for (const records of [twice, twice.toReversed()]) {
    expect(comparison({ users: [user(ADA)], sources: [source("hr", records)] }).findings).toEqual([]);
  }
});

test("a guest who is an employee is to be a member, or goes if they are one already; a guest who left goes", () => {
  const guests = source(
    "notion",
    [
      record(ADA, { role: "Guest", isGuest: true }),
      record("bo.home@mail.example", { role: "Guest", isGuest: true, name: "Bo Lind" }),
      record("cy@example.com", { role: "Guest", isGuest: true }),
      record("client@partner.example", { role: "Guest", isGuest: true }),
      record("gus@partner.example", { role: "Guest", isGuest: true }),
    ],
    { layout: "notion" },
  );
  const okta = source("okta", [
    record(ADA),
    record("bo@example.com", { otherEmails: ["bo.home@mail.example"], name: "Bo Lind" }),
    record("cy@example.com", { status: "left", since: "2026-11-01" }),
    record("gus@partner.example", { isGuest: true }),
  ]);
  const { findings } = comparison({
    users: [user("bo@example.com", { name: "Bo Lind" })],
    sources: [guests, okta],
    roster: roster({ userName: "bo@example.com" }),
  });
  expect(findings.map(brief)).toEqual([
    "left | cy@example.com | guest | – | 2026-11-01 | 18 | false",
    `guest | ${ADA} | guest | – | – | – | false`,
    "guest | bo.home@mail.example | guest | – | – | – | true",
  ]);
  expect(findings.map(({ edit }) => edit)).toEqual([null, { kind: "add", fields: { userName: ADA } }, null]);
  expect(findings[2]?.remediation).toBe("guestMember");
});

test("who is to be in Notion by a rule and is not gets a row; of one column any value will do, of several each must", () => {
  const person = (email: string, department: string, groups: string, more = {}) =>
    record(email, {
      department,
      cells: new Map([
        ["dept", department],
        ["Groups", groups],
      ]),
      ...more,
    });
  const okta = source("okta", [
    person(ADA, "Engineering", "Everyone; Notion Users"),
    person("bo@example.com", "Sales", "Notion Users"),
    person("cy@example.com", "Design", "Everyone"),
    person("di@example.com", "Engineering", "notion users", { status: "pending" }),
    person("ed@example.com", "Engineering", "Notion Users", { status: "suspended" }),
    person("fy@example.com", "Engineering", "Notion Users", { isGuest: true }),
    person("here@example.com", "Engineering", "Notion Users"),
    person("soon@example.com", "Engineering", "Notion Users"),
  ]);
  const found = comparison({
    users: [user("here@example.com")],
    sources: [okta],
    roster: roster({ userName: "here@example.com" }, { userName: "soon@example.com" }),
    expect: ["department=engineering", "dept=Design", "dept=Engineering", "groups=Notion Users"],
  }).findings;
  expect(found.map(({ kind, who, edit, remediation }) => [kind, who, edit?.kind ?? remediation])).toEqual([
    ["expected", ADA, "add"],
    ["expected", "soon@example.com", "expectedDeclared"],
  ]);
  expect(() => comparison({ sources: [okta], expect: ["team=A"] })).toThrow(
    'names the column "team", which no source has; there are dept, Groups',
  );
  expect(() => comparison({ sources: [okta], expect: ["Engineering"] })).toThrow("wants column=value");
});

test("an incomplete listing calls nobody absent: who is declared or expected and not listed is unproven", () => {
  const sources = [
    source("okta", [record(ADA, { department: "IT" }), record("left@example.com", { status: "left" })]),
  ];
  const what = {
    users: [user("left@example.com")],
    sources,
    roster: roster({ userName: "ghost@example.com" }, { userName: "left@example.com" }),
    expect: ["department=IT"],
  };
  const { findings, unproven } = comparison({ ...what, complete: false });
  expect(findings.map(({ kind, who }) => `${kind} ${who}`)).toEqual(["left left@example.com"]);
  expect(unproven).toEqual([ADA, "ghost@example.com"]);
  expect(comparison(what).unproven).toEqual([]);
});

test("a row whose address was changed is about the person whom Notion has under the old one", () => {
  const { findings } = comparison({
    users: [user("ada.old@example.com")],
    sources: [source("okta", [record(ADA)])],
    roster: roster({ userName: ADA, formerUserName: "ada.old@example.com" }),
  });
  expect(findings).toEqual([]);
});

test("a row with an id is about that account: a new address there needs no formerUserName", () => {
  const { findings } = comparison({
    users: [user("ada.new@example.com", { name: "Ada Osei" })],
    sources: [source("okta", [record("ada.osei@example.com", { name: "Ada Osei" })])],
    roster: roster({ userName: ADA, id: "id of ada.new@example.com" }),
  });
  expect(findings).toMatchObject([
    {
      kind: "email",
      edit: { kind: "set", userName: ADA, fields: { userName: "ada.osei@example.com" } },
    },
  ]);
  expect(findings[0]?.edit).not.toHaveProperty("fields.formerUserName");
});

test("somebody who has the former address of a declared person does not get their row, nor an edit of it", () => {
  const moved = { ...user("moved@example.com"), id: "id of ada" };
  const newcomer = user(ADA);
  const { findings } = comparison({
    users: [moved, newcomer],
    sources: [source("okta", [record("moved@example.com"), record(ADA, { status: "left" })])],
    roster: roster({ userName: ADA, id: "id of ada" }),
  });
  expect(findings.filter(({ kind }) => kind === "left")).toMatchObject([
    { who: ADA, declared: false, edit: null, remediation: "leftUndeclared" },
  ]);
});

test("who has another account at the same source, which is active, did not leave: nothing is taken from them", () => {
  const old = { status: "left", statusText: "DEPROVISIONED", name: "Ada Osei", employeeNumber: "7" } as const;
  const again = [
    record("ada.marsh@example.com", { name: "Ada Marsh", employeeNumber: "7" }),
    record("ada.osei@example.com", { name: "Osei, Ada", otherEmails: [ADA] }),
  ];
  for (const other of again) {
    const { findings } = comparison({
      users: [user(ADA)],
      sources: [source("okta", [record(ADA, old), other])],
      roster: roster({ userName: ADA }),
    });
    expect(findings).toMatchObject([{ kind: "disagree", edit: null }]);
  }
});

test("whose address their manager reads now has left all the same, and so has whose new account is a member by itself", () => {
  const old = record(ADA, { status: "left", name: "Ada Osei", employeeNumber: "7" });
  const manager = record("bo@example.com", { name: "Bo Lind", employeeNumber: "8", otherEmails: [ADA] });
  const again = record("ada.marsh@example.com", { name: "Ada Marsh", employeeNumber: "7" });
  for (const [other, users] of [
    [manager, [user(ADA)]],
    [again, [user(ADA), user("ada.marsh@example.com")]],
  ] as const) {
    const { findings } = comparison({
      users: [...users],
      sources: [source("okta", [old, other])],
      roster: roster({ userName: ADA }, ...users.slice(1).map(({ userName }) => ({ userName }))),
    });
    expect(findings).toMatchObject([{ kind: "left", edit: { kind: "remove", userName: ADA } }]);
  }
});
