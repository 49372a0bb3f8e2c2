import { foldEmail } from "../model/email";
import { LIMIT_NAMES, type Limit, type LimitName } from "../state/limits";
import { allowance, isShare, LIMITS } from "./limits";
import type { Scheduled } from "./schedule";
import { firstNames } from "./sentence";

/** What a program allows to happen at once, and what has to hold. */
export interface AllowedLimits extends Partial<Record<LimitName, Limit | undefined>> {
  /** The fewest owners declared, if any role of an owner is. Default 2. */
  minOwners?: number | undefined;
  /** E-mails of those who must be declared as owners. */
  requiredOwners?: readonly string[] | undefined;
  /** How many people the run may remove or demote together, whatever the two limits say. */
  maxLosses?: number | undefined;
  /** The e-mail of the owner of the token in use. */
  tokenOwner?: string | undefined;
  /** Whether a setting names the token's owner, or says that they are unknown. Default true. */
  tokenOwnerSaid?: boolean | undefined;
  /** Limits of what cannot be counted yet, as it is not known who is a member already: judged once it is. */
  uncounted?: readonly LimitName[] | undefined;
  /** Whether a share never blocks the first few: not where the whole workspace is given up. Default true. */
  hasFloor?: boolean | undefined;
  /** Whether some e-mails are not known yet: any may be that of a required owner. */
  hasUnknownPeople?: boolean | undefined;
  /** Whether NOTION_MAX_REMOVALS lets removals and demotions through. Default true. */
  hasRunLimit?: boolean | undefined;
}

/** What becomes of people, as far as it is limited: each as it is told. */
export interface Impact {
  /** How many people the shares are of. */
  total: number;
  removed: readonly string[];
  demoted: readonly string[];
  added?: readonly string[];
  promoted?: readonly string[];
  /** People that the program stops managing, wholly or their role: nothing happens to them in Notion. */
  released?: readonly string[];
  /** What is declared for the first time to happen at a moment to come, and to how many people the shares of it are. */
  scheduled?: { declared: number; changes: readonly Scheduled[] };
  /** Whether the program has to do with owners: one is declared, or was. */
  managesOwners: boolean;
  /** Those declared as owners, without an end, by e-mail. */
  owners: readonly string[];
  /** Those declared as owners for a time. */
  ownersWithEnd?: readonly string[];
  /** Whether some roles are not known yet: any may be an owner's. */
  unknownRoles: boolean;
  /** What happens to the token's owner; undefined: nothing. */
  tokenOwner: "removing" | "demoting" | undefined;
}

/** The fewest owners that a program may declare where nothing is said: one alone can be locked out. */
const DEFAULT_MIN_OWNERS = 2;

/** The fewest owners that are to be left, where the program says so many or nothing. */
export const allowedOwners = (minOwners: number | undefined) => minOwners ?? DEFAULT_MIN_OWNERS;

/**
 * The limits without which a workspace with so many owners would be refused; undefined where none are needed. A workspace with
 * a single owner is adopted to change that.
 */
export function limitsForOwners(owners: number): { minOwners: number } | undefined {
  return owners === 0 || owners >= DEFAULT_MIN_OWNERS ? undefined : { minOwners: owners };
}

/** So many names are told; of more than that it is the number that matters. */
const MOST_NAMED = 50;

/** The people that each limit counts. */
const COUNTED: Record<LimitName, (impact: Impact) => readonly string[]> = {
  maxRemovals: ({ removed }) => removed,
  maxDemotions: ({ demoted }) => demoted,
  maxAdditions: ({ added = [] }) => added,
  maxPromotions: ({ promoted = [] }) => promoted,
  maxReleases: ({ released = [] }) => released,
};

/** Where the limits are set. */
const IN_THE_PROGRAM = "in the program (`limits` of the NotionWorkspace)";

/**
 * Pure: what speaks against a change of people, a sentence each: how many, what lets them through, and then who they are.
 * @param where how the limit that was met can be set
 */
export function violationsOf(impact: Impact, allowed: AllowedLimits, where = IN_THE_PROGRAM): string[] {
  return [
    ...LIMIT_NAMES.flatMap((setting) => [
      ...tooMany(setting, COUNTED[setting](impact), impact, allowed, where),
      ...(setting === "maxDemotions" ? tooManyLosses([...impact.removed, ...impact.demoted], allowed) : []),
    ]),
    ...tooManyScheduled(impact, allowed, where),
    ...tooFewOwners(impact, allowed),
    ...missingOwners(impact, allowed),
    ...tokenOwnerTouched(impact, allowed),
  ];
}

function tooMany(
  setting: LimitName,
  who: readonly string[],
  impact: Impact,
  allowed: AllowedLimits,
  where: string,
): string[] {
  if (allowed.uncounted?.includes(setting)) return [];
  const { total } = impact;
  const { does, share, neverTooMany } = LIMITS[setting];
  const limit = allowed[setting] ?? share;
  const floor = allowed.hasFloor === false ? 0 : neverTooMany;
  const most = allowance(limit, total, floor);
  if (who.length <= most) return [];
  // Unmanaged members are more people than the shares are of.
  const isPart = setting !== "maxAdditions" && setting !== "maxPromotions" && who.length <= total;
  const of = isPart ? ` of ${total}` : "";
  return [
    `${who.length}${of} people would be ${does} at once; ${setting} allows ${most}${shareWords(limit, floor)}. ` +
      `${howToPass(setting, who.length, impact, allowed, where)} They are ${names(who)}.`,
  ];
}

/** What lets so many people through, where it is meant. */
function howToPass(
  setting: LimitName,
  number: number,
  { removed, demoted }: Impact,
  { hasRunLimit = true }: AllowedLimits,
  where: string,
): string {
  const inProgram = `set ${setting} to ${number} ${where}`;
  const isLoss = setting === "maxRemovals" || setting === "maxDemotions";
  if (!isLoss || !hasRunLimit) return `If this is meant, ${inProgram}.`;
  // The setting of a run counts removals and demotions together.
  const losses = Math.max(number, removed.length + demoted.length);
  return `If this is meant, run it with NOTION_MAX_REMOVALS=${losses}, or ${inProgram}.`;
}

const shareWords = (limit: Limit, floor: number) =>
  isShare(limit) ? ` (${limit}${floor === 0 ? "" : `, at least ${floor}`})` : "";

/** Access that is declared to end or to begin for many at once: limits do not count it when the moment has come. */
function tooManyScheduled(impact: Impact, allowed: AllowedLimits, where: string): string[] {
  const { scheduled } = impact;
  if (scheduled === undefined) return [];
  return (Object.keys(LIMITS) as LimitName[]).flatMap((setting) => {
    const changes = scheduled.changes.filter(({ limit }) => limit === setting);
    const who = [...new Set(changes.map(({ email }) => email))];
    const { does, share, neverTooMany } = LIMITS[setting];
    const limit = allowed[setting] ?? share;
    const most = allowance(limit, scheduled.declared, neverTooMany);
    if (who.length <= most) return [];
    const days = changes.map(({ day }) => day).sort();
    const last = days.at(-1);
    const when = days[0] === last ? `on ${last}` : `from ${days[0]} to ${last}`;
    return [
      `This declares that ${who.length} of ${scheduled.declared} people are ${does} ${when}; ${setting} allows ${most}${shareWords(limit, neverTooMany)}, ` +
        "and no limit counts them again on that day. " +
        `${howToPass(setting, who.length, impact, allowed, where)} They are ${names(who)}.`,
    ];
  });
}

/** The setting of a run is the last word on both, as it is at the moment of the write. */
function tooManyLosses(who: readonly string[], { maxLosses }: AllowedLimits): string[] {
  if (maxLosses === undefined || who.length <= maxLosses) return [];
  return [
    `${who.length} people would be removed or demoted in one run; notion:maxRemovals allows ${maxLosses}. ` +
      `If this is meant, run it with NOTION_MAX_REMOVALS=${who.length}. They are ${names(who)}.`,
  ];
}

/** A violation without the people that other lines name already. */
export const withoutNames = (violation: string) => violation.replace(/ They are .*$/, "");

/** Privileged roles first: theirs is what nobody may overlook. */
function names(who: readonly string[]): string {
  const [privileged, others] = [true, false].map((is) =>
    who.filter((each) => IS_PRIVILEGED.test(each) === is).sort(),
  );
  return firstNames([...(privileged ?? []), ...(others ?? [])], MOST_NAMED);
}

/** The form in which a role follows an e-mail. */
const IS_PRIVILEGED = /\(.*(?:owner|membership_admin)/;

function tooFewOwners(
  { managesOwners, owners, ownersWithEnd = [], unknownRoles }: Impact,
  allowed: AllowedLimits,
): string[] {
  const minOwners = allowedOwners(allowed.minOwners);
  // A role that is not known yet may be an owner's. A program that declares no owners leaves them to others.
  if (unknownRoles || !managesOwners || owners.length >= minOwners) return [];
  const named = owners.length === 0 ? "" : ` (${owners.join(", ")})`;
  return [
    `The program declares ${owners.length} owner${owners.length === 1 ? "" : "s"}${ownersWithEnd.length > 0 ? " without an end" : ""}${named}; ` +
      `minOwners asks for ${minOwners}. Declare another owner, or set minOwners to ${owners.length}.`,
  ];
}

function missingOwners(
  { owners, unknownRoles }: Impact,
  { requiredOwners = [], hasUnknownPeople = false }: AllowedLimits,
): string[] {
  // An e-mail or role that is not known yet may be theirs.
  if (unknownRoles || hasUnknownPeople) return [];
  const are = new Set(owners.map(foldEmail));
  const missing = requiredOwners.filter((required) => !are.has(foldEmail(required)));
  if (missing.length === 0) return [];
  return [`requiredOwners names ${missing.join(", ")}, but the program does not declare them as owner.`];
}

function tokenOwnerTouched({ tokenOwner }: Impact, allowed: AllowedLimits): string[] {
  if (tokenOwner === undefined) return [];
  return [
    `${allowed.tokenOwner} owns the SCIM token in use (notion:tokenOwner): ${tokenOwner} ` +
      "them would end it in the middle of the run. Use a token of another owner first.",
  ];
}
