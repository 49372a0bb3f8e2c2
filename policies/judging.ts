import { z } from "zod";
import { formatList } from "./format";
import { defineRule } from "./rule";

/** A green tick must mean that a rule judged somebody. */
export const everyRuleJudges = defineRule({
  name: "every-rule-judges",
  area: "Program",
  description: "Every active rule has its settings, and people to judge.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Configure the rule's settings, or set the rule to disabled.",
  scopes: ["end"],
  settings: z.strictObject({}),
  evaluate: ({ people, unproven }, _settings, _now, idle = new Map()) => [
    ...(idle.size === 0
      ? []
      : [
          {
            found: `${idle.size === 1 ? "A rule judges" : `${idle.size} rules judge`} nobody: ${formatList(
              [...idle].map(([name, why]) => `${name} (${why})`),
              Number.POSITIVE_INFINITY,
            )}`,
            allowed: "rules with their settings, or at the level disabled",
            remediation: { key: "saySettings" as const },
          },
        ]),
    ...(people.some(({ email }) => typeof email === "string") || unproven.length > 0
      ? []
      : [
          {
            found: "No rule judges anybody: the stack declares nobody with a known address",
            allowed: "a stack with people whose addresses are known",
            remediation: { key: "judgeKnownPeople" as const },
          },
        ]),
  ],
});
