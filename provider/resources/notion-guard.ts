import { CustomResource, type CustomResourceOptions, type Input, Output } from "@pulumi/pulumi";
import { stub } from "../hosts/dynamic/stub";
import type { Role } from "../model/role";
import { TYPE_TOKENS } from "../state/type-tokens";
import type { RoleRemoval } from "./notion-role-assignment";
import { checkProgramStart } from "./program-start";
import { concealedByName } from "./redacted";
import { refuseOptions } from "./refused-options";
import { shortenStackTraces } from "./short-stack";

/** What may change at once. */
export interface GuardLimits {
  /** People who may be removed in one run: a number, or a share such as `25%`, which never blocks the first five. Default `25%`. */
  maxRemovals?: Input<number | string>;
  /** People who may be given a lesser role in one run, counted likewise. Default `25%`. */
  maxDemotions?: Input<number | string>;
  /** The fewest owners declared, if any role of an owner is. Default 2. */
  minOwners?: Input<number>;
  /** E-mails of those who must be declared as owners. Default none. */
  requiredOwners?: Input<Input<string>[]>;
  /** The e-mail of the SCIM token's owner, who is neither removed nor demoted. Default: not known. */
  tokenOwner?: Input<string>;
}

/** A person as a guard counts them. */
export interface GuardedPerson {
  userName: Input<string>;
  /** Default: no role is declared. Declaring it no more counts as giving them that of `then`, else `restricted_member`. */
  role?: Input<Role>;
  /** As of their NotionRoleAssignment: not before this moment. */
  from?: Input<string>;
  /** Until this moment. An end that was declared before is not counted when it strikes; an owner with one does not count for `minOwners`. */
  until?: Input<string>;
  /** The role outside of that time. */
  then?: Input<Role>;
  /** `retain` where declaring the role no more leaves it as it is. Default `restricted_member`. */
  onRoleRemove?: RoleRemoval;
}

export interface NotionGuardArgs extends GuardLimits {
  /** All people of the program by resource name: a change of e-mail under the same name is no removal. */
  members: Input<Record<string, Input<GuardedPerson>>>;
}

/**
 * Stops a run that would change too much, in preview and in `up`, before anything is written: it compares
 * what was applied last with what is declared now. Declare it before the resources that it guards.
 * {@link NotionWorkspace} makes one by itself.
 */
export class NotionGuard extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType = TYPE_TOKENS.NotionGuard;

  /** @param name the resource's name in the program */
  constructor(name: string, args: NotionGuardArgs, opts?: CustomResourceOptions) {
    checkProgramStart();
    refuseOptions(NotionGuard.__pulumiType, name, opts);
    const restore = shortenStackTraces();
    try {
      const { members, ...limits } = args;
      const known = Output.isInstance(members) ? [] : Object.entries(members);
      // Of somebody who is an output as a whole everything is taken for secret if anything is.
      const isWhole = known.length === 0 || known.some(([, person]) => Output.isInstance(person));
      const concealed = concealedByName(
        isWhole ? { "": args } : { ...Object.fromEntries(known), "": limits },
      );
      super(NotionGuard.__pulumiType, name, { ...args, concealed, __provider: stub("guard") }, opts);
    } finally {
      restore();
    }
  }
}
