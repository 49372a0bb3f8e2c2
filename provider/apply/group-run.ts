import { emailOf } from "../model/email";
import { groupDoneCounts } from "../plan/groups-counts";
import type { EvaluatedGroups } from "../plan/groups-evaluate";
import type { FoundPeople } from "../plan/groups-found";
import { groupHeldBackLines, groupLineOf } from "../plan/groups-words";
import type { Turn } from "../plan/order";
import type { Step } from "../plan/step";
import type { AppliedGroup } from "../state/group";
import type { AppliedPeople } from "./applied-people";
import type { TurnsBeside } from "./apply-steps";
import type { GroupContext, GroupWorld } from "./context";
import { GroupApplier, type PeopleNow } from "./group-applier";
import { type GroupOutcome, groupsAfter, newlyShownLines } from "./group-results";

/** The groups of one run: applied between the turns of its people. */
export class GroupRun implements TurnsBeside {
  readonly #context: GroupContext;
  readonly #world: GroupWorld;
  readonly #evaluated: EvaluatedGroups;
  readonly #result: AppliedPeople;
  readonly #groups: GroupApplier;
  /** Ids of those whom this run has removed from the workspace. */
  readonly #gone = new Set<string>();
  /** Why groups were not written any further. */
  #stopped: string | undefined;
  /** E-mails of everybody, once somebody was met who is not of the program. */
  #everybody: ReadonlyMap<string, string> = new Map();

  /** @param result the people as the run has left them so far */
  constructor(
    context: GroupContext,
    world: GroupWorld,
    evaluated: EvaluatedGroups,
    result: AppliedPeople,
    isCancelled: () => boolean,
  ) {
    this.#context = context;
    this.#world = world;
    this.#evaluated = evaluated;
    this.#result = result;
    const people: PeopleNow = {
      idOf: (email) => result.accountOf(email),
      found: () => this.#found(),
      learn: (ids) => this.#learn(ids),
    };
    this.#groups = new GroupApplier(context, world, evaluated, people, isCancelled);
  }

  /** Groups have their turn before anybody is demoted or removed. */
  async before(turn: Turn): Promise<void> {
    if (turn !== ("demotions" satisfies Turn) || this.#isNothing) return;
    await this.#guarded(async () => {
      await this.#context.groups.proveHere();
      await this.#groups.applyMembers();
    });
  }

  /** Deletions come last. @param done what was done to people */
  async after(done: readonly Step[]): Promise<void> {
    for (const step of done) {
      if (step.kind !== "remove") continue;
      const { ids, unmanaged } = this.#world.people;
      const id = step.unmanaged ? unmanaged?.[step.email]?.id : ids[step.email];
      if (id !== undefined) this.#gone.add(id);
    }
    if (this.#isNothing || this.#stopped !== undefined) return;
    await this.#guarded(() => this.#groups.applyDeletions());
  }

  /** What the state keeps of the groups; nothing where there are none. */
  outputs(): { groups?: Record<string, AppliedGroup> } {
    const groups = groupsAfter(this.#outcome);
    return Object.keys(groups).length === 0 ? {} : { groups };
  }

  /** What is told at the end: who is in exact groups that this run has seen first, and which groups are managed no longer. */
  lines(): string[] {
    const released = this.#groups.done.filter(({ kind }) => kind === "releaseGroup");
    const { groups = {} } = this.outputs();
    return [...newlyShownLines(this.#outcome, groups), ...released.map((step) => groupLineOf(step))];
  }

  /** What was done, in words such as `1 group renamed`. */
  done(): string[] {
    return groupDoneCounts(this.#groups.counted);
  }

  /** What could not be done, a sentence each. */
  reasons(): string[] {
    const { planned, people } = this.#evaluated;
    const contested = planned.heldBack.filter(({ why }) => why === "contested");
    const waiting = groupHeldBackLines(contested, this.#world.applied, planned, people);
    return [
      ...waiting.map((line) => line.replace(/^! /, "")),
      ...(this.#stopped === undefined ? [] : [this.#stopped]),
      ...new Set(this.#groups.failures.map(({ reason }) => reason)),
    ];
  }

  get #outcome(): GroupOutcome {
    return this.#groups.outcome((id) => this.#gone.has(id));
  }

  get #isNothing(): boolean {
    return this.#evaluated.planned.steps.length === 0;
  }

  /** What stops groups as a whole leaves what was done to people in the state. */
  async #guarded(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#stopped = `Groups could not be written: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Whoever is in a group and not of the program is known by the listing of members. */
  async #learn(ids: readonly string[]): Promise<void> {
    const { emails } = this.#found();
    if (ids.every((id) => emails.has(id))) return;
    const { people } = await this.#context.directory.everybody();
    this.#everybody = new Map(people.map((user) => [user.id, emailOf(user)]));
  }

  #found(): FoundPeople {
    const ids = Object.entries(this.#result.ids);
    return {
      emails: new Map([
        ...this.#everybody,
        ...this.#evaluated.people.emails,
        ...ids.map(([email, id]) => [id, email] as const),
      ]),
      managed: new Set(ids.map(([, id]) => id)),
    };
  }
}
