import { CustomResource, type CustomResourceOptions, type Input } from "@pulumi/pulumi";
import { stub } from "../hosts/dynamic/stub";
import { TYPE_TOKENS } from "../state/type-tokens";
import { everybodyGuarded, noteGuard } from "./guarded";
import { checkProgramStart } from "./program-start";
import { refuseOptions } from "./refused-options";
import { declareGuard } from "./run-of-the-program";
import { shortenStackTraces } from "./short-stack";

/** The most that one run may change. */
export interface GuardLimits {
  /** People who may be removed in one run: a number, or a share such as `25%`, which never blocks the first five. Default `25%`. */
  maxRemovals?: Input<number | string>;
  /** People who may be demoted in one run: a number, or a share, which never blocks the first five. Default `25%`. */
  maxDemotions?: Input<number | string>;
  /** The fewest owners that a program which manages owners must declare. Default 2. */
  minOwners?: Input<number>;
  /** E-mail addresses of people that the program must declare as owners. Default: none. */
  requiredOwners?: Input<Input<string>[]>;
  /** The e-mail address of the SCIM token's owner. No run removes or demotes them. Default: `notion:tokenOwner`. */
  tokenOwner?: Input<string>;
}

/** The limits of a guard. A limit that is left out has its default. */
export type NotionGuardArgs = GuardLimits;

/**
 * Stops a run that would change too much, in preview and in `up`, before anything is written. It compares the people
 * that the program declares with NotionUser and NotionRoleAssignment now with those of the last run. Declare it before
 * them: they wait for it. A {@link NotionWorkspace} has its own `limits` and needs none.
 */
export class NotionGuard extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType = TYPE_TOKENS.NotionGuard;

  /**
   * @param name the resource's name in the program
   * @throws {RunError} when people or roles are declared before it
   */
  constructor(name: string, args: NotionGuardArgs = {}, opts?: CustomResourceOptions) {
    checkProgramStart();
    refuseOptions(NotionGuard.__pulumiType, name, opts);
    declareGuard(name);
    const restore = shortenStackTraces();
    try {
      super(
        NotionGuard.__pulumiType,
        name,
        { ...args, ...everybodyGuarded(args), __provider: stub("guard") },
        opts,
      );
    } finally {
      restore();
    }
    noteGuard(this);
  }
}
