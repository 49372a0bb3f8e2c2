import { endWords, instantWords, spanWords } from "../../provider/model/instant";
import { formatCount } from "../cli/text";
import { type Document, formatAsOf, type Section } from "../output/document";
import type { End, EndsReport } from "./expirations";

/** Who ends when, for people. @param now milliseconds since 1970 */
export function endsDocument(report: EndsReport, now: number): Document {
  const overdue = report.ends.filter((end) => end.overdue);
  const coming = report.ends.filter((end) => !end.overdue);
  const through = instantWords(Date.parse(report.through));
  return {
    title: "Access that ends",
    asOf: formatAsOf(report.asOf),
    incomplete: [],
    summary: `${[
      ...(overdue.length === 0 ? [] : [`${formatCount(overdue.length, "end")} overdue`]),
      `${formatCount(coming.length, "end")} up to ${through}`,
    ].join(", ")}.`,
    sections: () => [
      ...(overdue.length === 0
        ? []
        : [
            section("Overdue: the expiration has passed, and no run has applied it", overdue, now, {
              advice: "`pulumi up` applies it; `notion-inventory drift` shows who still has the access.",
            }),
          ]),
      section(`Ending up to ${through}`, coming, now, {}),
    ],
    flat: () => ({
      columns: ["who", "what", "until", "at", "overdue", "role", "then", "reason", "approved by", "resource"],
      rows: report.ends.map(({ who, what, until, at, overdue, role, next, reason, approvedBy, resource }) =>
        [who, what, until, at, overdue ? "yes" : "no", role, next, reason, approvedBy, resource].map(
          (cell) => cell ?? "",
        ),
      ),
    }),
    json: report,
  };
}

function section(title: string, ends: End[], now: number, more: Pick<Section, "advice">): Section {
  return {
    title,
    ...more,
    columns: ["e-mail", "ends", "when", "now", "then", "approved by", "reason"],
    rows: ends.map(({ who, what, until, at, overdue, role, next, reason, approvedBy }) => {
      const span = spanWords(Date.parse(at) - now);
      const when = `${endWords(until)}, ${overdue ? `${span} ago` : `in ${span}`}`;
      return [who, what, when, role ?? "–", next, approvedBy ?? "–", reason ?? "–"];
    }),
  };
}
