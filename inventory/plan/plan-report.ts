import { groupCounts } from "../../provider/plan/groups-counts";
import type { GroupStep } from "../../provider/plan/groups-step";
import type { Step } from "../../provider/plan/step";
import { concernsPrivilege, countsOf } from "../../provider/plan/summary";
import type { RosterFile } from "../live/roster";
import type { Planned, PlannedGroupStep, PlannedStep } from "./planned";

/** One thing that is to happen to one person. */
export interface PlannedChange {
  kind: Step["kind"];
  /** The person's e-mail. */
  who: string;
  /** The line that a preview has for it. */
  text: string;
  /** Whether it gives or takes the role of an owner or a membership_admin. */
  privileged: boolean;
  /** Whether it sets back what somebody changed in Notion. */
  drift: boolean;
  /** The roles before and after, where it is about a role; else null. */
  from: string | null;
  to: string | null;
  /** What differs of a profile or a setting. */
  attributes: string[];
  reason: string | null;
  /** When the role or the membership ends, as it is declared. */
  until: string | null;
  approvedBy: string | null;
  /** Their line in the roster; null without a roster, and for somebody who is not in it. */
  line: number | null;
}

/** One thing that is to happen to a group or in it. */
export interface PlannedGroupChange {
  kind: GroupStep["kind"];
  group: string;
  /** The person who joins or leaves it; null: the group as a whole. */
  who: string | null;
  text: string;
  /** Whether it sets back what somebody changed in Notion. */
  drift: boolean;
  /** Who is in a group that is created or deleted. */
  members: string[];
  /** The person's line in the roster. */
  line: number | null;
}

/** Something that is told and is no change. */
export interface PlanRemark {
  text: string;
  who: string | null;
  line: number | null;
}

/** Why nothing of it would be done. */
export interface PlanStop {
  /** The URN of the resource that it is about. */
  resource: string | null;
  message: string;
  /** Where in the roster; null: nowhere in particular. */
  line: number | null;
}

/** What `plan --format json` prints. */
export interface PlanReport {
  kind: "notion-inventory plan";
  version: 1;
  complete: boolean;
  incomplete: string[];
  /** The instant of NOTION_AS_OF, where it names one. */
  asOf: string | null;
  /** The roster's name, as it was given. */
  roster: string | null;
  /** Whether the preview failed, so that nothing of it would be done. */
  stopped: boolean;
  stops: PlanStop[];
  /** `1 joins`, `2 roles up`, `1 membership ends`. */
  counts: string[];
  /** What the preview says in a line, for each workspace. */
  summary: string[];
  /** The most important first. */
  changes: PlannedChange[];
  /** What happens to groups. */
  groups: PlannedGroupChange[];
  /** Access that ends soon. */
  ends: PlanRemark[];
  remarks: PlanRemark[];
}

/** Pure: a plan as one value. */
export function planReport(
  planned: readonly Planned[],
  {
    asOf,
    roster,
    stops,
  }: { asOf: string | null; roster: RosterFile | undefined; stops: PlanReport["stops"] },
): PlanReport {
  const lineOf = (who: string | null) => (who === null ? null : (roster?.lineOf(who) ?? null));
  const placed = (remark: { text: string; who: string | null }) => ({ ...remark, line: lineOf(remark.who) });
  const incomplete = planned.flatMap((each) => each.incomplete);
  const steps = planned.flatMap((each) => each.steps);
  const groups = planned.flatMap((each) => each.groups);
  return {
    kind: "notion-inventory plan",
    version: 1,
    complete: incomplete.length === 0,
    incomplete,
    asOf,
    roster: roster?.path ?? null,
    stopped: stops.length > 0,
    stops,
    counts: [...countsOf(steps.map(({ step }) => step)), ...groupCounts(groups.map(({ step }) => step))],
    summary: planned.flatMap((each) => each.summary),
    changes: steps.map((step) => changeOf(step, lineOf(step.step.email))),
    groups: groups.map((step) => groupChangeOf(step, lineOf)),
    ends: planned.flatMap((each) => each.ends).map(placed),
    remarks: planned.flatMap((each) => each.remarks).map(placed),
  };
}

function changeOf({ step, text, ...why }: PlannedStep, line: number | null): PlannedChange {
  return {
    kind: step.kind,
    who: step.email,
    text,
    privileged: concernsPrivilege(step),
    drift: isDrift(step),
    ...rolesOf(step),
    attributes:
      step.kind === "updateProfile" || step.kind === "stateOnly"
        ? step.changes.map(({ field }) => field)
        : [],
    ...why,
    line,
  };
}

function groupChangeOf(
  { step, text }: PlannedGroupStep,
  lineOf: (who: string | null) => number | null,
): PlannedGroupChange {
  const who = "email" in step ? step.email : null;
  return {
    kind: step.kind,
    group: step.group,
    who,
    text,
    drift: isGroupDrift(step),
    members: "members" in step ? step.members : [],
    line: lineOf(who),
  };
}

function isGroupDrift(step: GroupStep): boolean {
  switch (step.kind) {
    case "createGroup":
      return step.wasDeleted;
    case "addMember":
    case "renameGroup":
      return step.drifted;
    case "removeMember":
      return step.why.kind === "added in Notion";
    default:
      return false;
  }
}

function isDrift(step: Step): boolean {
  switch (step.kind) {
    case "join":
      return step.wasRemoved;
    case "changeRole":
      return step.drifted;
    case "activate":
      return true;
    case "updateProfile":
      return step.changes.some(({ drifted }) => drifted);
    default:
      return false;
  }
}

function rolesOf(step: Step): Pick<PlannedChange, "from" | "to"> {
  switch (step.kind) {
    case "join":
      return { from: step.held ?? null, to: step.role ?? null };
    case "changeRole":
      return { from: step.from ?? null, to: step.to };
    case "remove":
    case "retain":
    case "managedElsewhere":
      return { from: step.role ?? null, to: null };
    case "demote":
      return { from: step.role ?? null, to: "restricted_member" };
    default:
      return { from: null, to: null };
  }
}
