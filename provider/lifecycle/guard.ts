import { createHash } from "node:crypto";
import { z } from "zod";
import { allowance, DEFAULT_LIMIT, isLimit, isShare, type Limit, NEVER_TOO_MANY } from "../limits";
import { foldEmail } from "../member/email";
import { isDemotion, ROLES } from "../member/role";
import type { Properties } from "./inputs";
import { orUnknown, UNKNOWN } from "./unknown";

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

/** The fewest owners that a guarded program may declare where nothing is said: one alone can be locked out. */
const DEFAULT_MIN_OWNERS = 2;

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
  return [
    ...tooMany("removed", removed, before.length, "maxRemovals", news.maxRemovals),
    ...tooMany("demoted", demoted, before.length, "maxDemotions", news.maxDemotions),
    ...tooFewOwners(
      before.map(([, { role }]) => role),
      news,
    ),
    ...missingOwners(news),
    ...tokenOwnerTouched(before, news),
  ];
}

function tooMany(
  what: string,
  who: string[],
  total: number,
  setting: "maxRemovals" | "maxDemotions",
  limit: Limit = DEFAULT_LIMIT,
): string[] {
  const allowed = allowance(limit, total);
  if (who.length <= allowed) return [];
  return [
    `${who.length} of ${total} people would be ${what} at once; ${setting} allows ${allowed}` +
      `${isShare(limit) ? ` (${limit}, at least ${NEVER_TOO_MANY})` : ""}. They are ${who.join(", ")}. ` +
      `If this is meant, set ${setting} to ${who.length} for this run, in the program (\`limits\` of a NotionWorkspace).`,
  ];
}

function tooFewOwners(before: (string | undefined)[], news: GuardInputs): string[] {
  const { minOwners = DEFAULT_MIN_OWNERS, members } = news;
  const roles = Object.values(members).map(({ role }) => role as string | undefined);
  // A role that is not known yet may be an owner's.
  if (roles.includes(UNKNOWN)) return [];
  // A program that has nothing to do with owners leaves them to somebody else.
  if (![...before, ...roles].includes("owner")) return [];
  const owners = Object.values(members).filter(({ role }) => role === "owner");
  if (owners.length >= minOwners) return [];
  const named = owners.length === 0 ? "" : ` (${owners.map(({ userName }) => userName).join(", ")})`;
  return [
    `The program declares ${owners.length} owner${owners.length === 1 ? "" : "s"}${named}; ` +
      `minOwners asks for ${minOwners}. Declare another owner, or set minOwners to ${owners.length}.`,
  ];
}

function missingOwners({ requiredOwners = [], members }: GuardInputs): string[] {
  const people = Object.values(members);
  // An e-mail or role that is not known yet may be theirs.
  if (people.some(({ userName, role }) => [userName, role as string].includes(UNKNOWN))) return [];
  const owners = new Set(
    people.flatMap(({ userName, role }) => (role === "owner" ? [foldEmail(userName)] : [])),
  );
  const missing = requiredOwners.filter((required) => !owners.has(foldEmail(required)));
  if (missing.length === 0) return [];
  return [`requiredOwners names ${missing.join(", ")}, whom the program does not declare as owner.`];
}

function tokenOwnerTouched(before: [string, Member][], { tokenOwner, members }: GuardInputs): string[] {
  if (tokenOwner === undefined) return [];
  const theirs = before.find(([, { userName }]) => foldEmail(userName) === foldEmail(tokenOwner));
  if (theirs === undefined) return [];
  const [name, person] = theirs;
  const now = Object.hasOwn(members, name) ? members[name] : undefined;
  if (now !== undefined && !isLess(person, now)) return [];
  return [
    `${tokenOwner} owns the SCIM token in use (notion:tokenOwner): ${now === undefined ? "removing" : "demoting"} ` +
      "them would end it in the middle of the run. Use a token of another owner first.",
  ];
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
