import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endLines } from "../../provider/plan/expiration-words";
import { violations } from "../../provider/plan/impact";
import { plan } from "../../provider/plan/plan";
import { lineOf } from "../../provider/plan/step-words";
import { summaryOf } from "../../provider/plan/summary";
import { timeProblems } from "../../provider/plan/times";
import type { DeclaredPerson } from "../../provider/state/person";
import type { Applied, Declaration } from "../../provider/state/world";

const END = "2026-12-04T18:00:00Z";
const AT = Date.parse(END);
const HOUR = 3_600_000;
const kestrel: DeclaredPerson = { role: "owner", roleUntil: END, roleThen: "member", reason: "INC-42" };
const permanent = {
  "olivia@example.com": { role: "owner" },
  "bertil@example.com": { role: "owner" },
} as const;
const declared = (person: DeclaredPerson): Declaration => ({
  people: { ...permanent, "kestrel@example.com": person },
});
const applied = (person: Applied["people"][string]): Applied => ({
  people: { ...permanent, "kestrel@example.com": person },
  ids: { "kestrel@example.com": "1", "olivia@example.com": "2", "bertil@example.com": "3" },
});
const lines = (from: Applied, to: Declaration, now: number) =>
  plan(from, to, now).steps.map((step) => lineOf(step));
const against = (from: Applied, to: Declaration, now: number, allowed = {}) =>
  violations(plan(from, to, now), from, to, now, allowed);

describe("a role for a time", () => {
  test("is held until its end, and from then on the one that follows, which the line says with the reason", () => {
    expect(lines(applied(kestrel), declared(kestrel), AT - 1)).toEqual([]);
    expect(lines(applied(kestrel), declared(kestrel), AT)).toEqual([
      "~ kestrel@example.com: owner → member (ended 2026-12-04 18:00 UTC; reason: INC-42)",
    ]);
    expect(lines(applied({ ...kestrel, role: "member" }), declared(kestrel), AT + 1)).toEqual([]);
  });

  test("begins at its beginning: before it the other role is held", () => {
    const planned: DeclaredPerson = { role: "owner", roleFrom: END, roleThen: "member" };
    expect(lines(applied({ ...planned, role: "member" }), declared(planned), AT - 1)).toEqual([]);
    expect(lines(applied({ ...planned, role: "member" }), declared(planned), AT)).toEqual([
      `~ kestrel@example.com: member → owner (from ${END} on)`,
    ]);
  });

  test("is given to a newcomer as it is at that moment", () => {
    const nobody: Applied = { people: permanent, ids: {} };
    expect(lines(nobody, declared(kestrel), AT - 1)).toEqual(["+ kestrel@example.com joins as owner"]);
    expect(lines(nobody, declared(kestrel), AT)).toEqual(["+ kestrel@example.com joins as member"]);
  });

  test("that is extended says by how much, and needs nothing else", () => {
    const longer = { ...kestrel, roleUntil: "2026-12-18T18:00:00Z" };
    expect(lines(applied(kestrel), declared(longer), AT + HOUR)).toEqual([
      `~ kestrel@example.com: roleUntil ${END} → 2026-12-18T18:00:00Z (extended by 14 days)`,
    ]);
  });

  test.each([
    [{ roleUntil: END, roleThen: "member" }, "need a role: declare role"],
    [{ role: "owner", roleUntil: END }, "roleThen"],
    [{ role: "owner", roleThen: "member" }, "roleThen goes with roleUntil"],
    [{ role: "owner", roleThen: "member", roleFrom: "2026-12-05", roleUntil: END }, "ends before it begins"],
    [{ from: "2026-12-05", until: END }, "ends before it begins"],
  ] satisfies [DeclaredPerson, string][])("%j is refused: %s", (person, words) => {
    expect(timeProblems(person).join("\n")).toContain(words);
  });
});

describe("a membership for a time", () => {
  const contractor: DeclaredPerson = {
    role: "restricted_member",
    from: "2026-12-01",
    until: "2026-12-04",
    reason: "audit",
  };

  test("is not there before it, and over after it, as onRemove says", () => {
    const nobody: Applied = { people: permanent, ids: {} };
    const [before, during, after] = [
      Date.UTC(2026, 10, 30, 23),
      Date.UTC(2026, 11, 1),
      Date.UTC(2026, 11, 5),
    ];
    expect(lines(nobody, declared(contractor), before)).toEqual([]);
    expect(lines(nobody, declared(contractor), during)).toEqual([
      "+ kestrel@example.com joins as restricted_member (from 2026-12-01 on)",
    ]);
    expect(lines(applied(contractor), declared(contractor), during)).toEqual([]);
    expect(lines(applied(contractor), declared(contractor), after)).toEqual([
      "- kestrel@example.com leaves (was restricted_member) (ended at the end of 2026-12-04 UTC; reason: audit)",
    ]);
    expect(
      lines(
        applied({ ...contractor, onRemove: "retain" }),
        declared({ ...contractor, onRemove: "retain" }),
        after,
      ),
    ).toEqual(["- kestrel@example.com is no longer managed and stays restricted_member"]);
    expect(lines(nobody, declared(contractor), after)).toEqual([]);
  });
});

describe("an end", () => {
  const many = (person: (email: string) => DeclaredPerson) =>
    Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`p${n}@example.com`, person(`p${n}`)]));
  const state = (people: Applied["people"]): Applied => ({ people: { ...permanent, ...people }, ids: {} });
  const program = (people: Declaration["people"]): Declaration => ({ people: { ...permanent, ...people } });

  test("that was promised is not counted by the limits, however many there are", () => {
    const timed = many(() => ({ role: "membership_admin", roleUntil: END, roleThen: "member" }));
    expect(against(state(timed), program(timed), AT)).toEqual([]);
    const contractors = many(() => ({ until: END }));
    expect(against(state(contractors), program(contractors), AT)).toEqual([]);
  });

  test("that the same edit brings is no promise: a column filled down by accident is stopped", () => {
    const before = many(() => ({ role: "membership_admin" }));
    const after = many(() => ({ role: "membership_admin", roleUntil: END, roleThen: "restricted_member" }));
    expect(against(state(before), program(after), AT)[0]).toContain(
      "20 of 22 people would be demoted at once",
    );
    expect(against(state(many(() => ({}))), program(many(() => ({ until: END }))), AT)[0]).toContain(
      "20 of 22 people would be removed at once",
    );
  });

  test("is counted apart from other changes in the summary", () => {
    const { steps } = plan(applied(kestrel), declared(kestrel), AT);
    expect(summaryOf(steps, { before: 3, after: 3, notDeclared: undefined })).toBe(
      "3 people declared: 1 end reached.",
    );
  });

  test("of an owner is refused when it is declared, if too few owners without one are left", () => {
    const people = { "olivia@example.com": { role: "owner" }, "kestrel@example.com": kestrel } as const;
    const from: Applied = { people, ids: {} };
    expect(against(from, { people }, AT - 30 * 24 * HOUR)).toEqual([
      "The program declares 1 owner without an end (olivia@example.com); minOwners asks for 2. Declare another owner, or set minOwners to 1.",
    ]);
  });

  test("of the token's owner is refused when it is declared", () => {
    expect(
      against(applied({ role: "owner" }), declared(kestrel), AT - HOUR, {
        tokenOwner: "Kestrel@example.com",
      })[0],
    ).toContain("is declared with an expiration");
  });

  test("is told from the notice on, the earliest first, and not once it is over", () => {
    const people = { "kestrel@example.com": kestrel, "sam@example.com": { until: "2026-12-03" } } as const;
    const week = 7 * 24 * HOUR;
    expect(endLines(people, AT - week - 1, week)).toEqual([
      "! sam@example.com: the membership ends at the end of 2026-12-03 UTC, in 6 days",
    ]);
    expect(endLines(people, AT - 3 * 24 * HOUR, week)).toEqual([
      "! sam@example.com: the membership ends at the end of 2026-12-03 UTC, in 2 days",
      "! kestrel@example.com: owner ends 2026-12-04 18:00 UTC, in 3 days, then member (reason: INC-42)",
    ]);
    expect(endLines(people, AT, week)).toEqual([]);
  });
});

test("whatever the moment, a plan that is carried out leaves nothing to do at that moment", () => {
  const instants = fc.constantFrom(
    "2026-12-01",
    "2026-12-04",
    END,
    "2026-12-04T18:00:00+14:00",
    "2027-01-01",
  );
  const people = fc.record(
    {
      role: fc.constantFrom("owner", "member"),
      roleFrom: instants,
      roleUntil: instants,
      roleThen: fc.constant("member"),
    },
    { requiredKeys: ["role", "roleThen"] },
  ) as fc.Arbitrary<DeclaredPerson>;
  fc.assert(
    fc.property(
      people,
      fc.integer({ min: Date.UTC(2026, 10, 29), max: Date.UTC(2027, 0, 3) }),
      (person, now) => {
        const [step] = plan(applied({}), declared(person), now).steps;
        const role = step?.kind === "changeRole" ? step.to : undefined;
        if (role === undefined) throw new Error("a role was to be given");
        const after = applied({ ...person, role });
        expect(plan(after, declared(person), now).steps).toEqual([]);
      },
    ),
  );
});
