import { expect } from "vitest";
import type { z } from "zod";
import { membershipSchema } from "../../provider/state/group-membership";
import { groupSchema } from "../../provider/state/group-resource";
import { omitProvider, type Properties } from "../../provider/state/properties";
import { roleAssignmentSchema } from "../../provider/state/role-assignment";
import { userSchema } from "../../provider/state/user";
import { workspaceSchema } from "../../provider/state/workspace";

const SCHEMAS: Record<"user" | "role" | "workspace" | "group" | "membership", z.ZodType> = {
  user: userSchema,
  role: roleAssignmentSchema,
  workspace: workspaceSchema,
  group: groupSchema,
  membership: membershipSchema,
};

/** What the engine keeps of a resource is what its schema says, and nothing else. */
export function expectKept(kind: keyof typeof SCHEMAS, outs: Properties): void {
  // As the engine keeps it: a property that is undefined is none.
  const kept = JSON.parse(JSON.stringify(omitProvider(outs)));
  expect(
    SCHEMAS[kind].safeParse(kept).error?.issues,
    `the state of a ${kind}: ${JSON.stringify(kept)}`,
  ).toBeUndefined();
}
