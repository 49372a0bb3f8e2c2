import { z } from "zod";
import { isEmail } from "../model/email";
import { isDemotion, LOWEST_ROLE } from "../model/role";
import { email, flag, list, oneOf } from "./fields";
import { type GrantChange, privilegedTime } from "./grants";
import { type AppliedGroups, appliedGroup, type DeclaredGroup, declaredGroup, exportedGroup } from "./group";
import { LIMIT_NAMES, type LimitName, limit, minOwners } from "./limits";
import { appliedPerson, type DeclaredPerson, declaredPerson, ON_REMOVE, outsideTime } from "./person";
import { type Properties, pick } from "./properties";
import {
  type Applied,
  type Declaration,
  emailChange,
  UNDECLARED,
  type Undeclared,
  unmanagedMember,
} from "./world";

/** There is one of it behind each resource; the people have ids of their own. */
export const WORKSPACE_ID = "workspace";

const pattern = z.string().refine((text) => isEmail(text) || /^\*@[^\s@*]+\.[^\s@*]+$/.test(text), {
  error: ({ input }) => `must be an e-mail address, or *@ and a domain, not "${input}"`,
});

const settingsShape = {
  limits: z.exactOptional(
    z.strictObject({
      ...(Object.fromEntries(LIMIT_NAMES.map((name) => [name, z.exactOptional(limit)])) as Record<
        LimitName,
        z.ZodExactOptional<typeof limit>
      >),
      /** Memberships of groups that may end at once. */
      maxGroupRemovals: z.exactOptional(limit),
      minOwners: z.exactOptional(minOwners),
      requiredOwners: z.exactOptional(list(email)),
      tokenOwner: z.exactOptional(email),
    }),
  ),
  onRemove: z.exactOptional(oneOf(ON_REMOVE)),
  protect: z.exactOptional(flag),
  undeclared: z.exactOptional(oneOf(UNDECLARED)),
  /** Unmanaged members to leave alone. */
  except: z.exactOptional(list(pattern)),
  /** Attributes that the program made secret, by e-mail. */
  redacted: z.exactOptional(z.record(z.string(), z.array(z.string()))),
};

/** What a program may say of a NotionWorkspace; each person is checked by themself. */
export const workspaceInputsSchema = z.strictObject({
  /** By folded e-mail. */
  people: z.record(z.string(), declaredPerson),
  /** By name. */
  groups: z.exactOptional(z.record(z.string(), declaredGroup)),
  ...settingsShape,
});

/** Attributes that the program made secret, by e-mail: their values are never told. */
export type Redacted = Readonly<Record<string, readonly string[]>>;

const keptSettings = {
  ...settingsShape,
  /** When people had a privileged role for a time, by e-mail, also those who are gone. */
  privileged: z.exactOptional(z.record(z.string(), z.array(privilegedTime))),
};
const settings = z.strictObject(keptSettings);
/** The settings of the workspace as a whole, kept so that a later removal follows them. */
export type WorkspaceSettings = z.infer<typeof settings>;
const SETTINGS = Object.keys(keptSettings) as (keyof WorkspaceSettings)[];

/** What a program says of a NotionWorkspace, as check leaves it. */
export interface WorkspaceInputs extends WorkspaceSettings {
  /** By folded e-mail. */
  people: Record<string, DeclaredPerson>;
  /** By name. */
  groups?: Record<string, DeclaredGroup>;
  /** How this change makes access another one, by e-mail, for policies. */
  changed?: Record<string, GrantChange>;
}

const byEmail = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema);

/** What the state keeps of a workspace. `people` is of the inputs' shape, so that the engine finds what is secret in it. */
export const workspaceSchema = z.strictObject({
  ...keptSettings,
  people: byEmail(appliedPerson),
  /** Notion's ids of these people. */
  ids: byEmail(z.string()),
  /** The groups, by name. Of the inputs' shape, too. */
  groups: z.exactOptional(z.record(z.string(), appliedGroup)),
  /** Ids of people that a refresh no longer found, by e-mail. */
  gone: z.exactOptional(byEmail(z.string())),
  /** Who of them is gone again after they were added again. */
  goneAgain: z.exactOptional(z.array(z.string())),
  /** People that a run tried to add without an answer. */
  maybeAdded: z.exactOptional(z.array(z.string())),
  /** Ids of those who were left to another resource, which did not have them yet, by e-mail. */
  leftTo: z.exactOptional(byEmail(z.string())),
  /** In the workspace and not declared, as the last refresh counted them. */
  others: z.exactOptional(z.number()),
  /** Who they are, where `undeclared` asks for it; else those who are privileged, or expired. */
  unmanaged: z.exactOptional(byEmail(unmanagedMember)),
  /** Accounts with the address of a person whose own account is gone, or that a failed run added. */
  reinvited: z.exactOptional(byEmail(unmanagedMember)),
  /** Changes of e-mail that were carried out: of accounts in the state, and those that are still declared. */
  emailChanges: z.exactOptional(z.record(z.string(), z.array(emailChange).readonly()).readonly()),
  /** Who is declared and outside of their time. */
  outside: z.exactOptional(byEmail(outsideTime)),
  /** The day (UTC) of the first `up`. */
  since: z.exactOptional(z.string()),
});
export type WorkspaceOutputs = z.infer<typeof workspaceSchema>;

/** What the state of a workspace that is not there yet would say. */
export const NOTHING_APPLIED: WorkspaceOutputs = { people: {}, ids: {} };

/** The settings alone. */
export function settingsOf(properties: WorkspaceSettings): WorkspaceSettings {
  return pick(properties, SETTINGS);
}

/** What the plan takes of the state. */
export function toApplied(state: WorkspaceOutputs): Applied {
  return pick(state, APPLIED) as Applied;
}
const APPLIED = [
  "people",
  "ids",
  "gone",
  "goneAgain",
  "maybeAdded",
  "leftTo",
  "unmanaged",
  "reinvited",
  "emailChanges",
  "outside",
  "since",
  "onRemove",
  "protect",
  "except",
] as const satisfies readonly (keyof Applied)[];

/** What the plan takes of the inputs. */
export function toDeclared({ people, onRemove, protect, undeclared, except }: WorkspaceInputs): Declaration {
  return { people, onRemove, protect, undeclared, except };
}

/** Pure: whether those who are kept as unmanaged may be acted on once they were named. */
export const actsOnUnmanaged = (undeclared: Undeclared | undefined) =>
  undeclared === "restrict" || undeclared === "remove";

/** Pure: whether an unmanaged member with this role is acted on: nobody is made restricted_member who is it already. */
export const isActedOn = (undeclared: Undeclared | undefined, role: string | undefined) =>
  undeclared === "remove" || (undeclared === "restrict" && isDemotion(role, LOWEST_ROLE));

/**
 * The state of a run that began without a refresh: the refresh that found unmanaged members has named those that it knew
 * to be acted on.
 */
export function asShown({ unmanaged, ...kept }: WorkspaceOutputs): WorkspaceOutputs {
  const groups = Object.entries(kept.groups ?? {}).map(([name, { unseen: _, ...group }]) => [name, group]);
  const state = { ...kept, ...(kept.groups && { groups: Object.fromEntries(groups) }) };
  if (unmanaged === undefined) return state;
  const shown = Object.entries(unmanaged).map(([email, { unseen, ...member }]) => [
    email,
    unseen === true && !isActedOn(state.undeclared, member.role) ? { ...member, unseen } : member,
  ]);
  return { ...state, unmanaged: Object.fromEntries(shown) };
}

/** A workspace as if it had been applied just as it is declared. @param since the day (UTC) @param groups as applied */
export function appliedAsDeclared(
  inputs: WorkspaceInputs,
  ids: Readonly<Record<string, string>>,
  since: string,
  groups?: AppliedGroups,
): WorkspaceOutputs {
  // The id that a program declares of a person stands in the inputs alone: the outputs have that of everybody.
  // Which groups people are in stands with the groups.
  const people = Object.entries(inputs.people).map(([email, { id: _, groups: __, ...person }]) => [
    email,
    person,
  ]);
  const rest = { people: Object.fromEntries(people), ids: { ...ids }, since };
  return { ...settingsOf(inputs), ...rest, ...(groups && { groups: { ...groups } }) };
}

const anyPeople = z.record(z.string(), z.record(z.string(), z.unknown()));
const anyGroups = anyPeople.optional();

/** A workspace of a preview, whose JSON blinds values; undefined where it hides the people or the groups. */
export function readPreviewedState(outputs: Properties): WorkspaceOutputs | undefined {
  const parsed = z
    .looseObject({ people: anyPeople, groups: anyGroups, ids: z.record(z.string(), z.string()) })
    .safeParse(outputs);
  return parsed.data as unknown as WorkspaceOutputs | undefined;
}

/** What is declared in a preview; undefined where it hides the people or the groups. */
export function readPreviewedInputs(inputs: Properties | undefined): WorkspaceInputs | undefined {
  return z.looseObject({ people: anyPeople, groups: anyGroups }).safeParse(inputs).data as unknown as
    | WorkspaceInputs
    | undefined;
}

/** What of an exported workspace counts beside its people, where secrets may be left out. */
export const exportedWorkspace = z.object({
  ids: byEmail(z.string()).default({}),
  gone: byEmail(z.string()).default({}),
  undeclared: z.enum(UNDECLARED).default("ignore"),
  except: z.array(z.string()).default([]),
  redacted: byEmail(z.array(z.string())).default({}),
  onRemove: z.enum(ON_REMOVE).default("remove"),
  groups: z.record(z.string(), exportedGroup).default({}),
});

/** A workspace as a policy sees it, some of which may be hidden or not known yet: what stands there, whatever it is. */
export function readWorkspace(properties: Properties) {
  const { people, ids, changed, privileged, others, ...settings } = properties;
  return { people, ids, changed, privileged, others, settings };
}

/** The ids in it; empty where there are none to be seen. */
export function readIds(outputs: Properties = {}): Readonly<Record<string, string>> {
  return z.record(z.string(), z.string()).safeParse(outputs.ids).data ?? {};
}
