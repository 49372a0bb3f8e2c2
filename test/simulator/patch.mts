import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type { ScimPatchOperation, ScimResource } from "scim-patch";
import { z } from "zod";
import { PATCH_URN } from "./attribute-names.mts";
import { CORE_USER_URN, ENTERPRISE_URN, NOTION_URN } from "./person.mts";
import { Refusal } from "./refusal.mts";
import type { Settings } from "./settings.mts";
import type { Resource } from "./user-resource.mts";

const { scimPatch } = createRequire(import.meta.url)("scim-patch") as typeof import("scim-patch");

const EXTENSIONS: readonly string[] = [NOTION_URN, ENTERPRISE_URN];
/** What the server alone sets (RFC 7643 sections 3.1 and 4.1.2). */
const READ_ONLY: readonly string[] = ["id", "meta", "groups"];

const PatchSchema = z.object({
  schemas: z.array(z.string()).refine((urns) => urns.includes(PATCH_URN), `must name ${PATCH_URN}`),
  Operations: z
    .array(
      z.object({
        // Capitalised ones work live (notion-scim.md, Groups).
        op: z
          .string()
          .toLowerCase()
          .pipe(z.enum(["add", "remove", "replace"])),
        path: z.string().min(1).optional(),
        value: z.unknown().optional(),
      }),
    )
    .min(1),
});

export type Operation = z.infer<typeof PatchSchema>["Operations"][number];

export function readPatch(body: unknown): Operation[] {
  const parsed = PatchSchema.safeParse(body);
  if (parsed.success) return parsed.data.Operations;
  const issue = parsed.error.issues[0];
  throw new Refusal(400, `body failed validation: ${issue?.path.join(".")}: ${issue?.message}`, {
    scimType: "invalidSyntax",
  });
}

/** Servers are known to understand only one of the forms of a role change (notion-scim.md, Role PATCH). */
export function checkRoleForm(operations: readonly Operation[], forms: Settings["patchForms"]): void {
  if (forms === "both") return;
  for (const { path, value } of operations) {
    const byPath = path?.startsWith(NOTION_URN) ?? false;
    const byValue = path === undefined && keysOf(value).some((key) => key.startsWith(NOTION_URN));
    if (byPath && forms === "value")
      throw new Refusal(400, `Unknown path ${path}.`, { scimType: "invalidPath" });
    if (byValue && forms === "path") {
      throw new Refusal(400, "An operation must have a path.", { scimType: "invalidSyntax" });
    }
  }
}

/** A patched copy. scim-patch decides what an operation means (RFC 7644 section 3.5.2). */
export function patched(resource: Resource, operations: readonly Operation[]): Resource {
  const expanded = operations
    .flatMap((operation) => expand(operation))
    .filter((operation) => isChange(resource, operation));
  for (const { path, value } of expanded) {
    if (/__proto__|constructor|prototype/.test(`${path} ${JSON.stringify(value)}`)) {
      throw new Refusal(400, "Unknown attribute.", { scimType: "invalidPath" });
    }
  }
  const start = structuredClone(resource) as unknown as ScimResource;
  try {
    // By default it makes what a filter of a replace does not find, as Entra ID likes it; RFC 7644 says noTarget.
    const options = { mutateDocument: true, treatMissingAsAdd: false };
    return scimPatch(start, expanded as unknown as ScimPatchOperation[], options) as unknown as Resource;
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error), {
      scimType: typeOf(error),
    });
  }
}

/** False for a read-only attribute that is sent along as it is, which some clients do; another value is refused. */
function isChange(resource: Resource, { op, path = "", value }: Operation): boolean {
  const attribute = path.startsWith(`${CORE_USER_URN}:`) ? path.slice(CORE_USER_URN.length + 1) : path;
  const [name = ""] = attribute.split(/[.[]/);
  if (!READ_ONLY.includes(name)) return true;
  if (op !== "remove" && name === attribute && isDeepStrictEqual(value, resource[name])) return false;
  throw new Refusal(400, `${name} is read-only.`, { scimType: "mutability" });
}

/**
 * One operation per attribute. scim-patch takes a URN that ends in ":User" for a path to the attribute "User",
 * and an operation without a path replaces `name` as a whole where RFC 7644 section 3.5.2.3 merges it.
 */
function expand(operation: Operation): Operation[] {
  const { op, path, value } = operation;
  if (op === "remove" && path === undefined) {
    throw new Refusal(400, "A remove needs a path.", { scimType: "noTarget" });
  }
  if (op !== "remove" && value === undefined) {
    throw new Refusal(400, `An ${op} needs a value.`, { scimType: "invalidValue" });
  }
  const extension = path !== undefined && EXTENSIONS.includes(path);
  if (path !== undefined && !extension) return [operation];
  if (op === "remove") return [{ op, path: `${path}:role`, value: undefined }];
  if (!isRecord(value)) {
    throw new Refusal(400, "The value must be an object of attributes.", { scimType: "invalidValue" });
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const target = extension ? `${path}:${key}` : key;
    if (EXTENSIONS.includes(target)) return expand({ op, path: target, value: inner });
    return target === CORE_USER_URN
      ? expand({ op, path: undefined, value: inner })
      : [{ op, path: target, value: inner }];
  });
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return "invalidSyntax";
  // A filter on an attribute that is not there; the library calls it a syntax error.
  if ("valuePath" in error) return "noTarget";
  return "scimCode" in error ? String(error.scimCode) : "invalidSyntax";
}

function keysOf(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
