import { DeclarationError } from "../apply/errors";
import type { GroupRecord } from "../model/group";
import { exactElsewhereWords } from "../plan/groups-refusals";
import {
  declaredMembership,
  type MembershipInputs,
  type MembershipOutputs,
  membershipId,
  membershipInputsSchema,
  membershipOf,
  otherIds,
  settingsDiffer,
} from "../state/group-membership";
import type { Properties } from "../state/properties";
import { changesOfOne } from "./details";
import { checkInputs } from "./inputs";
import type { Process } from "./process";
import type { CreateResult, ReadResult, ResourceLifecycle } from "./resource-lifecycle";
import type { RunRegistry } from "./run-registry";
import type { Session } from "./session";

/** A NotionGroupMembership, as the hosts call it. */
export function membershipProvider({ registry, act, actNow }: Process): ResourceLifecycle {
  const keys = Object.keys(membershipInputsSchema.shape);
  /** The person of the state is expected in the workspace. */
  const expect = (id: string) => {
    const userId = membershipOf(id)?.userId;
    if (userId !== undefined) registry.stateIds.add(userId);
  };
  return {
    check: async (olds, news) => {
      const result = checkInputs(membershipInputsSchema, news, olds);
      const membership = declaredMembership(result.inputs);
      if (result.failures.length === 0 && membership !== undefined) {
        registry.declareMembership(membership);
        const { groupId: id } = membership;
        if (registry.groupInWorkspace({ id }) === "exact")
          result.failures.push({ property: "", reason: exactElsewhereWords(id) });
      }
      registry.isRefused ||= result.failures.length > 0;
      return result;
    },
    diff: async (id, olds, news) => {
      expect(id);
      const replaces = otherIds(olds, news);
      if (replaces.length === 0) registry.memberships.want(id, id);
      const changes = replaces.length > 0 || settingsDiffer(olds, news);
      return { changes, replaces, details: changesOfOne(keys, olds, news, replaces) };
    },
    create: async (inputs) => {
      await registry.untilPlaceIsTold();
      return actNow((session) => createMembership(session, inputs as MembershipInputs));
    },
    read: (id, props) => {
      if (Object.keys(props).length > 0) expect(id);
      return act((session) => readMembership(session, id, props));
    },
    update: async (_id, olds, news) =>
      actNow(async () => ({
        outs: { ...(news as MembershipInputs), adopted: (olds as MembershipOutputs).adopted },
      })),
    delete: (id, props) => {
      expect(id);
      return actNow((session) => deleteMembership(session, id, props as MembershipOutputs));
    },
  };
}

/** Puts somebody into a group. Whoever is in it already is adopted. */
async function createMembership(
  session: Session,
  inputs: MembershipInputs,
): Promise<CreateResult<MembershipOutputs>> {
  const { registry, memberships, log } = session;
  const { groupId, userId } = inputs;
  const id = membershipId(inputs);
  if (!registry.memberships.take(id, id)) {
    throw new DeclarationError(
      `${nameOf(session, userId)} is put into the group ${groupId} by two resources of this program. Keep one of the two.`,
    );
  }
  let name = groupId;
  const adopted = await memberships.join(inputs, (group) => {
    name = group.name;
    refuseExact(registry, group);
  });
  if (adopted) log(`${nameOf(session, userId)} is in the group ${name} already: adopted.`);
  return { id, outs: { ...inputs, adopted } };
}

/** The membership as it is; an empty id when the person is not in the group any more. */
async function readMembership(session: Session, id: string, props: Properties): Promise<ReadResult> {
  const isGet = props.groupId === undefined;
  const membership = membershipOf(id);
  if (membership === undefined) {
    throw new DeclarationError(
      `A NotionGroupMembership has the ids of its group and of its member for an id, with a slash between them, not "${id}".`,
    );
  }
  const { groupId, userId } = membership;
  // One listing serves all memberships that are read.
  await session.groups.all();
  const group = await session.groups.group(groupId);
  const isIn = group?.members.some((member) => member.id === userId) === true;
  if (isGet) {
    if (!isIn) throw new DeclarationError(`The member ${userId} is not in a group with the id ${groupId}.`);
    return { id, props: { groupId, userId, adopted: true }, inputs: { groupId, userId } };
  }
  // A list that may be cut is no proof that somebody is not in the group.
  if (!isIn && (group === undefined || group.complete)) return { id: "" };
  const { adopted: _, ...inputs } = props;
  return { id, props, inputs };
}

/** Takes just this person out of the group, or retains the membership, as `onRemove` says. */
async function deleteMembership(session: Session, id: string, props: MembershipOutputs): Promise<void> {
  const { registry, groups, memberships, log } = session;
  const { groupId, userId, onRemove = "remove" } = props;
  const group = groups.known(groupId)?.name ?? registry.groupsOfState.get(groupId)?.name ?? groupId;
  const words = () => `${nameOf(session, userId)} stays in the group ${group}`;
  if (registry.memberships.holds(id) || registry.isInGroupOfWorkspace(props)) {
    log(`${words()}: another resource of this program declares it.`);
    return;
  }
  if (onRemove === "retain") {
    log(`${words()} and is no longer managed in it (onRemove: "retain").`);
    return;
  }
  await memberships.leave(props);
}

/** Which group an id means may be known only now. */
function refuseExact(registry: RunRegistry, { id, name }: GroupRecord): void {
  if (registry.groupInWorkspace({ id, name }) === "exact")
    throw new DeclarationError(exactElsewhereWords(name));
}

const nameOf = ({ directory, registry }: Session, userId: string) =>
  directory.known(userId)?.userName ?? registry.nameOf(userId) ?? `The member ${userId}`;
