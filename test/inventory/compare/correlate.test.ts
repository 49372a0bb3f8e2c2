import fc from "fast-check";
import { expect, test } from "vitest";
import { addressesIn, correlate, nameKey } from "../../../inventory/compare/correlate";
import { subjectsOf } from "../../../inventory/compare/subject";
import { type SourceRecord, STATUSES } from "../../../inventory/sources/source";
import { comparison, record, roster, source, user } from "./people";

const address = fc.constantFrom("a", "b", "c", "d", "e", "f", "g").map((each) => `${each}@example.com`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });
const name = fc.constantFrom("Ada Osei", "Osei, Ada", "Bo Lind", "Cy Marsh", "Di", "");
const number = fc.constantFrom("1", "2", "3", "4");

const records = fc.array(
  fc.record({
    email: maybe(address),
    login: maybe(address),
    otherEmails: fc.uniqueArray(address, { maxLength: 2 }),
    name: maybe(name),
    employeeNumber: maybe(number),
    status: fc.constantFrom(...STATUSES),
    isGuest: fc.boolean(),
  }),
  { maxLength: 7 },
);
const users = fc
  .uniqueArray(fc.record({ email: address, name, number }), { selector: ({ email }) => email, maxLength: 6 })
  .map((all) => all.map(({ email, ...more }) => user(email, more)));
const rows = fc
  .uniqueArray(address, { maxLength: 5 })
  .map((all) => roster(...all.map((userName) => ({ userName }))));
const lists = fc.array(records, { minLength: 1, maxLength: 3 }).map((all) =>
  all.map((each, index) =>
    source(
      `s${index}`,
      each.map(({ email, ...more }) => record(email, more)),
    ),
  ),
);

const world = fc.record({ users, sources: lists, roster: rows });
const isThere = ({ status }: SourceRecord) => status === "active" || status === "pending";

test("whoever's address is at a source is found there by it; a guess is alone and nobody's own address", () => {
  let guesses = 0;
  const property = fc.property(world, ({ users, sources }) => {
    const subjects = subjectsOf(users, null, sources);
    const owned = new Set(subjects.flatMap(({ addresses }) => addresses));
    for (const [subject, matches] of correlate(subjects, sources)) {
      for (const { name, records: all } of sources) {
        const here = matches.filter((match) => match.source === name);
        expect(here.length).toBeLessThanOrEqual(1);
        if (all.some((each) => addressesIn(each).includes(subject.email))) expect(here[0]?.by).toBe("e-mail");
      }
      for (const { record: each, by, source: at } of matches) {
        if (by === "e-mail") continue;
        guesses += 1;
        expect(addressesIn(each).filter((one) => owned.has(one))).toEqual([]);
        if (by !== "name") continue;
        const list = sources.find((one) => one.name === at)?.records ?? [];
        expect(
          new Set(list.filter((one) => nameKey(one.name) === nameKey(subject.name)).map(({ email }) => email))
            .size,
        ).toBe(1);
      }
    }
  });
  fc.assert(property, { numRuns: 500 });
  expect(guesses).toBeGreaterThan(50);
});

test("nobody whom every source that has them by their e-mail calls active loses a row, a role or their address", () => {
  let spared = 0;
  const property = fc.property(world, (what) => {
    const { findings, subjects, sources } = comparison(what);
    const matches = correlate(subjects, sources);
    for (const [subject, found] of matches) {
      if (subject.kind === "guest" || found.length === 0) continue;
      const isSafe = found.every(({ by, record: each }) => by === "e-mail" && isThere(each));
      if (!isSafe) continue;
      spared += 1;
      expect(findings.filter(({ who }) => who === subject.email)).toEqual([]);
    }
    for (const { kind, guess, places, edit } of findings) {
      if (edit?.kind !== "remove") continue;
      // Taken out are those alone whom no source has, or of whom one says by their e-mail that they left, and none that they are there.
      expect(["left", "gone"]).toContain(kind);
      expect(places.some(({ status }) => status === "active" || status === "pending")).toBe(false);
      expect(kind === "left" && guess && places.every(({ by }) => by !== "e-mail")).toBe(false);
    }
  });
  fc.assert(property, { numRuns: 500 });
  expect(spared).toBeGreaterThan(50);
});

test("the order of lines changes nothing but their numbers, where nobody stands twice", () => {
  const property = fc.property(world, fc.infiniteStream(fc.nat()), (what, random) => {
    const once = what.sources.map((list) => {
      const emails = list.records.flatMap((each) => addressesIn(each));
      return new Set(emails).size === emails.length ? list : { ...list, records: [] };
    });
    const shuffled = once.map((list) => ({
      ...list,
      records: list.records
        .map((each) => ({ each, key: random.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each),
    }));
    const found = (sources: typeof once) =>
      comparison({ ...what, sources }).findings.map(({ kind, who, edit }) => [kind, who, edit]);
    expect(found(shuffled)).toEqual(found(once));
  });
  fc.assert(property, { numRuns: 300 });
});
