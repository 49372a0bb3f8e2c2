import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../simulator/index.mts";
import { makeProject, succeed } from "./project";

test("an address that is handed on never gives its former holder the newcomer's role; the next up adds the newcomer", {
  timeout: 120_000,
}, async () => {
  const simulator = await startSimulator({ seed: { members: 4 }, latencyMs: 40 });
  onTestFinished(() => simulator.close());
  const project = await makeProject("hand-over", { simulator });
  onTestFinished(() => project.dispose());
  const declare = (people: object[]) =>
    project.declare(`
      const { NotionWorkspace } = require("pulumi-notion");
      new NotionWorkspace("acme", { people: ${JSON.stringify(people)} });
    `);
  const boss = { userName: "boss@example.com", role: "owner" };
  declare([boss, { userName: "john@example.com", role: "owner" }]);
  await succeed(project.up());
  const john = simulator.workspace.member("john@example.com")?.id ?? "";

  declare([
    boss,
    { userName: "john.old@example.com", key: "john@example.com", role: "owner" },
    { userName: "john@example.com", key: "hire", role: "restricted_member" },
  ]);
  const refused = await project.up("--refresh");
  if (refused.exitCode !== 0)
    expect(refused.everything).toContain(
      "declares as john.old@example.com. If their e-mail is changed by this run",
    );
  expect(simulator.workspace.member(john)).toMatchObject({ role: "owner", userName: "john.old@example.com" });
  await succeed(project.up("--refresh"));
  expect(simulator.workspace.member(john)).toMatchObject({ role: "owner", userName: "john.old@example.com" });
  expect(simulator.workspace.member("john@example.com")).toMatchObject({ role: "restricted_member" });
});
