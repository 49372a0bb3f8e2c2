import { z } from "zod";
import { TYPE_PREFIXES } from "../../provider/state/type-tokens";
import { FileError, firstIssue } from "../cli/errors";

const bag = z.record(z.string(), z.unknown());
const stateSchema = z.object({
  id: z.string().optional(),
  inputs: bag.default({}),
  outputs: bag.default({}),
  /** Which resources a property was made of, by property. */
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  retainOnDelete: z.boolean().optional(),
});
const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: stateSchema.nullish(),
  newState: stateSchema.nullish(),
});
const diagnosticSchema = z.object({
  urn: z.string().optional(),
  message: z.string(),
  severity: z.string(),
});
/** `PreviewDigest` of the engine's own JSON (pulumi/pulumi, pkg/display/json.go). */
const previewSchema = z.object({
  config: z.record(z.string(), z.string()).nullish(),
  steps: z.array(stepSchema).nullish(),
  diagnostics: z.array(diagnosticSchema).nullish(),
  duration: z.number(),
  changeSummary: z.record(z.string(), z.number()).nullish(),
});

export type ResourceState = z.infer<typeof stateSchema>;

/** What is to happen to one resource. */
export interface PreviewStep {
  op: string;
  urn: string;
  old: ResourceState | undefined;
  new: ResourceState | undefined;
}

/** What stopped a preview. */
export interface Stop {
  /** The resource that it is about; null: none of them. */
  resource: string | null;
  message: string;
}

/** What `pulumi preview --json` printed. */
export interface Preview {
  /** Resources that stay as they are are not among them, unless the preview was asked to show them. */
  steps: PreviewStep[];
  /** The resources that were read before anything was planned, by URN, as they were found. */
  refreshed: ReadonlyMap<string, ResourceState | undefined>;
  /** What the program and its providers told, a line each. */
  messages: string[];
  /** Why nothing of it would be done; empty: it may be done. */
  stops: Stop[];
  /** The stack's configuration, its secrets blinded. */
  config: Readonly<Record<string, string>>;
  /** How many resources stay as they are without being among the steps. */
  unlisted: number;
}

const MAKE_IT = "Make it with `pulumi preview --json > preview.json`.";

/**
 * Reads what `pulumi preview --json` printed.
 * @param source for errors: the file's name
 * @throws {FileError} when it is anything else, saying what it looks like
 */
export function parsePreview(text: string, source: string): Preview {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FileError(`${source} is not the JSON of a preview: ${looksLike(text)}`);
  }
  const parsed = previewSchema.safeParse(value);
  if (!parsed.success) {
    throw new FileError(
      `${source} is not the JSON of a preview: ${isOtherwise(value, firstIssue(parsed.error))}`,
    );
  }
  const { steps, diagnostics, config, changeSummary } = parsed.data;
  const all = (steps ?? []).map(({ op, urn, oldState, newState }) => ({
    op,
    urn,
    old: oldState ?? undefined,
    new: newState ?? undefined,
  }));
  const sames = all.filter(({ op }) => op === "same").length;
  return {
    steps: all.filter(({ op }) => op !== "refresh"),
    refreshed: new Map(
      all.flatMap((step): [string, ResourceState | undefined][] =>
        step.op === "refresh" ? [[step.urn, step.new]] : [],
      ),
    ),
    messages: (diagnostics ?? []).flatMap(({ severity, message }) =>
      severity === "info" ? [message.trim()] : [],
    ),
    stops: stopsIn(diagnostics ?? []),
    config: config ?? {},
    unlisted: (changeSummary?.same ?? 0) - sames,
  };
}

/** What a text that is no JSON seems to be, and what to do. */
function looksLike(text: string): string {
  const start = text.trimStart();
  if (start === "")
    return `it is empty. The preview ended before it printed anything: look at what it said itself.`;
  if (/^\{"sequence":\d+,"timestamp":/.test(start)) {
    return `it is a log of the engine's events. ${MAKE_IT} PULUMI_ENABLE_STREAMING_JSON_PREVIEW must not be set.`;
  }
  if (start.startsWith("{"))
    return `it begins as JSON and is cut, or something else stands in it. ${MAKE_IT}`;
  if (start.startsWith("Previewing")) return `it is the text that a preview prints for people. ${MAKE_IT}`;
  return `it is no JSON at all. ${MAKE_IT}`;
}

/** What a JSON that is not of a preview seems to be, and what to do. */
function isOtherwise(value: unknown, where: string): string {
  const has = (key: string) => typeof value === "object" && value !== null && Object.hasOwn(value, key);
  if (has("deployment"))
    return `it is the state of a stack. ${MAKE_IT} For a state there is \`drift --state\`.`;
  if (has("kind") && String(Reflect.get(value as object, "kind")).startsWith("notion-inventory")) {
    return `it was written by this program. ${MAKE_IT}`;
  }
  if (has("result")) return `it is what another command prints with --json. ${MAKE_IT}`;
  return `it does not fit at ${where}. ${MAKE_IT}`;
}

/** What the engine says beside a violation of a mandatory policy, which its JSON does not hold. */
const UNSAID =
  "The preview failed for a reason that its JSON does not hold, such as a violation of a mandatory policy. " +
  "`pulumi preview` without --json tells it.";

function stopsIn(diagnostics: z.infer<typeof diagnosticSchema>[]): Stop[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const stops = errors
    .map(({ urn, message }) => ({ resource: urn ?? null, message: plainMessage(message) }))
    .filter(({ message }) => message !== "preview failed");
  const unique = stops.filter(
    (stop, index) =>
      stops.findIndex((each) => each.message === stop.message && each.resource === stop.resource) === index,
  );
  return errors.length > 0 && unique.length === 0 ? [{ resource: null, message: UNSAID }] : unique;
}

/** What the engine puts before a problem with the inputs of a resource of ours. */
const INPUT_PROBLEM = new RegExp(`^(?:${TYPE_PREFIXES.join("|")})(\\w+) resource '([^']*)' has a problem: `);

/** An error without what the engine puts before it. */
function plainMessage(message: string): string {
  return message
    .trim()
    .replace(/^error: /, "")
    .replace(/^Preview failed: /, "")
    .replace(INPUT_PROBLEM, '$1 "$2": ')
    .trim();
}
