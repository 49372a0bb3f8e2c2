import { afterAll, beforeAll, expect, test } from "vitest";
import { runContract } from "./contract";
import { type Independent, startIndependent } from "./scimmy.mts";

let server: Independent;
beforeAll(async () => {
  server = await startIndependent(["ada@example.com"], { roles: false });
});
afterAll(() => server.close());

test("a server that knows no roles is told from one that does: what fails is the role, and the exit code is 2", async () => {
  const run = await runContract(server, ["--sacrifice", "zoe@example.com"]);
  expect(run.code).toBe(2);
  expect(run.line("user.role")).toMatchObject({
    met: "in none of them; other words: none",
    verdict: "fails",
  });
  expect(run.line("life.role")).toMatchObject({ met: expect.stringContaining("400"), verdict: "fails" });
  expect(run.line("life.left").verdict).toBe("expected");
  expect([...server.people.values()]).toEqual(["ada@example.com"]);
});

test("somebody whose role is not told might be an owner, and is left alone", async () => {
  const run = await runContract(server, ["--sacrifice", "ada@example.com"]);
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("their role is not told") });
});
