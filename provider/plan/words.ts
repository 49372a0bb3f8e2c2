import { endWords, instantOf, spanWords } from "../model/instant";
import { isDemotion, isPrivileged, rankOf } from "../model/role";
import { UNKNOWN } from "../model/unknown";
import { type DeclaredPerson, TREATMENT } from "../state/person";
import { HIDDEN } from "../state/redaction";
import type { Redacted } from "../state/workspace";
import {
  type Began,
  type Departure,
  type Ended,
  type FieldChange,
  isDeparture,
  type ProfileChange,
  type RoleChange,
  type Step,
} from "./step";
import { type ComingEnd, endsWithin } from "./times";

const NO_SECRETS: Redacted = {};

/** The line of one step, such as `~ kestrel@example.com: member → owner`. */
export function lineOf(step: Step, redacted: Redacted = NO_SECRETS): string {
  const { email } = step;
  switch (step.kind) {
    case "check":
      if (step.of === "move")
        return `~ ${email}: looked up, since another resource was to have them; nothing declares them any more`;
      return step.of === "removal"
        ? `~ ${email}: looked up, since a removal got no answer, and added again if they are gone`
        : `~ ${email}: looked up, since an addition got no answer; they are not declared any more`;
    case "join": {
      const as = step.role === undefined ? "" : ` as ${roleWords(step.role)}`;
      if (step.held !== undefined) {
        const again = step.reinvited ? " again, with another account than before," : "";
        return `+ ${email} is in the workspace${again} as ${step.held}: adopted${stays(step.held, step.role)}`;
      }
      const removed = step.again ? `was removed in Notion ${AGAIN}` : "was removed in Notion";
      const why = step.wasRemoved
        ? ` again (${removed})`
        : step.maybeAdded
          ? " unless an addition without an answer has added them"
          : "";
      const former =
        step.ignoredFormer === undefined
          ? ""
          : ` (formerUserName ${step.ignoredFormer} has no effect in a first run)`;
      return `+ ${email} joins${as}${why}${former}${overWords(step)}`;
    }
    case "changeRole":
      return `~ ${email}: ${step.from === undefined ? "role (not managed)" : heldWords(step.from)}${orWords(step)} → ${roleWords(step.to)}${inNotion(step.drifted, step.again)}${overWords(step)}`;
    case "updateProfile":
      return `~ ${email}: ${changeWords(step.changes, redacted[email])}${knownWords(step)}`;
    case "activate":
      return `~ ${email}: deactivated → active${step.again ? ` (deactivated ${AGAIN})` : ""}`;
    case "stateOnly":
      return `~ ${email}: ${step.changes.map(noteWords).join(", ")}`;
    case "remove":
    case "demote":
    case "retain":
    case "managedElsewhere":
      return departureWords(step);
  }
}

/**
 * The steps' lines, the most important first, and how many more there are of each kind behind the last one.
 * @param most how many steps have a line
 */
export function linesOf(
  steps: readonly Step[],
  redacted: Redacted = NO_SECRETS,
  most = MOST_LINES,
): string[] {
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

function departureWords({ kind, email, role, unmanaged, ended, drifted }: Departure): string {
  const who = unmanaged && ended === undefined ? `${email} is not declared and` : email;
  const lastApplied = `${role === undefined || role === "" ? "" : ` (was ${role}${drifted ? ", changed in Notion" : ""})`}${overWords({ ended })}`;
  switch (kind) {
    case "remove":
      return `- ${who} leaves${lastApplied}`;
    case "demote":
      return `- ${who} becomes restricted_member${lastApplied}`;
    case "retain":
      return `- ${email} is no longer managed and stays${role ? ` ${role}` : ""}`;
    case "managedElsewhere":
      return `- ${email} stays: another resource of this program declares them`;
  }
}

/** How long the account is known under the e-mail that changes: a former e-mail may have become somebody else's. */
function knownWords({ changes, since }: ProfileChange): string {
  const isChange = changes.some(({ field, drifted }) => field === "userName" && !drifted);
  return since === undefined || !isChange ? "" : ` (the account known under the old e-mail since ${since})`;
}

function changeWords(changes: readonly FieldChange[], secret: readonly string[] = []): string {
  return changes
    .map(({ field, from, to, drifted, again, unanswered }) => {
      const hidden = secret.includes(field);
      const value = (each: unknown) => (hidden ? HIDDEN : valueWords(each));
      if (unanswered)
        return `${attributeWords(field)} ${value(to)} (looked up, since a change got no answer)`;
      return `${attributeWords(field)} ${value(from)} → ${value(to)}${inNotion(drifted, again)}`;
    })
    .join(", ");
}

function noteWords({ field, from, to }: FieldChange): string {
  if (field === "timedRole") return `the role for a time ${plain(from)} → ${plain(to)}`;
  if (field === "role" && to === undefined) return `the role is no longer managed and stays ${plain(from)}`;
  if (field === "userName")
    return `declared as ${plain(to)}, the e-mail that Notion has (was ${plain(from)})`;
  if ((field === "until" || field === "roleUntil") && typeof from === "string" && typeof to === "string") {
    const moved = (instantOf(to, "until") ?? 0) - (instantOf(from, "until") ?? 0);
    const how = moved === 0 ? "" : ` (${moved > 0 ? "extended" : "shortened"} by ${spanWords(moved)})`;
    return `${field} ${from} → ${to}${how}`;
  }
  if (TREATMENT.some((each) => each === field)) return `${field} ${saidWords(from)} → ${saidWords(to)}`;
  return `${field} is no longer managed`;
}

/** That the time of a role or a membership is over, or has begun. */
function overWords({ ended, began }: { ended?: Ended | undefined; began?: Began | undefined }): string {
  if (ended !== undefined) {
    const reason = ended.reason === undefined ? "" : `; reason: ${ended.reason}`;
    return ` (ended ${endWords(ended.at)}${reason})`;
  }
  return began === undefined ? "" : ` (from ${began.at} on)`;
}

/** Lines for what ends soon: told before it happens, so that it can be extended. */
export function endLines(
  people: Readonly<Record<string, DeclaredPerson>>,
  now: number,
  withinMs: number,
): string[] {
  return endsWithin(people, now, withinMs).map((end) => endLine(end, now));
}

/** The line for one end that is to come. */
export function endLine({ email, what, until, at, role, next, reason }: ComingEnd, now: number): string {
  const access = what === "role" ? `${role} ends` : "the membership ends";
  const after = next === undefined ? "" : `, then ${next}`;
  return `! ${email}: ${access} ${endWords(until)}, in ${spanWords(at - now)}${after}${reason === undefined ? "" : ` (reason: ${reason})`}`;
}

/** A line without how long it is until then, which is another one at each moment. */
export function withoutSpan(line: string): string {
  return line.replace(/^(! .*? UTC), in (?:less than a minute|\d+ (?:minute|hour|day)s?)/, "$1");
}

function stays(held: string, role: string | undefined): string {
  return isDemotion(held, role) ? `, and stays ${held} until the next run (declared is ${role})` : "";
}

/** What an attribute is called. */
export const attributeWords = (name: string) => (name === "userName" ? "e-mail" : name);
/** A role that somebody holds; Notion may show none. */
export const heldWords = (role: string | undefined) => role || "no role";

/** The other role that somebody may have. */
const orWords = ({ or }: RoleChange) =>
  or === undefined ? "" : ` or ${heldWords(or)} (looked up, since a change got no answer)`;

const AGAIN =
  "again after it was set back: something else writes it, such as an identity provider or another stack";

const inNotion = (drifted: boolean, again?: true) =>
  drifted ? (again ? ` (changed in Notion ${AGAIN})` : " (changed in Notion)") : "";
const roleWords = (role: string) => (role === UNKNOWN ? "a role known after the update" : role);
const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const saidWords = (value: unknown) => (value === undefined ? "(not said)" : plain(value));

function valueWords(value: unknown): string {
  if (value === undefined) return "(not managed)";
  if (value === UNKNOWN) return "(known after the update)";
  if (value === "") return "(empty)";
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parts = Object.values(value);
    if (parts.length > 0 && parts.every((part) => typeof part === "string"))
      return valueWords(parts.join(" "));
  }
  return JSON.stringify(value);
}

const count = (number: number) => number.toLocaleString("en");

function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
