import fc from "fast-check";
import { kindOf, type ScalarStyle, scalarText } from "../../../provider/roster/editing/yaml-scalar";
import { cellOf, type GeneratedRoster, numbers, type Segment, TEXTS, userName } from "./rosters";

const GROUPS = fc.constantFrom("On-call", "Engineering; On-call", "A: b; C; D");

/** A list of groups, as a block with dashes or in brackets. */
function listOf(names: readonly string[], style: string, indent: string): string {
  const quoted = names.map((name) => (name.includes(":") ? `"${name}"` : name));
  if (style === "flow") return `groups: [${quoted.join(", ")}]`;
  const deeper = style === "block" ? `${indent}  ` : indent;
  return `groups:${quoted.map((name) => `\n${deeper}- ${name}`).join("")}`;
}

/** Rosters in YAML with a dash for each person, in one style each. */
export const yamlRoster: fc.Arbitrary<GeneratedRoster> = fc
  .record({
    people: numbers,
    sorted: fc.boolean(),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    lastLineEnd: fc.boolean(),
    head: fc.constantFrom("", "\uFEFF", "---\n", "# people of acme\n\n", "\uFEFF# people\n---\n"),
    foot: fc.constantFrom("", "", "\n", "# the end\n", "\n\n# the end\n", "...\n"),
    pad: fc.constantFrom("", "  "),
    gap: fc.constantFrom(" ", "   "),
    layout: fc.constantFrom("block", "block", "dash alone", "braces", "tight braces"),
    style: fc.constantFrom<ScalarStyle>("PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE"),
    separated: fc.boolean(),
    trailing: fc.boolean(),
    lists: fc.constantFrom("none", "flow", "block", "outdented"),
  })
  .chain((looks) => {
    const order = looks.sorted ? looks.people.toSorted((a, b) => a - b) : looks.people;
    return fc.record({
      looks: fc.constant(looks),
      between: fc.array(fc.constantFrom("", "", "# a comment\n", "\n", "\n# a: comment\n"), {
        minLength: order.length,
        maxLength: order.length,
      }),
      people: fc.tuple(
        ...order.map((index) =>
          fc.record(
            {
              userName: fc.constant(userName(index)),
              ...Object.fromEntries(["role", ...TEXTS].map((column) => [column, cellOf(column)])),
              ...(looks.lists !== "none" && { groups: GROUPS }),
            },
            { requiredKeys: ["userName"] },
          ),
        ),
      ),
    });
  })
  .map(({ looks, between, people }) => {
    const { lineEnd, pad, gap, layout, style, trailing, lists } = looks;
    const inBraces = layout.endsWith("braces");
    const field = ([column, cell]: [string, string]) => {
      if (column === "groups")
        return listOf(cell.split("; "), inBraces ? "flow" : lists, `${pad} ${" ".repeat(gap.length)}`);
      const needed = kindOf(cell, inBraces) !== "plain" && style === "PLAIN";
      return `${column}: ${scalarText(cell, needed ? "QUOTE_DOUBLE" : style, inBraces)}`;
    };
    const item = (person: Record<string, string>, index: number): string => {
      const fields = Object.entries(person).map(field);
      const comment = trailing && index % 2 === 0 ? " # why: said so" : "";
      if (inBraces) {
        const space = layout === "braces" ? " " : "";
        return `${pad}-${gap}{${space}${fields.join(", ")}${space}}${comment}\n`;
      }
      const indent = `${pad} ${" ".repeat(gap.length)}`;
      const start = layout === "dash alone" ? `${pad}-\n${indent}` : `${pad}-${gap}`;
      return `${start}${fields.join(`\n${indent}`)}${comment}\n`;
    };
    const rows = people.flatMap((person, index): Segment[] => {
      const before = index === 0 ? "" : looks.separated ? "\n" : (between[index] ?? "");
      return [
        { text: before },
        { userName: person.userName as string, text: item(person as Record<string, string>, index) },
      ];
    });
    const body = rows.length === 0 ? [{ text: `${pad}[]\n` }] : rows;
    const segments = [{ text: looks.head }, ...body, { text: looks.foot }]
      .filter(({ text }) => text !== "")
      .map((segment) => ({ ...segment, text: segment.text.replaceAll("\n", lineEnd) }));
    return {
      file: "members.yaml",
      segments,
      lastLineEnd: looks.lastLineEnd,
      people: people as Record<string, string>[],
    };
  });
