import { basename } from "node:path";
import { foldEmail, isEmail } from "../../provider/model/email";
import type { RunSettings } from "../../provider/plan/run-settings";
import { membershipPhase } from "../../provider/plan/times";
import { formatProblem } from "../../provider/roster/file-text";
import type { DeclaredPerson } from "../../provider/state/person";
import { classOfUrn } from "../../provider/state/type-tokens";
import { readIds } from "../../provider/state/workspace";
import { FileError } from "../cli/errors";
import type { RosterFile } from "../live/roster";
import type { PlanStop } from "./plan-report";
import { NOTHING_PLANNED, type Planned } from "./planned";
import { plannedGroups } from "./planned-groups";
import { peopleNames, plannedPeople } from "./planned-people";
import { plannedWorkspace } from "./planned-workspace";
import type { Preview, PreviewStep, Stop } from "./preview";

/**
 * Pure: what a preview has for people, made again of the states in it.
 * @param source for errors: the file's name
 * @throws {FileError} when nothing in it is of this package
 */
export function planOfPreview(preview: Preview, run: RunSettings, source: string): Planned[] {
  const { steps, refreshed, messages } = preview;
  refuseForeign(preview, source);
  const workspaces = steps.filter(({ urn, op }) => classOfUrn(urn) === "NotionWorkspace" && PLANNED.has(op));
  const declared = peopleOf(workspaces, run.now);
  const users = usersIn(steps);
  const planned = workspaces.map((step) => {
    const others = workspaces.filter(({ urn }) => urn !== step.urn);
    const emails = new Set([...peopleOf(others, run.now), ...users]);
    const elsewhere = {
      emails,
      isAnybody: emails.size > 0,
      ids: new Set<string>(),
      known: new Set(
        steps.flatMap(({ urn, old }) => (classOfUrn(urn) === "NotionUser" ? (old?.id ?? []) : [])),
      ),
    };
    return plannedWorkspace(step, { isRefreshed: refreshed.has(step.urn), messages, elsewhere, run });
  });
  const names = peopleNames(preview, idsIn(workspaces));
  const all = [...planned, plannedPeople(preview, names, declared, run), plannedGroups(preview, names)];
  return [...all, unplannedMessages(preview, all)];
}

/** What is planned of a NotionWorkspace: nothing ever replaces one, unless somebody asks the engine for it. */
const PLANNED: ReadonlySet<string> = new Set([
  "create",
  "create-replacement",
  "import",
  "update",
  "same",
  "delete",
]);

/** Says so where it is sure that no resource of this package is in the program, as far as a preview shows that. */
function refuseForeign({ steps, messages, stops, unlisted }: Preview, source: string): void {
  const isOurs = steps.some(({ urn }) => classOfUrn(urn) !== undefined);
  if (isOurs || unlisted > 0 || stops.length > 0 || messages.some(isOfPeople)) return;
  throw new FileError(
    `${source} is the preview of a program that has no NotionWorkspace, NotionUser or NotionRoleAssignment, and no group, in its code or its state. ` +
      "Check which project and stack it was made of.",
  );
}

/** People that workspaces declare at this moment. */
function peopleOf(workspaces: readonly PreviewStep[], now: number): Set<string> {
  const people = workspaces.flatMap(({ new: next }) =>
    Object.entries((next?.inputs.people ?? {}) as Record<string, DeclaredPerson>),
  );
  return new Set(
    people.flatMap(([email, person]) => (membershipPhase(person, now) === "during" ? [email] : [])),
  );
}

function usersIn(steps: readonly PreviewStep[]): string[] {
  return steps.flatMap(({ urn, new: next }) => {
    const email = classOfUrn(urn) === "NotionUser" ? next?.inputs.userName : undefined;
    return typeof email === "string" ? [foldEmail(email)] : [];
  });
}

function idsIn(workspaces: readonly PreviewStep[]): Map<string, string> {
  return new Map(
    workspaces.flatMap(({ old }) =>
      Object.entries(readIds(old?.outputs)).map(([email, id]): [string, string] => [id, email]),
    ),
  );
}

/** What was told and is none of what the states give: all that there is of a workspace whose plan was refused, or that stays as it is. */
function unplannedMessages({ messages, stops }: Preview, planned: readonly Planned[]): Planned {
  const known = new Set(
    planned.flatMap(({ steps, groups, together, ends, remarks, summary }) => [
      ...[...steps, ...groups, ...ends, ...remarks].map(({ text }) => text),
      ...together,
      ...summary,
    ]),
  );
  const left = messages.filter((line) => isOfPeople(line) && !known.has(line));
  const isSummary = (line: string) => SUMMARY.test(line);
  return {
    ...NOTHING_PLANNED,
    remarks: left.flatMap((text) =>
      isSummary(text) || (stops.length === 0 && isRest(text)) ? [] : [{ text, who: whoIn(text) }],
    ),
    summary: left.filter(isSummary),
  };
}

/** A line that counts what a preview had no room for: where the states are known, all of it is shown. */
const isRest = (line: string) => line.startsWith("… and ");

const SUMMARY = /^[\d,]+ (person|people) declared/;

/** Whether a line is one of those that a NotionWorkspace tells (`../../plan/words.ts`). */
const isOfPeople = (line: string) =>
  /^[-+~!?] (\S+@|group |[\d,]+ people join )/.test(line) || isRest(line) || SUMMARY.test(line);

function whoIn(line: string): string | null {
  const word = /^[-+~!?] (\S+?):?(?: |$)/.exec(line)?.[1];
  return word !== undefined && isEmail(word) ? foldEmail(word) : null;
}

/** What stopped a preview, a reason each. What the roster was refused for stands at its line. */
export function planStops(stops: readonly Stop[], roster: RosterFile | undefined): PlanStop[] {
  const file = basename(roster?.path ?? "");
  const lines = new Map(roster?.problems.map((each) => [formatProblem(file, each), each.line]));
  return stops.flatMap(({ resource, message }) =>
    message.split("\n").map((line) => {
      const text = line.trim();
      return { resource, message: text, line: lines.get(text) ?? null };
    }),
  );
}
