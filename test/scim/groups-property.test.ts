import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GroupRecord } from "../../provider/model/group";
import type { ScimWriter } from "../../provider/scim/client";
import { GroupMembersError } from "../../provider/scim/group-errors";
import { type FaultSpec, type SettingsChanges, type Simulator, startSimulator } from "../simulator/index.mts";
import { reply, serve, writer } from "./connect";

const RUNS = Number(process.env.PULUMI_NOTION_FUZZ_RUNS ?? 40);
const PEOPLE = 12;

const some = fc.uniqueArray(fc.integer({ min: 0, max: PEOPLE - 1 }), { maxLength: PEOPLE });
/** Changes of one group, one after another. */
const changes = fc.array(fc.record({ to: fc.constantFrom("in", "out"), who: some }), {
  minLength: 1,
  maxLength: 4,
});

/** Makes the changes as a run does, and gives the errors that it ended with. */
async function make(
  client: ScimWriter,
  id: string,
  steps: readonly { to: string; ids: string[] }[],
): Promise<Error[]> {
  const people = { nameOf: (each: string) => `<${each}>`, isGone: () => false };
  const errors: Error[] = [];
  for (const { to, ids } of steps) {
    try {
      const known = (await client.group(id)) as GroupRecord;
      if (to === "in") await client.addToGroup(known, ids, people);
      else await client.removeFromGroup(known, ids, people);
    } catch (error) {
      errors.push(error as Error);
    }
  }
  return errors;
}

/** Nobody who was in the group is missing without having been named: by a removal, or as missing in an error. */
function nobodyVanished(
  before: readonly string[],
  after: readonly string[],
  steps: readonly { to: string; ids: string[] }[],
  errors: readonly Error[],
): void {
  const meant = new Set(steps.flatMap(({ to, ids }) => (to === "out" ? ids : [])));
  const told = errors.filter((error) => error instanceof GroupMembersError);
  for (const id of before) {
    if (after.includes(id) || meant.has(id)) continue;
    expect(told.some(({ missing, message }) => missing.includes(id) && message.includes(`<${id}>`))).toBe(
      true,
    );
  }
}

describe("whatever a server does, nobody leaves a group who is not named", () => {
  let simulator: Simulator;
  let ids: string[];
  beforeAll(async () => {
    simulator = await startSimulator({ seed: { members: PEOPLE } });
    ids = simulator.workspace.members.map(({ id }) => id);
  });
  afterAll(() => simulator.close());

  const removal = fc.constantFrom("works", "ignored", "clears", "clears when several", "refused");
  const quirks = fc.record({
    removeByFilter: removal,
    removeByValue: removal,
    groupAdd: fc.constantFrom("adds", "replaces", "ignored"),
    groupOperations: fc.constantFrom("all", "first"),
    patchAnswer: fc.constantFrom("user", "empty"),
  }) as fc.Arbitrary<SettingsChanges>;
  const faults = fc.array(
    fc.record({
      name: fc.constantFrom(
        "drop_before",
        "drop_after",
        "bad_gateway",
        "server_error",
        "html_ok",
        "forbidden",
        "rate_limited",
      ),
      method: fc.constantFrom("GET", "PATCH"),
      after: fc.integer({ min: 0, max: 8 }),
      times: fc.constantFrom(1, 2, 6),
    }),
    { maxLength: 2 },
  ) as fc.Arbitrary<FaultSpec[]>;

  test("in any mixture of misbehaviours and faults", async () => {
    await fc.assert(
      fc.asyncProperty(quirks, faults, some, changes, async (settings, specs, start, steps) => {
        simulator.configure(settings);
        const before = start.map((each) => ids[each] ?? "");
        const { id } = simulator.workspace.addGroup("Design", before);
        const named = steps.map(({ to, who }) => ({ to, ids: who.map((each) => ids[each] ?? "") }));
        const client = writer(simulator);
        for (const spec of specs) simulator.faults.add({ ...spec, path: "/Groups/{id}" });
        const errors = await make(client, id, named);
        simulator.faults.clear();
        nobodyVanished(before, simulator.workspace.groupById(id)?.members ?? [], named, errors);
        simulator.workspace.removeGroup(id);
      }),
      { numRuns: RUNS },
    );
  });
});

test("nor where a server treats each change in another way than the one before", async () => {
  const how = fc.constantFrom("works", "ignores", "clears", "takes one more", "refuses", "fails");
  await fc.assert(
    fc.asyncProperty(
      fc.array(how, { minLength: 1, maxLength: 12 }),
      some,
      changes,
      async (moods, start, steps) => {
        const name = (each: number) => `u${each}`;
        let inside = new Set(start.map(name));
        let patches = 0;
        const server = await serve((response, _, { method, body }) => {
          const shown = () => ({
            id: "g",
            displayName: "G",
            members: [...inside].map((value) => ({ value })),
          });
          if (method === "GET") return reply(response, 200, shown());
          const mood = moods[patches % moods.length];
          patches += 1;
          if (mood === "refuses") return reply(response, 400, {});
          if (mood === "fails") return reply(response, 502, {});
          if (mood === "clears") inside = new Set();
          if (mood === "takes one more") inside.delete([...inside][0] ?? "");
          if (mood === "works" || mood === "takes one more")
            for (const { op, path, value } of JSON.parse(body).Operations) {
              const ids: string[] = value?.map((each: { value: string }) => each.value) ?? [
                /"(.+)"/.exec(path)?.[1],
              ];
              for (const each of ids)
                if (op === "add") inside.add(each);
                else inside.delete(each);
            }
          reply(response, 200, shown());
        });
        const named = steps.map(({ to, who }) => ({ to, ids: who.map(name) }));
        const errors = await make(writer(server), "g", named);
        nobodyVanished(start.map(name), [...inside], named, errors);
      },
    ),
    { numRuns: RUNS },
  );
});
