import { describe, expect, test } from "vitest";
import { whoseRows } from "../../../inventory/review/whose-row";
import { parseRoster } from "../../../provider/roster/roster";
import { person } from "./people";

/** Whose row is in which line, by the name before the @; what is in doubt with its sentence. */
function whose(people: string[], ...lines: string[]): Record<string, number | string> {
  const { rows } = parseRoster("members.csv", `id,userName,formerUserName\n${lines.join("\n")}\n`);
  const found = whoseRows(
    people.map((handle) => person(handle)),
    rows,
  );
  return Object.fromEntries(
    [...found].map(([id, each]) => [id.slice("id-of-".length), "row" in each ? each.row.line : each.doubt]),
  );
}

describe("whose row it is", () => {
  test("by the address, in any case", () => {
    expect(whose(["ada", "bob"], ",Ada@Example.com,")).toEqual({ ada: 2 });
  });

  test("by the address that they had before, as long as nobody is there under the new one", () => {
    expect(whose(["ada"], ",new@example.com,ada@example.com")).toEqual({ ada: 2 });
    expect(whose(["ada", "new"], ",new@example.com,ada@example.com")).toEqual({
      new: 2,
      ada: "line 2 says that its person had this address before",
    });
  });

  test("an old word of a former address takes nothing from a newcomer who has the address now", () => {
    expect(whose(["ada", "new"], ",new@example.com,ada@example.com", ",ada@example.com,")).toEqual({
      new: 2,
      ada: 3,
    });
  });

  test("where somebody else has their address by now, nobody guesses", () => {
    expect(whose(["ada"], ",new@example.com,ada@example.com", ",ada@example.com,")).toEqual({
      ada: "lines 2 and 3 may both be theirs: name their `id` in one",
    });
  });

  test("by the id before everything else, whatever the addresses say", () => {
    expect(whose(["ada", "bob"], "id-of-ada,bob@example.com,", ",ada@example.com,")).toEqual({ ada: 2 });
    expect(whose(["ada"], "of-somebody-else,ada@example.com,")).toEqual({});
  });

  test("two members with one address are told apart by id alone", () => {
    const { rows } = parseRoster("members.csv", "id,userName\n,twin@example.com\n");
    const twins = ["one", "two"].map((id) => ({ id, userName: "twin@example.com" }));
    expect([...whoseRows(twins, rows).values()]).toEqual(
      twins.map(() => ({ doubt: expect.stringContaining("two members have this e-mail, and line 2") })),
    );
    const named = parseRoster("members.csv", "id,userName\none,twin@example.com\n,twin@example.com\n").rows;
    expect([...whoseRows(twins, named)].map(([id, each]) => [id, "row" in each && each.row.line])).toEqual([
      ["one", 2],
      ["two", 3],
    ]);
  });
});
