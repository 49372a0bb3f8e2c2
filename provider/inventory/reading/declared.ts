import { z } from "zod";
import { type Profile, profileOf } from "../../member/profile";
import { FileError, firstIssue } from "../console/errors";

export const USER_TYPE = "pulumi-nodejs:dynamic/notion:NotionUser";
export const ROLE_TYPE = "pulumi-nodejs:dynamic/notion:NotionRoleAssignment";

interface DeclaredResource {
  urn: string;
  /** The resource's name in the program. */
  name: string;
  /** Notion's id of the person. */
  id: string;
  /** Properties that the program made secret: they are compared where they can be read, and never printed. */
  secrets: Set<string>;
  /** Secret properties of an export without `--show-secrets`: they cannot be compared. */
  encrypted: string[];
}

/** A NotionUser in the state. */
export interface DeclaredUser extends DeclaredResource {
  profile: Partial<Profile>;
}

/** A NotionRoleAssignment in the state. */
export interface DeclaredRole extends DeclaredResource {
  /** undefined where it is encrypted. */
  role: string | undefined;
}

/** What a stack declares of the workspace. */
export interface Declared {
  users: DeclaredUser[];
  roles: DeclaredRole[];
}

const bag = z.record(z.string(), z.unknown());
const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: bag.optional(),
  /** Replaced already, about to be deleted. */
  delete: z.boolean().optional(),
  /** Only read (`NotionUser.get`), not managed. */
  external: z.boolean().optional(),
});
const stateSchema = z.object({
  deployment: z.object({ resources: z.array(resourceSchema).nullish() }),
});

/**
 * Reads a `pulumi stack export`. Declared is what the last `pulumi up` (or import, or refresh) left there.
 * @param source for errors, such as the file's name
 * @throws {FileError} when it is no such export
 */
export function parseState(state: unknown, source: string): Declared {
  const parsed = stateSchema.safeParse(state);
  if (!parsed.success) {
    throw new FileError(
      `${source} is not the state of a stack (at ${firstIssue(parsed.error)}). Make it with \`pulumi stack export --file ${source}\`.`,
    );
  }
  const declared: Declared = { users: [], roles: [] };
  for (const resource of parsed.data.deployment.resources ?? []) {
    if (resource.delete === true || resource.external === true || !resource.id) continue;
    const { inputs, secrets, encrypted } = openSecrets(resource.inputs ?? {});
    const name = resource.urn.slice(resource.urn.lastIndexOf("::") + 2);
    const common = { urn: resource.urn, name, id: resource.id, secrets, encrypted };
    if (resource.type === USER_TYPE) declared.users.push({ ...common, profile: profileOf(inputs) });
    if (resource.type === ROLE_TYPE) {
      declared.roles.push({
        ...common,
        role: typeof inputs.role === "string" ? inputs.role : undefined,
      });
    }
  }
  return declared;
}

// Pulumi's mark of a secret value, sdk/go/common/resource/properties.go.
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Properties with their secrets opened, and which of them were secret or could not be opened. */
function openSecrets(properties: Record<string, unknown>) {
  const secrets = new Set<string>();
  const encrypted: string[] = [];
  const inputs: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(properties)) {
    const found = { secret: false, encrypted: false };
    const opened = open(value, found);
    if (found.secret) secrets.add(key);
    if (found.encrypted) encrypted.push(key);
    else inputs[key] = opened;
  }
  return { inputs, secrets, encrypted };
}

function open(value: unknown, found: { secret: boolean; encrypted: boolean }): unknown {
  if (Array.isArray(value)) return value.map((each) => open(each, found));
  if (value === null || typeof value !== "object") return value;
  if (Reflect.get(value, SIGNATURE_KEY) === SECRET_SIGNATURE) {
    found.secret = true;
    const plaintext: unknown = Reflect.get(value, "plaintext");
    if (typeof plaintext === "string") {
      try {
        return JSON.parse(plaintext);
      } catch {
        // Not what `--show-secrets` writes: as good as encrypted.
      }
    }
    found.encrypted = true;
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, open(each, found)]));
}
