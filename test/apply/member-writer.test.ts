import { afterEach, beforeEach, expect, test } from "vitest";
import type { MemberWriter } from "../../provider/apply/member-writer";
import type { User } from "../../provider/model/record";
import { type Run, type RunOptions, startRun } from "../lifecycle/run";
import { type Simulator, startSimulator } from "../simulator/index.mts";

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 5 } });
});
afterEach(() => simulator.close());

/** Every way to write, to somebody who is there. */
const WRITES: Record<string, (writer: MemberWriter, user: User) => Promise<unknown>> = {
  adopt: (writer, user) => writer.adopt(user),
  add: (writer) => writer.add({ userName: "new@example.com" }, undefined),
  change: (writer, user) => writer.change(user, { title: "Keeper" }),
  set: (writer, user) => writer.set(user, { title: "Keeper" }),
  changeRole: (writer, user) => writer.changeRole(user, "restricted_member"),
  remove: (writer, user) => writer.remove(user),
};

const written = () => Object.keys(simulator.requests.counts).filter((key) => !key.startsWith("GET "));

async function run(options: RunOptions = {}): Promise<{ session: Run; user: User }> {
  const session = startRun(simulator, options);
  const owner = simulator.workspace.members.find(({ role }) => role === "owner");
  const user = await session.directory.member(owner?.id ?? "", "write");
  if (user === undefined) throw new Error("nobody is owner");
  simulator.requests.clear();
  return { session, user };
}

test.each(Object.entries(WRITES))("%s writes nothing in another workspace", async (_, write) => {
  const { session, user } = await run();
  for (const id of ["id-1", "id-2", "id-3"]) session.registry.stateIds.add(id);
  await expect(write(session.writer, user)).rejects.toThrow("another workspace");
  expect(written()).toEqual([]);
});

test.each(["changeRole", "remove"] as const)(
  "%s asks the write guard before anything is sent, and it stops what would end the token",
  async (name) => {
    const { user } = await run();
    const { session } = await run({ config: { "notion:tokenOwner": user.userName } });
    await expect(WRITES[name]?.(session.writer, user)).rejects.toThrow("own the SCIM token in use");
    expect(written()).toEqual([]);
  },
);

test.each(["change", "set", "changeRole"] as const)(
  "%s sends one request, and the directory knows its answer",
  async (name) => {
    const { session, user } = await run();
    const other = simulator.workspace.members.find(({ role }) => role === "member");
    const member = (await session.directory.member(other?.id ?? "")) ?? user;
    simulator.requests.clear();
    const answer = await WRITES[name]?.(session.writer, member);
    expect(session.directory.known(member.id)).toEqual(answer);
    expect(simulator.requests.counts).toEqual({ "PATCH /Users/{id}": 1 });
  },
);

test("somebody who is as declared is sent nothing", async () => {
  const { session, user } = await run();
  expect(await session.writer.change(user, { userName: user.userName })).toBe(user);
  expect(simulator.requests.counts).toEqual({});
});
