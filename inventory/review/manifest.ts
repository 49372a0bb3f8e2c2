import { z } from "zod";
import { jsonText, parseJson } from "./json-file";

export const MANIFEST_KIND = "notion-inventory review";
const MANIFEST_VERSION = 1;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const listSchema = z.object({
  name: z.string(),
  file: z.string(),
  /** A date or an instant, and how it is known. */
  date: z.string(),
  dateFrom: z.string(),
  sha256: digest,
});

const schema = z.object({
  kind: z.literal(MANIFEST_KIND),
  version: z.literal(MANIFEST_VERSION),
  /** The folder's name. */
  name: z.string(),
  /** The address of the workspace's API. */
  workspace: z.string(),
  /** When the workspace was read. */
  openedAt: z.iso.datetime(),
  /** Always true: an incomplete listing opens no review. */
  complete: z.literal(true),
  counts: z.object({
    people: z.number(),
    byRole: z.record(z.string(), z.number()),
    byMark: z.record(z.string(), z.number()),
    groups: z.number(),
    byReviewer: z.record(z.string(), z.number()),
    withoutReviewer: z.number(),
  }),
  /** What was asked of Notion, each with how often; no request wrote anything. */
  requests: z.record(z.string(), z.number()),
  versions: z.object({ "pulumi-notion": z.string(), node: z.string() }),
  /** The options of --reviewer, in their order. */
  reviewers: z.array(z.string()),
  stack: z.string().nullable(),
  roster: z.object({ file: z.string(), sha256: digest, commits: z.number().nullable() }).nullable(),
  sources: z.array(listSchema.extend({ layout: z.string(), people: z.number(), notes: z.array(z.string()) })),
  baselines: z.array(listSchema),
  /** The groups of the workspace then: a name may pass to another group. */
  groups: z.array(z.object({ id: z.string(), name: z.string() })),
  files: z.record(z.string(), z.object({ sha256: digest, bytes: z.number() })),
});

/** What a review was made of, and the digest of everything that belongs to it. */
export type Manifest = z.infer<typeof schema>;

export function manifestText(manifest: Omit<Manifest, "kind" | "version" | "complete">): string {
  const whole: Manifest = { kind: MANIFEST_KIND, version: MANIFEST_VERSION, ...manifest, complete: true };
  return jsonText(whole);
}

/** @throws {FileError} */
export function parseManifest(file: string, text: string): Manifest {
  return parseJson(file, text, schema);
}
