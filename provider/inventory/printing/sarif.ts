import { createHash } from "node:crypto";
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import { visible } from "../console/text";
import { VERSIONS } from "../console/versions";
import type { Result, Results } from "./results";

/**
 * Results in SARIF 2.1.0, at their lines of the roster. A result without a line stands at the first one, as forges show
 * none that stands nowhere.
 * @param incomplete why these may not be all; then the run counts as one that did not succeed
 */
export function sarif({ rules, file, results }: Results, incomplete: readonly string[]): string {
  const run = new SarifRunBuilder({
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: incomplete.length === 0,
        ...(incomplete.length > 0 && {
          toolExecutionNotifications: incomplete.map((text) => ({
            level: "error",
            message: { text: visible(text) },
          })),
        }),
      },
    ],
  }).initSimple({ toolDriverName: "notion-inventory", toolDriverVersion: VERSIONS["pulumi-notion"] });
  for (const [ruleId, shortDescriptionText] of Object.entries(rules)) {
    // GitHub's code scanning shows no rule without all three.
    const text = { text: shortDescriptionText };
    run.addRule(
      new SarifRuleBuilder({ id: ruleId, shortDescription: text, fullDescription: text, help: text }),
    );
  }
  for (const result of results) run.addResult(resultIn(result, file));
  const log = new SarifBuilder();
  log.addRun(run);
  return `${JSON.stringify(log.buildSarifOutput(), null, 2)}\n`;
}

function resultIn({ rule, level, message, line, key }: Result, file: string | null): SarifResultBuilder {
  return new SarifResultBuilder({
    // By it a forge knows the same thing again when its line has moved.
    partialFingerprints: {
      "notionInventory/v1": createHash("sha256").update(`${rule} ${key}`).digest("hex"),
    },
  }).initSimple({
    ruleId: rule,
    level,
    messageText: visible(message),
    ...(file !== null && { fileUri: encodeURI(file), startLine: line ?? 1 }),
  });
}
