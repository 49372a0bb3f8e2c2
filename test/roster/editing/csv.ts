import fc from "fast-check";
import { escapeFormula } from "../../../provider/roster/formula";
import { cellOf, type GeneratedRoster, numbers, plainValue, type Segment, TEXTS, userName } from "./rosters";

/** Rosters in CSV as people and programs write them, in one style each. */
export const csvRoster: fc.Arbitrary<GeneratedRoster & { columns: string[]; quotes: string }> = fc
  .record({
    columns: fc
      .shuffledSubarray(["role", ...TEXTS])
      .chain((some) => fc.shuffledSubarray(["userName", ...some], { minLength: some.length + 1 })),
    people: numbers,
    sorted: fc.boolean(),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    lastLineEnd: fc.boolean(),
    mark: fc.constantFrom("", "\uFEFF"),
    quotes: fc.constantFrom("needed", "filled", "all"),
    plain: fc.boolean(),
  })
  .chain((style) => {
    const order = style.sorted ? style.people.toSorted((a, b) => a - b) : style.people;
    return fc
      .tuple(
        fc.constant(style),
        fc.tuple(
          ...order.map((index) =>
            fc.record(
              Object.fromEntries(
                style.columns.map((column) => [
                  column,
                  column === "userName"
                    ? fc.constant(userName(index))
                    : fc.option(style.plain && column !== "role" ? plainValue : cellOf(column), { nil: "" }),
                ]),
              ),
            ),
          ),
        ),
        fc.array(fc.constantFrom("", "", "# a comment", '# "quoted, comment', "\n"), {
          minLength: order.length + 2,
          maxLength: order.length + 2,
        }),
      )
      .map(([{ columns, lineEnd, lastLineEnd, mark, quotes }, people, between]) => {
        const write = (cell: string, index: number) => {
          const raw = escapeFormula(cell);
          const quoted =
            /[",\r\n]/.test(raw) ||
            (index === 0 && raw.startsWith("#")) ||
            quotes === "all" ||
            (quotes === "filled" && raw !== "");
          return quoted ? `"${raw.replaceAll('"', '""')}"` : raw;
        };
        const line = (cells: string[]) => cells.map(write).join(",") + lineEnd;
        const passedOver = (index: number): Segment[] => {
          const text = between[index] ?? "";
          return text === "" ? [] : [{ text: text === "\n" ? lineEnd : text + lineEnd }];
        };
        const rows = people.flatMap((person, index): Segment[] => [
          { userName: person.userName ?? "", text: line(columns.map((column) => person[column] ?? "")) },
          ...passedOver(index + 2),
        ]);
        const segments = [
          { text: mark },
          ...passedOver(0),
          { text: line(columns) },
          ...passedOver(1),
          ...rows,
        ];
        const filled = people.map((person) =>
          Object.fromEntries(Object.entries(person).filter(([, cell]) => cell !== "")),
        );
        return { file: "members.csv", columns, quotes, segments, lastLineEnd, people: filled };
      });
  });
