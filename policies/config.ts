import type { EnforcementLevel, PolicyConfigSchema } from "@pulumi/policy";
import { z } from "zod";
import { instantOf, whyNoInstant } from "../provider/model/instant";
import type { Rule } from "./rule";
import { rules } from "./rules";

type AnyRule = (typeof rules)[number];

/** A rule's entry: its level, or settings with or without a level. */
type Entry<Settings extends z.ZodObject> =
  | EnforcementLevel
  | ({ enforcementLevel?: EnforcementLevel } & Partial<z.input<Settings>>);

/** Levels and settings, from a configuration file or in code. `all` comes first, a rule's own entry after it. */
export type PackConfig = { all?: EnforcementLevel } & {
  [R in AnyRule as R["name"]]?: Entry<R["settings"]>;
};

/** The configuration has an unknown name or an invalid setting. */
export class PolicyConfigurationError extends Error {
  constructor(problems: readonly string[]) {
    super(`The configuration of the policies is invalid:\n${problems.map((each) => `- ${each}`).join("\n")}`);
    this.name = "PolicyConfigurationError";
    // @pulumi/policy prints the stack, which does not help the author of the configuration.
    this.stack = this.message;
  }
}

/**
 * The moment of a run, as in the provider: NOTION_AS_OF, or else the present.
 * @param present milliseconds since 1970
 * @throws {PolicyConfigurationError} if NOTION_AS_OF is no instant
 */
export function clock(env: Readonly<Record<string, string | undefined>>, present: number): number {
  const asOf = env.NOTION_AS_OF?.trim();
  if (asOf === undefined || asOf === "") return present;
  const why = whyNoInstant(asOf);
  if (why !== undefined) throw new PolicyConfigurationError([`NOTION_AS_OF ${why}`]);
  return instantOf(asOf, "from") ?? present;
}

/** The settings of a rule, complete and checked. */
export function parseSettings<Settings extends z.ZodObject>(
  rule: Rule<string, Settings>,
  given: object,
): z.output<Settings> {
  const parsed = rule.settings.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new PolicyConfigurationError(problemsOf(rule, parsed.error));
}

/**
 * Checks a whole configuration by rule. The engine's schemas accept unknown settings, and levels for unknown
 * rules.
 * @throws {PolicyConfigurationError} naming every problem
 */
export function checkConfig(config: Readonly<Record<string, object>>): void {
  const byName = new Map<string, Rule>(rules.map((rule) => [rule.name, rule as Rule]));
  const problems = Object.entries(config).flatMap(([name, settings]) => {
    const rule = byName.get(name);
    if (rule === undefined) {
      if (name !== "all") return [`"${name}" is not a policy. Use one of ${[...byName.keys()].join(", ")}`];
      const keys = Object.keys(settings);
      return keys.length === 0 ? [] : [`"all" takes a level, not the setting ${keys.join(", ")}`];
    }
    const parsed = rule.settings.safeParse(settings);
    return parsed.success ? [] : problemsOf(rule, parsed.error);
  });
  if (problems.length > 0) throw new PolicyConfigurationError(problems);
}

/** The engine's schema of a rule's settings, with `overrides` as the defaults. */
export function configSchemaOf(
  rule: Rule,
  overrides: Readonly<Record<string, unknown>> = {},
): PolicyConfigSchema | undefined {
  const { properties = {} } = z.toJSONSchema(rule.settings, {
    io: "input",
    override: ({ jsonSchema }) => {
      // zod's own bound for whole numbers: noise in every listing of the schema.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  if (Object.keys(properties).length === 0) return undefined;
  return {
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [
        name,
        { ...(schema as object), ...(name in overrides ? { default: overrides[name] as object } : {}) },
      ]),
    ),
  };
}

/** A rule's entry in a configuration in code, taken apart. */
export function overridesOf(
  rule: Rule,
  config: PackConfig,
): { level: EnforcementLevel; settings: Record<string, unknown> } {
  const entry = (config as Readonly<Record<string, Entry<z.ZodObject> | undefined>>)[rule.name];
  const { enforcementLevel, ...settings } = typeof entry === "object" ? entry : { enforcementLevel: entry };
  return { level: enforcementLevel ?? config.all ?? rule.level, settings };
}

function problemsOf(rule: Rule, error: z.ZodError): string[] {
  const names = Object.keys(rule.settings.shape);
  const allowed = names.length === 0 ? "It has none" : `Use ${names.join(", ")}`;
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => `${rule.name} has no setting "${key}". ${allowed}`)
      : [`${rule.name}.${issue.path.join(".")}: ${issue.message}`],
  );
}
