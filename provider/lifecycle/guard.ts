import { createHash } from "node:crypto";
import { z } from "zod";
import { allowance, DEFAULT_LIMIT, isDemotion, isLimit, type Limit } from "../limits";
import { foldEmail, ROLES } from "../scim/schemas";
import type { Properties } from "./inputs";
import { orUnknown, UNKNOWN } from "./unknown";

const limit = z.custom<Limit>(isLimit, 'must be a whole number from 0 or a share such as "25%"');

/** What a program may say of a NotionGuard. */
export const guardInputsSchema = z.strictObject({
  /** By resource name, so that a change of e-mail is no removal. */
  members: z.record(
    z.string(),
    z.strictObject({ userName: orUnknown(z.string()), role: orUnknown(z.enum(ROLES)).optional() }),
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

/**
 * Pure: what speaks against going from what was applied last to what is declared now, a sentence each that
 * names everyone affected and the setting that lets them through. Nothing, on a first run.
 */
export function objections(olds: GuardInputs | undefined, news: GuardInputs): string[] {
  const before = Object.entries(olds?.members ?? {});
  const removed = before.flatMap(([name, { userName }]) => (name in news.members ? [] : [userName]));
  const demoted = before.flatMap(([name, { userName, role }]) => {
    const now = news.members[name];
    return now !== undefined && isDemotion(role, now.role) ? [`${userName} (${role} to ${now.role})`] : [];
  });
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
      `${limit === allowed ? "" : ` (${limit}, at least 5)`}. They are ${who.join(", ")}. ` +
      `If this is meant, set ${setting} to ${who.length} for this run.`,
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

function tokenOwnerTouched(
  before: [string, GuardInputs["members"][string]][],
  { tokenOwner, members }: GuardInputs,
): string[] {
  if (tokenOwner === undefined) return [];
  const theirs = before.find(([, { userName }]) => foldEmail(userName) === foldEmail(tokenOwner));
  if (theirs === undefined) return [];
  const [name, { role }] = theirs;
  const now = members[name];
  if (now !== undefined && !isDemotion(role, now.role)) return [];
  return [
    `${tokenOwner} owns the SCIM token in use (notion:tokenOwner): ${now === undefined ? "removing" : "demoting"} ` +
      "them would end it in the middle of the run. Use a token of another owner first.",
  ];
}

/** What the outputs keep of the inputs: diff sees outputs alone, and twice the members would double the state. */
export function digest(inputs: Properties): string {
  return createHash("sha256").update(JSON.stringify(inputs)).digest("base64url").slice(0, 16);
}

/** What the engine's check says of a guard: the objections, which stop the program before anything is written. */
export function checkGuard(olds: Properties, news: Properties): { inputs: Properties; reasons: string[] } {
  const parsed = guardInputsSchema.safeParse(news);
  if (!parsed.success) {
    return {
      inputs: news,
      reasons: parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
    };
  }
  const before = guardInputsSchema.safeParse(olds);
  return { inputs: parsed.data, reasons: objections(before.success ? before.data : undefined, parsed.data) };
}
