import { z } from "zod";
import { foldEmail } from "../../provider/model/email";
import { type Profile, profileOf } from "../../provider/model/profile";
import { TYPE_TOKENS } from "../../provider/resources/type-tokens";
import type { OnRemove } from "../../provider/state/person";
import { readAssignment } from "../../provider/state/role-assignment";
import { readUser } from "../../provider/state/user";
import type { Undeclared } from "../../provider/state/world";
import { FileError, firstIssue } from "../cli/errors";
import { declaredWorkspace } from "./declared-workspace";
import { openSecrets } from "./secret-properties";
import { phaseAt, type Time, textIn, timeIn } from "./time";

export const {
  NotionUser: USER_TYPE,
  NotionRoleAssignment: ROLE_TYPE,
  NotionWorkspace: WORKSPACE_TYPE,
} = TYPE_TOKENS;

/** What a resource of the state declares of one person. */
interface DeclaredOfPerson {
  urn: string;
  /** The class of the resource. */
  kind: "NotionUser" | "NotionRoleAssignment" | "NotionWorkspace";
  /** The resource's name in the program. */
  name: string;
  /** The e-mail under which a NotionWorkspace declares the person; null for a resource that is about one person. */
  person: string | null;
  /** Notion's id of the person; null for somebody whom a refresh has proven to be gone. */
  id: string | null;
  /** The id by which the program names the account; undefined: it names the person by e-mail alone. */
  declaredId?: string | undefined;
  /** Properties that the program made secret: they are compared where they can be read, and never printed. */
  secrets: Set<string>;
  /** Secret properties of an export without `--show-secrets`: they cannot be compared. */
  encrypted: string[];
  /** When it begins and ends, and why; undefined: it is not for a time. */
  time?: Time | undefined;
}

/** A membership: a NotionUser in the state, or a person of a NotionWorkspace. */
export interface DeclaredUser extends DeclaredOfPerson {
  profile: Partial<Profile>;
  /** What the end of the membership does. */
  onRemove: OnRemove;
  /** Whether Notion added them as inactive, and cannot make them active: nobody deactivated them. */
  addedInactive?: boolean;
}

/** A role: a NotionRoleAssignment in the state, or that of a person of a NotionWorkspace. */
export interface DeclaredRole extends DeclaredOfPerson {
  /** The one that was written last; undefined where it is encrypted. */
  role: string | undefined;
  /** Where it is for a time: the role within that time, and the one outside of it. */
  within?: string | undefined;
  outside?: string | undefined;
  /** Then the state also tells whose it is. */
  email?: string | undefined;
}

/** A NotionWorkspace in the state; its people are among the users and roles. */
export interface DeclaredWorkspace {
  urn: string;
  /** What becomes of those whom it does not declare. */
  undeclared: Undeclared;
  /** Of them, whom it leaves alone: e-mail addresses, or `*@` and a domain. */
  except: string[];
  /** Whom the program declares for a time: when, by e-mail. */
  times: ReadonlyMap<string, Time>;
  /** What of it as a whole is encrypted. */
  encrypted: string[];
}

/** What a stack declares of the workspace. */
export interface Declared {
  users: DeclaredUser[];
  roles: DeclaredRole[];
  workspaces: DeclaredWorkspace[];
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

/** A resource of the state that is managed. */
export type ManagedResource = z.infer<typeof resourceSchema> & { id: string; name: string };

/**
 * Reads a `pulumi stack export`. Declared is what the last `pulumi up` (or import) left there; of people one by one
 * a refresh puts in its place what it found.
 * @param source for errors, such as the file's name
 * @throws {FileError} when it is no such export
 */
export function parseState(state: unknown, source: string): Declared {
  const parsed = stateSchema.safeParse(state);
  if (!parsed.success) throw notAState(source, firstIssue(parsed.error));
  const declared: Declared = { users: [], roles: [], workspaces: [] };
  for (const resource of parsed.data.deployment.resources ?? []) {
    const { urn, type, id, inputs = {} } = resource;
    if (resource.delete === true || resource.external === true || !id) continue;
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    if (type === WORKSPACE_TYPE) {
      const { users, roles, workspace } = declaredWorkspace({ ...resource, id, name }, source);
      declared.users.push(...users);
      declared.roles.push(...roles);
      declared.workspaces.push(workspace);
    } else if (type === USER_TYPE || type === ROLE_TYPE) {
      const { values, secrets, encrypted } = openSecrets(inputs);
      const common = { urn, name, person: null, id, secrets, encrypted };
      if (type === USER_TYPE) {
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

/** The role that somebody is to have at this moment. Without a time it is the one that was written last. */
export function roleDue(declared: DeclaredRole, now: number): string | undefined {
  if (declared.time === undefined) return declared.role;
  return (phaseAt(declared, now) === "during" ? declared.within : declared.outside) ?? declared.role;
}

/** @param where what does not fit, and where it stands */
export function notAState(source: string, where: string): FileError {
  return new FileError(
    `${source} is not the state of a stack (at ${where}). Make it with \`pulumi stack export --file ${source}\`.`,
  );
}

/** A declared person's e-mail; the resource's name where that is a secret, or where the state of a role does not tell it. */
export function whoOf(resource: DeclaredUser | DeclaredRole): string {
  if (resource.person !== null) return resource.person;
  const email = "profile" in resource ? resource.profile.userName : resource.email;
  return email === undefined || resource.secrets.has("userName") ? resource.name : foldEmail(email);
}
