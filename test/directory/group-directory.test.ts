import { afterEach, beforeEach, expect, test } from "vitest";
import { GroupDirectory, type GroupDirectoryOptions } from "../../provider/directory/group-directory";
import { MemberDirectory } from "../../provider/directory/member-directory";
import { MAX_AGE_MS } from "../../provider/directory/memory";
import { OtherWorkspaceError } from "../../provider/directory/place";
import { failure, reader } from "../scim/connect";
import { type Simulator, startSimulator } from "../simulator/index.mts";

let simulator: Simulator;
let ids: string[];
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 6, groups: 2 } });
  ids = simulator.workspace.members.map(({ id }) => id);
});
afterEach(() => simulator.close());

/** The directory of groups beside that of members, with a clock that the test moves. */
function directories(options: GroupDirectoryOptions = {}) {
  const clock = { now: 1_000_000 };
  const lines: string[] = [];
  const now = () => clock.now;
  const client = reader(simulator);
  const members = new MemberDirectory(client, { now });
  const groups = new GroupDirectory(client, members, { now, log: (line) => lines.push(line), ...options });
  return { groups, members, clock, lines };
}
const counts = () => simulator.requests.counts;
const first = () => simulator.workspace.group("Group 01")?.id ?? "";

test("one listing serves every read of groups, side by side or later", async () => {
  const { groups } = directories();
  const [all, one] = await Promise.all([groups.all(), groups.all()]);
  expect(all.groups.map(({ name }) => name)).toEqual(["Group 01", "Group 02"]);
  expect(one.complete).toBe(true);
  expect((await groups.group(first()))?.members.map(({ id }) => id)).toEqual([ids[0], ids[2], ids[4]]);
  expect(counts()).toEqual({ "GET /Groups": 1 });
});

test("members bear the e-mails that are known, and whoever was removed from the workspace is in no group", async () => {
  const { groups, members } = directories();
  await members.everybody();
  members.drop(ids[2] ?? "");
  const group = await groups.group(first());
  expect(group?.members).toEqual([
    { id: ids[0], email: "member.001@example.com" },
    { id: ids[4], email: "member.005@example.com" },
  ]);
});

test("what a write has shown is newer than a listing that began before it", async () => {
  const { groups, clock } = directories();
  const listing = groups.all();
  clock.now += 1;
  groups.put({ id: first(), name: "Renamed", members: [], complete: true });
  await listing;
  expect(groups.known(first())?.name).toBe("Renamed");
});

test("a group that a write deleted is not there; one whose write failed is read again", async () => {
  const { groups } = directories();
  await groups.all();
  groups.drop(first());
  expect((await groups.all()).groups.map(({ name }) => name)).toEqual(["Group 02"]);
  groups.forget(first());
  expect((await groups.group(first()))?.name).toBe("Group 01");
  expect(counts()).toEqual({ "GET /Groups": 1, "GET /Groups/{id}": 1 });
});

test("what is older than five minutes is read again", async () => {
  const { groups, clock } = directories();
  await groups.all();
  simulator.workspace.editGroup("Group 01", { displayName: "Design" });
  clock.now += MAX_AGE_MS + 1;
  expect((await groups.all()).groups.map(({ name }) => name)).toContain("Design");
});

test("a group that is not listed is gone only when a look at it says so", async () => {
  const { groups } = directories();
  simulator.faults.add({ name: "empty_list", path: "/Groups", times: 2 });
  expect((await groups.all()).groups).toEqual([]);
  expect((await groups.group(first()))?.name).toBe("Group 01");
  expect(await groups.group("nothing")).toBeUndefined();
});

test("a listing that is not proven complete says so", async () => {
  for (let index = 0; index < 150; index += 1) simulator.workspace.addGroup(`More ${index}`);
  simulator.faults.add({ name: "duplicate_entry", path: "/Groups", times: "always" });
  const { groups, lines } = directories();
  expect((await groups.all()).complete).toBe(false);
  expect(lines.join()).toContain("The list of groups could not be proven complete");
});

test("no group is called gone in another workspace than that of the state", async () => {
  const client = reader(simulator);
  const place = { expected: new Set(["u1", "u2", "u3"]), comesFrom: "NOTION_SCIM_TOKEN" };
  const groups = new GroupDirectory(client, new MemberDirectory(client, { place }));
  expect(await failure(groups.group("g1"))).toBeInstanceOf(OtherWorkspaceError);
});
