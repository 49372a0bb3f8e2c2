import type { Input } from "@pulumi/pulumi";
import type { Role } from "../model/role";
import type { NotionUserArgs } from "./notion-user";

/** A person of a workspace: identity, role, access times and protection. A field that is left out is not managed. */
export interface Person
  extends Omit<
    NotionUserArgs,
    "userName" | "userId" | "formerUserName" | "initialRole" | "adopt" | "onRemove"
  > {
  /** The e-mail address, compared in lower case. */
  userName: string;
  /** The role. Default: not managed; Notion adds new people as `member`. */
  role?: Role | undefined;
  /** Names of groups that the person is in; each is declared in `groups` of the workspace. */
  groups?: readonly string[] | undefined;
  /** Access begins at this moment; before it, the person counts as not declared. RFC 3339 with an offset, or a date: its first moment in UTC. Default: now. */
  from?: string | undefined;
  /** Access ends at this moment; after it, `onRemove` applies. RFC 3339 with an offset, or a date: its last moment in UTC. Default: never. */
  until?: string | undefined;
  /** The role begins at this moment; before it, `roleThen` applies. The same forms as `from`. Default: now. */
  roleFrom?: string | undefined;
  /** The role ends at this moment; after it, `roleThen` applies. The same forms as `until`. Default: never. */
  roleUntil?: string | undefined;
  /** The role outside of the time of `role`. Required with `roleFrom` or `roleUntil`. */
  roleThen?: Role | undefined;
  /** The reason, such as a ticket. Previews show it beside the expiration. Default: none. */
  reason?: string | undefined;
  /** The e-mail address of the approver. Default: none. */
  approvedBy?: string | undefined;
  /**
   * The e-mail under which this person was declared before. Without it, another e-mail is another person: the new one
   * joins and the old one leaves. Default: the e-mail does not change.
   */
  formerUserName?: string | undefined;
  /**
   * Notion's id of this person, which never changes. With it, the row is for that account, whatever its e-mail is. A new
   * e-mail then needs no `formerUserName`, and an e-mail that belongs to another account is refused. Default: the
   * account that has the e-mail when the person is first declared.
   */
  id?: string | undefined;
  /**
   * What happens when this person is no longer declared: `remove` them from the workspace, `restrict` them to
   * `restricted_member`, or `retain` them as they are. Default: `onRemove` of the workspace.
   */
  onRemove?: "remove" | "restrict" | "retain" | undefined;
  /** Refuses the removal of this person, in preview and in `up`. Default: `protect` of the workspace. */
  protect?: boolean | undefined;
}

/** What of a person says who they are: known before anything else is there. */
type Identity = "userName" | "formerUserName" | "id";

/** A person as a program declares them. Each value, except who it is about, may come from another resource. */
export type PersonArgs = Pick<Person, Identity> & {
  [Key in keyof Omit<Person, Identity>]: Input<Exclude<Person[Key], undefined>> | undefined;
};
