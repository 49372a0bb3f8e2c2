import { formatCount } from "../cli/text";
import { type Document, formatAsOf } from "../output/document";
import type { Check, DoctorReport } from "./check";
import { REMEDIATIONS } from "./remediations";

/** What was looked at, and what to do about it, for people. */
export function doctorDocument(checks: Check[], incomplete: string[], asOf: string | null): Document {
  const textOf = ({ remediation }: Check) => (remediation === null ? "" : REMEDIATIONS[remediation]);
  const rows = checks.map((check) => [check.status, check.about, check.found, textOf(check)]);
  const json: DoctorReport = {
    kind: "notion-inventory doctor",
    version: 1,
    asOf,
    complete: incomplete.length === 0,
    incomplete,
    checks: checks.map((check) => ({
      ...check,
      remediation: check.remediation && { key: check.remediation, text: textOf(check) },
    })),
  };
  const errors = checks.filter(({ status }) => status === "error").length;
  const warnings = checks.filter(({ status }) => status === "warning").length;
  const found = [
    ...(errors > 0 ? [formatCount(errors, "error")] : []),
    ...(warnings > 0 ? [formatCount(warnings, "warning")] : []),
  ];
  const toDo = rows.flatMap(([, about = "", , text = ""]) => (text === "" ? [] : [[about, text]]));
  return {
    title: "notion-inventory doctor",
    asOf: formatAsOf(asOf),
    incomplete,
    summary: found.length === 0 ? "All is well." : `${found.join(" and ")}.`,
    sections: () => [
      { title: "Checks", columns: ["status", "what", "found"], rows: rows.map((row) => row.slice(0, 3)) },
      ...(toDo.length === 0 ? [] : [{ title: "What to do", columns: ["about", "how"], rows: toDo }]),
    ],
    flat: () => ({ columns: ["status", "what", "found", "what to do"], rows }),
    json,
  };
}
