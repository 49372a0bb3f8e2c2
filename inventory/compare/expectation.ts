import { UsageError } from "../cli/errors";
import { columnKey } from "../sources/fields";
import { cellOf } from "../sources/read-records";
import { isWorkspaceList, type Source, type SourceRecord } from "../sources/source";

/** Who at a source should be in Notion: `department=Engineering`. Of one column any value will do, of several each must. */
export type Expectations = ReadonlyMap<string, readonly string[]>;

/** Pure. @throws {UsageError} when it is no rule, or no source has the column */
export function parseExpectations(rules: readonly string[], sources: readonly Source[]): Expectations {
  const expected = new Map<string, string[]>();
  const columns = sources.filter((source) => !isWorkspaceList(source)).flatMap((source) => source.columns);
  for (const rule of rules) {
    const at = rule.indexOf("=");
    const [column, value] = [rule.slice(0, Math.max(at, 0)).trim(), rule.slice(at + 1).trim()];
    if (column === "" || value === "") {
      throw new UsageError(`--expect wants column=value, such as department=Engineering, not "${rule}".`);
    }
    if (column !== "department" && !columns.some((each) => columnKey(each) === columnKey(column))) {
      throw new UsageError(
        `--expect names the column "${column}", which no source has; there are ${[...new Set(columns)].join(", ")}.`,
      );
    }
    expected.set(column, [...(expected.get(column) ?? []), value.toLowerCase()]);
  }
  return expected;
}

/** Whether a person should be in Notion; a cell may hold a list, as of groups. Without a rule nobody should. */
export function isExpected(record: SourceRecord, expected: Expectations): boolean {
  if (expected.size === 0 || record.isGuest) return false;
  return [...expected].every(([column, values]) => {
    const cell = (column === "department" ? record.department : undefined) ?? cellOf(record, column) ?? "";
    const held = [cell, ...cell.split(/[;,|\n]/)].map((each) => each.trim().toLowerCase());
    return values.some((value) => held.includes(value));
  });
}
