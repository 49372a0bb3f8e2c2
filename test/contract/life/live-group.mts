import type { ScimReader } from "../../../provider/scim/client.ts";
import { isRecord, type Json } from "../answer.mts";
import { type Check, runCheck } from "../check.mts";
import type { Line, Question } from "../finding.mts";
import { CREATE_GROUP, GROUP_LIFE, type GroupLife, otherName } from "./group.mts";
import type { End } from "./live.mts";

const RESTORE: Question = {
  id: "group.left",
  asked: "what is left of the group",
  expected: "nothing",
  source: "Notion",
};

const PEOPLE = 3;

/** Why a group of this name is not made; undefined where it may be. */
export async function groupObjection(reader: ScimReader, name: string): Promise<string | undefined> {
  const { entries, incomplete } = await reader.listGroups();
  const taken = new Set([name, otherName(name)].map((each) => each.toLowerCase()));
  const found = entries.find((group) => taken.has(group.name.toLowerCase()));
  if (found !== undefined) return `A group ${JSON.stringify(found.name)} is there`;
  if (incomplete !== undefined)
    return `Whether a group ${JSON.stringify(name)} is there can't be told (${incomplete})`;
  return undefined;
}

/** Ids of three members who are put into the group; undefined where there are not as many. */
export function peopleOf(sample: readonly Json[]): GroupLife["people"] | undefined {
  const ids = sample.filter((entry) => isRecord(entry) && entry.active !== false).map(({ id }) => String(id));
  const [first, second, third] = ids.slice(0, PEOPLE);
  return first === undefined || second === undefined || third === undefined
    ? undefined
    : [first, second, third];
}

/** What is said before anything is done. */
export function groupAnnouncement(name: string): string {
  return (
    `The group ${JSON.stringify(name)} will be created, three members will be put into it and taken out of it by every form ` +
    "of a change that is known, it will be renamed, and deleted at the end. No other group is touched, and nothing else of the three."
  );
}

/** The life of one group, from nothing and back to it. @param stop asks to end after the step that is under way */
export async function liveGroup(
  life: GroupLife,
  stop: AbortSignal,
  told: (line: Line) => void,
): Promise<End> {
  const lines: Line[] = [];
  const step = async (check: Check<GroupLife>): Promise<void> => {
    const line = await runCheck(check, life);
    lines.push(line);
    told(line);
  };
  if (!stop.aborted) await step(CREATE_GROUP);
  // Without a group there is nothing to ask.
  if (life.id !== "") for (const check of GROUP_LIFE) if (!stop.aborted) await step(check);

  const met = await deleteAll(life);
  const isFine = !met.startsWith("NOT");
  const line: Line = { ...RESTORE, met, package: "deleted it", verdict: isFine ? "expected" : "fails" };
  lines.push(line);
  told(line);
  return { lines, left: met };
}

/** A creation whose answer was lost is found by its name: no group of the names was there before. */
async function deleteAll(life: GroupLife): Promise<string> {
  const { writer, made, name } = life;
  try {
    const names = new Set([name, otherName(name)]);
    const { entries } = await writer.listGroups();
    const left = entries.filter((group) => made.has(group.id) || names.has(group.name));
    for (const group of left) await writer.deleteGroup(group);
    return (await groupObjection(writer, name)) === undefined
      ? "nothing"
      : "NOT nothing: look in Notion's settings";
  } catch (error) {
    // Where a change took people out who were not named, the package writes no group any more: the wire does.
    for (const id of made)
      await life.wire.ask({ method: "DELETE", path: `/Groups/${encodeURIComponent(id)}` });
    if ((await groupObjection(writer, name).catch(() => "unknown")) === undefined) return "nothing";
    const kind = error instanceof Error ? error.name : "an unknown error";
    return `NOT known (${kind}): look in Notion's settings`;
  }
}
