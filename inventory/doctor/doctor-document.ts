import { counted } from "../cli/text";
import { asOfWords, type Document } from "../output/document";
import type { Check, DoctorReport } from "./check";

/** What was looked at, and how to mend what needs it, for people. */
export function doctorDocument(checks: Check[], incomplete: string[], asOf: string | null): Document {
  const rows = checks.map(({ about, status, found, mend }) => [status, about, found, mend ?? ""]);
  const json: DoctorReport = {
    kind: "notion-inventory doctor",
    version: 1,
    asOf,
    complete: incomplete.length === 0,
    incomplete,
    checks,
  };
  const errors = checks.filter(({ status }) => status === "error").length;
  const warnings = checks.filter(({ status }) => status === "warning").length;
  const found = [
    ...(errors > 0 ? [counted(errors, "error")] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ];
  const toMend = checks.flatMap(({ about, mend }) => (mend === null ? [] : [[about, mend]]));
  return {
    title: "notion-inventory doctor",
    asOf: asOfWords(asOf),
    incomplete,
    summary: found.length === 0 ? "All is well." : `${found.join(" and ")}.`,
    sections: () => [
      { title: "Checks", columns: ["status", "what", "found"], rows: rows.map((row) => row.slice(0, 3)) },
      ...(toMend.length === 0 ? [] : [{ title: "To mend", columns: ["what", "how"], rows: toMend }]),
    ],
    flat: () => ({ columns: ["status", "what", "found", "to mend it"], rows }),
    json,
  };
}
