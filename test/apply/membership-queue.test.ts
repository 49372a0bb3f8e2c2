import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GroupGuard } from "../../provider/apply/group-guard";
import { GroupWriter } from "../../provider/apply/group-writer";
import { MembershipQueue } from "../../provider/apply/membership-queue";
import { GroupDirectory } from "../../provider/directory/group-directory";
import { MemberDirectory } from "../../provider/directory/member-directory";
import { GroupMembersError } from "../../provider/scim/group-errors";
import { writer } from "../scim/connect";
import { type FaultSpec, type SettingsChanges, type Simulator, startSimulator } from "../simulator/index.mts";

const RUNS = Number(process.env.PULUMI_NOTION_FUZZ_RUNS ?? 15);
const PEOPLE = 10;

let simulator: Simulator;
let people: string[];
beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: PEOPLE } });
  people = simulator.workspace.members.map(({ id }) => id);
});
afterAll(() => simulator.close());

function queue() {
  const client = writer(simulator);
  const members = new MemberDirectory(client);
  const groups = new GroupDirectory(client, members);
  const written = new GroupWriter(client, { members, groups }, new GroupGuard("100%"), () => {});
  return new MembershipQueue(groups, written, () => new Set());
}

interface Asked {
  group: number;
  who: number;
  to: "in" | "out";
}

const some = fc.uniqueArray(fc.integer({ min: 0, max: PEOPLE - 1 }), { maxLength: PEOPLE });
const asked = fc.uniqueArray(
  fc.record<Asked>({
    group: fc.constantFrom(0, 1),
    who: fc.integer({ min: 0, max: PEOPLE - 1 }),
    to: fc.constantFrom("in", "out"),
  }),
  { selector: ({ group, who }) => `${group} ${who}`, minLength: 1, maxLength: 12 },
);
const removal = fc.constantFrom("works", "ignored", "clears", "clears when several", "refused");
const quirks = fc.record({
  removeByFilter: removal,
  removeByValue: removal,
  groupAdd: fc.constantFrom("adds", "replaces", "ignored"),
  groupOperations: fc.constantFrom("all", "first"),
}) as fc.Arbitrary<SettingsChanges>;
const faults = fc.array(
  fc.record({
    name: fc.constantFrom("drop_before", "drop_after", "server_error", "forbidden"),
    path: fc.constant("/Groups/{id}"),
    method: fc.constantFrom("GET", "PATCH"),
    after: fc.integer({ min: 0, max: 6 }),
    times: fc.constantFrom(1, 6),
  }),
  { maxLength: 1 },
) as fc.Arbitrary<FaultSpec[]>;

/** Asks for everything side by side, as the engine does, and holds what was said against what is there. */
async function hold(before: [number[], number[]], all: readonly Asked[]): Promise<boolean> {
  for (const { id } of simulator.workspace.groups) simulator.workspace.removeGroup(id);
  const idsOf = (numbers: readonly number[]) => numbers.map((number) => people[number] ?? "");
  const groups = before.map((who, index) => simulator.workspace.addGroup(`G${index}`, idsOf(who)).id);
  const memberships = queue();
  const settled = await Promise.allSettled(
    all.map(({ group, who, to }) => {
      const membership = { groupId: groups[group] ?? "", userId: people[who] ?? "" };
      return to === "in" ? memberships.join(membership, () => {}) : memberships.leave(membership);
    }),
  );
  const errors = settled.flatMap((each) => (each.status === "rejected" ? [each.reason as Error] : []));
  const lost = new Set(errors.flatMap((error) => (error instanceof GroupMembersError ? error.missing : [])));
  for (const [index, was] of before.entries()) {
    const after = new Set(simulator.workspace.groupById(groups[index] ?? "")?.members);
    const ours = all.filter(({ group }) => group === index);
    const named = (to: Asked["to"]) => new Set(ours.flatMap((each) => (each.to === to ? [each.who] : [])));
    for (const [number, id] of people.entries()) {
      const isIn = after.has(id);
      if (was.includes(number) && !isIn) expect(named("out").has(number) || lost.has(id)).toBe(true);
      if (!was.includes(number) && isIn) expect(named("in").has(number)).toBe(true);
    }
    for (const [at, { group, who, to }] of all.entries()) {
      if (group !== index || settled[at]?.status !== "fulfilled") continue;
      const id = people[who] ?? "";
      expect(after.has(id) === (to === "in") || lost.has(id)).toBe(true);
    }
  }
  return errors.length === 0;
}

test("memberships side by side: each that is said to be done is done, and nobody else moves, whatever the server does", async () => {
  await fc.assert(
    fc.asyncProperty(some, some, asked, quirks, faults, async (one, other, all, settings, specs) => {
      simulator.configure(settings);
      for (const spec of specs) simulator.faults.add(spec);
      await hold([one, other], all).finally(() => simulator.faults.clear());
    }),
    { numRuns: RUNS },
  );
}, 120_000);

test("memberships side by side on a server that does as it is asked are all done", async () => {
  simulator.configure({
    removeByFilter: "works",
    removeByValue: "works",
    groupAdd: "adds",
    groupOperations: "all",
  });
  await fc.assert(
    fc.asyncProperty(some, some, asked, async (one, other, all) => {
      expect(await hold([one, other], all)).toBe(true);
    }),
    { numRuns: Math.min(5, RUNS) },
  );
}, 120_000);
