import { describe, expect, test } from "vitest";
import { allPrivilegedTimes, grantChange, grantChanges, privilegedTimes } from "../../provider/plan/grants";
import type { GrantChange, PrivilegedTime } from "../../provider/state/grants";
import type { DeclaredPerson } from "../../provider/state/person";

const until = (date: string): DeclaredPerson => ({ role: "owner", roleUntil: date, roleThen: "member" });
const NOW = Date.parse("2026-12-01T12:00:00Z");
const approved = { reason: "INC-1", approvedBy: "olivia@example.com" };

describe("what a change makes of somebody's access, for policies, which see no more than what is declared", () => {
  test.each<[string, DeclaredPerson | undefined, DeclaredPerson | undefined, GrantChange | undefined]>([
    ["nothing where nobody has a grant", { role: "member" }, { role: "restricted_member" }, undefined],
    [
      "nothing where the grant stays, whatever else is said",
      until("2026-12-04"),
      { ...until("2026-12-04"), title: "x" },
      undefined,
    ],
    [
      "another approver of the same access, who is judged as one of a new grant is",
      { ...until("2026-12-04"), ...approved },
      { ...until("2026-12-04"), ...approved, approvedBy: "ghost@example.com" },
      { approvedAnew: true },
    ],
    [
      "nothing where another reason is given for the same access",
      { ...until("2026-12-04"), ...approved },
      { ...until("2026-12-04"), ...approved, reason: "INC-2" },
      undefined,
    ],
    ["a grant that begins", { role: "member" }, until("2026-12-04"), { begins: true }],
    ["one for somebody new", undefined, { role: "membership_admin" }, { begins: true }],
    [
      "an end that moves with the approval of before",
      { ...until("2026-12-04"), ...approved },
      { ...until("2026-12-05"), ...approved },
      { extended: true, sameApproval: true, wasOwner: true },
    ],
    [
      "an end that moves with an approval of its own",
      { ...until("2026-12-04"), ...approved },
      { ...until("2026-12-05"), ...approved, reason: "INC-2" },
      { extended: true, wasOwner: true },
    ],
    [
      "an end that is taken away",
      { ...until("2026-12-04"), ...approved },
      { role: "owner", ...approved },
      { extended: true, sameApproval: true, wasOwner: true },
    ],
    [
      "an end of the membership that leaving undoes",
      { role: "owner", until: "2026-12-04", ...approved },
      { role: "owner", until: "2026-12-04", onRemove: "retain", ...approved },
      { extended: true, sameApproval: true, wasOwner: true },
    ],
    [
      "an end that comes nearer",
      { ...until("2026-12-04"), ...approved },
      { ...until("2026-12-03"), ...approved },
      { sameApproval: true, wasOwner: true },
    ],
    [
      "a higher role with the approval of before",
      { role: "member", until: "2026-12-04", ...approved },
      { role: "owner", until: "2026-12-04", ...approved },
      { raised: true, sameApproval: true },
    ],
    [
      "a privileged role that ends by a beginning, which moves",
      { role: "member", roleFrom: "2026-12-04", roleThen: "owner", ...approved },
      { role: "member", roleFrom: "2026-12-24", roleThen: "owner", ...approved },
      { extended: true, sameApproval: true, wasOwner: true },
    ],
    [
      "a beginning that moves to the front with the approval of one day",
      { ...until("2026-12-30"), roleFrom: "2026-12-29", ...approved },
      { ...until("2026-12-30"), ...approved },
      { extended: true, sameApproval: true, wasOwner: true },
    ],
    [
      "a membership for a time that begins sooner",
      { role: "member", from: "2026-12-20", until: "2026-12-24", ...approved },
      { role: "member", from: "2026-12-10", until: "2026-12-24", ...approved },
      { extended: true, sameApproval: true },
    ],
    [
      "a beginning that has passed and is taken out, which gives nothing",
      { ...until("2026-12-30"), roleFrom: "2026-11-20", ...approved },
      { ...until("2026-12-30"), ...approved },
      { sameApproval: true, wasOwner: true },
    ],
    ["a privileged role that is left out", until("2026-12-04"), {}, { wasOwner: true, dropped: true }],
    ["a demotion that is declared", until("2026-12-04"), { role: "member" }, { wasOwner: true }],
  ])("%s", (_, before, after, change) => {
    expect(grantChange(before, after, NOW)).toEqual(change);
  });

  test("of a workspace: whoever leaves with their role is dropped, whoever is removed is not, a new e-mail is the same person", () => {
    const before = {
      "left@x.com": { role: "owner", onRemove: "retain" },
      "gone@x.com": { role: "owner" },
      "old@x.com": until("2026-12-04"),
    } as const;
    const after: Record<string, DeclaredPerson> = {
      "new@x.com": { ...until("2026-12-05"), formerUserName: "Old@x.com" },
    };
    expect(grantChanges(before, after, undefined, NOW)).toEqual({
      "new@x.com": { extended: true, sameApproval: true, wasOwner: true },
      "left@x.com": { wasOwner: true, dropped: true },
      "gone@x.com": { wasOwner: true },
    });
    expect(grantChanges(before, after, "retain", NOW)?.["gone@x.com"]?.dropped).toBe(true);
    expect(grantChanges({}, { "a@x.com": { role: "member" } }, undefined, NOW)).toBeUndefined();
  });
});

describe("the time for which somebody is privileged", () => {
  const DAY = 86_400_000;
  const start = Date.parse("2026-12-01T00:00:00Z");
  const day = (days: number) => new Date(start + days * DAY).toISOString();
  /** What is remembered after some declarations, each at a day. */
  const after = (...declared: [day: number, DeclaredPerson | undefined][]): PrivilegedTime[] => {
    let past: PrivilegedTime[] = [];
    let before: DeclaredPerson | undefined;
    for (const [days, person] of declared) {
      past = privilegedTimes(past, before, person, start + days * DAY);
      before = person;
    }
    return past;
  };

  test("goes on while its end moves", () => {
    expect(after([0, until(day(2))], [1, until(day(4))], [3, until(day(9))])).toEqual([{ since: day(0) }]);
  });

  test("closes when the role is taken away, or its end has passed, and another one begins", () => {
    expect(after([0, until(day(9))], [1, { role: "member" }], [5, until(day(6))])).toEqual([
      { since: day(0), until: day(1) },
      { since: day(5) },
    ]);
    expect(after([0, until(day(2))], [5, until(day(6))])).toEqual([
      { since: day(0), until: day(2) },
      { since: day(5) },
    ]);
  });

  test("is nothing for whoever is privileged for good, or never", () => {
    expect(after([0, { role: "owner" }], [1, { role: "member" }])).toEqual([]);
  });

  test("is forgotten after two years, remembered of whoever is gone, and goes along with a new e-mail", () => {
    expect(after([0, until(day(1))], [1, undefined], [900, undefined])).toEqual([]);
    const past = { "old@x.com": [{ since: day(0) }], "gone@x.com": [{ since: day(0), until: day(1) }] };
    const now = { "new@x.com": { ...until(day(9)), formerUserName: "old@x.com" } };
    expect(allPrivilegedTimes(past, { "old@x.com": until(day(9)) }, now, start + 2 * DAY)).toEqual({
      "new@x.com": [{ since: day(0) }],
      "gone@x.com": [{ since: day(0), until: day(1) }],
    });
    expect(allPrivilegedTimes({}, {}, { "a@x.com": { role: "member" } }, start)).toBeUndefined();
  });
});

test("a privileged time that is put off is not forgotten", () => {
  const now = Date.UTC(2026, 11, 3);
  const before = until("2026-12-10");
  const since = "2026-12-01T00:00:00.000Z";
  expect(privilegedTimes([{ since }], before, { ...before, roleFrom: "2026-12-04" }, now)).toEqual([
    { since, until: new Date(now).toISOString() },
    { since: new Date(now).toISOString() },
  ]);
});
