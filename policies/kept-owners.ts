import { z } from "zod";
import { type Assignment, declarationsOf, type Member } from "./declaration";
import { isForATimeOnly } from "./holders";
import type { Person } from "./person";
import { isOver } from "./reach";
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
  judge: (workspace, _settings, now) =>
    ownersOf(workspace, now).flatMap(({ person, owns }) =>
      declarationsOf(person)
        .filter((by) => !by.protect && isManaged(by) && isToJudge(workspace, by, owns))
        .map((by) => ({
          urn: by.urn,
          found: `${person.label} is an owner, and ${by.place} is not protected`,
          allowed: "owners whose declarations are protected",
          mend: howToProtect(by),
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
  judge: (workspace, _settings, now) =>
    ownersOf(workspace, now).flatMap(({ person, owns }) =>
      person.members
        .filter((by) => by.onRemove === undefined && by.managed && isToJudge(workspace, by, owns))
        .map((by) => ({
          urn: by.urn,
          found: `${person.label} is an owner, and would be removed from the workspace with ${by.place}, by default`,
          allowed: "owners whose onRemove is said",
          mend: isForATimeOnly(person, "owner", now)
            ? `add onRemove: "restrict" to ${by.place}, or "remove" if that is what you want; "retain" would keep the role without an end`
            : `add onRemove: "retain" or "restrict" to ${by.place}, or "remove" if that is what you want`,
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
  return !(isWhole && by.judged && owns.has(by));
}

function isManaged(by: Member | Assignment): boolean {
  return !("managed" in by) || by.managed;
}

/** Where a declaration says that it is not to go missing. */
export function howToProtect({ kind, place, label }: Member | Assignment): string {
  return kind === "NotionWorkspace"
    ? // Pulumi's own option keeps the workspace as a whole, and lets a person be taken out of it.
      `add protect: true to ${place}, or to the arguments of ${label}; Pulumi's option alone lets a line of the roster go`
    : `add { protect: true } as the third argument of ${label}`;
}
