import { CustomResource, type CustomResourceOptions, type ID, type Input, Output } from "@pulumi/pulumi";
import type { Role } from "../model/role";
import type { RoleOutputs } from "../state/role-assignment";
import { TYPE_TOKENS } from "../state/type-tokens";
import { declareOnce, nameAssigned } from "./declared";
import { foundId } from "./found-id";
import { afterGuards, noteRole } from "./guarded";
import { isOfType } from "./is-of-type";
import { emailBehind, mayHaveSecretEmail, redactedIn, secretBeside, withSecretEmail } from "./redacted";
import { registration } from "./registration";
import { declareRole } from "./run-of-the-program";
import { shortenStackTraces } from "./short-stack";

/**
 * What deleting a role assignment does: demote the member to this role, or `retain` the role as it is.
 * It never raises a role, and the membership always stays.
 */
export type RoleRemoval = Role | "retain";

/** The role that a program declares for a member. */
export interface NotionRoleAssignmentArgs {
  /** The member's id, usually `user.id` of a NotionUser. Another id replaces the assignment. */
  userId: Input<string>;
  /**
   * The member's e-mail address, by which policies recognise the person. A `userId` of another person is refused before
   * the write. Default: the e-mail of the NotionUser whose `id` is the `userId`, or of `workspace.idOf("…")`.
   */
  member?: Input<string>;
  /** The role of the member in the workspace. */
  role: Input<Role>;
  /** The role begins at this moment; before it, `then` applies. RFC 3339 with an offset, or a date: its first moment in UTC. Default: now. */
  from?: Input<string>;
  /** The role ends at this moment; after it, `then` applies. RFC 3339 with an offset, or a date: its last moment in UTC. Default: never. */
  until?: Input<string>;
  /** The role outside of that time. Required with `from` or `until`. */
  then?: Input<Role>;
  /** The reason, such as a ticket. Previews show it beside the expiration. Default: none. */
  reason?: Input<string>;
  /** The e-mail address of the approver. Default: none. */
  approvedBy?: Input<string>;
  /** What deleting the assignment does: demote to this role, or `retain` the role. Default: `then`, else `restricted_member`. */
  onRemove?: Input<RoleRemoval>;
}

/** The workspace role of a member, one for each person. A NotionUser declares the membership. */
export class NotionRoleAssignment extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType: string = TYPE_TOKENS.NotionRoleAssignment;

  /** Notion's id of the member. */
  declare readonly userId: Output<string>;
  /**
   * The role in Notion. It differs from the declared one outside of its time, after a refresh that found drift, and
   * while an adopted person holds more. This package may not know it.
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
          redacted: withSecretEmail(args.userId, redactedIn(args)),
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
   * Reads the role of a member that this program does not manage. It fails when there is no such member.
   * @param userId Notion's id of the member, or the e-mail address
   */
  static get(name: string, userId: Input<ID>, opts?: CustomResourceOptions): NotionRoleAssignment {
    // What is read becomes an output only where there is a key for it.
    const nothing = { userId: undefined, role: undefined } as unknown as NotionRoleAssignmentArgs;
    return new this(name, nothing, { ...opts, id: userId });
  }

  /** Whether `value` is a NotionRoleAssignment, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionRoleAssignment {
    return isOfType(value, NotionRoleAssignment.__pulumiType);
  }
}
