import { expect, it } from "vitest";
import type { z } from "zod";
import { parseSettings } from "../../policies/config";
import { formatRemediation } from "../../policies/remediations";
import type { Rule } from "../../policies/rule";
import { type Declaration, judged, NOW } from "./declarations";

/** What a rule makes of some declarations: nothing, or for each violation a part of what it says. */
export interface Case<Settings extends z.ZodObject> {
  settings?: Partial<z.input<Settings>>;
  declared: Declaration[];
  /** The moment that is judged. Default {@link NOW}. */
  now?: number;
  finds?: string[];
}

/** A test for each case of a rule, named as the case is. */
export function judges<Settings extends z.ZodObject>(
  rule: Rule<string, Settings>,
  cases: Record<string, Case<Settings>>,
): void {
  it.each(Object.entries(cases))(
    `${rule.name}: %s`,
    (_, { settings = {}, declared, now = NOW, finds = [] }) => {
      const complete = parseSettings(rule, settings);
      expect(rule.idle?.(complete)).toBeUndefined();
      const violations = judged(rule, declared, complete, now);
      expect(violations.map(({ found }) => found)).toEqual(
        finds.map((part) => expect.stringContaining(part)),
      );
      for (const { allowed, remediation } of violations)
        expect([allowed, formatRemediation(remediation)]).not.toContain("");
    },
  );
}
