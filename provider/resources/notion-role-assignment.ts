import { CustomResource, type CustomResourceOptions, type ID, type Input, Output } from "@pulumi/pulumi";
import type { Role } from "../model/role";
import type { RoleOutputs } from "../state/role-assignment";
import { TYPE_TOKENS } from "../state/type-tokens";
import { declareOnce, nameAssigned } from "./declared";
import { foundId } from "./found-id";
import { afterGuards, noteRole } from "./guarded";
import { concealedIn, emailBehind, mayHaveSecretEmail, secretBeside, withSecretEmail } from "./redacted";
import { registration } from "./registration";
import { declareRole } from "./run-of-the-program";
import { shortenStackTraces } from "./short-stack";

/**
 * What deleting a role assignment does: the role that the member goes down to, or `retain` to leave the role as it is.
 * Nobody is given more than they hold by it, and the membership stays in any case.
 */
export type RoleRemoval = Role | "retain";

export interface NotionRoleAssignmentArgs {
  /** The member's id, usually `user.id` of a NotionUser. Another id replaces the assignment. */
  userId: Input<string>;
  /**
   * The member's e-mail address. An id of anybody else is refused before a write, so policies can tell who gets the
   * role. Default: that of the NotionUser whose `id` is the `userId`, or of `workspace.idOf("…")`.
   */
  member?: Input<string>;
  /** The role that the member is to hold. */
  role: Input<Role>;
  /** Not before this moment: until then the role of `then`. RFC 3339 with an offset, or a date from its first moment in UTC. Default: from now on. */
  from?: Input<string>;
  /** Until this moment: after it the role of `then`. A date is meant through its last moment in UTC. Default: without an end. */
  until?: Input<string>;
  /** The role outside of that time; needed with `from` and `until`. */
  then?: Input<Role>;
  /** Why: a ticket, a sentence. Shown with the role's end. */
  reason?: Input<string>;
  /** The e-mail of who approved it. */
  approvedBy?: Input<string>;
  /** What deleting the assignment does: the role to go down to, or `retain`. Default: the role of `then`, else `restricted_member`. */
  onRemove?: Input<RoleRemoval>;
}

/** The workspace role of a member. There is one for each person; the membership itself is a NotionUser's. */
export class NotionRoleAssignment extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType: string = TYPE_TOKENS.NotionRoleAssignment;

  declare readonly userId: Output<string>;
  /**
   * The role as it is in Notion: another one than declared outside of its time, after a refresh found it, or where
   * an adopted person holds more. It may be one that this package does not know.
   */
  declare readonly role: Output<string>;

  /** @param name the resource's name in the program, unique among its kind */
  constructor(name: string, args: NotionRoleAssignmentArgs, opts?: CustomResourceOptions) {
    const { __pulumiType: type } = new.target;
    const own = registration("NotionRoleAssignment", type, name, opts);
    if (opts?.id === undefined) {
      declareRole(name);
      const by = { name };
      declareOnce(by, "The role of the member", args.userId);
      // The e-mail behind an id is an output where the member is only read.
      nameAssigned(by, args.userId, typeof emailBehind(args.userId) === "string");
      noteRole(name, args);
    }
    const restore = shortenStackTraces();
    try {
      super(
        type,
        name,
        {
          member: emailBehind(args.userId),
          ...args,
          concealed: withSecretEmail(args.userId, concealedIn(args)),
          ...own.properties,
        },
        secretBeside<RoleOutputs>(
          [
            ...(Output.isInstance(args.role) ? (["lastApplied", "timedRole", "unanswered"] as const) : []),
            ...(mayHaveSecretEmail(args.userId) ? (["userName"] as const) : []),
          ],
          opts?.id === undefined ? afterGuards(own.opts) : own.opts,
        ),
      );
      if (opts?.id !== undefined) foundId(this);
    } finally {
      restore();
    }
  }

  /**
   * Reads the role of a member that this program does not manage.
   * It fails when there is no such member.
   * @param userId Notion's id of the member, or the e-mail address
   */
  static get(name: string, userId: Input<ID>, opts?: CustomResourceOptions): NotionRoleAssignment {
    // What is read becomes an output only where there is a key for it.
    const nothing = { userId: undefined, role: undefined } as unknown as NotionRoleAssignmentArgs;
    return new this(name, nothing, { ...opts, id: userId });
  }

  /** Whether `value` is a NotionRoleAssignment, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionRoleAssignment {
    return (
      CustomResource.isInstance(value) &&
      Reflect.get(value, "__pulumiType") === NotionRoleAssignment.__pulumiType
    );
  }
}
