import { z } from "zod";
import { FILES, isDecisionsFile, isOpeningFile } from "./files";
import { jsonText, parseJson } from "./json-file";

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const remarks = z.array(z.object({ id: z.string(), userName: z.string(), text: z.string() }));

const schema = z.object({
  kind: z.literal("notion-inventory review closed"),
  version: z.literal(1),
  closedAt: z.iso.datetime(),
  /** The files of the opening, as they were when it was closed. */
  opened: z.array(z.object({ file: z.string().refine(isOpeningFile), sha256: digest })),
  decisions: z.array(z.object({ file: z.string().refine(isDecisionsFile), sha256: digest })),
  /** The roster that the edit is for, and what its bytes were; null: none was named. */
  roster: z.object({ file: z.string(), sha256: digest }).nullable(),
  /** The edit of the roster; null where there is nothing to edit. */
  edit: z.object({ file: z.literal(FILES.edit), sha256: digest }).nullable(),
  /** Decisions that the edit does not carry out, each with what to do. */
  byHand: remarks,
  /** Decisions that the roster said already, each with how. */
  settled: remarks,
  /** People with more in Notion than in the roster: a run that reads Notion carries the decision out. */
  drifted: remarks,
  /** What the roster said otherwise than when the review was opened. */
  changedSince: remarks,
  /** Who stood in it by then, and nobody reviewed. */
  joinedSince: z.array(z.string()),
  versions: z.object({ "pulumi-notion": z.string(), node: z.string() }),
});

/** How a review was closed. */
export type Closing = z.infer<typeof schema>;

/** A closing as it is made. */
export function closingOf(closing: Omit<Closing, "kind" | "version">): Closing {
  return { kind: "notion-inventory review closed", version: 1, ...closing };
}

export const closingText = (closing: Closing): string => jsonText(closing);

/** @throws {FileError} */
export function parseClosing(file: string, text: string): Closing {
  return parseJson(file, text, schema);
}

const readingsSchema = z.object({
  kind: z.literal("notion-inventory review readings"),
  version: z.literal(1),
  /** Of closed.json. */
  closed: digest,
  readings: z.array(
    z.object({
      at: z.iso.datetime(),
      requests: z.record(z.string(), z.number()),
      findings: z.array(
        z.object({ userName: z.string(), id: z.string(), done: z.boolean().nullable(), found: z.string() }),
      ),
    }),
  ),
});

/** What `review verify` found, each time. */
export type Readings = z.infer<typeof readingsSchema>;

export function readingsText(readings: Omit<Readings, "kind" | "version">): string {
  return jsonText({ kind: "notion-inventory review readings", version: 1, ...readings });
}

/** @throws {FileError} */
export function parseReadings(file: string, text: string): Readings {
  return parseJson(file, text, readingsSchema);
}
