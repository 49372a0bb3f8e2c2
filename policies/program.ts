import { z } from "zod";
import type { Roster } from "./declaration";
import { holds } from "./held-roles";
import { defineRule, type Violation } from "./rule";
import type { Properties } from "./value";

/** Tokens of Notion and of the services that people copy from most; an owner of one may do what its maker may. */
const TOKENS: readonly RegExp[] = [
  /\b(?:ntn|secret|pat|pul|npm)[_-][A-Za-z0-9]{20,}/,
  /\b(?:gh[oprsu]|github_pat|glpat|sk|xox[a-z])[_-][\w-]{20,}/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/,
  /\bBearer\s+[\w.~+/-]{16,}/i,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
];
const RANDOM_LENGTH = 40;

/** What a resource says of a person is seen by everybody in the workspace, and kept in the state. */
export const noTokens = defineRule({
  name: "no-tokens",
  area: "Program",
  description: "No property holds what looks like a token.",
  severity: "critical",
  level: "mandatory",
  remediationSteps:
    "Take the token out of the property and revoke it. The provider reads its own from NOTION_SCIM_TOKEN or notion:scimToken.",
  scope: "resource",
  settings: z.strictObject({}),
  judge: ({ members, assignments, rosters }) =>
    [...new Set([...members, ...assignments, ...rosters])].flatMap(({ urn, place, props }) =>
      // The value is not repeated here: what is printed is kept in logs.
      tokensIn(props).map((property) => ({
        urn,
        found: `${place}: ${property} looks like a token`,
        allowed:
          "properties of the person alone; the provider's token is in NOTION_SCIM_TOKEN or notion:scimToken",
        mend: `take it out of ${property} and revoke it, since the program has shown it`,
      })),
    ),
});

/** Removing an owner from the workspace revokes their tokens and can lock others out. */
export const ownerRemovalOnPurpose = defineRule({
  name: "owner-removal-on-purpose",
  area: "Program",
  description: "Whether an owner leaves the workspace with their declaration is said on purpose.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Say onRemove of the owner, or of the whole NotionWorkspace.",
  scope: "stack",
  settings: z.strictObject({}),
  judge: ({ people }) =>
    people
      .filter((person) => holds(person, "owner") === true)
      .flatMap((person) =>
        person.members
          .filter(({ onRemove }) => onRemove === undefined)
          .map(({ urn, place }) => ({
            urn,
            found: `${person.label} is an owner, and would be removed from the workspace with ${place}, by default`,
            allowed: "owners whose onRemove is said",
            mend: `add onRemove: "leave" or "restrict" to ${place}, or "remove" if that is what you want`,
          })),
      ),
});

/** With ignoreChanges a person whom somebody promoted in Notion's settings stays promoted. */
export const roleChangesSeen = defineRule({
  name: "role-changes-seen",
  area: "Program",
  description: "Changes of a declared role are not ignored.",
  severity: "medium",
  level: "advisory",
  remediationSteps: "Take the role out of ignoreChanges.",
  scope: "resource",
  settings: z.strictObject({}),
  judge: ({ assignments, rosters }) => [
    ...assignments
      .filter(({ kind }) => kind === "NotionRoleAssignment")
      .filter(({ ignoreChanges }) => ignoreChanges.some((path) => covers(path, ["role"])))
      .map(({ urn, label }) => ({
        urn,
        found: `${label} ignores changes of the role: it stays whatever somebody makes of it in Notion`,
        allowed: "role assignments without `role` in ignoreChanges",
        mend: `take it out of ignoreChanges of ${label}, or remove the assignment if the role is not to be managed`,
      })),
    ...rosters.flatMap(ignoredRoles),
  ],
});

function ignoredRoles({ urn, label, ignoreChanges, entries }: Roster): Violation[] {
  const managed = entries.filter(({ managesRole }) => managesRole);
  const places = new Map(managed.map(({ key, place }) => [key, place]));
  return ignoreChanges.flatMap((path) => {
    const [, key = "*"] = stepsOf(path);
    const isOne = key !== "*";
    const email = isOne ? key : managed[0]?.key;
    if (email === undefined || !places.has(email) || !covers(path, ["people", email, "role"])) return [];
    return {
      urn,
      found: `${isOne ? places.get(email) : label} ignores changes of ${isOne ? "the role" : "everybody's role"}: it stays whatever somebody makes of it in Notion`,
      allowed: "workspaces without a declared role in ignoreChanges",
      mend: `take it out of ignoreChanges of ${label}, or leave the role out if it is not to be managed`,
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

function tokensIn(props: Properties): string[] {
  return texts(props, "")
    .filter(([, text]) => TOKENS.some((token) => token.test(text)) || text.split(/[^\w+/=-]/).some(isRandom))
    .map(([path]) => path);
}

/** Long, unbroken, with capitals, small letters and digits mixed: nobody's title or cost center. */
function isRandom(word: string): boolean {
  return word.length >= RANDOM_LENGTH && [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(word));
}

function texts(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, path === "" ? key : `${path}.${key}`));
}
