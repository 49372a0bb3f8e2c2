import { expect, test } from "vitest";
import { withoutImport } from "../../../provider/hosts/dynamic/dynamic-provider";
import type { ResourceLifecycle } from "../../../provider/lifecycle/resource-lifecycle";

test("a workspace cannot be got by an id: the error says what to do instead", async () => {
  const workspace = { read: async (id: string) => ({ id }) } as unknown as ResourceLifecycle;
  await expect(withoutImport(workspace).read("acme", {})).rejects.toThrow(
    "A NotionWorkspace is not found by an id. Declare its people",
  );
  expect(await withoutImport(workspace).read("acme", { people: {} })).toEqual({ id: "acme" });
});
