import { z } from "zod";
import type { Operation } from "./patch.mts";
import { Refusal } from "./refusal.mts";
import type { Settings } from "./settings.mts";

/** Settings by which a server misbehaves with groups. All of them are seen on servers of the world. */
type Quirks = Pick<
  Settings,
  "removeByFilter" | "removeByValue" | "groupAdd" | "groupRename" | "groupOperations"
>;

const CLEAR: Operation = { op: "remove", path: "members" };

/**
 * The operations that a misbehaving server makes of those that were sent. As the defaults are, nothing changes:
 * scim-patch then decides what an operation means, and takes both forms of a removal.
 */
export function misread(operations: readonly Operation[], quirks: Quirks): Operation[] {
  const read = operations.flatMap((operation) => misreadOne(operation, quirks));
  return quirks.groupOperations === "first" ? read.slice(0, 1).map(firstValue) : read;
}

function misreadOne(operation: Operation, quirks: Quirks): Operation[] {
  const { op, path = "", value } = operation;
  if (op === "remove" && path.startsWith("members["))
    return misreadRemoval(operation, quirks.removeByFilter, false);
  if (op === "remove" && path === "members") {
    if (value === undefined) return [operation];
    return misreadRemoval(operation, quirks.removeByValue, Array.isArray(value) && value.length > 1);
  }
  if (op === "add" && path === "members") {
    if (quirks.groupAdd === "ignored") return [];
    return [quirks.groupAdd === "replaces" ? { ...operation, op: "replace" } : operation];
  }
  if (op === "replace" && isRename(operation)) {
    if (quirks.groupRename === "ignored") return [];
    return quirks.groupRename === "clears" ? [operation, CLEAR] : [operation];
  }
  return [operation];
}

function misreadRemoval(operation: Operation, how: Settings["removeByValue"], several: boolean): Operation[] {
  switch (how) {
    case "works":
      return [operation];
    case "ignored":
      return [];
    case "clears":
      return [CLEAR];
    case "clears when several":
      return [several ? CLEAR : operation];
    case "refused":
      throw new Refusal(400, "This form of a remove is not supported.", { scimType: "invalidPath" });
  }
}

function isRename({ path, value }: Operation): boolean {
  return (
    path === "displayName" ||
    (path === undefined && z.object({ displayName: z.string() }).safeParse(value).success)
  );
}

function firstValue(operation: Operation): Operation {
  const { value } = operation;
  return Array.isArray(value) ? { ...operation, value: value.slice(0, 1) } : operation;
}
