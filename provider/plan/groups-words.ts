import { endWords } from "../model/instant";
import { UNKNOWN } from "../model/unknown";
import { type AppliedGroups, contestedIds, presentIds } from "../state/group";
import { HIDDEN } from "../state/redaction";
import type { Redacted } from "../state/workspace";
import type { GroupHeldBack, GroupPlan } from "./groups";
import { groupCounts } from "./groups-counts";
import type { PeopleOfGroups } from "./groups-people";
import type { AddMember, CreateGroup, GroupStep, NoteGroup, RemoveMember, WhyOut } from "./groups-step";
import { count, counted, firstNames } from "./sentence";

/** Up to so many who come into one group have a line each. */
const FEW_COMING = 5;

/** So many names are told in one line. */
const MOST_NAMED = 50;

/** More than fit on a screen or two nobody reads. */
const MOST_LINES = 50;

/**
 * A line for one step, as in `+ zoe@example.com joins Engineering`.
 * @param isFirst whether nothing is known of the groups in Notion
 */
export function groupLineOf(step: GroupStep, redacted: Redacted = {}, isFirst = false): string {
  const { group } = step;
  switch (step.kind) {
    case "createGroup":
      return createWords(step, isFirst);
    case "renameGroup":
      return `~ group ${step.from} is renamed ${group}${step.drifted ? " (renamed in Notion)" : ""}`;
    case "addMember":
      return `+ ${step.email} joins ${group}${step.drifted ? " (taken out in Notion)" : ""}`;
    case "removeMember":
      return `- ${step.email} leaves ${leavingWords(step, redacted)}`;
    case "noteGroup":
      return noteWords(step);
    case "releaseGroup":
      return step.isGone
        ? `- group ${group} is not declared any more and was deleted in Notion`
        : `- group ${group} is no longer managed and stays`;
    case "deleteGroup":
      return `- group ${group} is deleted (${counted(step.members.length, "member")})`;
  }
}

/**
 * The steps' lines, the most important first. No limit hides a deletion or somebody who leaves a group.
 * @param most how many lines there are beside those
 */
export function groupLines(
  steps: readonly GroupStep[],
  redacted: Redacted = {},
  most = MOST_LINES,
  isFirst = false,
): string[] {
  const bundles = bundlesOf(steps, redacted, most);
  const rest = bundles.slice(most).filter(([first]) => first !== undefined && !isLoss(first));
  const lines = bundles
    .filter((bundle) => !rest.includes(bundle))
    .map((bundle) => bundleWords(bundle, redacted, isFirst));
  if (rest.length === 0) return lines;
  return [
    ...lines,
    `… and ${count(rest.length)} more about groups: ${groupCounts(rest.flat(), isFirst).join(", ")}`,
  ];
}

/** Steps that have a line together. */
function bundlesOf(steps: readonly GroupStep[], redacted: Redacted, most: number): GroupStep[][] {
  const sorted = IMPORTANCE.flatMap((kind) => steps.filter((step) => step.kind === kind));
  const areManyLeaving = sorted.filter(({ kind }) => kind === "removeMember").length > most;
  const bundles = Map.groupBy(sorted, (step): unknown => {
    if (step.kind === "addMember") return `joins ${step.group}`;
    return step.kind === "removeMember" && areManyLeaving ? leavingWords(step, redacted) : step;
  });
  return [...bundles.values()].flatMap((bundle) => {
    const areFewComing = bundle[0]?.kind === "addMember" && bundle.length <= FEW_COMING;
    return areFewComing ? bundle.map((step) => [step]) : [bundle];
  });
}

const isLoss = ({ kind }: GroupStep) => kind === "removeMember" || kind === "deleteGroup";

function bundleWords(bundle: readonly GroupStep[], redacted: Redacted, isFirst: boolean): string {
  const joins = bundle.filter((step) => step.kind === "addMember");
  if (joins.length > 1) return manyJoinWords(joins);
  const leaves = bundle.filter((step) => step.kind === "removeMember");
  if (leaves.length > 1) return manyLeaveWords(leaves, redacted);
  return bundle.map((step) => groupLineOf(step, redacted, isFirst)).join("\n");
}

const IMPORTANCE: readonly GroupStep["kind"][] = [
  "deleteGroup",
  "removeMember",
  "createGroup",
  "renameGroup",
  "addMember",
  "releaseGroup",
  "noteGroup",
];

function manyJoinWords(steps: readonly AddMember[]): string {
  const drifted = steps.filter((step) => step.drifted).length;
  const some = drifted === steps.length ? "" : `${count(drifted)} of them `;
  const inNotion = drifted === 0 ? "" : ` (${some}taken out in Notion)`;
  const names = firstNames(
    steps.map(({ email }) => email),
    MOST_NAMED,
  );
  return `+ ${count(steps.length)} people join ${steps[0]?.group}${inNotion}: ${names}`;
}

/** ` 3 groups declared: 1 is created, 2 memberships begin, 1 membership ends.` */
export function groupSummary(steps: readonly GroupStep[], declared: number, isFirst = false): string {
  const counts = groupCounts(steps, isFirst);
  return ` ${counted(declared, "group")} declared: ${counts.length === 0 ? "nothing to change" : counts.join(", ")}.`;
}

/** `Sales (not declared)`: the group that somebody leaves, and why. */
function leavingWords({ group, email, why }: RemoveMember, redacted: Redacted): string {
  return `${group} (${whyWords(why, redacted[email])})`;
}

/** All of their names: nobody leaves a group unseen. */
function manyLeaveWords(steps: readonly RemoveMember[], redacted: Redacted): string {
  const what = steps[0] === undefined ? "" : leavingWords(steps[0], redacted);
  return `- ${count(steps.length)} people leave ${what}: ${steps.map(({ email }) => email).join(", ")}`;
}

function createWords(
  { group, members, wasDeleted, replacedBy, ignoredFormer }: CreateGroup,
  isFirst: boolean,
): string {
  const size = `with ${counted(members.length, "member")}`;
  if (replacedBy !== undefined) {
    return (
      `+ group ${group} was deleted in Notion and made anew: the other group (id ${replacedBy}) is adopted ${size}, ` +
      "and nobody leaves it before its members are shown"
    );
  }
  const former =
    ignoredFormer === undefined
      ? ""
      : ` (formerName ${ignoredFormer} has no effect: no such group is managed)`;
  return `+ group ${group} is created ${isFirst ? "or adopted, " : wasDeleted ? "again " : ""}${size}${wasDeleted ? " (was deleted in Notion)" : ""}${former}`;
}

function noteWords({ group, fields, adopted = [], becomesExact, formerName }: NoteGroup): string {
  if (becomesExact)
    return `~ group ${group} becomes exact: its members are shown first, and nobody else leaves it in this run`;
  const parts = [
    ...(formerName === undefined ? [] : [`declared by the name that Notion has (was ${formerName})`]),
    ...(adopted.length === 0
      ? []
      : [
          `has ${firstNames(adopted, MOST_NAMED)} already, who ${adopted.length === 1 ? "is" : "are"} declared in it now`,
        ]),
    ...(fields.length === 0 ? [] : [`${fields.join(", ")} changed`]),
  ];
  return `~ group ${group}: ${parts.join("; ")}`;
}

function whyWords(why: WhyOut, secret: readonly string[] = []): string {
  switch (why.kind) {
    case "rule": {
      const value = secret.includes(why.column) ? HIDDEN : valueWords(why.now);
      const rule = secret.includes(why.column) ? "" : `${why.values.join(" or ")} `;
      return `${rule}rule: ${why.column} is ${value} now`;
    }
    case "new rule":
      return "the rule of the group changed";
    case "not named":
      return "their row and the group no longer name them";
    case "excepted":
      return "except names them";
    case "outside time":
      return why.until === undefined ? "their time has not begun" : `ended ${endWords(why.until)}`;
    default:
      return why.kind;
  }
}

function valueWords(value: string | undefined): string {
  if (value === UNKNOWN) return "known after the update";
  return value === undefined ? "not declared" : `"${value}"`;
}

/** Why steps are not carried out, a line for each group, with the names of those who stay. */
export function groupHeldBackLines(
  heldBack: readonly GroupHeldBack[],
  applied: AppliedGroups,
  { heldAs }: Pick<GroupPlan, "heldAs">,
  { emails }: Pick<PeopleOfGroups, "emails">,
): string[] {
  const groups = [...new Set(heldBack.map(({ step }) => step.group))];
  return groups.flatMap((group) => {
    const ours = heldBack.filter(({ step }) => step.group === group);
    const held = applied[heldAs.get(group) ?? group];
    const whoLeaves = ours.flatMap(({ step }) => (step.kind === "removeMember" ? [step.email] : []));
    const names = firstNames(whoLeaves, MOST_NAMED);
    if (ours.some(({ step }) => step.kind === "deleteGroup"))
      return [
        `! group ${group} is not deleted in this run: not all of its members are known. Run \`pulumi up --refresh\`.`,
      ];
    const lines: string[] = [];
    if (ours.some(({ why }) => why === "contested")) {
      const again = (held === undefined ? [] : contestedIds(held)).map(
        (id) => emails.get(id) ?? held?.unmanaged?.[id] ?? id,
      );
      lines.push(
        `! group ${group}: something else writes it, such as an identity provider: what was set for ${firstNames(again, MOST_NAMED)} was undone in Notion twice. ` +
          `Nobody leaves the group until it has members: "add" or force: true${whoLeaves.length === 0 ? "" : ` (${names} would)`}.`,
      );
    } else if (ours.some(({ why }) => why === "incomplete")) {
      lines.push(
        `! group ${group}: Notion's list of its members may be cut, so nobody leaves it in this run (${names} would).`,
      );
    }
    const unknown = ours
      .filter(({ why }) => why === "unknown")
      .map(({ step }) => ("email" in step ? step.email : ""));
    if (unknown.length > 0)
      lines.push(
        `? group ${group}: whether it has ${firstNames(unknown, MOST_NAMED)} is known after the update.`,
      );
    return lines;
  });
}

/** Lines about exact groups of which nobody has seen yet who is in them: shown whole before anybody leaves. */
export function shownWholeLines(applied: AppliedGroups): string[] {
  return Object.entries(applied).flatMap(([name, { members, unseen, unmanaged = {}, ...held }]) => {
    const others = Object.values(unmanaged).sort();
    if (members !== "exact" || unseen !== true || others.length === 0) return [];
    const size = presentIds({ unmanaged, ...held }).size;
    return [
      `? group ${name} is exact and has ${counted(size, "member")}. The program does not declare ${count(others.length)} of them in it, ` +
        `and the next run takes those out unless it declares them: ${others.join(", ")}`,
    ];
  });
}

/** Lines about groups that most members are gone from, with those that no next run puts back. */
export function vanishedLines(applied: AppliedGroups): string[] {
  return Object.entries(applied).flatMap(([name, { vanished = {} }]) => {
    const who = Object.values(vanished).sort();
    if (who.length === 0) return [];
    return [
      `! group ${name} lost most of its members since the last run. The program does not manage ${who.join(", ")}. ` +
        "If nobody took them out, a run that was broken off did: put them back in Notion's settings.",
    ];
  });
}
