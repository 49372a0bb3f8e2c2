import { foldEmail } from "../model/email";
import { isDemotion, LOWEST_ROLE } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import { tokenOwnerEndWords } from "../plan/impact";
import type { RunSettings } from "../plan/run-settings";
import { newlyScheduled } from "../plan/schedule";
import { isLastingOwner, roleAt, timeProblems, turnsOf } from "../plan/times";
import { untoldTokenOwnerWords } from "../plan/token-owner";
import { type Impact, violationsOf } from "../plan/violations";
import { type GuardInputs, guardInputsSchema } from "../state/guard";
import type { Properties } from "../state/properties";
import { isForATime, TERMS_OF_A_ROLE, toDeclared } from "../state/role-assignment";

type Member = GuardInputs["members"][string];

/** What a guard goes by beside what is applied and declared. */
export type GuardRun = Pick<RunSettings, "now" | "tokenOwner" | "tokenOwnerSaid">;

/**
 * The people who were applied last and are not declared now, and those who are to get a lesser role. Both sides are taken
 * as of now, so that an end that was declared already takes nobody by surprise; one that is declared and over does.
 */
function affected(olds: GuardInputs | undefined, { members }: GuardInputs, now: number) {
  const before = Object.entries(olds?.members ?? {});
  const removed = before.flatMap(([name, { userName }]) => (Object.hasOwn(members, name) ? [] : [userName]));
  const demoted = before.flatMap(([name, person]) => {
    const next = Object.hasOwn(members, name) ? members[name] : undefined;
    return next !== undefined && isLess(person, next, now)
      ? [`${person.userName} (${roleOf(person, now)} to ${roleOf(next, now) ?? "no declared role"})`]
      : [];
  });
  return { before, removed, demoted };
}

/** The role that is declared for this moment. */
function roleOf(member: Member, now: number): string | undefined {
  return roleAt(toDeclared(member), now);
}

/** Whether a person is to get a lesser role. Deleting the assignment of one takes it away, unless it leaves it. */
function isLess(member: Member, next: Member, now: number): boolean {
  if (next.role === undefined && member.onRoleRemove === "retain") return false;
  return isDemotion(roleOf(member, now), roleOf(next, now) ?? member.then ?? LOWEST_ROLE);
}

/**
 * Pure: what speaks against going from what was applied last to what is declared now, a sentence each that
 * names everyone affected and the setting that lets them through. On a first run nobody is affected.
 */
export function violations(olds: GuardInputs | undefined, declared: GuardInputs, run: GuardRun): string[] {
  const { now } = run;
  const tokenOwner = declared.tokenOwner ?? run.tokenOwner;
  const news = { ...declared, ...(tokenOwner !== undefined && { tokenOwner }) };
  const { before, removed, demoted } = affected(olds, news, now);
  const people = Object.values(news.members);
  const roles: (string | undefined | null)[] = people.flatMap((member) => [
    member.role,
    ...turnsOf(toDeclared(member), now).map(({ role }) => role),
  ]);
  const impact: Impact = {
    total: before.length,
    removed,
    demoted,
    scheduled: scheduledDemotions(olds, news, now),
    managesOwners: [...before.map(([, { role }]) => role as string | undefined), ...roles].includes("owner"),
    // An owner for a time does not help outside of it, so that is refused when it is declared.
    owners: people.flatMap((member) => (isLastingOwner(toDeclared(member), now) ? [member.userName] : [])),
    ownersWithEnd: people.flatMap((member) =>
      [member.role, member.then].includes("owner") && !isLastingOwner(toDeclared(member), now)
        ? [member.userName]
        : [],
    ),
    unknownRoles: roles.includes(UNKNOWN),
    unknownPeople: people.some(({ userName }) => userName === UNKNOWN),
    tokenOwner: whatHappensToTokenOwner(before, news, now),
  };
  return [
    ...people.flatMap((member) =>
      timeProblems(toDeclared(member), TERMS_OF_A_ROLE).map((why) => `${member.userName}: ${why}`),
    ),
    ...violationsOf(impact, { ...news, hasRunLimit: false }, "in the NotionGuard for this run"),
    ...tokenOwnerEnds(olds, news, now),
    ...(run.tokenOwnerSaid || news.tokenOwner !== undefined ? [] : ownersTouched(before, news, now)),
  ];
}

/** Whether the times of a role are declared for the first time. */
function isNewlyTimed(before: Member | undefined, member: Member): boolean {
  if (!isForATime(member)) return false;
  return (["role", "from", "until", "then"] as const).some((key) => before?.[key] !== member[key]);
}

/** The time that a token's owner is owner for stops nobody else once it is declared: they are held back at its end. */
function tokenOwnerEnds(
  olds: GuardInputs | undefined,
  { tokenOwner, members }: GuardInputs,
  now: number,
): string[] {
  if (tokenOwner === undefined) return [];
  const ends = Object.entries(members).some(
    ([name, member]) =>
      foldEmail(member.userName) === foldEmail(tokenOwner) &&
      isNewlyTimed(olds?.members[name], member) &&
      !isLastingOwner(toDeclared(member), now),
  );
  return ends ? [tokenOwnerEndWords(tokenOwner)] : [];
}

/** Roles that are declared for the first time to go down at a moment to come: limits do not count them then. */
function scheduledDemotions(
  olds: GuardInputs | undefined,
  { members }: GuardInputs,
  now: number,
): NonNullable<Impact["scheduled"]> {
  const people = (all: GuardInputs["members"] = {}) =>
    Object.fromEntries(Object.entries(all).map(([name, member]) => [name, toDeclared(member)]));
  const applied = { people: people(olds?.members), ids: {} };
  const changes = newlyScheduled(applied, { people: people(members) }, new Map(), now);
  return {
    declared: Object.keys(members).length,
    changes: changes.flatMap((change) =>
      change.limit === "maxDemotions"
        ? [{ ...change, email: members[change.email]?.userName ?? change.email }]
        : [],
    ),
  };
}

/** Owners who would be removed or demoted. */
function ownersTouched(before: [string, Member][], { members }: GuardInputs, now: number): string[] {
  const touched = before.flatMap(([name, person]) => {
    if (roleOf(person, now) !== "owner") return [];
    const next = Object.hasOwn(members, name) ? members[name] : undefined;
    return next === undefined || isLess(person, next, now) ? [person.userName] : [];
  });
  return touched.length === 0 ? [] : [untoldTokenOwnerWords(touched.sort(), "would be demoted or removed")];
}

function whatHappensToTokenOwner(
  before: [string, Member][],
  { tokenOwner, members }: GuardInputs,
  now: number,
): Impact["tokenOwner"] {
  if (tokenOwner === undefined) return undefined;
  const theirs = before.find(([, { userName }]) => foldEmail(userName) === foldEmail(tokenOwner));
  if (theirs === undefined) return undefined;
  const [name, person] = theirs;
  const next = Object.hasOwn(members, name) ? members[name] : undefined;
  if (next === undefined) return "removing";
  return isLess(person, next, now) ? "demoting" : undefined;
}

/**
 * What the engine's check says of a guard: the objections, which stop the program before anything is written,
 * or how many people it lets through.
 */
export function checkGuard(
  olds: Properties,
  news: Properties,
  run: GuardRun,
): { inputs: Properties; reasons: string[]; passed: number; tokenOwner?: string | undefined } {
  const parsed = guardInputsSchema.safeParse(news);
  if (!parsed.success) {
    return {
      inputs: news,
      reasons: parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
      passed: 0,
    };
  }
  const before = guardInputsSchema.safeParse(olds).data;
  const { removed, demoted } = affected(before, parsed.data, run.now);
  return {
    inputs: parsed.data,
    reasons: violations(before, parsed.data, run),
    tokenOwner: parsed.data.tokenOwner,
    passed: removed.length + demoted.length,
  };
}
