import { CustomResource, type CustomResourceOptions, type Output, RunError } from "@pulumi/pulumi";
import { TYPE_TOKENS } from "../state/type-tokens";
import {
  accountsElsewhere,
  assignedElsewhere,
  declaredElsewhere,
  declaredHere,
  declareOnce,
  nameAlso,
} from "./declared";
import { declareGroupsOf } from "./declared-groups";
import { noteOwners } from "./guarded";
import { givesUp, handOverToMany } from "./hand-over";
import { isOfType } from "./is-of-type";
import type { PersonArgs } from "./person";
import { noteEmail, redactedByName } from "./redacted";
import { registration } from "./registration";
import { readGroups, readRoster } from "./roster";
import { declaredInAll, declarePeople } from "./run-of-the-program";
import { shortenStackTraces } from "./short-stack";
import type { WorkspaceGroup } from "./workspace-group";

/** The most that one run may change. A run beyond a limit is refused with the names, in preview and in `up`. */
export interface WorkspaceLimits {
  /** People who may be removed in one run: a number, or a share such as `25%`, which never blocks the first five. Default `25%`. */
  maxRemovals?: number | string;
  /** People who may be demoted in one run: a number, or a share, which never blocks the first five. Default `25%`. */
  maxDemotions?: number | string;
  /** People who may be added in one run: a number, or a share, which never blocks the first fifty. Adopted people do not count. Default `25%`. */
  maxAdditions?: number | string;
  /** People who may become owner or membership_admin in one run: a number, or a share, which never blocks the first three. Default `5%`. */
  maxPromotions?: number | string;
  /** People, or their roles, that the program may stop managing in one run: a number, or a share, which never blocks the first five. Default `25%`. */
  maxReleases?: number | string;
  /** Memberships of groups that may end in one run: a number, or a share, which never blocks the first five. Those of people who leave the workspace do not count. Default `25%`. */
  maxGroupRemovals?: number | string;
  /** The fewest owners that a program which manages owners must declare. Default 2. */
  minOwners?: number;
  /** E-mail addresses of people that the program must declare as owners. Default: none. */
  requiredOwners?: string[];
  /** The e-mail address of the SCIM token's owner. No run removes or demotes them. Default: `notion:tokenOwner`. */
  tokenOwner?: string;
}

/** What a program declares of a workspace. Declare `people`, a `roster`, or both. */
export interface NotionWorkspaceArgs {
  /** The managed people. Default: those of the roster. */
  people?: readonly PersonArgs[];
  /**
   * The path of a roster file (CSV or YAML), relative to the project's folder. With `people` beside it, both count.
   * Default: none.
   */
  roster?: string;
  /** The groups whose members this program manages, by their name in Notion. Default none: no group is touched. */
  groups?: Readonly<Record<string, WorkspaceGroup>>;
  /** The path of a YAML file of groups, relative to the project's folder. With `groups` beside it, both count. Default: none. */
  groupsFile?: string;
  /** The most that one run may change. Default: the default of each limit. */
  limits?: WorkspaceLimits;
  /** What happens to a person who is no longer declared, if their row does not say. Default `remove`. */
  onRemove?: "remove" | "restrict" | "retain";
  /** Refuses every removal, if the person's row does not say otherwise. Default false. */
  protect?: boolean;
  /**
   * What happens to unmanaged members, after a refresh has found them and a preview has shown them: `ignore` counts
   * them, `report` names them, `restrict` makes them `restricted_member`, `remove` removes them. Default `ignore`.
   */
  undeclared?: "ignore" | "report" | "restrict" | "remove";
  /** Unmanaged members to leave alone: e-mail addresses, or `*@` and a domain such as `*@bots.example.com`. Default: none. */
  except?: string[];
}

/** The members of a Notion workspace with their roles, planned as a whole. */
export class NotionWorkspace extends CustomResource {
  /** The type token, by which policies match. */
  static readonly __pulumiType: string = TYPE_TOKENS.NotionWorkspace;

  /** Notion's ids of the people, by e-mail in lower case. */
  declare readonly ids: Output<Readonly<Record<string, string>>>;

  /**
   * @param name the resource's name in the program
   * @throws {RunError} when a person is declared twice, here or by another resource of the program; when the program
   * paused before it; when it restricts or removes unmanaged members beside other resources that declare people; or when
   * another resource declares one of its groups
   */
  constructor(name: string, args: NotionWorkspaceArgs, opts?: CustomResourceOptions) {
    const { __pulumiType: type } = new.target;
    const host = registration("NotionWorkspace", type, name, opts);
    const { people: list, roster, groups: own, groupsFile, ...rest } = args;
    if (list === undefined && roster === undefined)
      throw new RunError(`NotionWorkspace "${name}" declares nobody: give it people, or a roster.`);
    const groups = groupsFile === undefined ? own : withFile(own, groupsFile);
    const settings = { ...rest, ...(groups !== undefined && { groups }) };
    const rows = roster === undefined ? [] : readRoster(roster, groups && { groups });
    const people = byEmail([...(list ?? []), ...rows]);
    const { undeclared } = settings;
    const decides = undeclared === "restrict" || undeclared === "remove" ? undeclared : undefined;
    declarePeople({ kind: "NotionWorkspace", name, decides });
    declareGroupsOf(name, groups);
    const by = { name };
    for (const [email, { formerUserName, id, from, until }] of Object.entries(people)) {
      declareOnce(by, "The member", email);
      if (id !== undefined) declareOnce(by, "The account", id);
      nameAlso(by, { userName: email, formerUserName, userId: id, from, until });
    }
    noteOwners(Object.entries(people).flatMap(([email, person]) => (isLastingOwner(person) ? [email] : [])));
    const addresses = Object.entries(people).map(([email, { formerUserName, id }]) => ({
      userName: email,
      formerUserName,
      userId: id,
    }));
    const given = handOverToMany(addresses, host.opts);
    const restore = shortenStackTraces();
    try {
      super(
        type,
        name,
        {
          ids: undefined,
          ...settings,
          people,
          redacted: redactedByName({ ...people, "": settings }),
          declaredElsewhere: declaredElsewhere(by, "The member"),
          accountsElsewhere: accountsElsewhere(by),
          assignedElsewhere: assignedElsewhere(),
          declaredHere: declaredHere(by, Object.keys(people)),
          handedOn: given.handedOn,
          declaredInAll: declaredInAll("NotionWorkspace", name),
          ...host.properties,
        },
        given.opts,
      );
    } finally {
      restore();
    }
    for (const each of addresses) givesUp(this, each);
  }

  /**
   * Notion's id of a person of this workspace, for other resources.
   * @throws {RunError} when this workspace declares nobody with this e-mail
   */
  idOf(email: string): Output<string> {
    const folded = email.toLowerCase();
    const found = this.ids.apply((ids) => {
      const id = ids[folded];
      if (id === undefined)
        throw new RunError(`Nobody with the e-mail ${email} is declared in this workspace.`);
      return id;
    });
    noteEmail(found, folded);
    return found;
  }

  /** Whether `value` is a NotionWorkspace, of whichever copy of this package. */
  static override isInstance(value: unknown): value is NotionWorkspace {
    return isOfType(value, NotionWorkspace.__pulumiType);
  }
}

type Declared = Record<string, Omit<PersonArgs, "userName">>;

/** Whether a person is an owner without an end, as far as the program says it in plain words. */
function isLastingOwner({ role, from, until, roleFrom, roleUntil }: Declared[string]): boolean {
  return role === "owner" && [from, until, roleFrom, roleUntil].every((edge) => edge === undefined);
}

/** The groups of a program with those of its file. @throws {RunError} where both have one */
function withFile(own: NotionWorkspaceArgs["groups"] = {}, file: string): NotionWorkspaceArgs["groups"] {
  const read = readGroups(file);
  const twice = Object.keys(read).find((name) => Object.hasOwn(own, name));
  if (twice !== undefined)
    throw new RunError(`group ${twice} is declared twice, in groups and in ${file}. Keep one of the two.`);
  return { ...own, ...read };
}

/** The people by folded e-mail. What is undefined is left out: an empty cell of a roster is not managed. */
function byEmail(list: readonly PersonArgs[]): Declared {
  const people: Declared = {};
  for (const { userName, ...person } of list) {
    const email = userName.toLowerCase();
    if (Object.hasOwn(people, email)) {
      throw new RunError(`${userName} is declared twice in one NotionWorkspace. Keep one of the two.`);
    }
    // Not an assignment: an e-mail may be any text so far, also one that means something to an object.
    Object.defineProperty(people, email, {
      value: person,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return people;
}
