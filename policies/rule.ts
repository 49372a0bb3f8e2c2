import type { EnforcementLevel, Severity } from "@pulumi/policy";
import type { z } from "zod";
import type { Member } from "./declaration";
import type { Workspace } from "./workspace";

/** One thing that a rule does not accept. */
export interface Violation {
  /** The resource to change; undefined: the stack as a whole. */
  urn?: string | undefined;
  /** The person, and what is wrong: a sentence without its full stop. */
  found: string;
  /** What would be accepted. */
  allowed: string;
  /** How to mend it, as an instruction. */
  mend: string;
}

/** A policy as data and a pure function; `policy-pack.ts` makes it one that the engine runs. */
export interface Rule<Name extends string = string, Settings extends z.ZodObject = z.ZodObject> {
  /** Released names stay: they stand in people's configuration. */
  name: Name;
  area: "People" | "Roles" | "Access that ends" | "Program";
  description: string;
  severity: Severity;
  /** What a violation does where nothing else is configured. */
  level: EnforcementLevel;
  /** What to do about a violation in general, shown with the rule. */
  remediationSteps: string;
  /**
   * `resource`: `judge` is given a workspace of one resource, before that resource is written.
   * `stack`: it is given the whole, at the end of a preview and of an update.
   */
  scope: "resource" | "stack";
  /** Each setting with its default (or optional) and its description. */
  settings: Settings;
  /** Why the rule has nothing to judge with these settings; undefined when it has. */
  idle?(settings: z.output<Settings>): string | undefined;
  /** @param now the moment that the run is judged for, in milliseconds since 1970 */
  judge(workspace: Workspace, settings: z.output<Settings>, now: number): Violation[];
  /** The properties to change of a NotionUser or a person of a NotionWorkspace, at the level `remediate`; undefined: none. */
  remediate?(member: Member, settings: z.output<Settings>): Record<string, string> | undefined;
}

/** Gives a rule its exact type: its name, and its settings. */
export function defineRule<const Name extends string, Settings extends z.ZodObject>(
  rule: Rule<Name, Settings>,
): Rule<Name, Settings> {
  return rule;
}

/** A violation as people read it, under the rule's description. */
export function messageOf({ found, allowed, mend }: Violation): string {
  return `${found}.\nAllowed: ${allowed}.\nTo mend it: ${mend}.`;
}
