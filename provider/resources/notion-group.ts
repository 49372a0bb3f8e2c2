import { CustomResource, type CustomResourceOptions, type ID, type Input, Output } from "@pulumi/pulumi";
import type { GroupOutputs } from "../state/group-resource";
import { TYPE_TOKENS } from "../state/type-tokens";
import { declareGroup, noteGroupName } from "./declared-groups";
import { foundId } from "./found-id";
import { isOfType } from "./is-of-type";
import { redactedIn, secretBeside } from "./redacted";
import { registration } from "./registration";
import { shortenStackTraces } from "./short-stack";

/** What a program declares of a group. */
export interface NotionGroupArgs {
  /** The name in Notion, compared exactly, case included. Another name renames the group in place. */
  displayName: Input<string>;
  /** Whether to adopt a group of this name that exists already; false: refuse it. Default: `notion:adopt`, true. */
  adopt?: Input<boolean>;
  /**
   * What deleting the resource does: `retain` the group as it is in Notion, or `delete` it. Everybody in it then loses the
   * pages and teamspaces that they have by it. Default `retain`.
   */
  onRemove?: Input<"retain" | "delete">;
}

/**
 * A group of members. It says nothing of who is in it: a NotionGroupMembership puts one person into it, and everybody else
 * in it is left alone.
 */
export class NotionGroup extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType: string = TYPE_TOKENS.NotionGroup;

  /** The name in Notion. */
  declare readonly displayName: Output<string>;
  /** Notion's id of the group. */
  declare readonly groupId: Output<string>;
  /** True when the group was there before this resource was created. */
  declare readonly adopted: Output<boolean>;

  /**
   * @param name the resource's name in the program, unique among its kind
   * @throws {RunError} when another resource of the program declares the group
   */
  constructor(name: string, args: NotionGroupArgs, opts?: CustomResourceOptions) {
    const { __pulumiType: type } = new.target;
    const own = registration("NotionGroup", type, name, opts);
    const isDeclared = opts?.id === undefined;
    if (isDeclared) declareGroup(name, args.displayName);
    const restore = shortenStackTraces();
    try {
      super(
        type,
        name,
        { groupId: undefined, adopted: undefined, ...args, redacted: redactedIn(args), ...own.properties },
        Output.isInstance(args.displayName)
          ? secretBeside<GroupOutputs>(["lastApplied"], own.opts)
          : own.opts,
      );
      if (!isDeclared) foundId(this, "groupId");
      noteGroupName(this.id, isDeclared ? args.displayName : opts?.id);
    } finally {
      restore();
    }
  }

  /**
   * Reads a group that this program does not manage. It fails when there is no such group, or several of that name.
   * @param id Notion's id of the group, or its exact name
   */
  static get(name: string, id: Input<ID>, opts?: CustomResourceOptions): NotionGroup {
    // What is read becomes an output only where there is a key for it.
    const nothing = { displayName: undefined } as unknown as NotionGroupArgs;
    return new this(name, nothing, { ...opts, id });
  }

  /** Whether `value` is a NotionGroup, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionGroup {
    return isOfType(value, NotionGroup.__pulumiType);
  }
}
