import { z } from "zod";
import type { Roster } from "./declaration";
import { formatList } from "./format";
import { defineRule, type Violation } from "./rule";
import { tokensIn } from "./tokens";

/** Everybody in the workspace sees a person's properties, and the state keeps them. */
export const noTokens = defineRule({
  name: "no-tokens",
  area: "Program",
  description: "No property holds a text that looks like a token.",
  severity: "critical",
  level: "mandatory",
  remediationSteps:
    "Take the token out of the property and revoke it. The provider reads its own from NOTION_SCIM_TOKEN or notion:scimToken.",
  scopes: ["before"],
  settings: z.strictObject({}),
  evaluate: ({ members, assignments, rosters }) =>
    [...new Set([...members, ...assignments, ...rosters])].flatMap(({ urn, place, props }) =>
      // The message does not repeat the value: logs keep what is printed.
      tokensIn(props).map(({ path, certain }) => ({
        urn,
        found: `${place}: ${path} ${certain ? "looks like a token" : "holds a long random text, which may be a token"}`,
        allowed:
          "only properties of the person; the provider's token belongs into NOTION_SCIM_TOKEN or notion:scimToken",
        remediation: { key: certain ? ("revokeToken" as const) : ("revokeIfToken" as const), path },
      })),
    ),
});

/** With ignoreChanges a promotion in Notion's settings stays, and no role expires. */
export const roleChangesSeen = defineRule({
  name: "role-changes-seen",
  area: "Program",
  description: "The program ignores no changes of a declared role and of its time.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Remove the role and its time from ignoreChanges.",
  scopes: ["before"],
  settings: z.strictObject({}),
  evaluate: ({ assignments, rosters }) => [
    ...assignments
      .filter(({ kind }) => kind === "NotionRoleAssignment")
      .flatMap(({ urn, label, ignoreChanges }) =>
        TERMS.NotionRoleAssignment.filter((term) => ignoreChanges.some((path) => covers(path, [term])))
          .slice(0, 1)
          .map((term) => ({
            urn,
            found: `${label} ignores changes of ${term === "role" ? "the role" : `\`${term}\``}: ${UNNOTICED}`,
            allowed: `role assignments without ${formatList(TERMS.NotionRoleAssignment)} in ignoreChanges`,
            remediation: { key: "seeRoleOfAssignment" as const, label },
          })),
      ),
    ...rosters.flatMap(ignoredRoles),
  ],
});

/** The properties that decide a role, the role itself first. */
const TERMS = {
  NotionRoleAssignment: ["role", "from", "until", "then"],
  NotionWorkspace: ["role", "roleFrom", "roleUntil", "roleThen", "from", "until"],
} as const;

const UNNOTICED = "a change in Notion stays";

function ignoredRoles({ urn, label, ignoreChanges, entries }: Roster): Violation[] {
  const managed = entries.filter(({ managesRole }) => managesRole);
  const places = new Map(managed.map(({ key, place }) => [key, place]));
  return ignoreChanges.flatMap((path) => {
    const [, key = "*"] = stepsOf(path);
    const isOne = key !== "*";
    const email = isOne ? key : managed[0]?.key;
    if (email === undefined || !places.has(email)) return [];
    const term = TERMS.NotionWorkspace.find((each) => covers(path, ["people", email, each]));
    if (term === undefined) return [];
    const whose = term === "role" ? (isOne ? "the role" : "everybody's role") : `\`${term}\``;
    return {
      urn,
      found: `${isOne ? places.get(email) : label} ignores changes of ${whose}: ${UNNOTICED}`,
      allowed: "workspaces without a declared role, or its time, in ignoreChanges",
      remediation: { key: "seeRoleOfRow", label },
    };
  });
}

/** Whether a path of ignoreChanges names the property, or an object with it. */
function covers(path: string, property: readonly string[]): boolean {
  const steps = stepsOf(path);
  return (
    steps.length <= property.length && steps.every((step, index) => step === "*" || step === property[index])
  );
}

/** The steps of a property path such as `people["ada@example.com"].role`; `*` is any step. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.[]+)/g)].map(
    ([, quoted, bare, name]) => quoted?.replaceAll('\\"', '"') ?? bare ?? name ?? "",
  );
}
