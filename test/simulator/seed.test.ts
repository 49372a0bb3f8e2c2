import { expect, test } from "vitest";
import { seedData } from "./seed.mts";
import { Workspace } from "./workspace.mts";

const workspace = new Workspace();
workspace.load(seedData("workspace"));
const { members, groups } = workspace;
const withRole = (role: string | undefined) => members.filter((member) => member.role === role);

test("the workspace has 120 members, 28 groups and five owners, the same each time", () => {
  expect([members.length, groups.length, withRole("owner").length]).toEqual([120, 28, 5]);
  expect(seedData("workspace")).toEqual(seedData("workspace"));
  expect(members[0]).toMatchObject({ userName: "olivia.owner@example.com", role: "owner" });
  for (const key of ["id", "userName"] as const) {
    expect(new Set(members.map((member) => member[key])).size).toBe(120);
  }
});

test("its roles are those of a real one: some unknown, some absent", () => {
  expect(withRole("membership_admin")).toHaveLength(4);
  expect(withRole("restricted_member").length).toBeGreaterThan(5);
  expect(withRole("temporary_member")).toHaveLength(1);
  expect(withRole(undefined)).toHaveLength(3);
  expect(withRole("member").length).toBeGreaterThan(80);
});

test("it is untidy: names, addresses and domains", () => {
  expect(members.filter(({ userName }) => !userName.endsWith("@example.com"))).toHaveLength(12);
  expect(members.filter(({ name }) => Object.keys(name).length < 3).length).toBeGreaterThan(10);
  expect(members.filter(({ name }) => Object.keys(name).length === 0).length).toBeGreaterThan(0);
  expect(members.filter(({ emails }) => emails.length > 1).length).toBeGreaterThan(5);
  const names = members.map(({ displayName }) => displayName).join("\n");
  for (const oddity of ['"', ",", "'", "ليلى", "🌻", "="]) expect(names).toContain(oddity);
});

test("two groups are empty, one names somebody who is not listed", () => {
  const listed = new Set(members.map(({ id }) => id));
  expect(groups.filter((group) => group.members.length === 0)).toHaveLength(2);
  expect(groups.filter((group) => group.members.some((id) => !listed.has(id)))).toHaveLength(1);
});
