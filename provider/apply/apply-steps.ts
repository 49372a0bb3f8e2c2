import { TURNS, type Turn, turnOf } from "../plan/order";
import type { Step } from "../plan/step";
import { RateLimitedError, UnauthorizedError } from "../scim/errors";

/** A step that could not be done, and why. */
export interface Failure {
  step: Step;
  reason: string;
  /** Absent where the step was not begun, since it needs another one that failed. */
  error?: unknown;
}

/** What became of the steps: each is in one of the three. */
export interface Outcome {
  done: Step[];
  failures: Failure[];
  /** Not begun, since the run was asked to end, or could not have gone on. */
  notBegun: Step[];
  /** Why; undefined where all were begun. */
  stopped: string | undefined;
}

/** What would fail for everybody else just the same. */
function isHopeless(error: unknown): boolean {
  return error instanceof UnauthorizedError || error instanceof RateLimitedError;
}

/** So many steps are under way at once: enough for every request that may be, and few to wait for when a run is to end. */
const AT_ONCE = 16;

/** What has its turn between those of people. */
export interface TurnsBeside {
  /** Awaited before each turn. */
  before(turn: Turn): Promise<void>;
  /** Awaited after the last one, with what was done. */
  after(done: readonly Step[]): Promise<void>;
}

/** What is asked and told while steps are carried out. */
export interface Around {
  /** Asked before each step: whether the run is to end. */
  isCancelled: () => boolean;
  /** Asked before each step: why it may not begin, with the steps that failed or were not begun so far. Default: it may. */
  whyWaits?: (step: Step, unfinished: ReadonlySet<Step>) => string | undefined;
  /** Default: nothing. */
  beside?: TurnsBeside | undefined;
  /** Told after each step. */
  onStep?: () => void;
}

/**
 * Does the steps turn by turn, those of one turn side by side (but for e-mails, which free one another). Each
 * person's failure is theirs: the others go on, but for those who need what failed or is not whole yet.
 * @param perform says whether what others may need of the step is there
 */
export async function applySteps(
  steps: readonly Step[],
  perform: (step: Step) => Promise<boolean>,
  { isCancelled, whyWaits = () => undefined, beside, onStep = () => {} }: Around,
  atOnce = AT_ONCE,
): Promise<Outcome> {
  const outcome: Outcome = { done: [], failures: [], notBegun: [], stopped: undefined };
  const unfinished = new Set<Step>();
  const doOne = async (step: Step) => {
    if (outcome.stopped === undefined && isCancelled()) outcome.stopped = "the run was asked to end";
    if (outcome.stopped !== undefined) {
      outcome.notBegun.push(step);
      unfinished.add(step);
      return;
    }
    const waits = whyWaits(step, unfinished);
    if (waits !== undefined) {
      outcome.failures.push({ step, reason: waits });
      unfinished.add(step);
      onStep();
      return;
    }
    try {
      if (!(await perform(step))) unfinished.add(step);
      outcome.done.push(step);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      outcome.failures.push({ step, reason, error });
      unfinished.add(step);
      if (isHopeless(error)) outcome.stopped ??= "it would have failed for everybody else, too";
    }
    onStep();
  };
  for (const turn of TURNS) {
    await beside?.before(turn);
    const ours = steps.filter((step) => turnOf(step) === turn);
    await sideBySide(ours, turn === ("e-mails" satisfies Turn) ? 1 : atOnce, doOne);
  }
  await beside?.after(outcome.done);
  return outcome;
}

async function sideBySide<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
