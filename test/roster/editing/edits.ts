import fc from "fast-check";
import { expect, test } from "vitest";
import type { RosterChange } from "../../../provider/roster/editing/change";
import { editRoster } from "../../../provider/roster/editing/edit-roster";
import { changesOf, fieldsOf, fileOf, type GeneratedRoster, plainValue, userName } from "./rosters";

export const set = (userName: string, fields: Record<string, string>): RosterChange => ({
  kind: "set",
  userName,
  fields,
});
export const add = (fields: { userName: string } & Record<string, string>): RosterChange => ({
  kind: "add",
  fields,
});
export const remove = (userName: string): RosterChange => ({ kind: "remove", userName });

/** The text of a file of this name after an edit. */
export const editOf =
  (file: string) =>
  (text: string, ...changes: RosterChange[]) =>
    editRoster(file, text, changes).text;

/** A cell of somebody in a roster, and what is to stand there. */
interface Picked<Roster> {
  roster: Roster;
  at: number;
  column: string;
  cell: string;
}

/** Groups that stay keep their place in a list, wherever the wish names them. */
const groupsSorted = ({ groups, ...person }: Record<string, string>) => ({
  ...person,
  ...(groups !== undefined && { groups: groups.split("; ").sort() }),
});

/** What holds of an edit in every format. @param hasTitle whether somebody new can have one without a new column */
export function changesOnlyWhatIsAsked<Roster extends GeneratedRoster>(
  edit: ReturnType<typeof editOf>,
  rosters: fc.Arbitrary<Roster>,
  picked: fc.Arbitrary<Picked<Roster>>,
  hasTitle: (roster: Roster) => boolean,
): void {
  test("a person who is set is the only one who changes, in the file and when it is read", () => {
    fc.assert(
      fc.property(picked, ({ roster: { file, segments, lastLineEnd, people }, at, column, cell }) => {
        const { userName = "" } = people[at] ?? {};
        const edited = edit(fileOf(segments, lastLineEnd), set(userName, { [column]: cell }));
        const { [column]: _, ...others } = people[at] ?? {};
        expect(fieldsOf(file, edited).map(groupsSorted)).toEqual(
          people.with(at, { ...others, ...(cell !== "" && { [column]: cell }) }).map(groupsSorted),
        );
        const place = segments.findIndex((segment) => segment.userName === userName);
        const [before, after] = [fileOf(segments.slice(0, place), true), segments.slice(place + 1)];
        expect(edited.startsWith(before)).toBe(true);
        expect(edited.endsWith(fileOf(after, after.length === 0 || lastLineEnd))).toBe(true);
      }),
    );
  });

  test("removing who was added gives the file as it was", () => {
    const added = fc.record({
      index: fc.integer({ min: 31, max: 40 }),
      sortsFirst: fc.boolean(),
      title: plainValue,
    });
    fc.assert(
      fc.property(rosters, added, (roster, { index, sortsFirst, title }) => {
        const text = fileOf(roster.segments, roster.lastLineEnd);
        const who = sortsFirst ? "a@example.com" : userName(index);
        const person = { userName: who, ...(hasTitle(roster) && { title }) };
        const edited = edit(text, add(person));
        expect(fieldsOf(roster.file, edited)).toHaveLength(roster.people.length + 1);
        expect(fieldsOf(roster.file, edited)).toContainEqual(person);
        expect(edit(edited, remove(who))).toBe(text);
      }),
    );
  });

  test("many changes at once come to what was wanted", () => {
    fc.assert(
      fc.property(
        rosters.chain((roster) => fc.record({ roster: fc.constant(roster), wanted: changesOf(roster) })),
        ({ roster, wanted: { changes, people } }) => {
          const edited = edit(fileOf(roster.segments, roster.lastLineEnd), ...changes);
          const read = fieldsOf(roster.file, edited);
          expect(new Map(read.map((person) => [person.userName, person]))).toEqual(people);
          const names = roster.people.map(({ userName }) => userName ?? "");
          if (names.length > 1 && names.join() === names.toSorted().join()) {
            expect(read.map(({ userName }) => userName)).toEqual([...people.keys()].toSorted());
          }
        },
      ),
    );
  });
}
