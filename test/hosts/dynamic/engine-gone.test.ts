import { createServer } from "node:net";
import { beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { ensureBuilt } from "../../../tools/build.mts";
import { until } from "../../scim/connect";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { environmentOf, startHost } from "./host";

let simulator: Simulator;
beforeAll(() => ensureBuilt(() => {}));
beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  onTestFinished(() => simulator.close());
});

/** Something that listens where the engine would. */
async function engine() {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const end = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(() => (server.listening ? end() : undefined));
  return { port: address.port, end, calls: () => calls };
}

async function hostOf({ port }: { port: number }) {
  const host = await startHost({ env: environmentOf(simulator), engine: { port } });
  const { inputs } = await host.check("user", { userName: "ada@example.com" });
  return { host, inputs };
}

test("a provider whose engine was killed ends, and does not send what it still waited to repeat", async () => {
  const killed = await engine();
  const { host, inputs } = await hostOf(killed);
  simulator.faults.add({ name: "rate_limited", method: "POST", retryAfter: 60, times: "always" });
  const creation = host.create("user", inputs).catch((error: Error) => error);
  await until(() => simulator.faults.fired() === 1);
  await killed.end();
  host.hangUp();
  expect(await host.end()).toBe(1);
  expect(await creation).toBeInstanceOf(Error);
  expect(simulator.requests.count("POST /Users")).toBe(1);
  expect(simulator.workspace.member("ada@example.com")).toBeUndefined();
});

test("an engine whose address answers a moment longer than its end of stdin is open is found out, too", async () => {
  const killed = await engine();
  const { host, inputs } = await hostOf(killed);
  await host.create("user", inputs);
  host.hangUp();
  await until(() => killed.calls() >= 1);
  await killed.end();
  expect(await host.end()).toBe(1);
});

test("a provider goes on while its engine answers, whatever becomes of stdin", async () => {
  const living = await engine();
  const { host, inputs } = await hostOf(living);
  await host.create("user", inputs);
  host.hangUp();
  await until(() => living.calls() >= 2);
  const { id } = await host.create("user", { ...inputs, userName: "bob@example.com" });
  expect(id).toBe(simulator.workspace.member("bob@example.com")?.id);
});
