import type { Holding } from "../apply/context";
import { ENOUGH_TO_TELL } from "../directory/place";
import { foldEmail } from "../model/email";
import type { Elsewhere, GroupsElsewhere } from "../plan/elsewhere";
import { formerElsewhereWords, type LeavingAccount } from "../plan/former-elsewhere";
import type { DeclaredGroup } from "../state/group";
import { type Membership, membershipId } from "../state/group-membership";
import { Arrivals } from "./arrivals";
import { Claim } from "./claim";
import { SecretRedactor } from "./redaction";

/** An account of the state, and the address that a run changes for another one. */
export interface AddressChange {
  id: string;
  from: string;
  to: string;
}

/**
 * What the resources of one run hold on to. The engine deletes last. After a rename in the program, the new resource
 * adopts the person before the old one is deleted, and that delete must not remove them. When an address is handed on,
 * its new holder must not be mistaken for the present one. A replaced resource is wanted and then taken, with the same wish.
 */
export class RunRegistry {
  /** The wish is an e-mail. */
  readonly users = new Claim();
  /** The wish is a role of one member: {@link roleWish}. */
  readonly roles = new Claim();
  /** NotionGroups, by Notion's id. The wish is a name. */
  readonly groups = new Claim();
  /** NotionGroupMemberships, by their id, which is the wish, too. */
  readonly memberships = new Claim();
  /** Those whom NotionGroupMemberships of this run declare in each group: ids. */
  readonly #members = new Map<string, Set<string>>();
  /** Groups of the state by Notion's id, with the ids of the members that the state keeps. */
  readonly groupsOfState = new Map<string, { name: string; kept?: ReadonlySet<string> }>();
  /** E-mails that NotionUsers of this run declare; former ones included. */
  readonly emails = new Set<string>();
  /** What each workspace of this run declares, by its people. */
  readonly workspaces = new Map<string, WorkspaceClaim>();
  /** Ids of people whose membership NotionUsers of this run declare by it. */
  readonly declaredIds = new Set<string>();
  /** Ids of people whose role assignments of this run declare. */
  readonly assignedIds = new Set<string>();
  /** The e-mails of members by id, as the state says; a role assignment does not know whose it is. */
  readonly names = new Map<string, string>();
  /** Addresses that a person gives up in this run for another person, with the one that they have then. */
  readonly handedOn = new Map<string, string>();
  /** Former e-mails that new NotionUsers and new rows of workspaces say, each with the e-mail that it became. */
  readonly formerOfNew = new Map<string, string>();
  /** Accounts that the program names by id, with the address that each is to have. */
  readonly accounts = new Map<string, string>();
  /** Changes of address that this run makes to accounts of the state, by id. */
  readonly moves = new Map<string, AddressChange>();
  /** Owners of the token in use, as guards and workspaces say beside the settings; folded e-mails. */
  readonly tokenOwners = new Set<string>();
  /** Addresses that other resources than a NotionUser with a `userId` declare, as the program told it. */
  readonly addresses = new Set<string>();
  /** Accounts that resources of the program have, by id: of each the resource that was seen with it first. */
  readonly #holdings = new Map<string, Holding>();
  /** Ids of people that this process added to the workspace. */
  readonly added = new Set<string>();
  /** Ids of the people of workspaces, by the e-mail under which their state has each. */
  readonly heldAs = new Map<string, string>();
  /** Notion's ids of all people in the state, as far as the engine has handed them over. */
  readonly stateIds = new Set<string>();
  /** Accounts that the program retains when it no longer declares them: by id, the keys of the states that say so. */
  readonly #retained = new Map<string, Set<string>>();
  /** Accounts that a workspace of this run does not declare any more, by the e-mails that they had before. */
  readonly leavingFormers = new Map<string, LeavingAccount>();
  /** E-mails of people who are new to a resource of this run. */
  readonly #newcomers = new Set<string>();
  /** Which of the resources that declare people the engine has handed over. */
  readonly arrivals = new Arrivals();
  /** What the program made secret. */
  readonly redactor = new SecretRedactor();
  /** Whether check or diff refused a resource of the program. */
  isRefused = false;
  /** People whose removal or demotion the guards of this run have let through. */
  letThrough = 0;

  /**
   * Notes that a resource which the program declares has an account.
   * @returns the other resource that has it, too: the two would undo each other's work
   */
  hold(id: string, holding: Holding): Holding | undefined {
    const other = this.#holdings.get(id);
    if (other === undefined) this.#holdings.set(id, holding);
    return other === undefined || isSameHolding(other, holding) ? undefined : other;
  }

  /** The resource of the program that has an account, if it is another one than this. */
  holderOf(id: string, holding?: Holding): Holding | undefined {
    const other = this.#holdings.get(id);
    return other !== undefined && holding !== undefined && isSameHolding(other, holding) ? undefined : other;
  }

  /** The address under which the state of a workspace has an account. */
  addressInWorkspace(id: string): string | undefined {
    return [...this.heldAs].find(([, held]) => held === id)?.[0];
  }

  /** Resolves when enough of the state is handed over to tell whether this is its workspace, or no more is expected. */
  untilPlaceIsTold(): Promise<void> {
    return this.arrivals.settled(() => this.stateIds.size >= ENOUGH_TO_TELL);
  }

  /** Notes accounts that a state has and retains. @param ids all accounts of that state, by e-mail */
  retain(retained: readonly string[], ids: Readonly<Record<string, string>>): void {
    if (retained.length === 0) return;
    const key = stateKey(ids);
    for (const id of retained) this.#retained.set(id, (this.#retained.get(id) ?? new Set()).add(key));
  }

  /**
   * Notes who is new to a resource, and who leaves it.
   * @returns a sentence for each newcomer who may be an account that leaves another resource
   */
  passing(newcomers: readonly string[], leaving: ReadonlyMap<string, LeavingAccount> = new Map()): string[] {
    const against = new Map<string, LeavingAccount>();
    for (const email of newcomers) {
      const account = this.leavingFormers.get(email);
      if (account !== undefined) against.set(email, account);
    }
    for (const [email, account] of leaving) if (this.#newcomers.has(email)) against.set(email, account);
    for (const email of newcomers) this.#newcomers.add(email);
    for (const [email, account] of leaving) this.leavingFormers.set(email, account);
    return [...against].map((each) => formerElsewhereWords(...each));
  }

  /** Whether another state than the one with these accounts has this one, too, and retains the person. */
  isRetainedElsewhere(id: string, ids: Readonly<Record<string, string>>): boolean {
    const keys = this.#retained.get(id);
    if (keys === undefined) return false;
    const own = stateKey(ids);
    return [...keys].some((key) => key !== own);
  }

  /** Notes accounts that resources of the program name by id. @param accounts the address that each is to have, by id */
  declareAccounts(accounts: unknown): void {
    for (const [id, address] of Object.entries(Object(accounts))) this.accounts.set(id, String(address));
  }

  /** Notes whose token the run uses, as a resource says it beside the settings. */
  sayTokenOwner(email: string | undefined): void {
    if (email !== undefined) this.tokenOwners.add(foldEmail(email));
  }

  /** Whether some resource of this run declares this e-mail. */
  declaresEmail(email: string): boolean {
    return (
      this.emails.has(email) ||
      [...this.workspaces.values()].some(
        ({ emails, beside }) => emails.has(email) || beside.emails.has(email),
      )
    );
  }

  /** Whether a workspace of this run declares the account with this id, as far as it is known whose it is. */
  isOfWorkspace(id: string): boolean {
    return [...this.workspaces.values()].some(({ ids }) => ids.has(id));
  }

  /** Whether a workspace of this run declares the role of who has this e-mail or id. */
  declaresRoleOf(email: string, id: string): boolean {
    return [...this.workspaces.values()].some(
      ({ withRole, idsWithRole }) => withRole.has(email) || idsWithRole.has(id),
    );
  }

  /** Notes somebody whom a NotionGroupMembership declares in a group. */
  declareMembership(membership: Membership): void {
    const { groupId, userId } = membership;
    this.memberships.declare(membershipId(membership));
    this.#members.set(groupId, (this.#members.get(groupId) ?? new Set()).add(userId));
    this.assignedIds.add(userId);
  }

  /** Ids of those whom NotionGroupMemberships of this run declare in a group. */
  membershipsOf(groupId: string): ReadonlySet<string> {
    return this.#members.get(groupId) ?? new Set();
  }

  /** Ids of members of a group who are in a state, or declared: a next run finds out where they are gone. */
  keptIn(groupId: string): ReadonlySet<string> {
    const { kept = [] } = this.groupsOfState.get(groupId) ?? {};
    return new Set([...kept, ...this.membershipsOf(groupId)]);
  }

  /** The e-mail of somebody, as the state says; undefined where it does not. */
  nameOf(id: string): string | undefined {
    return this.names.get(id) ?? this.addressInWorkspace(id);
  }

  /** Whether a NotionGroup of this run is for a group. */
  declaresGroup({ id, name }: { id?: string | undefined; name: string }): boolean {
    return this.groups.declares(name) || (id !== undefined && this.groups.holds(id));
  }

  /** How a workspace of this run declares a group, as far as it is known which one is meant. */
  groupInWorkspace({
    id,
    name,
  }: {
    id?: string | undefined;
    name?: string | undefined;
  }): DeclaredGroup["members"] | undefined {
    for (const { groups } of this.workspaces.values()) {
      const found = groups.find((group) => group.name === name || (id !== undefined && group.id === id));
      if (found !== undefined) return found.members;
    }
    return undefined;
  }

  /** Whether a workspace of this run declares somebody in a group, as far as the state is known. */
  isInGroupOfWorkspace({ groupId, userId }: Membership): boolean {
    return [...this.workspaces.values()].some(({ groups }) =>
      groups.some(({ id, has }) => id === groupId && has(userId)),
    );
  }

  /** What is declared of groups, one by one. */
  get #groupsElsewhere(): GroupsElsewhere {
    return {
      declares: (group) => this.declaresGroup(group),
      membersOf: (groupId) => this.membershipsOf(groupId),
    };
  }

  /** What everything but one workspace declares. @param workspace as in `workspaces` */
  elsewhere(workspace: string): Elsewhere {
    const others = [...this.workspaces].flatMap(([key, claim]) => (key === workspace ? [] : [claim]));
    const beside = this.workspaces.get(workspace)?.beside ?? NOTHING_BESIDE;
    const emails = [this.emails, beside.emails, ...others.map((each) => each.emails)];
    return {
      emails: inOneOf(emails),
      isAnybody: emails.some(({ size }) => size > 0),
      ids: inOneOf([this.declaredIds, beside.ids, ...others.map(({ ids }) => ids)]),
      known: inOneOf([this.stateIds, this.assignedIds, beside.assigned]),
      groups: this.#groupsElsewhere,
      ...(beside.unknownAssignments.length > 0 && { unknownAssignments: beside.unknownAssignments }),
    };
  }
}

/** Tells the state of one resource from that of another. */
const stateKey = (ids: Readonly<Record<string, string>>) => Object.keys(ids).sort().join();

/** The sets as one: it is asked for each of thousands of people, and copied for none of them. */
const inOneOf = (sets: readonly ReadonlySet<string>[]) => ({
  has: (key: string) => sets.some((each) => each.has(key)),
  get size() {
    return new Set(sets.flatMap((each) => [...each])).size;
  },
});

/** What a workspace declares, by folded e-mail. */
export interface WorkspaceClaim {
  /** Former e-mails included. */
  emails: ReadonlySet<string>;
  withRole: ReadonlySet<string>;
  /** Notion's ids that rows with a role name. */
  idsWithRole: ReadonlySet<string>;
  /** Notion's ids of those people that are in the state, as far as known. */
  ids: ReadonlySet<string>;
  /** What the program declares in the resources beside this one. */
  beside: Beside;
  groups: readonly GroupClaim[];
}

/** A group that a workspace declares. */
export interface GroupClaim {
  name: string;
  /** Notion's id, where the state has it. */
  id: string | undefined;
  members: DeclaredGroup["members"];
  /** Whether somebody is to be in it, by Notion's id. */
  has(userId: string): boolean;
}

/** The people that the resources beside a workspace name, by folded e-mail and by id. */
export interface Beside {
  emails: ReadonlySet<string>;
  ids: ReadonlySet<string>;
  /** Ids of members who are given a role by an assignment. */
  assigned: ReadonlySet<string>;
  /** Names of assignments whose member is not known when the workspace is planned. */
  unknownAssignments: readonly string[];
}

export const NOTHING_BESIDE: Beside = {
  emails: new Set(),
  ids: new Set(),
  assigned: new Set(),
  unknownAssignments: [],
};

const isSameHolding = (one: Holding, other: Holding) => one.kind === other.kind && one.email === other.email;

/** Why two resources may not have one account. */
export function twoHolders(id: string, one: Holding, other: Holding): string {
  const words = ({ kind, email }: Holding) =>
    kind === "NotionWorkspace"
      ? `the row of ${email} in a NotionWorkspace`
      : `${kind === "resource" ? "another" : "a"} ${kind} as ${email}`;
  return (
    `Two resources of this program have the account ${id}: ${words(one)}, and ${words(other)}. ` +
    "Remove the wrong one from the program: the person stays in the workspace."
  );
}

/** Many members may have one role, so the wish names the member too. */
export function roleWish({ userId, role }: { userId?: unknown; role?: unknown }): string {
  return `${userId} ${role}`;
}
