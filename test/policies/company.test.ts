import { describe, expect, it } from "vitest";
import { overridesOf, type PackConfig, parseSettings } from "../../policies/config";
import { formatViolations, type Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { breaches, compliant, compliantWorkspace, config, endsConfig, workspaceBreaches } from "./company";
import { type Declaration, judged } from "./declarations";
import { expectSaid, lawlessConfig, lawlessResources, lawlessWorkspace } from "./lawless";

/** What all rules say, as the pack asks them. */
function judgeAll(
  program: readonly Declaration[],
  more: PackConfig = {},
): { rule: string; message: string }[] {
  return (rules as readonly Rule[]).flatMap((rule) => {
    const settings = parseSettings(rule, overridesOf(rule, { ...config, ...more }).settings);
    if (rule.idle?.(settings) !== undefined) return [];
    return judged(rule, program, settings).map((violation) => ({
      rule: rule.name,
      message: formatViolations([violation]),
    }));
  });
}

describe("a company", () => {
  it("that keeps to all rules is not objected to", () => {
    expect(judgeAll(compliant, endsConfig)).toEqual([]);
    expect(judgeAll([compliantWorkspace], endsConfig)).toEqual([]);
  });

  it("has a breach for each rule", () => {
    expect(Object.keys(breaches)).toEqual(rules.map(({ name }) => name));
    expect(Object.keys(workspaceBreaches)).toEqual(rules.map(({ name }) => name));
  });

  const onesOf = (all: typeof breaches) =>
    Object.entries(all).flatMap(([rule, breach]) =>
      typeof breach === "string" ? [] : [{ rule, ...breach }],
    );
  it.each(onesOf(breaches))(
    "that breaks $rule breaks nothing else",
    ({ rule, program, says, config: more }) => {
      const violations = judgeAll(program, more);
      expect(violations.map((each) => each.rule)).toEqual([rule]);
      expect(violations[0]?.message).toContain(says);
    },
  );

  it.each(onesOf(workspaceBreaches))(
    "whose workspace breaks $rule breaks nothing else",
    ({ rule, program, says, config: more }) => {
      const violations = judgeAll(program, more);
      expect(violations.map((each) => each.rule)).toEqual([rule]);
      expect(violations[0]?.message).toContain(says);
    },
  );

  it("without law breaks all rules at once, each about whom it is about", () => {
    const canBreak = (all: typeof breaches) => onesOf(all).map(({ rule }) => rule);
    expect(Object.keys(lawlessResources.says)).toEqual(canBreak(breaches));
    expect(Object.keys(lawlessWorkspace.says)).toEqual(canBreak(workspaceBreaches));
    for (const lawless of [lawlessResources, lawlessWorkspace])
      expectSaid(lawless, judgeAll(lawless.program, lawlessConfig));
  });
});
