import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvRecords } from "../../provider/roster/csv-records";

const text = fc
  .array(
    fc.constantFrom(",", ";", "\t", '"', '""', "#", "\n", "\r\n", "\r", " ", "a", "é", "健", ';"', '","'),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(""));
const dialect = fc.record({ delimiter: fc.constantFrom(",", ";", "\t"), comments: fc.boolean() });

test("where a cell stands is where csv-parse read it, in any text", () => {
  let read = 0;
  const property = fc.property(
    text,
    fc.constantFrom("", "\uFEFF"),
    dialect,
    (body, mark, { delimiter, comments }) => {
      const whole = mark + body;
      const { records, problems } = csvRecords(whole, { delimiter, comments });
      if (problems.length > 0) {
        expect(problems).toEqual([{ line: expect.any(Number), message: expect.stringMatching(/./) }]);
        return;
      }
      read += 1;
      const values = parse(whole, {
        bom: true,
        delimiter,
        comment: comments ? "#" : null,
        comment_no_infix: true,
        record_delimiter: ["\r\n", "\n", "\r"],
        relax_column_count: true,
        skip_empty_lines: true,
      });
      expect(records.map(({ cells }) => cells.map(({ value }) => value))).toEqual(values);
      for (const { line, cells } of records) {
        expect(line).toBe(whole.slice(0, cells[0]?.start).split(/\r\n|\n|\r/).length);
        for (const { value, quoted, start, end } of cells) {
          expect(whole.slice(start, end)).toBe(quoted ? `"${value.replaceAll('"', '""')}"` : value);
        }
      }
    },
  );
  fc.assert(property, { numRuns: 1000 });
  expect(read).toBeGreaterThan(100);
});
