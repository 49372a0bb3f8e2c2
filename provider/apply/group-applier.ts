import type { GroupRecord } from "../model/group";
import type { GroupsDone } from "../plan/groups-counts";
import { wantedMembers } from "../plan/groups-declared";
import type { EvaluatedGroups } from "../plan/groups-evaluate";
import type { FoundPeople } from "../plan/groups-found";
import { declaredTwiceWords, exactElsewhereWords } from "../plan/groups-refusals";
import type {
  AddMember,
  CreateGroup,
  DeleteGroup,
  GroupStep,
  RemoveMember,
  RenameGroup,
} from "../plan/groups-step";
import type { AppliedGroups, DeclaredGroups } from "../state/group";
import { asksForUnmanaged, keptIds } from "../state/group";
import type { GroupContext, GroupWorld } from "./context";
import { DeclarationError, notInWorkspace, severalOfOneName } from "./errors";
import { deleteAsShown } from "./group-deletion";
import type { GroupOutcome } from "./group-results";

/** The people while groups have their turn. */
export interface PeopleNow {
  /** Notion's id of somebody who is declared; undefined while they are not in the workspace. */
  idOf(email: string): string | undefined;
  /** What is known of everybody. */
  found(): FoundPeople;
  /** Finds out who these are, as far as nothing is known of them. */
  learn(ids: readonly string[]): Promise<void>;
}

/** A step of groups that could not be done, and why. */
export interface GroupFailure {
  step: GroupStep;
  reason: string;
}

/** Carries out a plan of groups, and keeps note of how each is then. Groups are written one after the other. */
export class GroupApplier {
  readonly done: GroupStep[] = [];
  readonly failures: GroupFailure[] = [];
  readonly #context: GroupContext;
  readonly #evaluated: EvaluatedGroups;
  readonly #applied: AppliedGroups;
  readonly #declared: DeclaredGroups;
  readonly #people: PeopleNow;
  readonly #isCancelled: () => boolean;
  /** Groups that were read in this run, by declared name, or by the name in the state. */
  readonly #live = new Map<string, GroupRecord>();
  readonly #deleted = new Set<string>();
  /** How many people were put into each group that was there already, by name. */
  readonly #adopted = new Map<string, number>();

  constructor(
    context: GroupContext,
    { applied, declared }: Pick<GroupWorld, "applied" | "declared">,
    evaluated: EvaluatedGroups,
    people: PeopleNow,
    isCancelled: () => boolean,
  ) {
    this.#context = context;
    this.#evaluated = evaluated;
    this.#applied = applied;
    this.#declared = declared;
    this.#people = people;
    this.#isCancelled = isCancelled;
  }

  /** What comes before people are demoted and removed. */
  async applyMembers(): Promise<void> {
    if (this.#evaluated.planned.steps.every(({ kind }) => kind === "releaseGroup")) return;
    await this.#read();
    for (const step of this.#of("createGroup", "renameGroup", "noteGroup"))
      await this.#try([step], () => this.#applySetting(step));
    for (const [name, adding] of byGroup(this.#of("addMember"))) await this.#addTo(name, adding);
    for (const [name, leaving] of byGroup(this.#of("removeMember"))) await this.#removeFrom(name, leaving);
  }

  /** What comes last. */
  async applyDeletions(): Promise<void> {
    for (const step of this.#of("deleteGroup")) {
      const { group: name } = step;
      if (this.#context.registry.declaresGroup({ id: this.#applied[name]?.id, name })) {
        // It has become a NotionGroup, which nobody knew when this was planned.
        this.#deleted.add(name);
        this.done.push({ kind: "releaseGroup", group: name, isGone: false });
      } else await this.#try([step], () => this.#delete(step));
    }
    await this.#people.learn(this.#idsToName());
    this.done.push(...this.#of("releaseGroup"));
  }

  /** What is counted at the end of a run. */
  get counted(): GroupsDone {
    return { steps: this.done, adopted: this.#adopted };
  }

  /** What the run came to so far. @param isGone whether somebody was removed from the workspace in this run */
  outcome(isGone: (id: string) => boolean): GroupOutcome {
    return {
      applied: this.#applied,
      declared: this.#declared,
      evaluated: this.#evaluated,
      live: this.#live,
      deleted: this.#deleted,
      people: this.#people.found(),
      wantedIds: (name) => this.#wantedIds(name),
      isGone,
    };
  }

  /** Members of groups whose e-mail the state keeps or a line names. */
  #idsToName(): string[] {
    const asking = [...this.#live].filter(([name]) => {
      const group = this.#declared[name] ?? this.#applied[name];
      return group !== undefined && asksForUnmanaged(group);
    });
    return asking.flatMap(([, { members }]) =>
      members.flatMap(({ id, email }) => (email === undefined ? [id] : [])),
    );
  }

  #of<K extends GroupStep["kind"]>(...kinds: K[]): (GroupStep & { kind: K })[] {
    return this.#evaluated.planned.steps.filter((step): step is GroupStep & { kind: K } =>
      (kinds as string[]).includes(step.kind),
    );
  }

  /** Finds the groups of the state by their ids. */
  async #read(): Promise<void> {
    const byId = new Map((await this.#context.groups.all()).groups.map((group) => [group.id, group]));
    const names = new Map([...this.#evaluated.planned.heldAs].map(([name, key]) => [key, name]));
    for (const [key, held] of Object.entries(this.#applied)) {
      if (held.gone === true) continue;
      const live = byId.get(held.id) ?? (await this.#context.groups.group(held.id));
      if (live !== undefined) this.#live.set(names.get(key) ?? key, live);
    }
  }

  /** Does one thing; what goes wrong is of these steps alone, and the others go on. */
  async #try(steps: readonly GroupStep[], action: () => Promise<void>): Promise<void> {
    try {
      if (this.#isCancelled()) throw new DeclarationError("Not begun, since the run was asked to end.");
      await action();
      this.done.push(...steps);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      for (const step of steps) this.failures.push({ step, reason });
      await this.#readAgain(steps[0]?.group ?? "");
    }
  }

  /** What a write that failed has done is seen by a read, if there is one: also that it has made a group. */
  async #readAgain(name: string): Promise<void> {
    const { groups, groupWriter } = this.#context;
    const known = this.#live.get(name);
    const live = await (known === undefined ? groupWriter.madeByFailed(name) : groups.group(known.id)).catch(
      () => known,
    );
    if (live !== undefined) this.#live.set(name, live);
  }

  /** Ids of the members of a group that the state keeps. */
  #kept(name: string): ReadonlySet<string> {
    const held = this.#applied[this.#evaluated.planned.heldAs.get(name) ?? name];
    return held === undefined ? new Set() : keptIds(held);
  }

  async #applySetting(step: CreateGroup | RenameGroup | (GroupStep & { kind: "noteGroup" })): Promise<void> {
    if (step.kind === "createGroup") return this.#create(step);
    const live = this.#mustFind(step.group);
    if (step.kind === "noteGroup") return;
    const taken = await this.#context.groups.named(step.group);
    if (taken.some(({ id }) => id !== live.id)) throw severalOfOneName(step.group, [live, ...taken]);
    this.#live.set(
      step.group,
      await this.#context.groupWriter.rename(live, step.group, this.#kept(step.group)),
    );
  }

  async #create(step: CreateGroup): Promise<void> {
    const { group: name } = step;
    const there = await this.#context.groups.named(name);
    if (there.length > 1) throw severalOfOneName(name, there);
    const ids = [...this.#wantedIds(name)];
    const [live] = there;
    this.#refuseElsewhere(name, live?.id);
    if (live === undefined) {
      this.#live.set(name, await this.#context.groupWriter.create(name, ids));
      return this.#refuseMissing(step);
    }
    if (!this.#context.settings.adopt) {
      throw new DeclarationError(
        `Group ${name} is there already, and notion:adopt is false. To manage it with this program run \`pulumi config set notion:adopt true\`.`,
      );
    }
    this.#live.set(name, live);
    this.#adopted.set(name, await this.#addWhoIsNotIn(name, live, ids));
    this.#refuseMissing(step);
  }

  /** What another resource of the program declares may be known only now that the group is found. */
  #refuseElsewhere(name: string, id: string | undefined): void {
    const { registry } = this.#context;
    if (registry.declaresGroup({ id, name })) throw new DeclarationError(declaredTwiceWords(name));
    const isJoined = id !== undefined && registry.membershipsOf(id).size > 0;
    if (isJoined && this.#declared[name]?.members === "exact")
      throw new DeclarationError(exactElsewhereWords(name));
  }

  async #addWhoIsNotIn(name: string, live: GroupRecord, ids: readonly string[]): Promise<number> {
    const is = new Set(live.members.map(({ id }) => id));
    const coming = ids.filter((id) => !is.has(id));
    if (coming.length > 0)
      this.#live.set(name, await this.#context.groupWriter.add(live, coming, this.#kept(name)));
    return coming.length;
  }

  /** A person who could not join the workspace is in no group yet. */
  #refuseMissing({ group, members }: CreateGroup): void {
    const missing = members.filter((email) => this.#people.idOf(email) === undefined);
    if (missing.length > 0) throw notInWorkspace(missing, group);
  }

  async #addTo(name: string, steps: readonly AddMember[]): Promise<void> {
    const here = steps.filter(({ email }) => this.#people.idOf(email) !== undefined);
    const away = steps.filter((step) => !here.includes(step));
    for (const step of away) this.failures.push({ step, reason: notInWorkspace([step.email], name).message });
    if (here.length === 0) return;
    await this.#try(here, async () => {
      const ids = here.flatMap(({ email }) => this.#people.idOf(email) ?? []);
      await this.#addWhoIsNotIn(name, this.#mustFind(name), ids);
    });
  }

  /** Those alone whom the plan has named, and nobody who is to be in the group by now. */
  async #removeFrom(name: string, steps: readonly RemoveMember[]): Promise<void> {
    await this.#try(steps, async () => {
      const live = this.#mustFind(name);
      const wanted = this.#wantedIds(name);
      const elsewhere = this.#context.registry.membershipsOf(live.id);
      const named = new Set(steps.flatMap(({ id }) => (elsewhere.has(id) ? [] : [id])));
      const ids = live.members.flatMap(({ id }) => (named.has(id) && !wanted.has(id) ? [id] : []));
      // The plan was held against the limits of the group.
      this.#context.groupGuard.letThrough(live.id, ids.length);
      if (ids.length > 0)
        this.#live.set(name, await this.#context.groupWriter.remove(live, ids, this.#kept(name)));
    });
  }

  async #delete({ group: name }: DeleteGroup): Promise<void> {
    const held = this.#applied[name];
    const live = held === undefined ? undefined : await this.#context.groups.read(held.id);
    if (held !== undefined && live !== undefined) {
      this.#live.set(name, live);
      await deleteAsShown(this.#context, live, held, this.#people);
    }
    this.#deleted.add(name);
  }

  /** Ids of those who are to be in a group, as far as they are in the workspace by now. */
  #wantedIds(name: string): ReadonlySet<string> {
    const group = this.#declared[name];
    if (group === undefined) return new Set();
    const wanted = wantedMembers(name, group, this.#evaluated.people);
    return new Set([...wanted.keys()].flatMap((email) => this.#people.idOf(email) ?? []));
  }

  #mustFind(name: string): GroupRecord {
    const live = this.#live.get(name);
    if (live !== undefined) return live;
    throw new DeclarationError(
      `Group ${name} is not in the workspace any more. Run \`pulumi up --refresh\`.`,
    );
  }
}

const byGroup = <T extends GroupStep>(steps: readonly T[]) => Map.groupBy(steps, ({ group }) => group);
