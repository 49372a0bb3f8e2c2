import { asOfRefusal } from "../config";
import { foldEmail } from "../model/email";
import { isDemotion, LOWEST_ROLE, type Role } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import { impactOf, violations } from "../plan/impact";
import { plan } from "../plan/plan";
import type { RunSettings } from "../plan/run-settings";
import { roleAt, timeProblems } from "../plan/times";
import type { AllowedLimits } from "../plan/violations";
import { type GuardedMember, type GuardInputs, guardInputsSchema, outputs } from "../state/guard";
import type { DeclaredPerson } from "../state/person";
import type { Properties } from "../state/properties";
import { isForATime, TERMS_OF_A_ROLE, toDeclared } from "../state/role-assignment";
import type { Applied, Declaration } from "../state/world";
import type { Process } from "./process";
import type { ResourceLifecycle } from "./resource-lifecycle";

/** What a guard goes by beside what is applied and declared. */
export type GuardRun = Pick<RunSettings, "now" | "tokenOwner" | "tokenOwnerSaid">;

/** More than there are people: a guard limits what is taken away. */
const ANY_NUMBER = Number.MAX_SAFE_INTEGER;

/** The people of a program by e-mail, each with the name of their resource for an id: a change of e-mail is no removal. */
function peopleOf<T>(members: GuardInputs["members"], personOf: (member: GuardedMember, name: string) => T) {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]): [string, T] => [
      member.userName === UNKNOWN ? `${name} (e-mail known after the update)` : foldEmail(member.userName),
      personOf(member, name),
    ]),
  );
}

/** The people as of now: an end that was declared before takes nobody by surprise; one that is declared and over does. */
function applied(olds: GuardInputs | undefined, now: number): Applied {
  const members = olds?.members ?? {};
  return {
    people: peopleOf(members, (member) => {
      const { role: _, ...times } = toDeclared(member);
      const role = roleAt(toDeclared(member), now);
      return {
        ...times,
        ...(role !== undefined && { role }),
        ...(isForATime(member) && member.role !== undefined && { timedRole: member.role }),
        ...(member.onRemove !== undefined && { onRemove: member.onRemove }),
      };
    }),
    ids: peopleOf(members, (_, name) => name),
  };
}

function declared(
  { members, owners = [] }: GuardInputs,
  olds: GuardInputs | undefined,
  now: number,
): Declaration {
  const before = olds?.members ?? {};
  return {
    people: {
      ...Object.fromEntries(owners.map((email): [string, DeclaredPerson] => [email, { role: "owner" }])),
      ...peopleOf(members, (member, name): DeclaredPerson => {
        const person = { ...toDeclared(member), id: name };
        const { onRemove } = member;
        const role = Object.hasOwn(before, name) ? roleLeftBy(before[name], member, now) : undefined;
        return {
          ...person,
          ...(role !== undefined && { role }),
          ...(onRemove !== undefined && { onRemove }),
        };
      }),
    },
  };
}

/** The lesser role that a member has after their assignment is removed; undefined where it takes nothing away. */
function roleLeftBy(
  before: GuardedMember | undefined,
  { role }: GuardedMember,
  now: number,
): Role | undefined {
  if (before?.role === undefined || role !== undefined || before.onRoleRemove === "retain") return undefined;
  const left = before.onRoleRemove ?? before.then ?? LOWEST_ROLE;
  return isDemotion(roleAt(toDeclared(before), now), left) ? left : undefined;
}

/** Pure: the violations of a run, a sentence each, and how many people it removes or demotes. */
export function evaluateGuard(
  olds: GuardInputs | undefined,
  news: GuardInputs,
  run: GuardRun,
): { violations: string[]; affected: number } {
  const { now } = run;
  const tokenOwner = news.tokenOwner ?? run.tokenOwner;
  const people = Object.values(news.members);
  const [before, after] = [applied(olds, now), declared(news, olds, now)];
  const planned = plan(before, after, now);
  const allowed: AllowedLimits = {
    maxRemovals: news.maxRemovals,
    maxDemotions: news.maxDemotions,
    maxAdditions: ANY_NUMBER,
    maxPromotions: ANY_NUMBER,
    maxReleases: ANY_NUMBER,
    minOwners: news.minOwners,
    requiredOwners: news.requiredOwners,
    tokenOwner,
    tokenOwnerSaid: run.tokenOwnerSaid || news.tokenOwner !== undefined,
    hasRunLimit: false,
    hasUnknownPeople: people.some(({ userName }) => userName === UNKNOWN),
  };
  const impact = impactOf(planned, before, after, now, tokenOwner);
  return {
    violations: [
      ...people.flatMap((member) =>
        timeProblems(toDeclared(member), TERMS_OF_A_ROLE).map((why) => `${member.userName}: ${why}`),
      ),
      ...violations(planned, before, after, now, allowed, "in the NotionGuard for this run", impact),
    ],
    affected: impact.removed.length + impact.demoted.length,
  };
}

/**
 * What the engine's check says of a guard: the violations, which stop the program before anything is written,
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
  const evaluated = evaluateGuard(guardInputsSchema.safeParse(olds).data, parsed.data, run);
  return {
    inputs: parsed.data,
    reasons: evaluated.violations,
    tokenOwner: parsed.data.tokenOwner,
    passed: evaluated.affected,
  };
}

/** A guard exists in the state alone: what it is for happens in check, which sees what was applied last. */
export function guardProvider({ registry, run }: Process): ResourceLifecycle {
  const writing = () => {
    const refusal = asOfRefusal(run());
    if (refusal !== undefined) throw refusal;
  };
  const applied = (inputs: Properties) => {
    writing();
    return { outs: { ...outputs(inputs) } };
  };
  return {
    check: async (olds, news) => {
      const { inputs, reasons, passed, tokenOwner } = checkGuard(olds, news, run());
      registry.sayTokenOwner(tokenOwner);
      if (reasons.length === 0) registry.letThrough += passed;
      else registry.isRefused = true;
      return { inputs, failures: reasons.map((reason) => ({ property: "", reason })) };
    },
    diff: async (_id, olds, news) => ({ changes: olds.digest !== outputs(news).digest, replaces: [] }),
    create: async (inputs) => ({ id: "guard", ...applied(inputs) }),
    read: async (id, props) => ({ id, props }),
    update: async (_id, _olds, news) => applied(news),
    delete: async () => writing(),
  };
}
