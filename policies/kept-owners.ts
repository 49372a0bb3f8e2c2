import { z } from "zod";
import { type Assignment, declarationsOf, type Member } from "./declaration";
import { isForATimeOnly } from "./holders";
import type { Person } from "./person";
import { isOver } from "./reach";
import type { Remediation } from "./remediations";
import { defineRule } from "./rule";
import type { Workspace } from "./workspace";

/** A lost declaration must not remove an owner. */
export const ownersProtected = defineRule({
  name: "owners-protected",
  area: "Roles",
  description: "Owners and their role assignments are protected.",
  severity: "high",
  level: "mandatory",
  remediationSteps:
    "Add the option `{ protect: true }` to the resource. In a NotionWorkspace add `protect: true` to the person or to the arguments.",
  scopes: ["before", "end"],
  settings: z.strictObject({}),
  evaluate: (workspace, _settings, now) =>
    ownersOf(workspace, now).flatMap(({ person, owns }) =>
      declarationsOf(person)
        .filter((by) => !by.protect && isManaged(by) && isToJudge(workspace, by, owns))
        .map((by) => ({
          urn: by.urn,
          found: `${person.label} is an owner, and ${by.place} is not protected`,
          allowed: "owners with protected declarations",
          remediation: howToProtect(by),
        })),
    ),
});

/** Removing an owner from the workspace revokes their tokens and can lock others out. */
export const ownerRemovalOnPurpose = defineRule({
  name: "owner-removal-on-purpose",
  area: "Program",
  description: "Each owner's declaration sets onRemove on purpose.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Set onRemove of the owner, or of the whole NotionWorkspace.",
  scopes: ["before", "end"],
  settings: z.strictObject({}),
  evaluate: (workspace, _settings, now) =>
    ownersOf(workspace, now).flatMap(({ person, owns }) =>
      person.members
        .filter((by) => by.onRemove === undefined && by.managed && isToJudge(workspace, by, owns))
        .map((by) => ({
          urn: by.urn,
          found: `${person.label} is an owner, and would be removed from the workspace with ${by.place}, by default`,
          allowed: "owners with an explicit onRemove",
          remediation: {
            key: isForATimeOnly(person, "owner", now)
              ? ("sayOnRemoveWithEnd" as const)
              : ("sayOnRemove" as const),
            place: by.place,
          },
        })),
    ),
});

/** Everybody who is or can become an owner, with the declarations that do it. */
function ownersOf({ people, unproven }: Workspace, now: number): { person: Person; owns: Set<unknown> }[] {
  return [...people, ...unproven].flatMap((person) => {
    const owns = person.reaches.filter((each) => each.role === "owner" && !isOver(each, now));
    return owns.length === 0 ? [] : [{ person, owns: new Set(owns.map(({ by }) => by)) }];
  });
}

/** A violation that one resource shows was already judged before its write. */
function isToJudge({ isWhole }: Workspace, by: Member | Assignment, owns: ReadonlySet<unknown>): boolean {
  return !(isWhole && by.evaluated && owns.has(by));
}

function isManaged(by: Member | Assignment): boolean {
  return !("managed" in by) || by.managed;
}

/** How to protect a declaration. */
export function howToProtect({ kind, place, label }: Member | Assignment): Remediation {
  return kind === "NotionWorkspace" ? { key: "protectRow", place, label } : { key: "protectResource", label };
}
