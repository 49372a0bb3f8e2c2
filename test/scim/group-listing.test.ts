import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MalformedAnswerError } from "../../provider/scim/errors";
import { groupSchema, MemberLists } from "../../provider/scim/group-schema";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { failure, pageBody, reader, reply, serve, serveAlways } from "./connect";

let simulator: Simulator;
let ids: string[];
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 160 } });
  ids = simulator.workspace.members.map(({ id }) => id);
});
afterEach(() => simulator.close());

const listed = async () => {
  const { entries } = await reader(simulator).listGroups();
  return Object.fromEntries(entries.map(({ name, members, complete }) => [name, [members.length, complete]]));
};

describe("a listing of groups", () => {
  test("has the members of all groups, a request for each hundred of them", async () => {
    simulator.seed({ members: 1000, groups: 40 });
    const listing = await reader(simulator).listGroups();
    expect(listing).toMatchObject({ total: 40, incomplete: undefined });
    expect(listing.entries.every(({ members, complete }) => complete && members.length === 25)).toBe(true);
    expect(simulator.requests.count()).toBe(1);
  });

  test("whose members stand in the answer for one group alone is completed by those", async () => {
    simulator.workspace.addGroup("Design", ids.slice(0, 3));
    simulator.workspace.addGroup("Brand");
    simulator.configure({ listedMembers: "hidden" });
    expect(await listed()).toEqual({ Design: [3, true], Brand: [0, true] });
  });

  test("in which empty groups have no list costs nothing more", async () => {
    simulator.workspace.addGroup("Design", ids.slice(0, 3));
    simulator.workspace.addGroup("Brand");
    simulator.configure({ emptyMembers: "absent" });
    expect(await listed()).toEqual({ Design: [3, true], Brand: [0, true] });
    expect(simulator.requests.count()).toBe(1);
  });
});

describe("a list of members may be cut", () => {
  test("where exactly a page came, and a look at one group shows no more", async () => {
    simulator.workspace.addGroup("Design", ids.slice(0, 100));
    simulator.workspace.addGroup("Brand", ids.slice(0, 100));
    simulator.workspace.addGroup("Sales", ids.slice(0, 99));
    expect(await listed()).toEqual({ Design: [100, false], Brand: [100, false], Sales: [99, true] });
    expect(simulator.requests.count("GET /Groups/{id}")).toBe(1);
  });

  test("but not where another list is longer: no page is the limit", async () => {
    simulator.workspace.addGroup("Design", ids.slice(0, 100));
    simulator.workspace.addGroup("Everybody", ids.slice(0, 101));
    expect(await listed()).toEqual({ Design: [100, true], Everybody: [101, true] });
    expect(simulator.requests.count()).toBe(1);
  });

  test("where the server announces more than came", async () => {
    simulator.workspace.addGroup("Design", ids.slice(0, 30));
    simulator.configure({ shownMembers: 20, memberCount: true });
    expect(await listed()).toEqual({ Design: [20, false] });
  });

  test("where as many came as the server puts on a page of groups", async () => {
    for (let index = 0; index < 9; index += 1)
      simulator.workspace.addGroup(`Group ${index}`, ids.slice(0, 4));
    simulator.workspace.addGroup("Design", ids.slice(0, 7));
    simulator.configure({ maxPageSize: 7, shownMembers: 7 });
    expect(await listed()).toMatchObject({ Design: [7, false], "Group 1": [4, true] });
  });

  test("in the listing alone: then the answer for one group completes it", async () => {
    const members = (count: number) => ids.slice(0, count).map((value) => ({ value }));
    const server = await serve((response, _, { url }) =>
      /Groups\/g1/.test(url)
        ? reply(response, 200, { id: "g1", displayName: "Design", members: members(130) })
        : reply(response, 200, pageBody([{ id: "g1", displayName: "Design", members: members(100) }])),
    );
    const { entries } = await reader(server).listGroups();
    expect(entries).toMatchObject([{ id: "g1", complete: true }]);
    expect(entries[0]?.members).toHaveLength(130);
  });
});

describe("one group", () => {
  const shown = (group: object) =>
    new MemberLists().records([groupSchema.parse({ id: "g", displayName: "G", ...group })])[0];

  test.each(["memberCount", "membersCount", "totalMembers", "numberOfMembers", "member_count"])(
    "that says %s: 2 beside one member has a list that is cut",
    (name) => {
      expect(shown({ [name]: 2, members: [{ value: "u1" }] })?.complete).toBe(false);
      expect(shown({ [name]: 1, members: [{ value: "u1" }] })?.complete).toBe(true);
    },
  );

  test("names a member once, and no nested group as a person", () => {
    const members = [{ value: "u1" }, { value: "u1", display: "Ada" }, { value: "g2", type: "Group" }];
    expect(shown({ members })).toEqual({ id: "g", name: "G", members: [{ id: "u1" }], complete: true });
  });

  test.each([null, undefined, []])("without members (%j) is empty", (members) => {
    expect(shown({ members })).toMatchObject({ members: [], complete: true });
  });

  test("that is another one than the one asked for is not believed", async () => {
    const server = await serveAlways(200, { id: "g2", displayName: "Brand", members: [] });
    expect(await failure(reader(server).group("g1"))).toBeInstanceOf(MalformedAnswerError);
  });
});
