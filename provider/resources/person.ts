import type { Input } from "@pulumi/pulumi";
import type { Role } from "../model/role";
import type { NotionUserArgs } from "./notion-user";

/** A person of a workspace: who they are, their role, and how they are treated. What is left out is not managed. */
export interface Person
  extends Omit<
    NotionUserArgs,
    "userName" | "userId" | "formerUserName" | "initialRole" | "adopt" | "onRemove"
  > {
  /** The e-mail address, compared in lower case. */
  userName: string;
  /** The role. Default: left as it is, and Notion's own (`member`) for somebody new. */
  role?: Role | undefined;
  /** Not before this moment: until then the person is as if not declared. RFC 3339 with an offset, or a date from its first moment in UTC. */
  from?: string | undefined;
  /** Until this moment: after it the person is as if not declared, with `onRemove`. A date is meant through its last moment in UTC. */
  until?: string | undefined;
  /** The role from this moment on; before it that of `roleThen`. */
  roleFrom?: string | undefined;
  /** The role until this moment; after it that of `roleThen`. */
  roleUntil?: string | undefined;
  /** The role outside of the time of `role`; needed with `roleFrom` and `roleUntil`. */
  roleThen?: Role | undefined;
  /** Why: a ticket, a sentence. Shown with the role's end. */
  reason?: string | undefined;
  /** The e-mail of who approved it. */
  approvedBy?: string | undefined;
  /**
   * The e-mail under which this person was declared before. Without it another e-mail is another person, who joins
   * while the former one leaves.
   */
  formerUserName?: string | undefined;
  /**
   * Notion's id of this person, which never changes. With it the person is that account, whatever its e-mail is: another
   * e-mail needs no `formerUserName`, and an e-mail that belongs to another account by now is refused. Default: the
   * account is the one that has the e-mail when the person is first declared.
   */
  id?: string | undefined;
  /**
   * What taking this person out of the declaration does: `remove` them from the workspace, `restrict` them to
   * `restricted_member`, or `retain` them as they are. Default: as for the whole workspace.
   */
  onRemove?: "remove" | "restrict" | "retain" | undefined;
  /** Refuses the removal of this person, in preview and in `up`. Default: as for the whole workspace. */
  protect?: boolean | undefined;
}

/** What of a person says who they are: known before anything else is there. */
type Identity = "userName" | "formerUserName" | "id";

/** A person as a program declares them. Each value, except who it is about, may come from another resource. */
export type PersonArgs = Pick<Person, Identity> & {
  [Key in keyof Omit<Person, Identity>]: Input<Exclude<Person[Key], undefined>> | undefined;
};
