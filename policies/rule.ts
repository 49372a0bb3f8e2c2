import type { EnforcementLevel, Severity } from "@pulumi/policy";
import type { z } from "zod";
import type { Member } from "./declaration";
import { formatList } from "./format";
import { formatRemediation, kindsOf, type Remediation } from "./remediations";
import type { Workspace } from "./workspace";

/** One thing that a rule does not accept. */
export interface Violation {
  /** The resource to change; undefined: the stack as a whole. */
  urn?: string | undefined;
  /** The person, and what is wrong: a sentence without its full stop. */
  found: string;
  /** What would be accepted. */
  allowed: string;
  /** What to do about it. */
  remediation: Remediation;
}

/** When a rule is judged. */
export type Scope =
  /** Each resource by itself, before it is written: what it objects to is never written. */
  | "before"
  /** The whole stack, at the end of a preview and of an update. */
  | "end";

/** A policy as data and a pure function; `policy-pack.ts` makes it one that the engine runs. */
export interface Rule<Name extends string = string, Settings extends z.ZodObject = z.ZodObject> {
  name: Name;
  area: "People" | "Roles" | "Access that ends" | "Program";
  description: string;
  severity: Severity;
  /** What a violation does where nothing else is configured. */
  level: EnforcementLevel;
  /** What to do about a violation in general, shown with the rule. */
  remediationSteps: string;
  /**
   * With `before`, `judge` is given a workspace of one resource, before that resource is written; with `end` the whole.
   * With both it judges a declaration in the first, and in the second what cannot be told from one resource.
   */
  scopes: readonly Scope[];
  /** Each setting with its default (or optional) and its description. */
  settings: Settings;
  /** Why the rule has nothing to judge with these settings; undefined when it has. */
  idle?(settings: z.output<Settings>): string | undefined;
  /**
   * @param now the moment that the run is judged for, in milliseconds since 1970
   * @param idle the rules that had nothing to judge by so far, each with why
   */
  evaluate(
    workspace: Workspace,
    settings: z.output<Settings>,
    now: number,
    idle?: ReadonlyMap<string, string>,
  ): Violation[];
  /** The properties to change of a NotionUser or a person of a NotionWorkspace, at the level `remediate`; undefined: none. */
  remediate?(member: Member, settings: z.output<Settings>): Record<string, string> | undefined;
}

/** Gives a rule its exact type: its name, and its settings. */
export function defineRule<const Name extends string, Settings extends z.ZodObject>(
  rule: Rule<Name, Settings>,
): Rule<Name, Settings> {
  return rule;
}

/** What a rule says, a message for each resource: of many violations it names some, and counts all. */
export function messagesOf(violations: readonly Violation[]): { urn: string | undefined; message: string }[] {
  return [...Map.groupBy(violations, ({ urn }) => urn)].map(([urn, all]) => ({
    urn,
    message: formatViolations(all),
  }));
}

const MOST_FOUND = 10;
const MOST_REMEDIATIONS = 3;

/** Violations as people read them, under the rule's description. */
export function formatViolations(violations: readonly Violation[]): string {
  const shown = violations.slice(0, MOST_FOUND).map(({ found }) => found);
  const more = violations.length - shown.length;
  const found =
    violations.length === 1
      ? shown
      : [
          `${violations.length} violations:`,
          ...shown.map((each) => `- ${each}`),
          ...(more === 0 ? [] : [`- and ${more} more`]),
        ];
  const allowed = new Set(violations.map((each) => each.allowed));
  const sentences = new Set(violations.map(({ remediation }) => formatRemediation(remediation)));
  // The same instruction for another person is told once.
  const told = kindsOf(violations.map(({ remediation }) => remediation)).map(formatRemediation);
  const others = told.length < sentences.size ? "; the same for the others" : "";
  return [
    `${found.join("\n")}.`,
    `Allowed: ${formatList([...allowed], MOST_REMEDIATIONS, "; ")}.`,
    `What to do: ${formatList(told, MOST_REMEDIATIONS, "; ")}${others}.`,
  ].join("\n");
}
