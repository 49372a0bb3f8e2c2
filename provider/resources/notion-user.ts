import { CustomResource, type CustomResourceOptions, type ID, type Input, Output } from "@pulumi/pulumi";
import type { Role } from "../model/role";
import { TYPE_TOKENS } from "../state/type-tokens";
import type { UserOutputs } from "../state/user";
import { accountsElsewhere, addressesElsewhere, declareOnce, nameAlso } from "./declared";
import { foundId } from "./found-id";
import { afterGuards, noteMember } from "./guarded";
import { givesUp, handOver } from "./hand-over";
import { concealedIn, noteEmail, secretBeside } from "./redacted";
import { registration } from "./registration";
import { declarePeople } from "./run-of-the-program";
import { shortenStackTraces } from "./short-stack";

/** A person's name. Notion keeps one name; the parts are put together. */
export interface NotionUserName {
  /** The whole name. Declare either this or the two parts. */
  formatted?: Input<string>;
  givenName?: Input<string>;
  familyName?: Input<string>;
}

/** A phone number, RFC 7643 section 4.1.2. */
export interface NotionPhoneNumber {
  value: Input<string>;
  /** Such as `work` or `mobile`. Default: none. */
  type?: Input<string>;
  primary?: Input<boolean>;
}

/**
 * What a program may say of a member. An attribute that is left out is not managed: it is neither compared
 * nor cleared. Profile attributes can be changed for accounts of a verified domain only.
 */
export interface NotionUserArgs {
  /** The e-mail address, compared in lower case. A change of it has to be said: see `formerUserName`. */
  userName: Input<string>;
  /**
   * The e-mail that this person had until now: an instruction for one change. With it a new `userName` is a change of
   * e-mail, in place; without it another `userName` under the same resource is refused. Nobody is adopted by it, and once
   * it is carried out it means nothing any more. Default: the e-mail does not change.
   */
  formerUserName?: Input<string>;
  /**
   * Notion's id of this person, which never changes. With it the resource is for that account, whatever its e-mail is:
   * another `userName` needs no `formerUserName`, and an e-mail that belongs to another account by now is refused.
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
  /** Default: not managed. RFC 7643 section 4.3, as the following five. */
  department?: Input<string>;
  /** Default: not managed. */
  division?: Input<string>;
  /** Default: not managed. */
  costCenter?: Input<string>;
  /** Default: not managed. */
  organization?: Input<string>;
  /** Default: not managed. */
  employeeNumber?: Input<string>;
  /** The manager's e-mail address. Default: not managed. */
  manager?: Input<string>;
  /** The role that a person is added with, used at creation alone. Default: Notion's, `member`. */
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
   * The name: the declared parts as they are in Notion. If none is declared, the whole name as it was when
   * this resource was last written; a refresh leaves it alone, since it is not managed.
   */
  declare readonly name: Output<{ formatted?: string; givenName?: string; familyName?: string }>;
  /** False for a member whom somebody deactivated. */
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
          addressesElsewhere:
            isDeclared && args.userId !== undefined ? addressesElsewhere(by, "The member") : undefined,
          accountsElsewhere: isDeclared && args.userId === undefined ? accountsElsewhere(by) : undefined,
          concealed: concealedIn(args),
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
   * Reads a member who is not managed by this program.
   * It fails when there is no such member.
   * @param id Notion's id, or the e-mail address
   */
  static get(name: string, id: Input<ID>, opts?: CustomResourceOptions): NotionUser {
    // What is read becomes an output only where there is a key for it.
    const nothing = { userName: undefined, userId: undefined } as unknown as NotionUserArgs;
    return new this(name, nothing, { ...opts, id });
  }

  /** Whether `value` is a NotionUser, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionUser {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === NotionUser.__pulumiType;
  }
}
