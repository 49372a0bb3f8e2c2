import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MemberDirectory } from "../../provider/directory/member-directory";
import { reader } from "../scim/connect";
import { type Simulator, startSimulator } from "../simulator/index.mts";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 250 } });
});
afterEach(() => simulator.close());

const ids = () => simulator.workspace.members.map(({ id }) => id);

test("a listing waits for an addition that is under way, and holds back the next one", async () => {
  const order: string[] = [];
  const directory = new MemberDirectory(reader(simulator));
  const addition = (name: string) =>
    directory.change(async () => {
      order.push(`${name} sent after ${simulator.requests.count()} pages`);
      await sleep(100);
      simulator.workspace.add({ userName: `${name}@example.com` });
      order.push(`${name} there after ${simulator.requests.count()} pages`);
    });
  const first = addition("first");
  const listed = Promise.all(ids().map((id) => directory.member(id)));
  await sleep(50);
  const second = addition("second");
  await Promise.all([first, listed, second]);
  expect(order).toEqual([
    "first sent after 0 pages",
    "first there after 0 pages",
    "second sent after 3 pages",
    "second there after 3 pages",
  ]);
  expect(simulator.requests.counts).toEqual({ "GET /Users": 3 });
});

test("an addition that fails holds nothing back", async () => {
  const directory = new MemberDirectory(reader(simulator));
  await expect(directory.change(() => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  await Promise.all(ids().map((id) => directory.member(id)));
  expect(simulator.requests.counts).toEqual({ "GET /Users": 3 });
});

test("a listing that fails lets additions through", async () => {
  const directory = new MemberDirectory(reader(simulator));
  simulator.faults.add({ name: "forbidden", method: "GET", times: "always" });
  const read = Promise.all(ids().map((id) => directory.member(id)));
  await sleep(12);
  const sent = directory.change(async () => "sent");
  await expect(read).rejects.toThrow();
  expect(await sent).toBe("sent");
});
