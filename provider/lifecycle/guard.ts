import { createHash } from "node:crypto";
import { z } from "zod";
import { foldEmail } from "../member/email";
import { isDemotion, LOWEST_ROLE, ROLES } from "../member/role";
import { isLimit, type Limit } from "../plan/limits";
import { tokenOwnerEndWords } from "../plan/movement";
import { type Movement, objectionsTo } from "../plan/objections";
import { personOf, TERMS_OF_A_ROLE } from "../plan/timed-role";
import { isPermanent, roleAt, timeProblems } from "../plan/times";
import { UNKNOWN } from "../plan/unknown";
import { instant, type Properties } from "./inputs";
import { orUnknown } from "./unknown";

const limit = z.custom<Limit>(isLimit, 'must be a whole number from 0 or a share such as "25%"');

/** What a program may say of a NotionGuard. */
export const guardInputsSchema = z.strictObject({
  /** By resource name, so that a change of e-mail is no removal. */
  members: z.record(
    z.string(),
    z.strictObject({
      userName: orUnknown(z.string()),
      role: orUnknown(z.enum(ROLES)).optional(),
      from: orUnknown(instant).optional(),
      until: orUnknown(instant).optional(),
      then: orUnknown(z.enum(ROLES)).optional(),
      /** Noted where it says `leave`: no longer declaring the role then takes nothing away. */
      onRoleRemove: z.string().optional(),
    }),
  ),
  maxRemovals: limit.optional(),
  maxDemotions: limit.optional(),
  minOwners: z.number().int().min(0).optional(),
  requiredOwners: z.array(z.string()).optional(),
  tokenOwner: z.string().optional(),
  /** What the program made secret, by the names of `members`; or "members" as a whole. */
  concealed: z.unknown().optional(),
});
export type GuardInputs = z.infer<typeof guardInputsSchema>;

type Member = GuardInputs["members"][string];

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
  return roleAt(personOf(member), now);
}

/** Whether a person is to get a lesser role. Deleting the assignment of one takes it away, unless it leaves it. */
function isLess(member: Member, next: Member, now: number): boolean {
  if (next.role === undefined && member.onRoleRemove === "leave") return false;
  return isDemotion(roleOf(member, now), roleOf(next, now) ?? member.then ?? LOWEST_ROLE);
}

/**
 * Pure: what speaks against going from what was applied last to what is declared now, a sentence each that
 * names everyone affected and the setting that lets them through. On a first run nobody is affected.
 * @param now milliseconds since 1970
 */
export function objections(olds: GuardInputs | undefined, news: GuardInputs, now: number): string[] {
  const { before, removed, demoted } = affected(olds, news, now);
  const people = Object.values(news.members);
  const roles = people.flatMap((member) => [member.role, roleOf(member, now)]);
  const movement: Movement = {
    total: before.length,
    removed,
    demoted,
    managesOwners: [...before.map(([, { role }]) => role as string | undefined), ...roles].includes("owner"),
    // An owner with an end does not help when it strikes, so that is refused when it is declared.
    owners: people.flatMap((member) =>
      roleOf(member, now) === "owner" && isPermanent(personOf(member)) ? [member.userName] : [],
    ),
    ownersWithEnd: people.flatMap((member) =>
      member.role === "owner" && !isPermanent(personOf(member)) ? [member.userName] : [],
    ),
    unknownRoles: roles.includes(UNKNOWN),
    unknownPeople: people.some(({ userName }) => userName === UNKNOWN),
    tokenOwner: whatHappensToTokenOwner(before, news, now),
  };
  return [
    ...people.flatMap((member) =>
      timeProblems(personOf(member), TERMS_OF_A_ROLE).map((why) => `${member.userName}: ${why}`),
    ),
    ...objectionsTo(movement, news),
    ...tokenOwnerEnds(news),
  ];
}

function tokenOwnerEnds({ tokenOwner, members }: GuardInputs): string[] {
  if (tokenOwner === undefined) return [];
  const ends = Object.values(members).some(
    (member) => foldEmail(member.userName) === foldEmail(tokenOwner) && !isPermanent(personOf(member)),
  );
  return ends ? [tokenOwnerEndWords(tokenOwner)] : [];
}

function whatHappensToTokenOwner(
  before: [string, Member][],
  { tokenOwner, members }: GuardInputs,
  now: number,
): Movement["tokenOwner"] {
  if (tokenOwner === undefined) return undefined;
  const theirs = before.find(([, { userName }]) => foldEmail(userName) === foldEmail(tokenOwner));
  if (theirs === undefined) return undefined;
  const [name, person] = theirs;
  const next = Object.hasOwn(members, name) ? members[name] : undefined;
  if (next === undefined) return "removing";
  return isLess(person, next, now) ? "demoting" : undefined;
}

/** What the outputs keep of the inputs: diff sees outputs alone, and twice the members would double the state. */
export function digest(inputs: Properties): string {
  return createHash("sha256").update(JSON.stringify(inputs)).digest("base64url").slice(0, 16);
}

/**
 * What the engine's check says of a guard: the objections, which stop the program before anything is written,
 * or how many people it lets through.
 */
export function checkGuard(
  olds: Properties,
  news: Properties,
  now: number,
): { inputs: Properties; reasons: string[]; passed: number } {
  const parsed = guardInputsSchema.safeParse(news);
  if (!parsed.success) {
    return {
      inputs: news,
      reasons: parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
      passed: 0,
    };
  }
  const before = guardInputsSchema.safeParse(olds).data;
  const { removed, demoted } = affected(before, parsed.data, now);
  return {
    inputs: parsed.data,
    reasons: objections(before, parsed.data, now),
    passed: removed.length + demoted.length,
  };
}
