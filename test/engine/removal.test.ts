import { beforeAll, describe, expect, test } from "vitest";
import { type Member, type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

const program = `
  const existing = (name, args) => new NotionUser(name, { userName: name + "@example.com", ...args });
  existing("removed");
  existing("restricted", { onRemove: "restrict" });
  existing("restricted-already", { onRemove: "restrict" });
  existing("left", { onRemove: "retain" });
  const assign = (name, args) =>
    new NotionRoleAssignment(name, { userId: existing(name, { onRemove: "retain" }).id, role: "membership_admin", ...args });
  assign("role-restricted");
  assign("role-lowered", { onRemove: "member" });
  assign("role-left", { onRemove: "retain" });
  assign("role-changed-since");
  assign("role-gone-since");
`;

let simulator: Simulator;
let project: Project;
const live = (name: string): Member | undefined => simulator.workspace.member(`${name}@example.com`);

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  for (const [name, role] of [
    ["removed", "member"],
    ["restricted", "owner"],
    ["restricted-already", "restricted_member"],
    ["left", "membership_admin"],
    ["role-restricted", "member"],
    ["role-lowered", "membership_admin"],
    ["role-left", "member"],
    ["role-changed-since", "member"],
    ["role-gone-since", "member"],
  ] as const)
    simulator.workspace.add({ userName: `${name}@example.com`, role });
  project = await makeProject("removal", { simulator, programs: "kept" });
  return async () => {
    project.dispose();
    await simulator.close();
  };
});

describe("everything taken out of the program", () => {
  let outcome: Outcome;

  beforeAll(async () => {
    project.declare(program);
    await succeed(project.up());
    simulator.workspace.edit("role-changed-since@example.com", { role: "owner" });
    simulator.workspace.remove("role-gone-since@example.com");
    simulator.requests.clear();
    project.declare("");
    outcome = await project.up();
  }, 180_000);

  test("ends without an error and with nothing in the state", () => {
    expect(outcome.exitCode).toBe(0);
    expect(project.resources.size).toBe(0);
  });

  test("a NotionUser is removed from the workspace unless it says otherwise", () => {
    expect(live("removed")).toBeUndefined();
    expect(simulator.requests.count("DELETE /Users/{id}")).toBe(1);
  });

  test('a NotionUser with onRemove "restrict" stays as restricted_member', () => {
    expect(live("restricted")?.role).toBe("restricted_member");
  });

  test('a NotionUser with onRemove "retain" stays as they are', () => {
    expect(live("left")?.role).toBe("membership_admin");
  });

  test("a NotionRoleAssignment goes down to restricted_member unless it says otherwise", () => {
    expect(live("role-restricted")?.role).toBe("restricted_member");
  });

  test('a NotionRoleAssignment with onRemove "member" goes down to that', () => {
    expect(live("role-lowered")?.role).toBe("member");
  });

  test('a NotionRoleAssignment with onRemove "retain" leaves the role', () => {
    expect(live("role-left")?.role).toBe("membership_admin");
  });

  test("a role that somebody else changed since is left alone, which the output says", () => {
    expect(live("role-changed-since")?.role).toBe("owner");
    expect(outcome.everything).toContain(
      "role-changed-since@example.com keeps their role: it is owner, not the membership_admin that this assignment gave",
    );
  });

  test("the role of somebody who is gone is removed already", () => {
    expect(live("role-gone-since")).toBeUndefined();
  });

  test("what is as it should be already is not written", () => {
    // restricted, role-restricted and role-lowered; restricted-already was a restricted_member before.
    expect(simulator.requests.count("PATCH /Users/{id}")).toBe(3);
    expect(live("restricted-already")?.role).toBe("restricted_member");
  });
});

describe("a role assignment for somebody who holds more", () => {
  let taken: Outcome;

  beforeAll(async () => {
    simulator.workspace.add({ userName: "more@example.com", role: "owner" });
    project.declare(`
      const user = new NotionUser("more", { userName: "more@example.com" });
      new NotionRoleAssignment("more", { userId: user.id, role: "member" });
    `);
    taken = await succeed(project.up());
  }, 180_000);

  test("takes nothing from them at the take-over, and says so; the next plain preview shows it, the next up does it", {
    timeout: 120_000,
  }, async () => {
    expect(taken.everything).toContain("more@example.com is owner, more than the declared member");
    expect(live("more")?.role).toBe("owner");
    expect(project.resources.get("NotionRoleAssignment more")?.outputs.role).toBe("owner");
    const preview = await project.preview("--expect-no-changes");
    expect(preview.exitCode).toBe(7);
    expect(preview.everything).toMatch(/NotionRoleAssignment more update/);
    expect(preview.everything).toContain("~ more@example.com: owner → member");
    await succeed(project.up());
    expect(live("more")?.role).toBe("member");
    expect((await project.preview("--refresh", "--expect-no-changes")).exitCode).toBe(0);
  });
});
