import { z } from "zod";
import { holds } from "./held-roles";
import { defineRule } from "./rule";
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
  judge: ({ members, assignments }) =>
    [...members, ...assignments].flatMap(({ urn, label, props }) =>
      // The value is not repeated here: what is printed is kept in logs.
      tokensIn(props).map((property) => ({
        urn,
        found: `${label}: ${property} looks like a token`,
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
  remediationSteps: "Say onRemove on the owner's NotionUser.",
  scope: "stack",
  settings: z.strictObject({}),
  judge: ({ people }) =>
    people
      .filter((person) => holds(person, "owner") === true)
      .flatMap((person) =>
        person.members
          .filter(({ onRemove }) => onRemove === undefined)
          .map(({ urn, label }) => ({
            urn,
            found: `${person.label} is an owner, and would be removed from the workspace with ${label}, by default`,
            allowed: "owners whose onRemove is said",
            mend: `add onRemove: "leave" or "restrict" to ${label} (to the person in a roster), or "remove" if that is what you want`,
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
  remediationSteps: "Take `role` out of ignoreChanges.",
  scope: "resource",
  settings: z.strictObject({}),
  judge: ({ assignments }) =>
    assignments
      .filter(({ ignoreChanges }) => ignoreChanges.some((path) => path === "role" || path === "*"))
      .map(({ urn, label }) => ({
        urn,
        found: `${label} ignores changes of the role: it stays whatever somebody makes of it in Notion`,
        allowed: "role assignments without `role` in ignoreChanges",
        mend: `take it out of ignoreChanges of ${label}, or remove the assignment if the role is not to be managed`,
      })),
});

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
