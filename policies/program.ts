import { z } from "zod";
import type { Roster } from "./declaration";
import { formatList } from "./format";
import { defineRule, type Violation } from "./rule";
import { tokensIn } from "./tokens";

/** What a resource says of a person is seen by everybody in the workspace, and kept in the state. */
export const noTokens = defineRule({
  name: "no-tokens",
  area: "Program",
  description: "No property holds what looks like a token.",
  severity: "critical",
  level: "mandatory",
  remediationSteps:
    "Take the token out of the property and revoke it. The provider reads its own from NOTION_SCIM_TOKEN or notion:scimToken.",
  scopes: ["before"],
  settings: z.strictObject({}),
  evaluate: ({ members, assignments, rosters }) =>
    [...new Set([...members, ...assignments, ...rosters])].flatMap(({ urn, place, props }) =>
      // The value is not repeated here: what is printed is kept in logs.
      tokensIn(props).map(({ path, certain }) => ({
        urn,
        found: `${place}: ${path} ${certain ? "looks like a token" : "holds a long random text, which may be a token"}`,
        allowed:
          "properties of the person alone; the provider's token is in NOTION_SCIM_TOKEN or notion:scimToken",
        remediation: { key: certain ? ("revokeToken" as const) : ("revokeIfToken" as const), path },
      })),
    ),
});

/** With ignoreChanges a person whom somebody promoted in Notion's settings stays promoted, and no end comes. */
export const roleChangesSeen = defineRule({
  name: "role-changes-seen",
  area: "Program",
  description: "Changes of a declared role and of its time are not ignored.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Take the role and its time out of ignoreChanges.",
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

/** What decides of a role, the role itself first. */
const TERMS = {
  NotionRoleAssignment: ["role", "from", "until", "then"],
  NotionWorkspace: ["role", "roleFrom", "roleUntil", "roleThen", "from", "until"],
} as const;

const UNNOTICED = "it stays whatever somebody makes of it in Notion";

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

/** Whether what a path of ignoreChanges names is the property, or holds it. */
function covers(path: string, property: readonly string[]): boolean {
  const steps = stepsOf(path);
  return (
    steps.length <= property.length && steps.every((step, index) => step === "*" || step === property[index])
  );
}

/** `people["ada@example.com"].role` taken apart, as Pulumi writes property paths; `*` stands for any step. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.[]+)/g)].map(
    ([, quoted, bare, name]) => quoted?.replaceAll('\\"', '"') ?? bare ?? name ?? "",
  );
}
