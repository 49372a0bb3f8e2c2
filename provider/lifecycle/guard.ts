import { createHash } from "node:crypto";
import { z } from "zod";
import { foldEmail } from "../member/email";
import { isDemotion, ROLES } from "../member/role";
import { isLimit, type Limit } from "../plan/limits";
import { type Movement, objectionsTo } from "../plan/objections";
import { UNKNOWN } from "../plan/unknown";
import type { Properties } from "./inputs";
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
      /** Noted where it says `leave`: no longer declaring the role then takes nothing away. */
      onRoleRemove: z.string().optional(),
    }),
  ),
  maxRemovals: limit.optional(),
  maxDemotions: limit.optional(),
  minOwners: z.number().int().min(0).optional(),
  requiredOwners: z.array(z.string()).optional(),
  tokenOwner: z.string().optional(),
});
export type GuardInputs = z.infer<typeof guardInputsSchema>;

type Member = GuardInputs["members"][string];

/** The people who were applied last and are not declared now, and those who are to get a lesser role. */
function affected(olds: GuardInputs | undefined, { members }: GuardInputs) {
  const before = Object.entries(olds?.members ?? {});
  const removed = before.flatMap(([name, { userName }]) => (Object.hasOwn(members, name) ? [] : [userName]));
  const demoted = before.flatMap(([name, person]) => {
    const now = Object.hasOwn(members, name) ? members[name] : undefined;
    return now !== undefined && isLess(person, now)
      ? [`${person.userName} (${person.role} to ${now.role ?? "no declared role"})`]
      : [];
  });
  return { before, removed, demoted };
}

/** Whether a person is to get a lesser role. Deleting the assignment of one restricts them, unless it leaves it. */
function isLess({ role, onRoleRemove }: Member, now: Member): boolean {
  if (now.role === undefined && onRoleRemove === "leave") return false;
  return isDemotion(role, now.role ?? "restricted_member");
}

/**
 * Pure: what speaks against going from what was applied last to what is declared now, a sentence each that
 * names everyone affected and the setting that lets them through. On a first run nobody is affected.
 */
export function objections(olds: GuardInputs | undefined, news: GuardInputs): string[] {
  const { before, removed, demoted } = affected(olds, news);
  const people = Object.values(news.members);
  const roles = people.map(({ role }) => role as string | undefined);
  const owners = people.flatMap(({ userName, role }) => (role === "owner" ? [userName] : []));
  const movement: Movement = {
    total: before.length,
    removed,
    demoted,
    managesOwners: [...before.map(([, { role }]) => role), ...roles].includes("owner"),
    owners,
    unknownRoles: roles.includes(UNKNOWN),
    unknownPeople: people.some(({ userName }) => userName === UNKNOWN),
    tokenOwner: whatHappensToTokenOwner(before, news),
  };
  return objectionsTo(movement, news);
}

function whatHappensToTokenOwner(
  before: [string, Member][],
  { tokenOwner, members }: GuardInputs,
): Movement["tokenOwner"] {
  if (tokenOwner === undefined) return undefined;
  const theirs = before.find(([, { userName }]) => foldEmail(userName) === foldEmail(tokenOwner));
  if (theirs === undefined) return undefined;
  const [name, person] = theirs;
  const now = Object.hasOwn(members, name) ? members[name] : undefined;
  if (now === undefined) return "removing";
  return isLess(person, now) ? "demoting" : undefined;
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
  const { removed, demoted } = affected(before, parsed.data);
  return {
    inputs: parsed.data,
    reasons: objections(before, parsed.data),
    passed: removed.length + demoted.length,
  };
}
