import { CustomResource, type CustomResourceOptions, type ID, type Input, Output } from "@pulumi/pulumi";
import type { Role } from "../model/role";
import { TYPE_TOKENS } from "../state/type-tokens";
import type { UserOutputs } from "../state/user";
import { accountsElsewhere, addressesElsewhere, declareOnce, nameAlso } from "./declared";
import { foundId } from "./found-id";
import { afterGuards, noteMember } from "./guarded";
import { givesUp, handOver } from "./hand-over";
import { isOfType } from "./is-of-type";
import { noteEmail, redactedIn, secretBeside } from "./redacted";
import { registration } from "./registration";
import { declaredInAll, declarePeople } from "./run-of-the-program";
import { shortenStackTraces } from "./short-stack";

/** A person's name, RFC 7643 section 4.1.1. Notion keeps one name and joins the parts. */
export interface NotionUserName {
  /** The whole name. Declare either this or the two parts. Default: not managed. */
  formatted?: Input<string>;
  /** The first part of the name. Default: not managed. */
  givenName?: Input<string>;
  /** The last part of the name. Default: not managed. */
  familyName?: Input<string>;
}

/** A phone number, RFC 7643 section 4.1.2. */
export interface NotionPhoneNumber {
  /** The phone number. */
  value: Input<string>;
  /** Such as `work` or `mobile`. Default: none. */
  type?: Input<string>;
  /** Whether this is the main number. Default: not said. */
  primary?: Input<boolean>;
}

/**
 * What a program declares of a member. An attribute that is left out is not managed: the program neither compares
 * nor clears it. Notion changes profile attributes only for accounts of a verified domain.
 */
export interface NotionUserArgs {
  /** The e-mail address, compared in lower case. To change it, also declare `formerUserName` or `userId`. */
  userName: Input<string>;
  /**
   * The e-mail that this person had until now: an instruction for one change. With it, a new `userName` changes the
   * e-mail in place. Without it, another `userName` under the same resource is refused. It adopts nobody, and has no
   * effect after the change. Default: the e-mail does not change.
   */
  formerUserName?: Input<string>;
  /**
   * Notion's id of this person, which never changes. With it, the resource is for that account, whatever its e-mail is.
   * A new `userName` then needs no `formerUserName`, and an e-mail that belongs to another account is refused.
   * Default: the account that has the e-mail when the resource is created.
   */
  userId?: Input<string>;
  /** The name. Default: not managed. */
  name?: Input<NotionUserName>;
  /** Job title. Default: not managed. */
  title?: Input<string>;
  /** Phone numbers, all of them. Default: not managed. */
  phoneNumbers?: Input<Input<NotionPhoneNumber>[]>;
  /** Locale such as `en-US`, for formats. Default: not managed. */
  locale?: Input<string>;
  /** Preferred language such as `en`. Default: not managed. */
  preferredLanguage?: Input<string>;
  /** Kind of employment such as `Contractor`. Default: not managed. */
  userType?: Input<string>;
  /** Department, RFC 7643 section 4.3. Default: not managed. */
  department?: Input<string>;
  /** Division, RFC 7643 section 4.3. Default: not managed. */
  division?: Input<string>;
  /** Cost center, RFC 7643 section 4.3. Default: not managed. */
  costCenter?: Input<string>;
  /** Organization, RFC 7643 section 4.3. Default: not managed. */
  organization?: Input<string>;
  /** Employee number, RFC 7643 section 4.3. Default: not managed. */
  employeeNumber?: Input<string>;
  /** The manager's e-mail address, RFC 7643 section 4.3. Default: not managed. */
  manager?: Input<string>;
  /** The role of a newly added person; later changes of it have no effect. Default: Notion's, `member`. */
  initialRole?: Input<Role>;
  /** Whether to adopt a person who is a member already; false: refuse them. Default: `notion:adopt`, true. */
  adopt?: Input<boolean>;
  /**
   * What deleting the resource does: `remove` the person from the workspace, `restrict` them to
   * `restricted_member`, or `retain` them as they are. Default `remove`.
   */
  onRemove?: Input<"remove" | "restrict" | "retain">;
}

/** A member of the Notion workspace. */
export class NotionUser extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType: string = TYPE_TOKENS.NotionUser;

  /** The e-mail address, in lower case. */
  declare readonly userName: Output<string>;
  /**
   * The name: the declared parts as Notion has them. If none is declared, the whole name at the last write of this
   * resource. A refresh does not change it then, since it is not managed.
   */
  declare readonly name: Output<{ formatted?: string; givenName?: string; familyName?: string }>;
  /** False for a deactivated member. */
  declare readonly active: Output<boolean>;
  /** True when the person was a member before this resource was created. */
  declare readonly adopted: Output<boolean>;

  /** @param name the resource's name in the program, unique among its kind */
  constructor(name: string, args: NotionUserArgs, opts?: CustomResourceOptions) {
    const { __pulumiType: type } = new.target;
    const own = registration("NotionUser", type, name, opts);
    const isDeclared = opts?.id === undefined;
    const by = { name };
    if (isDeclared) {
      declarePeople({ kind: "NotionUser", name });
      declareOnce(by, "The member", args.userName);
      if (args.userId !== undefined) declareOnce(by, "The account", args.userId);
      nameAlso(by, args);
    }
    const waiting = isDeclared ? afterGuards(own.opts) : own.opts;
    const given = isDeclared ? handOver(args, waiting) : undefined;
    const restore = shortenStackTraces();
    try {
      super(
        type,
        name,
        {
          name: undefined,
          active: undefined,
          adopted: undefined,
          ...args,
          handedOnBy: given?.handedOnBy,
          declaredInAll: isDeclared ? declaredInAll("NotionUser", name) : undefined,
          addressesElsewhere:
            isDeclared && args.userId !== undefined ? addressesElsewhere(by, "The member") : undefined,
          accountsElsewhere: isDeclared && args.userId === undefined ? accountsElsewhere(by) : undefined,
          redacted: redactedIn(args),
          ...own.properties,
        },
        // An e-mail that is otherwise in Notion is kept beside the one that is there.
        given?.opts ??
          (Output.isInstance(args.userName)
            ? secretBeside<UserOutputs>(["declaredUserName", "unanswered"], waiting)
            : waiting),
      );
      if (isDeclared) noteMember(name, this.id, args);
      else foundId(this);
      noteEmail(this.id, isDeclared ? args.userName : this.userName);
    } finally {
      restore();
    }
    givesUp(this, args);
  }

  /**
   * Reads a member that this program does not manage. It fails when there is no such member.
   * @param id Notion's id, or the e-mail address
   */
  static get(name: string, id: Input<ID>, opts?: CustomResourceOptions): NotionUser {
    // What is read becomes an output only where there is a key for it.
    const nothing = { userName: undefined, userId: undefined } as unknown as NotionUserArgs;
    return new this(name, nothing, { ...opts, id });
  }

  /** Whether `value` is a NotionUser, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionUser {
    return isOfType(value, NotionUser.__pulumiType);
  }
}
