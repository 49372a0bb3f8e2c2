import { output, runtime, secret } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { NotionRoleAssignment, type NotionRoleAssignmentArgs } from "../../provider/index";

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
