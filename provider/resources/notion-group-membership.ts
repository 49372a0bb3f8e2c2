import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { TYPE_TOKENS } from "../state/type-tokens";
import { nameAssigned } from "./declared";
import { declareMembership } from "./declared-groups";
import { isOfType } from "./is-of-type";
import { emailBehind, redactedIn } from "./redacted";
import { registration } from "./registration";
import { declareMember } from "./run-of-the-program";
import { shortenStackTraces } from "./short-stack";

/** What a program declares of one person in one group. */
export interface NotionGroupMembershipArgs {
  /** Notion's id of the group, usually `group.id` of a NotionGroup. Another id replaces the membership. */
  groupId: Input<string>;
  /** Notion's id of the member, usually `user.id` of a NotionUser. Another id replaces the membership. */
  userId: Input<string>;
  /**
   * What deleting the resource does: `remove` this person from the group, also where they were in it before, or `retain`
   * them in it. Nobody else leaves the group. Default `remove`.
   */
  onRemove?: Input<"remove" | "retain">;
}

/** One person in one group. It adds to the group: everybody else in it is left alone. */
export class NotionGroupMembership extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType: string = TYPE_TOKENS.NotionGroupMembership;

  /** Notion's id of the group. */
  declare readonly groupId: Output<string>;
  /** Notion's id of the member. */
  declare readonly userId: Output<string>;
  /** True when the person was in the group before this resource was created. */
  declare readonly adopted: Output<boolean>;

  /**
   * @param name the resource's name in the program, unique among its kind
   * @throws {RunError} when a workspace of the program declares the group as exact, or another resource the same membership
   */
  constructor(name: string, args: NotionGroupMembershipArgs, opts?: CustomResourceOptions) {
    const { __pulumiType: type } = new.target;
    const own = registration("NotionGroupMembership", type, name, opts);
    declareMember(name);
    declareMembership(name, args.groupId, args.userId);
    // A person who is in a group by the program is none that a workspace may take for unmanaged.
    nameAssigned({ name }, args.userId, typeof emailBehind(args.userId) === "string");
    const restore = shortenStackTraces();
    try {
      super(
        type,
        name,
        { adopted: undefined, ...args, redacted: redactedIn(args), ...own.properties },
        own.opts,
      );
    } finally {
      restore();
    }
  }

  /** Whether `value` is a NotionGroupMembership, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionGroupMembership {
    return isOfType(value, NotionGroupMembership.__pulumiType);
  }
}
