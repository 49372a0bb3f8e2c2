import { z } from "zod";
import { formatList } from "./format";
import { defineRule } from "./rule";

/** A green tick is to mean that somebody was judged. */
export const everyRuleJudges = defineRule({
  name: "every-rule-judges",
  area: "Program",
  description: "Every rule that is on has the settings that it judges by, and somebody to judge.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Say the settings of the rule, or set it to disabled.",
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
            allowed: "rules with the settings that they judge by, or at the level disabled",
            remediation: { key: "saySettings" as const },
          },
        ]),
    ...(people.some(({ email }) => typeof email === "string") || unproven.length > 0
      ? []
      : [
          {
            found: "No rule judges anybody: the stack declares nobody whose address is known",
            allowed: "a stack with people, each with an address that is known by now",
            remediation: { key: "judgeKnownPeople" as const },
          },
        ]),
  ],
});
