import { z } from "zod";
import { profileOf } from "../../provider/model/profile";
import { readAssignment } from "../../provider/state/role-assignment";
import { classOf } from "../../provider/state/type-tokens";
import { readUser } from "../../provider/state/user";
import { FileError, firstIssue } from "../cli/errors";
import { type Io, readText } from "../cli/io";
import { type Declared, type DeclaredRole, textIn, timeIn } from "./declared";
import { groupOfMembership, groupOfResource } from "./declared-groups";
import { declaredWorkspace } from "./declared-workspace";
import { openSecrets } from "./secret-properties";
import { readStackState, type StackReference } from "./stack";

/** Where it stands what is declared: the state of a stack, or a file that a `pulumi stack export` wrote. */
export interface DeclaredSource {
  stack: StackReference | undefined;
  state?: string | undefined;
}

/**
 * What is declared; undefined where neither of the two is given.
 * @throws {FileError | StackError} when it cannot be read
 */
export async function readDeclared(io: Io, { stack, state }: DeclaredSource): Promise<Declared | undefined> {
  if (stack !== undefined) return readDeclaredOf(io, stack);
  return state === undefined ? undefined : parseState(readJson(io, state), state);
}

/** What a stack declares. @throws {FileError | StackError} when it cannot be read */
export async function readDeclaredOf(io: Io, stack: StackReference): Promise<Declared> {
  return parseState(await readStackState(stack, io.env), `the stack ${stack.stack}`);
}

function readJson(io: Io, file: string): unknown {
  try {
    return JSON.parse(readText(io, file));
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${file} is not JSON. Make it with \`pulumi stack export --file ${file}\`.`);
  }
}

const bag = z.record(z.string(), z.unknown());
const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: bag.optional(),
  outputs: bag.optional(),
  /** Replaced already, about to be deleted. */
  delete: z.boolean().optional(),
  /** Only read (`NotionUser.get`), not managed. */
  external: z.boolean().optional(),
  /** What the last run could not do. */
  initErrors: z.array(z.string()).nullish(),
});
const stateSchema = z.object({
  deployment: z.object({ resources: z.array(resourceSchema).nullish() }),
});

/**
 * Reads a `pulumi stack export`. It holds what the last `pulumi up` or import declared; for people one by one, a refresh
 * replaces that with what it found.
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
  const declared: Declared = { users: [], roles: [], groups: [], workspaces: [] };
  for (const resource of parsed.data.deployment.resources ?? []) {
    const { urn, type, id, inputs = {} } = resource;
    if (resource.delete === true || resource.external === true || !id) continue;
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    const kind = classOf(type);
    if (kind === "NotionWorkspace") {
      const { users, roles, groups, workspace } = declaredWorkspace({ ...resource, name }, source);
      declared.users.push(...users);
      declared.roles.push(...roles);
      declared.groups.push(...groups);
      declared.workspaces.push(workspace);
    } else if (kind === "NotionGroup") {
      declared.groups.push(groupOfResource(id, resource.outputs ?? {}, { urn, name }));
    } else if (kind === "NotionGroupMembership") {
      declared.groups.push(...groupOfMembership(id, { urn, name }));
    } else if (kind === "NotionUser" || kind === "NotionRoleAssignment") {
      const { values, secrets, encrypted } = openSecrets(inputs);
      const common = { urn, name, person: null, id, secrets, encrypted };
      if (kind === "NotionUser") {
        const profile = profileOf(values);
        const declaredId = textIn(values, "userId");
        const { addedInactive } = readUser(resource.outputs ?? {});
        declared.users.push({
          ...common,
          kind: "NotionUser",
          declaredId,
          profile,
          onRemove: "remove",
          addedInactive,
        });
      } else {
        const held = openSecrets(resource.outputs ?? {});
        declared.roles.push({
          ...common,
          kind: "NotionRoleAssignment",
          ...roleOfAssignment(values, held.values),
        });
      }
    }
  }
  return declared;
}

/** What an assignment declares. Of a role for a time its outputs tell what was written last and whose it is. */
function roleOfAssignment(
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown>,
): Partial<DeclaredRole> & Pick<DeclaredRole, "role"> {
  const time = timeIn(outputs, { from: "from", until: "until" });
  if (time === undefined) return { role: textIn(inputs, "role") };
  const held = readAssignment(outputs);
  return {
    role: textIn(held, "lastApplied"),
    within: textIn(held, "timedRole") ?? textIn(inputs, "role"),
    outside: textIn(held, "then"),
    email: textIn(held, "email"),
    time,
  };
}
