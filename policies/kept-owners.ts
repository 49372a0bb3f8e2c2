import { z } from "zod";
import { type Assignment, declarationsOf, type Member } from "./declaration";
import { isForATimeOnly } from "./holders";
import type { Person } from "./person";
import { isOver } from "./reach";
import type { Remediation } from "./remediations";
import { defineRule } from "./rule";
import type { Workspace } from "./workspace";

/** A declaration that goes missing must not take an owner with it. */
export const ownersProtected = defineRule({
  name: "owners-protected",
  area: "Roles",
  description: "Owners and their role assignments are protected.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Add the option `{ protect: true }` to the resource; to a person of a NotionWorkspace, or to all of it, `protect: true`.",
  scopes: ["before", "end"],
  settings: z.strictObject({}),
  evaluate: (workspace, _settings, now) =>
    ownersOf(workspace, now).flatMap(({ person, owns }) =>
      declarationsOf(person)
        .filter((by) => !by.protect && isManaged(by) && isToJudge(workspace, by, owns))
        .map((by) => ({
          urn: by.urn,
          found: `${person.label} is an owner, and ${by.place} is not protected`,
          allowed: "owners whose declarations are protected",
          remediation: howToProtect(by),
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
  scopes: ["before", "end"],
  settings: z.strictObject({}),
  evaluate: (workspace, _settings, now) =>
    ownersOf(workspace, now).flatMap(({ person, owns }) =>
      person.members
        .filter((by) => by.onRemove === undefined && by.managed && isToJudge(workspace, by, owns))
        .map((by) => ({
          urn: by.urn,
          found: `${person.label} is an owner, and would be removed from the workspace with ${by.place}, by default`,
          allowed: "owners whose onRemove is said",
          remediation: {
            key: isForATimeOnly(person, "owner", now)
              ? ("sayOnRemoveWithEnd" as const)
              : ("sayOnRemove" as const),
            place: by.place,
          },
        })),
    ),
});

/** Everybody who is, or can come to be, an owner, with what makes them one. */
function ownersOf({ people, unproven }: Workspace, now: number): { person: Person; owns: Set<unknown> }[] {
  return [...people, ...unproven].flatMap((person) => {
    const owns = person.reaches.filter((each) => each.role === "owner" && !isOver(each, now));
    return owns.length === 0 ? [] : [{ person, owns: new Set(owns.map(({ by }) => by)) }];
  });
}

/** What one resource shows by itself was judged before it was written. */
function isToJudge({ isWhole }: Workspace, by: Member | Assignment, owns: ReadonlySet<unknown>): boolean {
  return !(isWhole && by.evaluated && owns.has(by));
}

function isManaged(by: Member | Assignment): boolean {
  return !("managed" in by) || by.managed;
}

/** Where a declaration says that it is not to go missing. */
export function howToProtect({ kind, place, label }: Member | Assignment): Remediation {
  return kind === "NotionWorkspace" ? { key: "protectRow", place, label } : { key: "protectResource", label };
}
