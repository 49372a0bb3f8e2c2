import { isDemotion, isPrivileged, rankOf } from "../model/role";
import type { Redacted } from "../state/workspace";
import { count, counted } from "./sentence";
import { isDeparture, type Step } from "./step";
import { lineOf } from "./step-words";

/**
 * The steps' lines, the most important first, and how many more there are of each kind behind the last one.
 * @param most how many steps have a line
 */
export function linesOf(steps: readonly Step[], redacted: Redacted = {}, most = MOST_LINES): string[] {
  const sorted = byImportance(steps);
  const lines = sorted.slice(0, most).map((step) => lineOf(step, redacted));
  const rest = sorted.slice(most);
  return rest.length === 0 ? lines : [...lines, `… and ${rest.length} more: ${countsOf(rest).join(", ")}`];
}

/** The steps as they are told: privileged roles first, then who leaves, and so on; of one kind by e-mail. */
export function byImportance(steps: readonly Step[]): Step[] {
  return steps
    .map((step) => ({ step, weight: weightOf(step) }))
    .sort((a, b) => a.weight - b.weight || compare(a.step.email, b.step.email))
    .map(({ step }) => step);
}

/** Whether a step gives or takes a privileged role. */
export const concernsPrivilege = (step: Step) => weightOf(step) === 0;

/** More than fit on a screen or two nobody reads. */
const MOST_LINES = 50;

/** How many have a line where a line of its own says what counts: in a first run, and where nothing is carried out. */
export const FEW_LINES = 20;

/** How many people a plan is about, for its summary. */
export interface Totals {
  /** People declared when it was applied last, and now. */
  before: number;
  after: number;
  /** In the workspace and not declared; undefined where no refresh has looked. */
  notDeclared: number | undefined;
  /** Whether nothing is known yet of those who join: they may be members already. Default false. */
  isFirst?: boolean;
}

/** One line that counts everything: `7 people declared (6 before): 1 joins, 2 roles up.` */
export function summaryOf(steps: readonly Step[], { before, after, notDeclared, isFirst }: Totals): string {
  const counts = isFirst ? firstCountsOf(steps) : countsOf(steps);
  const people = `${counted(after, "person", "people")} declared${before === after ? "" : ` (${count(before)} before)`}`;
  const others =
    notDeclared === undefined
      ? ""
      : ` ${counted(notDeclared, "other is", "others are")} in the workspace and not declared.`;
  return `${people}: ${counts.length === 0 ? "nothing to change" : counts.join(", ")}.${others}`;
}

/** A kind of step, as it is counted before it is done and afterwards. */
interface Kind {
  is: (step: Step) => boolean;
  words: (count: number) => string;
  done: (count: number) => string;
}

const KINDS: Kind[] = [
  {
    is: isLookUp,
    words: (n) => `${count(n)} looked up`,
    done: (n) => `${count(n)} looked up`,
  },
  {
    is: (step) => (step.kind === "changeRole" || isDeparture(step)) && step.ended !== undefined,
    words: (n) => `${counted(n, "end")} reached`,
    done: (n) => `${counted(n, "end")} carried out`,
  },
  {
    is: (step) => step.kind === "remove",
    words: (n) => `${counted(n, "leaves", "leave")}`,
    done: (n) => `${counted(n, "has", "have")} left`,
  },
  {
    is: (step) => step.kind === "join",
    words: (n) => `${counted(n, "joins", "join")}`,
    done: (n) => `${counted(n, "has", "have")} joined`,
  },
  {
    is: (step) => step.kind === "changeRole" && !isDemotion(step.from, step.to),
    words: (n) => `${counted(n, "role")} up`,
    done: (n) => `${counted(n, "role")} up`,
  },
  {
    is: (step) => (step.kind === "changeRole" && isDemotion(step.from, step.to)) || step.kind === "demote",
    words: (n) => `${counted(n, "role")} down`,
    done: (n) => `${counted(n, "role")} down`,
  },
  {
    is: (step) => step.kind === "updateProfile" || step.kind === "activate",
    words: (n) => `${counted(n, "profile changes", "profiles change")}`,
    done: (n) => `${counted(n, "profile")} changed`,
  },
  {
    is: (step) => step.kind === "retain" || step.kind === "managedElsewhere",
    words: (n) => `${count(n)} no longer managed here`,
    done: (n) => `${count(n)} no longer managed here`,
  },
  {
    is: (step) => step.kind === "stateOnly",
    words: (n) => `${counted(n, "setting changes", "settings change")}`,
    done: (n) => `${counted(n, "setting")} changed`,
  },
];

/** `1 has joined, 2 roles up`: what was done, and how many of those who joined were adopted. */
export function doneWords(steps: readonly Step[], takenOver: number): string {
  const added = steps.filter(({ kind }) => kind === "join").length - takenOver;
  const counts = KINDS.flatMap((kind) => {
    const ours = steps.filter((step) => step.kind !== "join" && kindOf(step) === kind).length;
    return ours === 0 ? [] : [kind.done(ours)];
  });
  return (
    [
      ...(added > 0 ? [`${count(added)} added`] : []),
      ...(takenOver > 0 ? [`${count(takenOver)} adopted`] : []),
      ...counts,
    ].join(", ") || "nothing"
  );
}

/** `1 joins`, `2 roles up`: those kinds of which there are any. */
export function countsOf(steps: readonly Step[]): string[] {
  return KINDS.flatMap((kind) => {
    const ours = steps.filter((step) => kindOf(step) === kind).length;
    return ours === 0 ? [] : [kind.words(ours)];
  });
}

/** As {@link countsOf}, where nothing is known yet of those who join. */
function firstCountsOf(steps: readonly Step[]): string[] {
  const joining = steps.filter(({ kind }) => kind === "join").length;
  const rest = countsOf(steps.filter(({ kind }) => kind !== "join"));
  return joining === 0 ? rest : [counted(joining, "joins or is adopted", "join or are adopted"), ...rest];
}

/** What a first run says first: what happens to those who are there. */
export function firstRunLine(declared: number): string {
  return (
    `! ${counted(declared, "person is", "people are")} declared for the first time. ` +
    "Existing members are adopted, not invited. They keep a role that is higher than declared."
  );
}

/**
 * What is said where people leave and others join who have the same name before the `@`: most probably they are the same
 * people, and their addresses have changed.
 */
export function movedDomainWords(steps: readonly Step[]): string[] {
  const joining = new Map(
    steps.flatMap(({ kind, email }) => (kind === "join" ? [[localPart(email), email]] : [])),
  );
  const pairs = steps.flatMap((step) => {
    const now = isDeparture(step) && !step.unmanaged ? joining.get(localPart(step.email)) : undefined;
    return now === undefined || step.kind === "managedElsewhere" ? [] : [{ before: step.email, now }];
  });
  const [first] = pairs;
  if (first === undefined) return [];
  const who =
    pairs.length === 1
      ? `${first.before} leaves and ${first.now} joins`
      : `${count(pairs.length)} people leave and join again at another domain, such as ${first.before} as ${first.now}`;
  return [
    `${who}. If only the e-mail has changed, write the old one into formerUserName of the row: ` +
      "it is then changed in place, and the account stays.",
  ];
}

const localPart = (email: string) => email.slice(0, email.lastIndexOf("@"));

/** Whether it is only in doubt if a step has anything to do. */
function isLookUp(step: Step): boolean {
  if (step.kind === "check") return true;
  if (step.kind === "changeRole")
    return step.or !== undefined && (step.or === step.to || step.from === step.to);
  return step.kind === "updateProfile" && step.changes.every(({ unanswered }) => unanswered);
}

/** The first kind that a step is of: an end is counted apart from other changes. */
const kindOf = (step: Step) => KINDS.find(({ is }) => is(step));

/** The lower the earlier it is told: privileged roles, who leaves, who joins, and then the rest. */
function weightOf(step: Step): number {
  if (
    step.kind === "changeRole" &&
    (isPrivileged(step.to) || isPrivileged(step.from) || rankOf(step.from) > 4)
  )
    return 0;
  if (step.kind === "join" && isPrivileged(step.role)) return 0;
  if ((isDeparture(step) || step.kind === "check") && isPrivileged(step.role)) return 0;
  // A privileged role that is managed no more.
  if (
    step.kind === "stateOnly" &&
    step.changes.some(
      ({ field, from, to }) => field === "role" && to === undefined && isPrivileged(String(from)),
    )
  )
    return 0;
  const rest: Record<Step["kind"], number> = {
    remove: 1,
    demote: 2,
    check: 3,
    changeRole: 4,
    join: 5,
    activate: 6,
    updateProfile: 7,
    retain: 8,
    managedElsewhere: 8,
    stateOnly: 9,
  };
  return rest[step.kind];
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
