import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { groupProblems } from "../../plan/groups-declared";
import { timeProblems } from "../../plan/times";
import { email } from "../../state/fields";
import type { Times } from "../../state/person";
import type { Properties } from "../../state/properties";
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
  const found = new Map<string, Properties>();
  const before = (olds.people ?? {}) as Record<string, Properties>;
  const people = Object.fromEntries(
    Object.entries((news.people ?? {}) as Record<string, Properties>).map(([address, person]) => {
      const held = before[address] ?? {};
      const same = Object.keys(person).filter(
        (key) => key in held && isDeepStrictEqual(person[key], held[key]),
      );
      found.set(address, Object.fromEntries(same.map((key) => [key, person[key]])));
      return [address, Object.fromEntries(Object.entries(person).filter(([key]) => !same.includes(key)))];
    }),
  );
  const addresses = Object.keys(people).flatMap((address) => {
    const issue = email.safeParse(address).error?.issues[0];
    return issue === undefined
      ? []
      : [{ property: "", reason: `people.${address}.userName ${issue.message}` }];
  });
  const { inputs, failures: others = [] } = checkInputs(workspaceInputsSchema as z.ZodType<Properties>, {
    ...news,
    people,
  });
  const failures = [...addresses, ...others];
  if (failures.length > 0) return { inputs: news as WorkspaceInputs & Properties, failures };
  const checked = inputs as unknown as WorkspaceInputs;
  const whole = Object.fromEntries(
    Object.entries(checked.people).map(([address, person]) => [
      address,
      { ...found.get(address), ...person },
    ]),
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

/** A membership that ends and may not end: refused now, since the run in which it ends would have to leave it. */
function protectionProblems({ until, protect }: Times & { protect?: boolean }, everybody = false): string[] {
  if (until === undefined || !(protect ?? everybody)) return [];
  const where = protect === undefined ? "protect is true for the whole workspace" : "protect is true";
  return [`their access ends (until ${until}), but ${where}. Remove until, or set protect to false for them`];
}
