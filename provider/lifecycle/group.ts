import { DeclarationError, severalOfOneName } from "../apply/errors";
import type { GroupRecord } from "../model/group";
import { UNKNOWN } from "../model/unknown";
import { declaredTwiceWords } from "../plan/groups-refusals";
import { groupLineOf } from "../plan/groups-words";
import { firstNames } from "../plan/sentence";
import {
  declaredIn,
  type GroupInputs,
  type GroupOutputs,
  groupInputsSchema,
  namesIn,
  outputs,
  settingsDiffer,
  withFoundName,
} from "../state/group-resource";
import type { Properties } from "../state/properties";
import { changesOfOne } from "./details";
import type { Evaluation } from "./evaluation";
import { checkInputs } from "./inputs";
import type { Process } from "./process";
import type { CreateResult, ReadResult, ResourceLifecycle, UpdateResult } from "./resource-lifecycle";
import type { RunRegistry } from "./run-registry";
import type { Session } from "./session";

/** So many are named. */
const MOST_NAMED = 50;

/** A NotionGroup, as the hosts call it. */
export function groupProvider({ registry, act, actNow, tell }: Process): ResourceLifecycle {
  const keys = Object.keys(groupInputsSchema.shape);
  /** The group of the state is expected in the workspace. */
  const expect = (id: string, { displayName }: Properties) =>
    registry.groupsOfState.set(id, { ...registry.groupsOfState.get(id), name: String(displayName) });
  return {
    check: async (olds, news) => {
      const result = checkInputs(groupInputsSchema, news, olds);
      const name = String(result.inputs.displayName);
      if (result.failures.length === 0) {
        registry.groups.declare(name);
        if (registry.groupInWorkspace({ name }) !== undefined)
          result.failures.push({ property: "", reason: declaredTwiceWords(name) });
      }
      registry.isRefused ||= result.failures.length > 0;
      return result;
    },
    diff: async (id, olds, news) => {
      const { diff, lines } = evaluateGroup(olds, news);
      const name = String(news.displayName);
      registry.groups.want(id, name);
      expect(id, olds);
      // In the refresh phase nothing is declared yet, and the news are what was declared before.
      if (registry.groups.declares(name)) for (const line of lines) tell(line);
      return { ...diff, details: changesOfOne(keys, olds, news, diff.replaces) };
    },
    create: async (inputs) => {
      await registry.untilPlaceIsTold();
      return actNow((session) => createGroup(session, inputs as GroupInputs));
    },
    read: (id, props) => {
      if (props.displayName !== undefined) expect(id, props);
      return act((session) => readGroup(session, id, props));
    },
    update: (id, olds, news) =>
      actNow((session) => updateGroup(session, id, olds as GroupOutputs, news as GroupInputs)),
    delete: (id, props) => actNow((session) => deleteGroup(session, id, props as GroupOutputs)),
  };
}

/** Pure: what a change of a NotionGroup comes to. Another name renames the group: nothing ever replaces one. */
export function evaluateGroup(olds: Properties, news: Properties): Pick<Evaluation, "diff" | "lines"> {
  const { found, written } = namesIn(olds);
  const { displayName } = news;
  const isRenamed = displayName !== found;
  const step = {
    kind: "renameGroup" as const,
    group: String(displayName),
    from: String(found),
    drifted: written === displayName,
  };
  return {
    diff: { changes: isRenamed || written !== found || settingsDiffer(olds, news), replaces: [] },
    lines: isRenamed && displayName !== UNKNOWN ? [groupLineOf(step)] : [],
  };
}

/** Creates a group, or adopts the one that has this name. */
async function createGroup(session: Session, inputs: GroupInputs): Promise<CreateResult<GroupOutputs>> {
  const { registry, groups, groupWriter, log } = session;
  const { displayName: name } = inputs;
  if (registry.groupInWorkspace({ name }) !== undefined) throw new DeclarationError(declaredTwiceWords(name));
  // Noted before looking: of two that are created side by side, neither may miss the other.
  if (!registry.groups.take(`name ${name}`, name)) throw twice(name);
  const there = await groups.named(name);
  const [found] = there;
  if (found === undefined) {
    const made = await groupWriter.create(name, []).catch(async (error: unknown) => {
      const madeAllTheSame = await groupWriter.madeByFailed(name).catch(() => undefined);
      if (madeAllTheSame === undefined) throw error;
      return madeAllTheSame;
    });
    registry.groups.take(made.id, name);
    return { id: made.id, outs: outputs(inputs, made.id, false) };
  }
  if (there.length > 1) throw severalOfOneName(name, there);
  if (registry.groupInWorkspace(found) !== undefined) throw new DeclarationError(declaredTwiceWords(name));
  if (registry.groups.wantedOtherwise(found.id, name) !== undefined) throw ofAnother(found);
  if (!(inputs.adopt ?? session.settings.adopt)) throw adoptionRefused(name);
  await groups.proveHere();
  if (!registry.groups.take(found.id, name)) throw twice(name);
  log(`The group ${name} exists in Notion already. It is adopted, with ${countedMembers(found)}.`);
  return { id: found.id, outs: outputs(inputs, found.id, true) };
}

/** Renames a group where the name is another one. Its members stay. */
async function updateGroup(
  session: Session,
  id: string,
  olds: GroupOutputs,
  inputs: GroupInputs,
): Promise<UpdateResult<GroupOutputs>> {
  const { registry, groups, groupWriter } = session;
  const { displayName: name } = inputs;
  const outs = outputs(inputs, id, olds.adopted);
  if (registry.groups.takenOtherwise(id, name) !== undefined) throw ofAnother({ id, name: olds.displayName });
  if (name === olds.displayName) return { outs };
  if (registry.groupInWorkspace({ id, name }) !== undefined)
    throw new DeclarationError(declaredTwiceWords(name));
  const live = await groups.group(id);
  if (live === undefined) {
    throw new DeclarationError(
      `Group ${olds.displayName} is not in the workspace any more. Run \`pulumi up --refresh\`.`,
    );
  }
  const others = (await groups.named(name)).filter((group) => group.id !== id);
  if (others.length > 0) throw severalOfOneName(name, [live, ...others]);
  await groupWriter.rename(live, name, registry.keptIn(id));
  return { outs };
}

/** The group as it is; an empty id when it is gone. */
async function readGroup(session: Session, id: string, props: Properties): Promise<ReadResult> {
  if (props.displayName === undefined) return getGroup(session, id);
  const olds = props as GroupOutputs;
  const { groups: all } = await session.groups.all();
  const live = await session.groups.group(id);
  if (live === undefined) {
    const anew = all.find(({ name, id: other }) => name === olds.displayName && other !== id);
    if (anew !== undefined)
      session.log(
        `Group ${olds.displayName} (id ${id}) was deleted in Notion and made anew: the group with the id ${anew.id} is another one. ` +
          "If the program declares it still, the next `up` adopts that one.",
      );
    return { id: "" };
  }
  const outs = withFoundName(olds, live.name);
  return { id, props: { ...outs }, inputs: { ...declaredIn(outs) } };
}

/** A group that no state has: by Notion's id or by its exact name. */
async function getGroup(session: Session, key: string): Promise<ReadResult> {
  const [found, ...more] = await session.groups.named(key);
  if (found !== undefined && more.length > 0) throw severalOfOneName(key, [found, ...more]);
  const live = found ?? (await session.groups.group(key));
  if (live === undefined)
    throw new DeclarationError(
      `There is no group with the id or the name ${key}. Names are compared exactly.`,
    );
  const outs = outputs({ displayName: live.name }, live.id, true);
  return { id: live.id, props: { ...outs }, inputs: { ...declaredIn(outs) } };
}

/** Retains a group, or deletes it, as its `onRemove` says. */
async function deleteGroup(session: Session, id: string, props: GroupOutputs): Promise<void> {
  const { registry, groups, groupWriter, log } = session;
  const { displayName: name, onRemove = "retain" } = props;
  if (isDeclaredStill(registry, id, name)) {
    log(`Group ${name} stays: another resource of this program declares it.`);
    return;
  }
  if (onRemove === "retain") {
    log(groupLineOf({ kind: "releaseGroup", group: name, isGone: false }));
    return;
  }
  const joined = registry.membershipsOf(id);
  if (joined.size > 0) {
    throw new DeclarationError(
      `Group ${name} was not deleted: the program declares ${joined.size === 1 ? "a membership" : `${joined.size} memberships`} of it still. Take them out, too.`,
    );
  }
  const live = await groups.read(id);
  if (live === undefined) {
    log(`Group ${name} was gone already.`);
    return;
  }
  await groupWriter.delete(live);
  const who = live.members.map((member) => member.email ?? member.id).sort();
  const members = who.length === 0 ? "" : `: ${firstNames(who, MOST_NAMED)}`;
  log(`Group ${name} is deleted. It had ${countedMembers(live)}${members}.`);
}

/** Whether another resource of the program has a group: one that is renamed in the program, or a workspace. */
function isDeclaredStill(registry: RunRegistry, id: string, name: string): boolean {
  return registry.groups.holds(id) || registry.groupInWorkspace({ id, name }) !== undefined;
}

const countedMembers = ({ members, complete }: GroupRecord) =>
  `${complete ? "" : "at least "}${members.length} ${members.length === 1 ? "member" : "members"}`;

const twice = (name: string) =>
  new DeclarationError(`Two resources of this program are for the group ${name}. Keep one of the two.`);

const ofAnother = ({ id, name }: Pick<GroupRecord, "id" | "name">) =>
  new DeclarationError(
    `The group ${name} (id ${id}) is that of another resource of this program, which renames it. ` +
      "Rename it in one run, and declare a new group of that name in the next.",
  );

function adoptionRefused(name: string): DeclarationError {
  return new DeclarationError(
    `Group ${name} is there already, and adopt is false. To manage it with this program set adopt to true on the resource, ` +
      "or run `pulumi config set notion:adopt true`.",
  );
}
