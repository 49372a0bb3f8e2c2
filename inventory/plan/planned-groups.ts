import { UNKNOWN } from "../../provider/model/unknown";
import { groupCounts } from "../../provider/plan/groups-counts";
import type { GroupStep } from "../../provider/plan/groups-step";
import { groupLineOf } from "../../provider/plan/groups-words";
import { namesIn } from "../../provider/state/group-resource";
import { classOfUrn } from "../../provider/state/type-tokens";
import { NOTHING_PLANNED, type Planned, type PlannedGroupStep } from "./planned";
import { isAdded, isTaken, type Names, personOf } from "./planned-people";
import type { Preview, PreviewStep, ResourceState } from "./preview";

/** Pure: the plan of NotionGroups and NotionGroupMemberships, in the words of a workspace. */
export function plannedGroups({ steps, refreshed }: Preview, people: Names): Planned {
  const groups = steps.filter(({ urn }) => classOfUrn(urn) === "NotionGroup");
  const memberships = steps.filter(({ urn }) => classOfUrn(urn) === "NotionGroupMembership");
  const names = namesOf(groups, refreshed);
  const planned = [
    ...groups.flatMap((step) => ofGroup(step, refreshed.has(step.urn))),
    ...memberships.flatMap((step) => ofMembership(step, names, people, refreshed.has(step.urn))),
  ];
  const counts = groupCounts(planned.map(({ step }) => step));
  return {
    ...NOTHING_PLANNED,
    groups: planned,
    summary:
      groups.length + memberships.length === 0
        ? []
        : [`Groups one by one: ${counts.length === 0 ? "nothing to change" : counts.join(", ")}.`],
  };
}

const told = (step: GroupStep, text = groupLineOf(step)): PlannedGroupStep[] => [{ step, text }];

/** The name of a group, or words for one that is not known or not to be shown. */
function nameable(name: unknown, urn: string): string {
  const resource = `of NotionGroup "${urn.slice(urn.lastIndexOf("::") + 2)}"`;
  if (typeof name !== "string" || name === UNKNOWN) return `${resource} (known after the update)`;
  return name === "[secret]" ? `${resource} (name is secret)` : name;
}

function ofGroup(step: PreviewStep, wasFound: boolean): PlannedGroupStep[] {
  const { urn, old, new: next } = step;
  if (isAdded(step)) {
    const group = nameable(next?.inputs.displayName, urn);
    const words = `+ group ${group} is created or adopted`;
    return told(
      { kind: "createGroup", group, members: [], wasDeleted: wasFound },
      wasFound ? `${words} (was deleted in Notion)` : words,
    );
  }
  const { found, written } = namesIn(old?.outputs ?? {});
  const before = nameable(found, urn);
  if (isTaken(step)) {
    const isDeleted = old?.outputs.onRemove === "delete" && !old.retainOnDelete;
    return isDeleted
      ? told({ kind: "deleteGroup", group: before, members: [], losing: [] }, `- group ${before} is deleted`)
      : told({ kind: "releaseGroup", group: before, isGone: false });
  }
  if (step.op !== "update") return [];
  const { displayName } = next?.inputs ?? {};
  const group = nameable(displayName, urn);
  return displayName === found
    ? told({ kind: "noteGroup", group, fields: ["settings"] })
    : told({ kind: "renameGroup", group, from: before, drifted: displayName === written });
}

function ofMembership(step: PreviewStep, names: Names, people: Names, wasFound: boolean): PlannedGroupStep[] {
  const { old, new: next } = step;
  const state = isAdded(step) ? next : old;
  if (state === undefined) return [];
  const id = String(state.inputs.userId ?? "");
  const [email, group] = [personOf(state, people), groupOf(state, names)];
  if (isAdded(step)) return told({ kind: "addMember", group, email, id, drifted: wasFound });
  if (isTaken(step)) {
    const stays = state.outputs.onRemove === "retain" || state.retainOnDelete;
    return stays
      ? told(
          { kind: "noteGroup", group, fields: [] },
          `~ ${email} stays in ${group} and is no longer managed in it`,
        )
      : told({ kind: "removeMember", group, email, id, why: { kind: "not declared any more" } });
  }
  return step.op === "update"
    ? told({ kind: "noteGroup", group, fields: [] }, `~ ${email} in ${group}: settings changed`)
    : [];
}

function namesOf(groups: readonly PreviewStep[], refreshed: Preview["refreshed"]): Names {
  const byId = new Map<string, string>();
  const byUrn = new Map<string, string>();
  const learn = (urn: string, state: ResourceState | undefined) => {
    const name = state?.inputs.displayName;
    if (typeof name !== "string") return;
    byUrn.set(urn, nameable(name, urn));
    if (state?.id !== undefined) byId.set(state.id, nameable(name, urn));
  };
  for (const [urn, state] of refreshed) if (classOfUrn(urn) === "NotionGroup") learn(urn, state);
  for (const { urn, old, new: next } of groups) {
    learn(urn, old);
    learn(urn, next && { ...next, ...(old?.id !== undefined && { id: old.id }) });
  }
  return { byUrn, byId };
}

function groupOf({ inputs, propertyDependencies }: ResourceState, { byUrn, byId }: Names): string {
  const id = typeof inputs.groupId === "string" ? inputs.groupId : "";
  const from = propertyDependencies?.groupId?.find((urn) => classOfUrn(urn) === "NotionGroup");
  const known = byId.get(id) ?? (from === undefined ? undefined : byUrn.get(from));
  if (known !== undefined) return known;
  return from === undefined ? `the group ${id}` : `NotionGroup "${from.slice(from.lastIndexOf("::") + 2)}"`;
}
