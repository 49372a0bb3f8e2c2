import type { EnforcementLevel, Severity } from "@pulumi/policy";
import type { z } from "zod";
import type { Member } from "./declaration";
import { formatList } from "./format";
import { formatRemediation, kindsOf, type Remediation } from "./remediations";
import type { Workspace } from "./workspace";

/** One violation of a rule. */
export interface Violation {
  /** The resource to change; undefined: the stack as a whole. */
  urn?: string | undefined;
  /** The person and the problem: a sentence without its full stop. */
  found: string;
  /** What the rule allows. */
  allowed: string;
  /** What to do about it. */
  remediation: Remediation;
}

/** When a rule runs. */
export type Scope =
  /** On each resource by itself, before its write: a violation is never written. */
  | "before"
  /** On the whole stack, at the end of a preview and of an update. */
  | "end";

/** A policy as data and a pure function. `policy-pack.ts` turns it into one for the engine. */
export interface Rule<Name extends string = string, Settings extends z.ZodObject = z.ZodObject> {
  name: Name;
  area: "People" | "Groups" | "Roles" | "Access that ends" | "Program";
  description: string;
  severity: Severity;
  /** The default level of a violation. */
  level: EnforcementLevel;
  /** What to do about any violation, shown with the rule. */
  remediationSteps: string;
  /**
   * With `before`, `judge` gets a workspace of one resource before its write. With `end` it gets the whole stack. With both
   * it judges each declaration first, and at the end only what one resource cannot show.
   */
  scopes: readonly Scope[];
  /** Each setting with its default (or optional) and its description. */
  settings: Settings;
  /** Why the rule is idle with these settings; undefined if it is not. */
  idle?(settings: z.output<Settings>): string | undefined;
  /**
   * @param now the moment of the run, in milliseconds since 1970
   * @param idle the idle rules so far, each with its reason
   */
  evaluate(
    workspace: Workspace,
    settings: z.output<Settings>,
    now: number,
    idle?: ReadonlyMap<string, string>,
  ): Violation[];
  /** At the level `remediate`: the properties to change in a NotionUser or a person of a NotionWorkspace; undefined: none. */
  remediate?(member: Member, settings: z.output<Settings>): Record<string, string> | undefined;
}

/** Gives a rule its exact type: its name, and its settings. */
export function defineRule<const Name extends string, Settings extends z.ZodObject>(
  rule: Rule<Name, Settings>,
): Rule<Name, Settings> {
  return rule;
}

/** One message for each resource. It names some of many violations, and counts all. */
export function messagesOf(violations: readonly Violation[]): { urn: string | undefined; message: string }[] {
  return [...Map.groupBy(violations, ({ urn }) => urn)].map(([urn, all]) => ({
    urn,
    message: formatViolations(all),
  }));
}

const MOST_FOUND = 10;
const MOST_REMEDIATIONS = 3;

/** Violations as text for people, under the rule's description. */
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
  // The same instruction for another person appears once.
  const told = kindsOf(violations.map(({ remediation }) => remediation)).map(formatRemediation);
  const others = told.length < sentences.size ? "; the same for the others" : "";
  return [
    `${found.join("\n")}.`,
    `Allowed: ${formatList([...allowed], MOST_REMEDIATIONS, "; ")}.`,
    `What to do: ${formatList(told, MOST_REMEDIATIONS, "; ")}${others}.`,
  ].join("\n");
}
