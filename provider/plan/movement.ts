import { foldEmail } from "../member/email";
import { isDemotion, isPrivileged, LOWEST_ROLE } from "../member/role";
import { type Allowed, type Movement, objectionsTo } from "./objections";
import type { Applied, Declaration } from "./people";
import type { Plan } from "./plan";
import type { Step } from "./step";
import { isPermanent, membershipPhase, roleAt } from "./times";
import { UNKNOWN } from "./unknown";

/**
 * Pure: what a plan does to people, as far as it is limited. Whoever joins counts as added unless a refresh found
 * them in the workspace; whom `existing` names is known to be there.
 */
export function movementOf(
  { steps }: Plan,
  applied: Applied,
  declared: Declaration,
  now: number,
  tokenOwner: string | undefined,
): Movement {
  const people = Object.entries(declared.people);
  const roles = people.map(([, person]) => roleAt(person, now) as string | undefined);
  const theirs = tokenOwner === undefined ? undefined : foldEmail(tokenOwner);
  const strangers = applied.strangers ?? {};
  const affectsTokenOwner = (step: Step) => step.email === theirs && takesAway(step);
  return {
    total: Object.keys(applied.people).length + Object.keys(strangers).length,
    // What was promised is not counted: it is told apart.
    removed: steps.filter((step) => isRemoval(step) && !isPromised(step)).map(({ email }) => email),
    demoted: steps.filter((step) => !isPromised(step)).flatMap(demotionWords),
    added: steps.flatMap((step) =>
      step.kind === "join" && !Object.hasOwn(strangers, step.email) ? [step.email] : [],
    ),
    promoted: steps.flatMap(promotionWords),
    managesOwners:
      roles.includes("owner") || Object.values(applied.people).some(({ role }) => role === "owner"),
    // An owner with an end does not help when it strikes, so that is refused when it is declared.
    owners: people.flatMap(([email, person]) =>
      roleAt(person, now) === "owner" && isPermanent(person) && membershipPhase(person, now) === "during"
        ? [email]
        : [],
    ),
    ownersWithEnd: people.flatMap(([email, { role, ...times }]) =>
      role === "owner" && !isPermanent(times) ? [email] : [],
    ),
    unknownRoles: roles.includes(UNKNOWN),
    unknownPeople: false,
    tokenOwner: steps.some((step) => affectsTokenOwner(step))
      ? steps.some((step) => affectsTokenOwner(step) && isRemoval(step))
        ? "removing"
        : "demoting"
      : undefined,
  };
}

/** Pure: everything that speaks against carrying a plan out: limits, protection, and what cannot be meant. */
export function objections(
  plan: Plan,
  applied: Applied,
  declared: Declaration,
  now: number,
  allowed: Allowed,
  where?: string,
): string[] {
  return [
    ...plan.contradictions,
    ...objectionsTo(movementOf(plan, applied, declared, now, allowed.tokenOwner), allowed, where),
    ...protectedPeople(plan, applied),
    ...tokenOwnerEnds(declared, allowed),
  ];
}

/** An end that would strike the token's owner is refused when it is declared. */
function tokenOwnerEnds({ people }: Declaration, { tokenOwner }: Allowed): string[] {
  if (tokenOwner === undefined) return [];
  const theirs = people[foldEmail(tokenOwner)];
  if (theirs === undefined || isPermanent(theirs)) return [];
  return [tokenOwnerEndWords(tokenOwner)];
}

/** Why the token's owner is not declared with an end. */
export function tokenOwnerEndWords(tokenOwner: string): string {
  return (
    `${tokenOwner} owns the SCIM token in use (notion:tokenOwner) and is declared with an end: the token would die with it. ` +
    "Use a token of another owner, or take the end out."
  );
}

function protectedPeople({ steps }: Plan, { people, protect = false }: Applied): string[] {
  const who = steps.flatMap((step) =>
    step.kind === "leave" && !step.stranger && takesAway(step) && (people[step.email]?.protect ?? protect)
      ? [step.email]
      : [],
  );
  if (who.length === 0) return [];
  return [
    `${who.join(", ")} ${who.length === 1 ? "is" : "are"} protected (protect: true) and no longer declared. ` +
      "If they are to leave, declare them once more with protect: false, run it, and then take them out.",
  ];
}

/** Whether somebody loses access by a step: the membership, or a part of what their role may do. */
function takesAway(step: Step): boolean {
  if (step.kind === "leave")
    return step.how === "remove" || (step.how === "restrict" && step.role !== LOWEST_ROLE);
  return step.kind === "role" && isDemotion(step.from, step.to);
}

/** Whether a step is an end that the state has known of. */
function isPromised(step: Step): boolean {
  return (step.kind === "role" || step.kind === "leave") && step.ended?.promised === true;
}

function isRemoval(step: Step): boolean {
  return step.kind === "leave" && step.how === "remove";
}

function demotionWords(step: Step): string[] {
  if (isRemoval(step) || !takesAway(step)) return [];
  if (step.kind === "leave") return [`${step.email} (${step.role || "role not managed"} to ${LOWEST_ROLE})`];
  return step.kind === "role" ? [`${step.email} (${step.from} to ${step.to})`] : [];
}

function promotionWords(step: Step): string[] {
  if (step.kind === "join") {
    return isPrivileged(step.role) && !isPrivileged(step.held) ? [`${step.email} (new, ${step.role})`] : [];
  }
  const isPromotion = step.kind === "role" && isPrivileged(step.to) && !isDemotion(step.from, step.to);
  return isPromotion
    ? [
        `${step.email} (${step.from || (step.from === undefined ? "role not managed" : "no role")} to ${step.to})`,
      ]
    : [];
}
