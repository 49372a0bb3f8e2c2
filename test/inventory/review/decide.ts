import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { Inventory } from "../inventory";

/** A decision as a line of decisions.csv says it. */
export interface Said {
  decision?: "keep" | "lower" | "remove" | "end" | "groups";
  "to role"?: string;
  until?: string;
  "out of groups"?: string;
  reason?: string;
  reviewer?: string;
  "decided at"?: string;
}

export const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/**
 * Writes decisions.csv as an auditor's own program would, without this package: everybody is kept but those who are
 * named, by e-mail or by id.
 */
export function decide(
  inventory: Inventory,
  folder: string,
  said: Record<string, Said> = {},
  everybody: Said = {},
  file = "decisions.csv",
): void {
  const bytes = (name: string) => readFileSync(join(inventory.folder, folder, name));
  const people: Record<string, string>[] = parse(bytes("population.csv"), { columns: true });
  const review = existsSync(join(inventory.folder, folder, "manifest.json"))
    ? sha256(bytes("manifest.json"))
    : "";
  const lines = people.map(({ person = "", id = "", role = "", marks = "" }) => ({
    review,
    person,
    id,
    role,
    decision: "keep",
    "to role": "",
    until: "",
    "out of groups": "",
    reason: marks === "" ? "" : "looked into",
    reviewer: "auditor@example.com",
    "decided at": new Date(inventory.now).toISOString(),
    ...everybody,
    ...said[person],
    ...said[id],
  }));
  inventory.write(`${folder}/${file}`, stringify(lines, { header: true }));
}
