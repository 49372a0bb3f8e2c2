import { foldEmail } from "../../provider/model/email";
import { profileOf } from "../../provider/model/profile";
import { isDemotion, LOWEST_ROLE, type Role } from "../../provider/model/role";
import { UNKNOWN } from "../../provider/model/unknown";
import { NOBODY_ELSEWHERE } from "../../provider/plan/elsewhere";
import { plan } from "../../provider/plan/plan";
import type { RunSettings } from "../../provider/plan/run-settings";
import { byImportance, countsOf } from "../../provider/plan/summary";
import type { AppliedPerson, DeclaredPerson, OnRemove } from "../../provider/state/person";
import * as assignment from "../../provider/state/role-assignment";
import { classOfUrn } from "../../provider/state/type-tokens";
import * as user from "../../provider/state/user";
import { NOTHING_PLANNED, type Planned, type PlannedStep } from "./planned";
import { plannedStep } from "./planned-workspace";
import type { Preview, PreviewStep, ResourceState } from "./preview";

/** Those who are declared one by one, as if they were the people of one workspace. */
interface People {
  applied: Record<string, AppliedPerson>;
  declared: Record<string, DeclaredPerson>;
  /** Declared and not found by the refresh before the preview. */
  gone: Record<string, string>;
  /** The role that somebody is created with, where no assignment gives one. */
  initial: Record<string, Role>;
  /** Those whose NotionUser is taken out. */
  leaving: Set<string>;
}

/**
 * Pure: the plan of NotionUsers and NotionRoleAssignments, in the words of a workspace. A resource that stays as it
 * is is not in the preview: of an assignment alone it may not be known whose it is.
 * @param elsewhere people that a NotionWorkspace declares
 */
export function plannedPeople(
  { steps, refreshed }: Preview,
  names: Names,
  elsewhere: ReadonlySet<string>,
  run: RunSettings,
): Planned {
  const users = steps.filter(({ urn }) => isUser(urn));
  const roles = steps.filter(({ urn }) => classOfUrn(urn) === "NotionRoleAssignment");
  const people: People = { applied: {}, declared: {}, gone: {}, initial: {}, leaving: new Set() };
  for (const step of users) addUser(people, step, refreshed);
  // What is declared first: somebody whose assignment has another name now loses nothing.
  for (const step of roles.filter((each) => !isTaken(each))) addRole(people, step, names);
  for (const step of roles.filter(isTaken)) takeRole(people, step, names);
  for (const [email, role] of Object.entries(people.initial)) {
    const person = people.declared[email];
    if (person?.role === undefined && !Object.hasOwn(people.applied, email))
      people.declared[email] = { ...person, role };
  }
  const { steps: planned } = plan(
    { people: people.applied, ids: {}, gone: people.gone },
    { people: people.declared },
    run.now,
    { ...NOBODY_ELSEWHERE, emails: elsewhere },
  );
  const ordered = byImportance(planned.filter((step) => step.kind !== "join" || !elsewhere.has(step.email)));
  const counts = countsOf(ordered);
  const told = new Set(ordered.map(({ email }) => email));
  const hidden = users.filter(
    ({ op, old, urn }) => op === "update" && !told.has(nameable(emailOf(old), urn)),
  );
  return {
    ...NOTHING_PLANNED,
    steps: [
      ...ordered.map((step) => plannedStep(step, people.declared[step.email])),
      ...hidden.map(({ old, urn }) => hiddenChange(nameable(emailOf(old), urn))),
    ],
    summary:
      users.length + roles.length === 0
        ? []
        : [`People one by one: ${counts.length === 0 ? "nothing to change" : counts.join(", ")}.`],
  };
}

/** A NotionUser that the engine updates although nothing that its JSON shows differs. */
function hiddenChange(email: string): PlannedStep {
  const step = { kind: "stateOnly" as const, email, changes: [] };
  const text = `~ ${email}: something changes that the preview's JSON does not show, such as a secret value`;
  return { step, text, reason: null, until: null, approvedBy: null };
}

export const isAdded = ({ op }: PreviewStep) =>
  op === "create" || op === "create-replacement" || op === "import";
export const isTaken = ({ op }: PreviewStep) => op === "delete" || op === "delete-replaced";
const isKept = ({ op }: PreviewStep) => op === "update" || op === "same";

/** The e-mail of a NotionUser, or words for one that is not known or not to be shown. */
function emailOf(state: ResourceState | undefined): string | undefined {
  const email = state?.inputs.userName;
  return typeof email === "string" ? foldEmail(email) : undefined;
}

function addUser(
  { applied, declared, gone, initial, leaving }: People,
  step: PreviewStep,
  refreshed: ReadonlyMap<string, unknown>,
): void {
  const { old, new: next, urn } = step;
  const before = nameable(emailOf(old), urn);
  const after = nameable(emailOf(next), urn);
  if (old !== undefined && (isTaken(step) || isKept(step))) {
    const { email, person } = user.toApplied(old.outputs);
    const key = nameable(email === "" ? undefined : email, urn);
    applied[key] = {
      ...applied[key],
      ...person,
      // This program takes nothing away from people that it never managed.
      ...(isTaken(step) &&
        (user.isNeverAdopted(old.outputs) || old.retainOnDelete) && { onRemove: "retain" as const }),
    };
  }
  if (isTaken(step)) leaving.add(before);
  if (next === undefined || !(isAdded(step) || isKept(step))) return;
  const { initialRole, onRemove } = next.inputs;
  const { userName: _, ...profile } = profileOf(next.inputs);
  declared[after] = {
    ...profile,
    ...(isKept(step) && before !== after && { formerUserName: before }),
    ...(typeof onRemove === "string" && { onRemove: onRemove as OnRemove }),
  };
  if (isAdded(step) && typeof initialRole === "string") initial[after] = initialRole as Role;
  if (isAdded(step) && refreshed.has(urn)) gone[after] = "";
}

/** A name for whose e-mail is not known yet, or secret. */
function nameable(email: string | undefined, urn: string): string {
  const name = `NotionUser "${urn.slice(urn.lastIndexOf("::") + 2)}"`;
  if (email === undefined || email === UNKNOWN) return `${name} (e-mail known after the update)`;
  return email === "[secret]" ? `${name} (e-mail is secret)` : email;
}

/** Who the people of role assignments are: by the resource that an id comes from, or by the id. */
export interface Names {
  byUrn: ReadonlyMap<string, string>;
  byId: ReadonlyMap<string, string>;
}

/** Pure. @param ids e-mails by Notion's ids, as far as other resources tell them */
export function peopleNames({ steps, refreshed }: Preview, ids: ReadonlyMap<string, string>): Names {
  const users = steps.filter(({ urn }) => isUser(urn));
  const byId = new Map(ids);
  const byUrn = new Map<string, string>();
  const name = (urn: string, state: ResourceState | undefined, email: string) => {
    byUrn.set(urn, email);
    if (state?.id !== undefined) byId.set(state.id, email);
  };
  for (const [urn, state] of refreshed) {
    const email = isUser(urn) ? emailOf(state) : undefined;
    if (email !== undefined) name(urn, state, nameable(email, urn));
  }
  for (const { urn, old, new: next } of users) name(urn, old, nameable(emailOf(next) ?? emailOf(old), urn));
  return { byUrn, byId };
}

export function personOf({ inputs, propertyDependencies }: ResourceState, { byUrn, byId }: Names): string {
  const id = typeof inputs.userId === "string" ? inputs.userId : "";
  const from = propertyDependencies?.userId?.find((urn) => isUser(urn));
  const known = byId.get(id) ?? (from === undefined ? undefined : byUrn.get(from));
  if (known !== undefined) return known;
  return from === undefined ? `the member ${id}` : `NotionUser "${from.slice(from.lastIndexOf("::") + 2)}"`;
}

function addRole({ applied, declared }: People, step: PreviewStep, names: Names): void {
  const { old, new: next } = step;
  if (next === undefined || !(isAdded(step) || isKept(step))) return;
  const who = personOf(next, names);
  if (old !== undefined && isKept(step))
    applied[who] = { ...applied[who], ...assignment.toApplied(old.outputs) };
  // All that the preview shows of these people is that they are in the workspace.
  else if (!Object.hasOwn(declared, who)) applied[who] = { ...applied[who] };
  declared[who] = { ...declared[who], ...assignment.toDeclared(next.inputs) };
}

/** An assignment that is taken out: who stays goes down, as it says, unless another one gives them their role. */
function takeRole({ applied, declared, leaving }: People, { old }: PreviewStep, names: Names): void {
  if (old === undefined) return;
  const who = personOf(old, names);
  const held = assignment.toApplied(old.outputs);
  applied[who] = { ...applied[who], ...held };
  const person = declared[who];
  if (person?.role !== undefined || (person === undefined && leaving.has(who))) return;
  const lower = String(old.outputs.onRemove ?? old.outputs.then ?? LOWEST_ROLE);
  // What was changed in Notion is not what this assignment gave, and is left alone.
  const isLowered =
    !old.retainOnDelete &&
    held.lastApplied === undefined &&
    lower !== "retain" &&
    isDemotion(held.role, lower);
  declared[who] = { ...person, ...(isLowered && { role: lower as Role }) };
}

const isUser = (urn: string) => classOfUrn(urn) === "NotionUser";
