import { output, runtime, secret } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import {
  NotionRoleAssignment,
  type NotionRoleAssignmentArgs,
  NotionUser,
  NotionWorkspace,
} from "../../provider/index";

const until = "2026-12-04T18:00:00Z";

test("an argument that is called then is data: nothing waits for the resource, its arguments or what comes of them", async () => {
  const registered: Record<string, unknown>[] = [];
  await runtime.setMocks({
    call: () => ({}),
    newResource: async ({ inputs }) => {
      registered.push(inputs);
      return { id: "1", state: inputs };
    },
  });
  const args: NotionRoleAssignmentArgs = {
    userId: "1",
    role: "owner",
    until,
    then: output("member" as const),
  };
  // Both wait for whatever has a method of that name.
  expect(await args).toBe(args);
  const resource = new NotionRoleAssignment("kestrel", args);
  expect(await resource).toBe(resource);
  new NotionRoleAssignment("secretly", { ...args, then: secret("member" as const) });
  await expect.poll(() => registered).toHaveLength(2);
  expect(registered).toEqual([
    expect.objectContaining({ until, then: "member" }),
    expect.objectContaining({ until, then: expect.objectContaining({ value: "member" }) }),
  ]);
  const read = new Promise((resolve) => output([args]).apply(([first]) => resolve({ ...first })));
  expect(await read).toEqual({ userId: "1", role: "owner", until, then: "member" });
});

test("an assignment says whose e-mail is behind an id that a NotionUser or a NotionWorkspace gave, and of no other id", async () => {
  const registered = new Map<string, Record<string, unknown>>();
  await runtime.setMocks({
    call: () => ({}),
    newResource: async ({ inputs, name, id }) => {
      registered.set(name, inputs);
      const found = id === undefined ? {} : { userName: "read@example.com" };
      return { id: id || `id of ${name}`, state: { ...inputs, ids: { "kim@example.com": "1" }, ...found } };
    },
  });
  const gus = new NotionUser("gus", { userName: "Gus@example.com" });
  const read = NotionUser.get("read", "7");
  const acme = new NotionWorkspace("acme", { people: [{ userName: "kim@example.com" }] });
  const assign = (name: string, userId: NotionRoleAssignmentArgs["userId"], member?: string) =>
    new NotionRoleAssignment(`role-${name}`, { userId, role: "owner", ...(member && { member }) });
  assign("gus", gus.id);
  assign("read", read.id);
  assign("kim", acme.idOf("Kim@example.com"));
  assign(
    "eve",
    gus.id.apply(() => "id of eve"),
  );
  assign(
    "ids",
    acme.ids.apply((ids) => String(ids["kim@example.com"])),
  );
  assign("plain", "8");
  assign("said", "9", "sam@example.com");
  await expect.poll(() => [...registered.keys()].filter((name) => name.startsWith("role-"))).toHaveLength(7);
  const members = Object.fromEntries(
    [...registered].flatMap(([name, { member }]) =>
      name.startsWith("role-") ? [[name.slice(5), member]] : [],
    ),
  );
  expect(members).toEqual({
    gus: "Gus@example.com",
    read: "read@example.com",
    kim: "kim@example.com",
    eve: undefined,
    ids: undefined,
    plain: undefined,
    said: "sam@example.com",
  });
});
