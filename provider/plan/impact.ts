import { isDemotion, isPrivileged, LOWEST_ROLE } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import type { Applied, Declaration } from "../state/world";
import type { Plan } from "./plan";
import { isScheduled, newlyScheduled } from "./schedule";
import { isDeparture, type Step } from "./step";
import { hasEnd, isLastingOwner, timedRoleOf, turnsOf } from "./times";
import { isOfTokenOwner, untoldTokenOwnerWords } from "./token-owner";
import { type AllowedLimits, type Impact, violationsOf } from "./violations";

/**
 * Pure: what a plan does to people, as far as limits count it. A person who joins counts as added unless a refresh found
 * them in the workspace. A scheduled change counts when it is declared, and not again when its moment comes.
 */
export function impactOf(
  { steps, heldAs }: Plan,
  applied: Applied,
  declared: Declaration,
  now: number,
  tokenOwner: string | undefined,
): Impact {
  const people = Object.entries(declared.people);
  const turns = people.map(([email, person]) => ({ email, person, turns: turnsOf(person, now) }));
  const isTheirs = isOfTokenOwner(tokenOwner, applied, heldAs);
  const unmanaged = applied.unmanaged ?? {};
  const counted = steps.filter((step) => !isScheduled(step));
  const ofTokenOwner = counted.filter((step) => isTheirs(step) && takesAway(step));
  const adopted = Object.keys(unmanaged).filter((email) => Object.hasOwn(declared.people, email));
  return {
    // Shares count the people of the program, not unmanaged members.
    total: Object.keys(applied.people).length + adopted.length,
    removed: counted.flatMap(removalWords),
    demoted: counted.flatMap(demotionWords),
    added: counted.flatMap((step) =>
      step.kind === "join" && !Object.hasOwn(unmanaged, step.email) ? [step.email] : [],
    ),
    promoted: counted.flatMap(promotionWords),
    released: counted.flatMap(releaseWords),
    scheduled: {
      declared: people.length,
      changes: newlyScheduled(applied, declared, heldAs, now),
    },
    managesOwners:
      turns.some(({ turns }) => turns.some(({ role }) => role === "owner")) ||
      // A role that was given in Notion makes nobody an owner of the program.
      Object.values(applied.people).some(({ role, lastApplied }) => (lastApplied?.role ?? role) === "owner"),
    owners: turns.flatMap(({ email, person }) => (isLastingOwner(person, now) ? [email] : [])),
    ownersWithEnd: people.flatMap(([email, person]) =>
      [person.role, person.roleThen].includes("owner") && !isLastingOwner(person, now) ? [email] : [],
    ),
    unknownRoles: turns.some(({ turns }) => turns.some(({ role }) => (role as string) === UNKNOWN)),
    tokenOwner:
      ofTokenOwner.length === 0 ? undefined : ofTokenOwner.some(isRemoval) ? "removing" : "demoting",
  };
}

/** Pure: everything that speaks against carrying a plan out: limits, protection, and what cannot be meant. */
export function violations(
  plan: Plan,
  applied: Applied,
  declared: Declaration,
  now: number,
  allowed: AllowedLimits,
  where?: string,
  impact = impactOf(plan, applied, declared, now, allowed.tokenOwner),
): string[] {
  return [
    ...plan.contradictions,
    ...violationsOf(impact, allowed, where),
    ...protectedPeople(plan, applied, declared),
    ...tokenOwnerEnds(plan, applied, declared, now, allowed),
    ...untoldTokenOwner(plan, allowed),
  ];
}

/** No owner loses anything while nobody said whose token this is: it might be theirs. */
function untoldTokenOwner({ steps }: Plan, { tokenOwnerSaid = true }: AllowedLimits): string[] {
  if (tokenOwnerSaid) return [];
  const owners = steps.filter((step) => !isScheduled(step) && endsOwner(step)).map(({ email }) => email);
  return owners.length === 0 ? [] : [untoldTokenOwnerWords(owners, "would be demoted or removed")];
}

/** Whether a person stops being an owner by a step. */
export function endsOwner(step: Step): boolean {
  if (!takesAway(step)) return false;
  return step.kind === "changeRole" ? step.from === "owner" : isDeparture(step) && step.role === "owner";
}

/** Pure: an end that would strike the token's owner is refused when it is declared. */
export function tokenOwnerEnds(
  { heldAs }: Pick<Plan, "heldAs">,
  applied: Applied,
  { people }: Declaration,
  now: number,
  { tokenOwner }: Pick<AllowedLimits, "tokenOwner">,
): string[] {
  if (tokenOwner === undefined) return [];
  const isTheirs = isOfTokenOwner(tokenOwner, applied, heldAs);
  return Object.entries(people).flatMap(([email, person]) => {
    if (!isTheirs({ kind: "stateOnly", email }) || !hasEnd(person, now)) return [];
    const known = applied.people[heldAs.get(email) ?? email];
    const outside = applied.outside?.[email];
    const held = known ?? outside ?? {};
    const role = timedRoleOf(person);
    const isNew =
      END_FIELDS.some((field) => person[field] !== undefined && held[field] !== person[field]) ||
      (role !== undefined && role !== (known === undefined ? outside?.role : known.timedRole));
    // One that was declared before stops nobody else: the person is held back when it strikes.
    return isNew ? [tokenOwnerEndWords(email)] : [];
  });
}

/** What says when access ends, or begins to be less. */
const END_FIELDS = ["until", "roleFrom", "roleUntil", "roleThen"] as const;

/** Why the token's owner is not declared with an end. */
function tokenOwnerEndWords(tokenOwner: string): string {
  return (
    `${tokenOwner} owns the SCIM token in use (notion:tokenOwner) and is declared with an expiration: the token would end with it. ` +
    "Use a token of another owner, or remove the expiration."
  );
}

function protectedPeople(
  { steps, heldAs }: Plan,
  { people, protect = false }: Applied,
  declared: Declaration,
): string[] {
  // Whose time is over has a row still, which says by now whether they are protected.
  const rows = new Map(
    Object.entries(declared.people).map(([email, row]) => [heldAs.get(email) ?? email, row]),
  );
  const isProtected = (email: string) => {
    const row = rows.get(email);
    return row === undefined
      ? (people[email]?.protect ?? protect)
      : (row.protect ?? declared.protect ?? false);
  };
  const who = steps.flatMap((step) =>
    isDeparture(step) && !step.unmanaged && !isScheduled(step) && takesAway(step) && isProtected(step.email)
      ? [step.email]
      : [],
  );
  if (who.length === 0) return [];
  return [
    `${who.join(", ")} ${who.length === 1 ? "is" : "are"} protected (protect: true) and no longer declared. ` +
      "To remove them, declare them once more with protect: false and run `pulumi up`. Then remove them from the program.",
  ];
}

/** Whether a person loses access by a step: the membership, or a part of what their role may do. */
export function takesAway(step: Step): boolean {
  if (isDeparture(step))
    return step.kind === "remove" || (step.kind === "demote" && step.role !== LOWEST_ROLE);
  return step.kind === "changeRole" && isDemotion(step.from, step.to);
}

function isRemoval(step: Step): boolean {
  return step.kind === "remove";
}

function removalWords(step: Step): string[] {
  if (!isDeparture(step) || !isRemoval(step)) return [];
  return [isPrivileged(step.role) ? `${step.email} (${step.role})` : step.email];
}

function demotionWords(step: Step): string[] {
  if (isRemoval(step) || !takesAway(step)) return [];
  if (isDeparture(step)) return [`${step.email} (${step.role || "role not managed"} to ${LOWEST_ROLE})`];
  return step.kind === "changeRole" ? [`${step.email} (${step.from} to ${step.to})`] : [];
}

function promotionWords(step: Step): string[] {
  if (step.kind === "join") {
    return isPrivileged(step.role) && !isPrivileged(step.held) ? [`${step.email} (new, ${step.role})`] : [];
  }
  const isPromotion = step.kind === "changeRole" && isPrivileged(step.to) && !isDemotion(step.from, step.to);
  return isPromotion
    ? [
        `${step.email} (${step.from || (step.from === undefined ? "role not managed" : "no role")} to ${step.to})`,
      ]
    : [];
}

/** The people, or their roles, that the program stops managing. */
function releaseWords(step: Step): string[] {
  if (isDeparture(step)) return step.kind === "retain" ? [step.email] : [];
  if (step.kind !== "stateOnly") return [];
  const role = step.changes.find(({ field, to }) => field === "role" && to === undefined);
  return role === undefined ? [] : [`${step.email} (${String(role.from) || "no role"})`];
}
