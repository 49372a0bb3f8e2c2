import fc from "fast-check";
import { expect, test } from "vitest";
import { ROLES } from "../../provider/model/role";
import type { DeclaredPerson } from "../../provider/state/person";
import { type People, Stack, workspace } from "../lifecycle/workspace/stack";
import { FAULT_NAMES, type FaultSpec, type Simulator, startSimulator } from "../simulator/index.mts";
import { edges, isWithin, timeAt } from "./times";

// Random programs of a NotionWorkspace with roles and memberships for a time, a day from run to run, edits behind the code's back, faults and kills, run after run: after a last
// run that reads first and meets no fault everything is as declared. PULUMI_NOTION_FUZZ_RUNS=1000 for a long look; a
// failure prints seed and path, to be given as PULUMI_NOTION_FUZZ_SEED.

const RUNS = Number(process.env.PULUMI_NOTION_FUZZ_RUNS ?? 60);
// The same programs each time, so that a red run is this change's doing; a long look sees others.
const SEED =
  process.env.PULUMI_NOTION_FUZZ_SEED ??
  (process.env.PULUMI_NOTION_FUZZ_RUNS === undefined ? "2026" : undefined);
/** Fewer of those without edits by hand: most of it is the same. */
const ALONE = Math.ceil(RUNS / 3);

const PEOPLE = 8;
/** They are members before the program knows of them. */
const MEMBERS_BEFORE = 3;
const LIMITS = { maxAdditions: 99, maxPromotions: 99, maxRemovals: 99, maxDemotions: 99, minOwners: 0 };

interface Wish {
  who: number;
  /** `undefined`: not declared from now on. */
  declared: DeclaredPerson | undefined;
  /** They get another e-mail; once at most, so that the program always says which one they had in Notion. */
  moves: boolean;
}

type Edit = { who: number } & (
  | { what: "title"; title: string }
  | { what: "role"; role: string }
  | { what: "remove" | "add" | "deactivate" }
);

interface Round {
  wishes: Wish[];
  edits: Edit[];
  faults: FaultSpec[];
  refresh: boolean;
  /** Everything acts, and nothing of it is in the state. */
  killed: boolean;
}

const who = fc.nat({ max: PEOPLE - 1 });
const role = fc.constantFrom(...ROLES);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const person: fc.Arbitrary<DeclaredPerson> = fc
  .record({
    title: maybe(fc.constantFrom("Engineer", "Designer", "Lead")),
    role: maybe(role),
    onRemove: maybe(fc.constantFrom("remove", "restrict", "retain")),
    membership: maybe(edges),
    time: maybe(fc.record({ edges, then: role })),
  })
  .map(({ membership, time, ...all }) => ({
    ...all,
    ...membership,
    ...(all.role !== undefined &&
      time !== undefined &&
      Object.keys(time.edges).length > 0 && {
        roleFrom: time.edges.from,
        roleUntil: time.edges.until,
        roleThen: time.then,
      }),
  }))
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const round: fc.Arbitrary<Round> = fc.record({
  wishes: fc.array(
    fc.record({
      who,
      declared: fc.option(person, { nil: undefined, freq: 4 }),
      moves: fc.constantFrom(true, false, false),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  edits: fc.array(
    fc.oneof(
      fc.record({
        who,
        what: fc.constant("title" as const),
        title: fc.constantFrom("Elsewhere", "Engineer"),
      }),
      fc.record({ who, what: fc.constant("role" as const), role }),
      fc.record({ who, what: fc.constantFrom("remove" as const, "add" as const, "deactivate" as const) }),
    ),
    { maxLength: 3 },
  ),
  faults: fc.array(
    fc
      .record({
        // Those that would make a run wait, and those that need a parameter, are in workspace.test.ts.
        name: fc.constantFrom(
          ...FAULT_NAMES.filter(
            (name) => !["hang_before", "hang_after", "huge_answer", "redirect"].includes(name),
          ),
        ),
        method: maybe(fc.constantFrom("GET", "POST", "PATCH", "DELETE")),
        times: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant("always" as const)),
        after: fc.nat({ max: 2 }),
      })
      // A 404 that is not true tells of a person gone who is there: of a removal alone that is beyond repair.
      .map((spec) => (spec.name === "not_found" ? { ...spec, method: "POST" } : spec) as FaultSpec),
    { maxLength: 3 },
  ),
  refresh: fc.boolean(),
  killed: fc.constantFrom(true, false, false, false),
});

const addressOf = (index: number, moved: boolean) => `p${index}${moved ? ".new" : ""}@example.com`;

/** The program as the test knows it. */
class Model {
  readonly #people = Array.from({ length: PEOPLE }, () => ({
    declared: undefined as DeclaredPerson | undefined,
    moved: false,
  }));

  /** @param inState whether the state has somebody under an e-mail: only of those a change of e-mail can be declared */
  apply({ who: index, declared, moves }: Wish, inState: (email: string) => boolean): void {
    const known = this.#people[index];
    if (known === undefined) return;
    if (moves && declared !== undefined && inState(addressOf(index, false))) known.moved = true;
    known.declared = declared;
  }

  /** As a refusal says: who is not in the state is declared by the address that they have. */
  takeBack(refusals: readonly string[]): boolean {
    const refused = refusals.flatMap((text) =>
      [...text.matchAll(/p(\d)\.new@example\.com/g)].map(([, who]) => Number(who)),
    );
    const known = refused.flatMap((index) => this.#people[index] ?? []).filter(({ moved }) => moved);
    for (const each of known) each.moved = false;
    return known.length > 0;
  }

  get people(): People {
    return Object.fromEntries(
      this.#people.flatMap(({ declared, moved }, index) => {
        if (declared === undefined) return [];
        const former = moved ? { formerUserName: addressOf(index, false) } : {};
        return [[addressOf(index, moved), { ...declared, ...former }]];
      }),
    );
  }
}

function editBehind({ workspace: live }: Simulator, change: Edit): void {
  const found = live.members.find(({ userName }) => userName.startsWith(`p${change.who}`));
  if (found === undefined) {
    if (change.what === "add") live.add({ userName: addressOf(change.who, false), title: "Invited" });
  } else if (change.what === "title") live.edit(found.id, { title: change.title });
  else if (change.what === "role") live.edit(found.id, { role: change.role });
  else if (change.what === "deactivate") live.edit(found.id, { active: false });
  else if (change.what === "remove") live.remove(found.id);
}

/** Those who are declared at a moment. */
function presentAt(people: People, now: number): [string, DeclaredPerson][] {
  return Object.entries(people).filter(([, { from, until }]) => isWithin(now, from, until));
}

/** What is said of what somebody else did. */
const BY_OTHERS = /\((changed|was removed|deactivated) in Notion\)/;

/** @param alone nobody but the program changes anything, and what it did it knows */
async function play(rounds: Round[], alone = false): Promise<number> {
  const simulator = await startSimulator({ seed: { members: 4 } });
  try {
    for (let index = 0; index < MEMBERS_BEFORE; index += 1)
      simulator.workspace.add({ userName: addressOf(index, false) });
    const bystanders = structuredClone(
      simulator.workspace.members.filter(({ userName }) => userName.startsWith("member.")),
    );
    const model = new Model();
    const stack = new Stack(simulator);
    let fired = 0;

    const run = async (refresh: boolean, now: number): Promise<string[]> => {
      const { people } = model;
      const from = simulator.requests.count();
      const { errors, words } = await stack.up([workspace("acme", people, { limits: LIMITS })], {
        refresh,
        preview: false,
        now,
      });
      if (alone)
        expect(
          words.filter((line) => BY_OTHERS.test(line)),
          "said of others",
        ).toEqual([]);
      const declared = new Set(
        presentAt(people, now).flatMap(([email, { formerUserName }]) => [email, formerUserName]),
      );
      const removed = simulator.requests.entries.slice(from).flatMap(({ method, path }) => {
        const id = path.split("/").at(-1);
        const gone = simulator.workspace.people.find((each) => each.id === id)?.userName;
        return method === "DELETE" && declared.has(gone) ? [gone] : [];
      });
      expect(removed, "declared and removed").toEqual([]);
      return errors;
    };

    for (const [day, { wishes, edits, faults, refresh, killed }] of rounds.entries()) {
      for (const each of wishes)
        model.apply(each, (email) => stack.state.size > 0 && Object.hasOwn(stack.workspace().people, email));
      if (!alone) for (const each of edits) editBehind(simulator, each);
      for (const each of faults) simulator.faults.add(each);
      const before = structuredClone([...stack.state]);
      await run(refresh, timeAt(day));
      if (killed && !alone) {
        stack.state.clear();
        for (const [urn, entry] of before) stack.state.set(urn, entry);
      }
      fired += simulator.faults.fired();
      simulator.faults.clear();
    }

    const now = timeAt(rounds.length);
    // A change of e-mail of somebody whom the state has lost is refused, with what to do.
    while (model.takeBack((await run(true, now)).filter((text) => text.includes("formerUserName"))));
    const people = Object.fromEntries(presentAt(model.people, now));
    expect(await run(true, now)).toEqual([]);
    // A role that a take-over left as it was is changed by the run after.
    expect(await run(true, now)).toEqual([]);
    for (const [userName, person] of Object.entries(people)) {
      const { title, role, roleFrom, roleUntil, roleThen } = person;
      const held = isWithin(now, roleFrom, roleUntil) ? role : roleThen;
      const attributes = { ...(title && { title }), ...(held && { role: held }) };
      const found = simulator.workspace.membersNamed(userName);
      expect(found, userName).toMatchObject([{ ...attributes, active: true }]);
      expect(stack.workspace().ids[userName]).toBe(found[0]?.id);
      expect(stack.workspace().people[userName]).toMatchObject(attributes);
    }
    expect(Object.keys(stack.workspace().ids).sort()).toEqual(Object.keys(people).sort());
    // A list that shrinks is a fault that takes somebody out by itself.
    for (const { id, role: held } of bystanders)
      expect([held, undefined], "somebody who was never declared").toContain(
        simulator.workspace.member(id)?.role,
      );
    const sent = simulator.requests.count();
    expect(await run(true, now)).toEqual([]);
    const writes = simulator.requests.entries.slice(sent).filter(({ method }) => method !== "GET");
    expect(writes, "writes of another up").toEqual([]);
    return fired;
  } finally {
    await simulator.close();
  }
}

test(
  `${RUNS} random histories of a workspace converge with a last refresh and up, and remove nobody who is declared`,
  async () => {
    let fired = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 6, size: "max" }), async (rounds) => {
        fired += await play(rounds);
      }),
      { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
    );
    expect(fired, "faults that fired").toBeGreaterThan(RUNS);
  },
  30_000 + RUNS * 1000,
);

test(
  `${ALONE} of them that nobody edits by hand tell of nothing that was changed in Notion`,
  async () => {
    let fired = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 3, maxLength: 6, size: "max" }), async (rounds) => {
        fired += await play(rounds, true);
      }),
      { numRuns: ALONE, ...(SEED !== undefined && { seed: Number(SEED) }) },
    );
    expect(fired, "faults that fired").toBeGreaterThan(ALONE);
  },
  30_000 + ALONE * 1000,
);
