import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GroupGuard, GroupLimitError } from "../../provider/apply/group-guard";
import { GroupWriter } from "../../provider/apply/group-writer";
import { GroupDirectory } from "../../provider/directory/group-directory";
import { MemberDirectory } from "../../provider/directory/member-directory";
import { OtherWorkspaceError } from "../../provider/directory/place";
import type { GroupRecord } from "../../provider/model/group";
import { IncompleteListingError, NotFoundError } from "../../provider/scim/errors";
import { GroupMembersError, GroupNotChangedError } from "../../provider/scim/group-errors";
import { failure, writer } from "../scim/connect";
import { type Simulator, startSimulator } from "../simulator/index.mts";

let simulator: Simulator;
let ids: string[];
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 30 } });
  ids = simulator.workspace.members.map(({ id }) => id);
});
afterEach(() => simulator.close());

function session({ expected = new Set<string>() }: { expected?: ReadonlySet<string> } = {}) {
  const client = writer(simulator);
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const members = new MemberDirectory(client, { log, place: { expected, comesFrom: "NOTION_SCIM_TOKEN" } });
  const groups = new GroupDirectory(client, members, { log });
  const guard = new GroupGuard();
  return { writer: new GroupWriter(client, { members, groups }, guard, log), members, groups, guard, lines };
}

/** A group in Notion with these members, by their numbers from 1. */
const group = (name: string, ...numbers: number[]): GroupRecord => {
  const inside = who(...numbers);
  const { id } = simulator.workspace.addGroup(name, inside);
  return { id, name, members: inside.map((each) => ({ id: each })), complete: true };
};
const who = (...numbers: number[]) => numbers.map((number) => ids[number - 1] ?? "");
const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const inside = ({ id }: GroupRecord) =>
  simulator.workspace
    .groupById(id)
    ?.members.map((each) => ids.indexOf(each) + 1)
    .sort((a, b) => a - b);
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");

test("a group is created, renamed, changed and deleted, and the directory knows each state without a request", async () => {
  const { writer, groups } = session();
  const made = await writer.create("Design", who(1, 2));
  await writer.rename(made, "Brand");
  await writer.add(made, who(3, 4));
  await writer.remove(made, who(1));
  simulator.requests.clear();
  expect((await groups.all()).groups).toMatchObject([{ id: made.id, name: "Brand" }]);
  expect(groups.known(made.id)?.members.map(({ id }) => id)).toEqual(who(2, 3, 4));
  expect(simulator.requests.count()).toBe(0);
  await writer.delete(made);
  expect((await groups.all()).groups).toEqual([]);
  expect(simulator.workspace.groups).toEqual([]);
});

test("nothing is written to another workspace than that of the state", async () => {
  const { writer } = session({ expected: new Set(["u1", "u2", "u3"]) });
  const design = group("Design", 1, 2);
  for (const write of [
    writer.create("Brand", []),
    writer.rename(design, "Brand"),
    writer.add(design, who(3)),
    writer.remove(design, who(1)),
    writer.delete(design),
  ])
    expect(await failure(write)).toBeInstanceOf(OtherWorkspaceError);
  expect(writes()).toEqual([]);
});

test("changes that come side by side are made one after the other, and none undoes another", async () => {
  const { writer } = session();
  const design = group("Design", 1, 2, 3);
  await Promise.all([
    ...from(4, 9).map((number) => writer.add(design, who(number))),
    ...from(2, 3).map((number) => writer.remove(design, who(number))),
  ]);
  expect(inside(design)).toEqual([1, 4, 5, 6, 7, 8, 9]);
});

test("a change that fails stops no other", async () => {
  const { writer } = session();
  const design = group("Design", 1);
  const [gone, added] = await Promise.allSettled([
    writer.add({ ...design, id: "nothing" }, who(2)),
    writer.add(design, who(2)),
  ]);
  expect(gone).toMatchObject({ status: "rejected", reason: expect.any(NotFoundError) });
  expect(added.status).toBe("fulfilled");
});

describe("a new group", () => {
  test("is not made where the list of groups is not proven to hold all: a second one of its name might come of it", async () => {
    for (let index = 0; index < 150; index += 1) simulator.workspace.addGroup(`More ${index}`);
    simulator.faults.add({ name: "duplicate_entry", path: "/Groups", times: "always" });
    const error = await failure(session().writer.create("Design", []));
    expect(error).toBeInstanceOf(IncompleteListingError);
    expect(writes()).toEqual([]);
  });

  test("that was made although the rest failed is known to whoever asks next", async () => {
    const { writer, groups } = session();
    await failure(writer.create("Design", [...who(1), "stranger"]));
    expect((await groups.all()).groups.map(({ name }) => name)).toEqual(["Design"]);
  });

  test("that Notion names otherwise is deleted again: the next run would make one more", async () => {
    simulator.configure({ groupNames: "cut" });
    const { writer, groups } = session();
    const error = await failure(writer.create("Designers of everything", []));
    expect(error).toBeInstanceOf(GroupNotChangedError);
    expect(error.message).toContain('Notion made it under the name "Designers of everyth"');
    expect((await groups.all()).groups).toEqual([]);
    expect(simulator.workspace.groups).toEqual([]);
  });

  test("whose answer is mixed up with that of another group leaves that one alone", async () => {
    const other = group("Board", 1, 2);
    const body = { id: other.id, displayName: "Board", members: [] };
    simulator.faults.add({ name: "wrong_shape", method: "POST", body });
    const error = await failure(session().writer.create("Design", who(3)));
    expect(error.message).toContain('Notion answered with the group "Board", which was there before');
    expect(inside(other)).toEqual([1, 2]);
  });

  test.each(["Design ", " Design", ""])("called %j is refused before anything is sent", async (name) => {
    const error = await failure(session().writer.create(name, []));
    expect(error.message).toContain("Declare it without them.");
    expect(writes()).toEqual([]);
  });

  test("that turns out to be there is adopted, and it is said", async () => {
    const { writer, groups, lines } = session();
    await groups.all();
    const there = group("Design", 1);
    simulator.configure({ groupNames: "unique" });
    const made = await writer.create("Design", who(2));
    expect(made.id).toBe(there.id);
    expect(inside(there)).toEqual([1, 2]);
    expect(lines.join()).toContain("The group Design exists in Notion already. It is adopted.");
  });
});

describe("the guard", () => {
  test("lets a quarter of a group leave in one run, or five, and says how to mean more", async () => {
    const { writer } = session();
    const design = group("Design", ...from(1, 24));
    await writer.remove(design, who(...from(1, 4)));
    await writer.remove(design, who(5, 6));
    const error = await failure(writer.remove(design, who(7)));
    expect(error).toBeInstanceOf(GroupLimitError);
    expect(error.message).toContain("one run may take out 6 of its 24 members, and this would be 7");
    expect(inside(design)).toEqual(from(7, 24));
  });

  test("gives way to what a plan has let through", async () => {
    const { writer, guard } = session();
    const design = group("Design", ...from(1, 10));
    guard.letThrough(design.id, 10);
    await writer.remove(design, who(...from(1, 10)));
    expect(inside(design)).toEqual([]);
  });

  test("counts nobody who had left before", async () => {
    const { writer } = session();
    const design = group("Design", 1, 2);
    await writer.remove(design, who(...from(3, 12)));
    expect(inside(design)).toEqual([1, 2]);
  });
});

test("people who vanish are named by their e-mails, although nobody had asked for them", async () => {
  simulator.configure({ removeByFilter: "clears", groupAdd: "ignored" });
  const { writer, groups } = session();
  const design = group("Design", 1, 2, 3);
  const error = await failure(writer.remove(design, who(1)));
  expect(error).toBeInstanceOf(GroupMembersError);
  expect(error.message).toContain("NOT back in the group: member.002@example.com, member.003@example.com");
  // What is left of the group is read again by whoever asks.
  expect((await groups.group(design.id))?.members).toEqual([]);
});

test("somebody whom this run removed from the workspace has left their groups, and nobody misses them there", async () => {
  const { writer, members, groups } = session();
  const design = group("Design", 1, 2);
  await writer.add(group("Brand", 1), who(3, 4, 5));
  await groups.all();
  simulator.workspace.remove(ids[1] ?? "");
  members.drop(ids[1] ?? "");
  const after = await writer.add(design, who(6));
  expect(after.members.map(({ id }) => id)).toEqual(who(1, 6));
});
