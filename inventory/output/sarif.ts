import { createHash } from "node:crypto";
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import { sanitize } from "../cli/text";
import { VERSIONS } from "../cli/versions";
import type { Result, Results } from "./document";

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
            message: { text: plainMessage(text) },
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
  const seen = new Map<string, number>();
  for (const result of results) run.addResult(resultIn(result, file, seen));
  const log = new SarifBuilder();
  log.addRun(run);
  return `${JSON.stringify(log.buildSarifOutput(), null, 2)}\n`;
}

/** @param seen how often each thing came before: masked, two people may have one address */
function resultIn(
  { rule, level, message, line, key }: Result,
  file: string | null,
  seen: Map<string, number>,
): SarifResultBuilder {
  const thing = `${rule} ${key}`;
  const before = seen.get(thing) ?? 0;
  seen.set(thing, before + 1);
  return new SarifResultBuilder({
    // By it a forge knows the same thing again when its line has moved. Made of what is shown: from the digest of a whole
    // address anybody who guesses that could tell it.
    partialFingerprints: {
      "notionInventory/v1": createHash("sha256")
        .update(before === 0 ? thing : `${thing} ${before + 1}`)
        .digest("hex"),
    },
  }).initSimple({
    ruleId: rule,
    level,
    messageText: plainMessage(message),
    ...(file !== null && { fileUri: addressOf(file), startLine: line ?? 1 }),
  });
}

/** A path as a relative address: `#`, `?` and `:` in a name are part of it. */
function addressOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

/** In a message of SARIF `[text](address)` is a link, and a backslash escapes (2.1.0, section 3.11.6). */
function plainMessage(text: string): string {
  return sanitize(text).replace(/[\\[\]]/g, "\\$&");
}
