import type { GroupDirectory } from "../directory/group-directory";
import type { MemberDirectory } from "../directory/member-directory";
import type { Elsewhere } from "../plan/elsewhere";
import type { LeavingAccount } from "../plan/former-elsewhere";
import type { AppliedGroups, DeclaredGroups } from "../state/group";
import type { Applied } from "../state/world";
import type { AppliedPeople, World } from "./applied-people";
import type { GroupGuard } from "./group-guard";
import type { GroupWriter } from "./group-writer";
import type { MemberWriter } from "./member-writer";

/** The resource that has an account, and the e-mail that it declares for it. */
export interface Holding {
  /** `resource` where the program names the account by its id, and it is not known in which one. */
  kind: "NotionUser" | "NotionWorkspace" | "resource";
  email: string;
}

/** What the rest of the program has and declares, as far as this run knows. */
export interface RestOfProgram {
  /** Whether check or diff refused a resource of the program. */
  readonly isRefused: boolean;
  /** Ids of people that this process added to the workspace. */
  readonly added: ReadonlySet<string>;
  /** Notion's ids of everybody in the state, as far as the engine has handed it over. */
  readonly stateIds: ReadonlySet<string>;
  /** Ids of the people of workspaces, by the e-mail under which the state has each. */
  readonly heldAs: ReadonlyMap<string, string>;
  /** Accounts that the program names by id, with the e-mail that each is to have. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Whether the state of another resource has the account, too, and retains the person. @param ids the accounts of this resource's state */
  isRetainedElsewhere(id: string, ids: Applied["ids"]): boolean;
  /** E-mails that a person gives up in this run for another person, with the e-mail that they have then. */
  readonly handedOn: ReadonlyMap<string, string>;
  /** Former e-mails that new NotionUsers and new rows of workspaces say, each with the e-mail that it became. */
  readonly formerOfNew: ReadonlyMap<string, string>;
  /** Accounts that a workspace does not declare any more, by the e-mails that they had before. */
  readonly leavingFormers: ReadonlyMap<string, LeavingAccount>;
  /** E-mails by the id of the account, of people declared one by one. */
  readonly names: ReadonlyMap<string, string>;
  /** The accounts of NotionUsers. */
  readonly users: { holds(id: string): boolean };
  /** Notes which resource has an account. @returns another resource that has it, too */
  hold(id: string, holding: Holding): Holding | undefined;
  /** The resource that has an account, if it is another one than this. */
  holderOf(id: string, holding?: Holding): Holding | undefined;
  /** Whether a workspace declares the account. */
  isOfWorkspace(id: string): boolean;
  /** Ids of people that NotionGroupMemberships declare in a group. */
  membershipsOf(groupId: string): ReadonlySet<string>;
  /** Whether a NotionGroup is for this group. */
  declaresGroup(group: { id?: string | undefined; name: string }): boolean;
  /** Whether some resource declares this e-mail. */
  declaresEmail(email: string): boolean;
}

/** What a plan is applied with. */
export interface ApplyContext {
  settings: { adopt: boolean };
  directory: MemberDirectory;
  writer: MemberWriter;
  registry: RestOfProgram;
  log: (line: string) => void;
  /** Warns once that owners are not demoted or removed, where nobody said whose token is used. */
  tellOfOwners: (role: string | undefined) => void;
}

/** A plan that is being applied. */
export interface Application extends World, ApplyContext {
  people: AppliedPeople;
  /** What the rest of the program declares, as far as this run knows when it is asked. */
  elsewhere: () => Elsewhere;
  /** The kind of the resource that has these accounts; null for one that notes it by itself. */
  holder: Holding["kind"] | null;
  /** Whether a member is looked up before they are written. For a single write, the look-up costs as much as the write. */
  looksFirst: boolean;
}

/** What groups are written with, beside their people. */
export interface GroupContext extends ApplyContext {
  groups: GroupDirectory;
  groupGuard: GroupGuard;
  groupWriter: GroupWriter;
}

/** The groups of a workspace before a run. */
export interface GroupWorld {
  applied: AppliedGroups;
  declared: DeclaredGroups;
  /** The people in the state before the run. */
  people: Pick<Applied, "ids" | "unmanaged">;
}
