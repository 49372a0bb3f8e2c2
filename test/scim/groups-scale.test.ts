import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GroupRecord } from "../../provider/model/group";
import { ScimError } from "../../provider/scim/errors";
import { type FaultSpec, type Simulator, startSimulator } from "../simulator/index.mts";
import { QUICK, reader, writer } from "./connect";

let simulator: Simulator;
let ids: string[];
const start = async (members: number) => {
  simulator = await startSimulator({ seed: { members } });
  ids = simulator.workspace.members.map(({ id }) => id);
};
afterEach(() => simulator.close());

const people = { nameOf: (id: string) => `<${id}>`, isGone: () => false };
const inside = (id: string) => simulator.workspace.groupById(id)?.members ?? [];

describe("100 groups of 1,000 members", () => {
  beforeEach(() => start(1100));

  test("are read by one request, and a changed group costs its PATCHes and one GET", async () => {
    for (let index = 0; index < 100; index += 1)
      simulator.workspace.addGroup(`Group ${index}`, ids.slice(0, 1000));
    const client = writer(simulator);
    const { entries } = await client.listGroups();
    expect(entries).toHaveLength(100);
    expect(entries.every(({ members, complete }) => complete && members.length === 1000)).toBe(true);
    expect(simulator.requests.count()).toBe(1);

    const [first, second, third] = entries as [GroupRecord, GroupRecord, GroupRecord];
    // What proves the forms, once in a run: a read before, and one person before the others.
    await client.addToGroup(first, ids.slice(1000, 1010), people);
    await client.removeFromGroup(first, ids.slice(0, 10), people);
    expect(simulator.requests.counts).toMatchObject({ "PATCH /Groups/{id}": 4, "GET /Groups/{id}": 6 });

    simulator.requests.clear();
    await client.addToGroup(second, ids.slice(1000, 1100), people);
    await client.removeFromGroup(third, ids.slice(0, 250), people);
    expect(simulator.requests.counts).toEqual({ "PATCH /Groups/{id}": 4, "GET /Groups/{id}": 2 });
    expect(inside(second.id)).toHaveLength(1100);
    expect(inside(third.id)).toEqual(ids.slice(250, 1000));
  });
});

/** A group of six in which three come and three go, made and renamed, and what is left of it when a request fails. */
describe("a fault at any request", () => {
  beforeEach(() => start(12));

  test.each<Omit<FaultSpec, "after" | "path">>([
    { name: "drop_after" },
    { name: "server_error" },
    { name: "bad_gateway", acted: true },
    { name: "rate_limited", retryAfter: 0 },
    { name: "html_ok", acted: true },
    { name: "wrong_shape" },
    { name: "forbidden" },
    { name: "not_found" },
    { name: "unauthorized" },
  ])("%o leaves nobody out of a group whom nobody named, once or for good", async (fault) => {
    for (const times of [1, "always"] as const) {
      for (let after = 0; ; after += 1) {
        const { id } = simulator.workspace.addGroup("Design", ids.slice(0, 6));
        // Nobody waits for minutes until a server that only asks to wait is given up.
        const client = writer(simulator, { retry: { ...QUICK, maxStallMs: 20 } });
        const known = {
          id,
          name: "Design",
          members: ids.slice(0, 6).map((each) => ({ id: each })),
          complete: true,
        };
        simulator.faults.clear();
        simulator.faults.add({ ...fault, path: "/Groups/{id}", times, after });
        const errors: ScimError[] = [];
        const tell = (error: unknown) => {
          if (!(error instanceof ScimError)) throw error;
          errors.push(error);
        };
        const grown = await client.addToGroup(known, ids.slice(6, 9), people).catch(tell);
        await client.removeFromGroup(grown ?? known, ids.slice(0, 3), people).catch(tell);
        await client.renameGroup(known, "Brand", people).catch(tell);
        const hasFired = simulator.faults.fired() > 0;
        simulator.faults.clear();

        expect(inside(id)).toEqual(expect.arrayContaining(ids.slice(3, 6)));
        if (errors.length === 0) {
          expect([...inside(id)].sort()).toEqual(ids.slice(3, 9).sort());
          expect(simulator.workspace.groupById(id)?.displayName).toBe("Brand");
        }
        // What is left is done by the next run.
        const again = writer(simulator);
        const [record] = (await again.listGroups()).entries.filter((each) => each.id === id);
        await again.addToGroup(record as GroupRecord, ids.slice(6, 9), people);
        await again.removeFromGroup((await again.group(id)) as GroupRecord, ids.slice(0, 3), people);
        expect([...inside(id)].sort()).toEqual(ids.slice(3, 9).sort());
        simulator.workspace.removeGroup(id);
        if (!hasFired) break;
      }
    }
  });
});

test("a listing of groups that moves while it is read is called incomplete", async () => {
  await start(3);
  for (let index = 0; index < 150; index += 1) simulator.workspace.addGroup(`Group ${index}`);
  simulator.faults.add({ name: "duplicate_entry", path: "/Groups", times: "always" });
  expect((await reader(simulator).listGroups()).incomplete).toContain("came twice");
});
