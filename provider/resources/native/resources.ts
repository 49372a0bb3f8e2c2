import { NATIVE_TYPE_TOKENS } from "../../state/type-tokens";
import { isOfType } from "../is-of-type";
import { NotionGroup as DynamicNotionGroup } from "../notion-group";
import { NotionGroupMembership as DynamicNotionGroupMembership } from "../notion-group-membership";
import { NotionRoleAssignment as DynamicNotionRoleAssignment } from "../notion-role-assignment";
import { NotionUser as DynamicNotionUser } from "../notion-user";
import { NotionWorkspace as DynamicNotionWorkspace } from "../notion-workspace";

/** As the class of the same name of `pulumi-notion`, served by the native plugin. */
export class NotionUser extends DynamicNotionUser {
  static override readonly __pulumiType: string = NATIVE_TYPE_TOKENS.NotionUser;

  /** Whether `value` is a NotionUser of the native plugin, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionUser {
    return isOfType(value, NotionUser.__pulumiType);
  }
}

/** As the class of the same name of `pulumi-notion`, served by the native plugin. */
export class NotionRoleAssignment extends DynamicNotionRoleAssignment {
  static override readonly __pulumiType: string = NATIVE_TYPE_TOKENS.NotionRoleAssignment;

  /** Whether `value` is a NotionRoleAssignment of the native plugin, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionRoleAssignment {
    return isOfType(value, NotionRoleAssignment.__pulumiType);
  }
}

/** As the class of the same name of `pulumi-notion`, served by the native plugin. */
export class NotionWorkspace extends DynamicNotionWorkspace {
  static override readonly __pulumiType: string = NATIVE_TYPE_TOKENS.NotionWorkspace;

  /** Whether `value` is a NotionWorkspace of the native plugin, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionWorkspace {
    return isOfType(value, NotionWorkspace.__pulumiType);
  }
}

/** As the class of the same name of `pulumi-notion`, served by the native plugin. */
export class NotionGroup extends DynamicNotionGroup {
  static override readonly __pulumiType: string = NATIVE_TYPE_TOKENS.NotionGroup;

  /** Whether `value` is a NotionGroup of the native plugin, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionGroup {
    return isOfType(value, NotionGroup.__pulumiType);
  }
}

/** As the class of the same name of `pulumi-notion`, served by the native plugin. */
export class NotionGroupMembership extends DynamicNotionGroupMembership {
  static override readonly __pulumiType: string = NATIVE_TYPE_TOKENS.NotionGroupMembership;

  /** Whether `value` is a NotionGroupMembership of the native plugin, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionGroupMembership {
    return isOfType(value, NotionGroupMembership.__pulumiType);
  }
}
