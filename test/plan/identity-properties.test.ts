import fc from "fast-check";
import { expect, test } from "vitest";
import { carriedOut } from "../../provider/plan/email-changes";
import { identify } from "../../provider/plan/identity";
import type { AppliedPerson, DeclaredPerson } from "../../provider/state/person";
import type { Applied } from "../../provider/state/world";
import { compact } from "./worlds";

// Small alphabets, so that rows and accounts meet.
const EMAILS = ["a", "b", "c", "d", "e"].map((name) => `${name}@example.com`);
const IDS = ["1", "2", "3", "4", "5"].map((digit) => `0e2c7484-37e5-4917-94df-b42f56f89c5${digit}`);
const email = fc.constantFrom(...EMAILS);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const role = fc.constantFrom("owner" as const, "member" as const);

const rows: fc.Arbitrary<Record<string, DeclaredPerson>> = fc.dictionary(
  email,
  fc
    .record({ role: maybe(role), id: maybe(fc.constantFrom(...IDS)), formerUserName: maybe(email) })
    .map((row) => compact(row) as DeclaredPerson),
  { noNullPrototype: true },
);

/** Everybody has an account of their own: the ids are dealt in order. */
const states: fc.Arbitrary<Applied> = fc
  .record({
    people: fc.dictionary(
      email,
      fc
        .record({ role, userName: maybe(email), uncertain: maybe(fc.constant<string[]>(["userName"])) })
        .map((person) => compact(person) as AppliedPerson),
      { noNullPrototype: true },
    ),
    changes: fc.array(fc.record({ to: email, from: email, isOwn: fc.boolean() }), { maxLength: 3 }),
    gone: fc.dictionary(email, fc.constantFrom("7", "8"), { maxKeys: 1, noNullPrototype: true }),
  })
  .map(({ people, changes, gone }) => {
    const taken = new Set<string>();
    const apart = Object.entries(people).map(([key, { userName, ...person }]) => {
      const isFree = userName !== undefined && userName !== key && !taken.has(userName);
      if (isFree) taken.add(userName);
      return [key, { ...person, ...(isFree && { userName }) }];
    });
    const ids = Object.fromEntries(Object.keys(people).map((key, index) => [key, IDS[index] ?? ""]));
    const emailChanges: Record<string, { from: string; on: string; id?: string }[]> = {};
    for (const { to, from, isOwn } of changes)
      if (to !== from && emailChanges[to] === undefined)
        emailChanges[to] = [{ from, on: "2026-11-20", ...(isOwn && ids[to] && { id: ids[to] }) }];
    return { people: Object.fromEntries(apart), ids, emailChanges, gone, since: "2026-11-01" };
  });

/** By what a row names an account; undefined where it does not. */
function nameOf(applied: Applied, row: DeclaredPerson, at: string, key: string) {
  if (row.id !== undefined) return row.id === applied.ids[key] ? "id" : undefined;
  const { formerUserName: former } = row;
  if (former === key && carriedOut(applied, at, former) === undefined) return "former";
  if (at === key) return "e-mail";
  return applied.people[key]?.userName === at ? "found" : undefined;
}

test("a row has no account but one that it names, and no account has two rows", () => {
  fc.assert(
    fc.property(states, rows, (applied, people) => {
      const { heldAs } = identify(applied, people);
      expect(new Set(heldAs.values()).size).toBe(heldAs.size);
      for (const [at, key] of heldAs) expect(nameOf(applied, people[at] ?? {}, at, key)).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});

test("a row has an account by the e-mail that Notion has for it only where no other row may be that account's", () => {
  fc.assert(
    fc.property(states, rows, (applied, people) => {
      const { heldAs, contradictions } = identify(applied, people);
      if (contradictions.length > 0) return;
      for (const [at, key] of heldAs) {
        if (nameOf(applied, people[at] ?? {}, at, key) !== "found") continue;
        const others = Object.entries(people).filter(([other, row]) => {
          const isFormer = (applied.emailChanges?.[key] ?? []).some(
            ({ from, id }) => from === other && id === applied.ids[key],
          );
          return (
            other !== at &&
            !heldAs.has(other) &&
            row.id === undefined &&
            (isFormer || nameOf(applied, row, other, key) !== undefined)
          );
        });
        expect(others).toEqual([]);
      }
    }),
    { numRuns: 5000 },
  );
});

test("who is who does not depend on the order of the rows", () => {
  fc.assert(
    fc.property(states, rows, (applied, people) => {
      const there = identify(applied, people);
      const back = identify(applied, Object.fromEntries(Object.entries(people).reverse()));
      expect(back.contradictions.length > 0).toBe(there.contradictions.length > 0);
      if (there.contradictions.length > 0) return;
      expect(new Map([...back.heldAs].sort())).toEqual(new Map([...there.heldAs].sort()));
      expect([...back.unclear.keys()].sort()).toEqual([...there.unclear.keys()].sort());
    }),
    { numRuns: 2000 },
  );
});
