import { firstNames } from "../../plan/sentence";
import { membershipPhase } from "../../plan/times";
import type { AssignedElsewhere, NamedElsewhere } from "../../resources/declared";
import { type Properties, pick, without } from "../../state/properties";
import { actsOnUnmanaged, type WorkspaceInputs } from "../../state/workspace";
import type { Beside } from "../run-registry";

// What a program tells a workspace of the resources beside it. It is not declared of the workspace and is not kept.

/** What the class of a NotionWorkspace says of the rest of the program. */
export interface ToldByProgram {
  declaredElsewhere?: NamedElsewhere[];
  accountsElsewhere?: Record<string, string>;
  assignedElsewhere?: AssignedElsewhere;
  /** The addresses that the others were told this workspace declares; absent where there are no others. */
  declaredHere?: string[];
  /** By the address that a person of another resource gives up, the one that they have then. */
  handedOn?: Record<string, string>;
  /** How many resources of the program declare people. */
  declaredInAll?: number;
}

/** What the program tells of others, apart from what it declares. */
export function apart(news: Properties): { told: ToldByProgram; declared: Properties } {
  return { told: pick(news as ToldByProgram, TOLD), declared: without(news, [...TOLD, ...FOR_POLICIES]) };
}

const TOLD = [
  "declaredElsewhere",
  "accountsElsewhere",
  "assignedElsewhere",
  "declaredHere",
  "handedOn",
  "declaredInAll",
] as const satisfies readonly (keyof ToldByProgram)[];

/** What check adds to the inputs, and makes anew. */
const FOR_POLICIES = ["changed", "privileged"];

/** The people that the resources beside a workspace name at this moment. A person outside of their time counts as not declared. */
export function besideOf(
  { declaredElsewhere: named = [], accountsElsewhere = {}, assignedElsewhere }: ToldByProgram,
  now: number,
): Beside {
  const emails = named.flatMap((each) => {
    if (typeof each === "string") return [each];
    return membershipPhase(each, now) === "during" ? [each.userName] : [];
  });
  const away = new Set(named.flatMap((each) => (typeof each === "string" ? [] : [each.userName])));
  const ids = Object.entries(accountsElsewhere).flatMap(([id, address]) =>
    away.has(address) && !emails.includes(address) ? [] : [id],
  );
  return {
    emails: new Set(emails),
    ids: new Set(ids),
    assigned: new Set(assignedElsewhere?.ids),
    unknownAssignments: assignedElsewhere?.unknown ?? [],
  };
}

/**
 * Pure: what arrives otherwise than the program declared it, a sentence each. A transformation or `ignoreChanges` stands
 * between the two, and the other resources of the program go by what it declared.
 */
export function declaredOtherwise(
  { people, undeclared }: WorkspaceInputs,
  { declaredElsewhere = [], accountsElsewhere = {}, declaredHere }: ToldByProgram,
): string[] {
  const others = declaredElsewhere.map((each) => (typeof each === "string" ? each : each.userName));
  if (others.length === 0 && Object.keys(accountsElsewhere).length === 0) return [];
  const reasons: string[] = [];
  if (undeclared !== undefined && actsOnUnmanaged(undeclared)) {
    reasons.push(
      `This NotionWorkspace has undeclared: "${undeclared}", which acts on all unmanaged members, so no other resource may declare people. ` +
        `Another one declares ${firstNames(others, MOST_NAMED)}. If a transformation set undeclared, remove it there.`,
    );
  }
  const missing = (declaredHere ?? []).filter((email) => !Object.hasOwn(people, email));
  if (missing.length > 0) {
    reasons.push(
      `The program declares ${firstNames(missing, MOST_NAMED)} in this NotionWorkspace, but a transformation or ignoreChanges removes them. ` +
        "The other resources leave them to this one, so nobody would manage them. Remove them from `people` in the program instead.",
    );
  }
  const own = new Set(declaredHere ?? Object.keys(people));
  const twice = Object.keys(people).filter((email) => !own.has(email) && others.includes(email));
  if (twice.length > 0) {
    reasons.push(
      `A transformation or ignoreChanges adds ${firstNames(twice, MOST_NAMED)} to this NotionWorkspace, but another resource of the program declares them. Keep one of the two.`,
    );
  }
  return reasons;
}

/** So many are named. */
const MOST_NAMED = 10;
