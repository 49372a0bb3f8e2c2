import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { isEmail } from "../../model/email";
import { groupProblems } from "../../plan/groups-declared";
import { timeProblems } from "../../plan/times";
import { email } from "../../state/fields";
import type { Times } from "../../state/person";
import { isBag, type Properties, without } from "../../state/properties";
import { type WorkspaceInputs, workspaceInputsSchema } from "../../state/workspace";
import { checkInputs } from "../inputs";
import type { CheckResult } from "../resource-lifecycle";

/**
 * Checks and normalizes what a program declares of a workspace. What is as the state has it passes: with
 * `ignoreChanges` that is what a refresh found, also a role that this version does not know.
 */
export function checkWorkspaceInputs(
  olds: Properties,
  news: Properties,
): CheckResult<WorkspaceInputs & Properties> {
  const before = (olds.people ?? {}) as Record<string, Properties>;
  const declared = (news.people ?? {}) as Record<string, Properties>;
  const nobody = Object.keys(declared).filter((address) => !isBag(declared[address]));
  if (nobody.length > 0) {
    // Left out, they would be removed.
    const reason =
      "must be an object such as {role: member}; write {} where nothing of the person is managed";
    const failures = nobody.map((address) => ({ property: "", reason: `people.${address} ${reason}` }));
    return { inputs: news as WorkspaceInputs & Properties, failures };
  }
  // Most of many people are as they were, and there is nothing to check.
  const changed = new Map(
    Object.entries(declared).flatMap(([address, person]): [string, Properties][] => {
      const entries = changedOf(before[address] ?? {}, person);
      return entries.length === 0 ? [] : [[address, Object.fromEntries(entries)]];
    }),
  );
  const addresses = Object.keys(declared).flatMap((address) => {
    const issue = isEmail(address) ? undefined : email.safeParse(address).error?.issues[0];
    return issue === undefined
      ? []
      : [{ property: "", reason: `people.${address}.userName ${issue.message}` }];
  });
  const { inputs, failures: others = [] } = checkInputs(workspaceInputsSchema as z.ZodType<Properties>, {
    ...news,
    people: Object.fromEntries(changed),
  });
  const failures = [...addresses, ...others];
  if (failures.length > 0) return { inputs: news as WorkspaceInputs & Properties, failures };
  const checked = inputs as unknown as WorkspaceInputs;
  const whole = Object.fromEntries(
    Object.entries(declared).map(([address, person]) => {
      const checkedAnew = changed.get(address);
      if (checkedAnew === undefined) return [address, person];
      return [address, { ...without(person, Object.keys(checkedAnew)), ...checked.people[address] }];
    }),
  );
  const problems = Object.entries(whole).flatMap(([address, person]) =>
    [...timeProblems(person), ...protectionProblems(person, checked.protect)].map((why) => ({
      property: "",
      reason: `${address}: ${why}`,
    })),
  );
  const ofGroups = groupProblems(checked.groups ?? {}, whole).map((reason) => ({ property: "", reason }));
  return {
    inputs: { ...checked, people: whole } as WorkspaceInputs & Properties,
    failures: [...problems, ...ofGroups],
  };
}

/** The properties of a person that are not as they were before. */
function changedOf(before: Properties, person: Properties): [string, unknown][] {
  return Object.entries(person).filter(
    ([key, value]) => !(key in before && (value === before[key] || isDeepStrictEqual(value, before[key]))),
  );
}

/** A membership that ends and may not end: refused now, since the run in which it ends would have to leave it. */
function protectionProblems({ until, protect }: Times & { protect?: boolean }, everybody = false): string[] {
  if (until === undefined || !(protect ?? everybody)) return [];
  const where = protect === undefined ? "protect is true for the whole workspace" : "protect is true";
  return [`their access ends (until ${until}), but ${where}. Remove until, or set protect to false for them`];
}
