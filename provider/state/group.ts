import { z } from "zod";
import { TEXT_ATTRIBUTES, type TextAttributeName } from "../model/attributes";
import { email, flag, list, oneOf, text } from "./fields";
import { limit } from "./limits";
import type { Properties } from "./properties";

// What a program declares of a group of members, and what the state keeps of it.

/** Whether the declaration only adds members to a group, or is the whole truth about it. */
export const GROUP_MODES = ["add", "exact"] as const;

/** What taking a group out of the declaration does. */
export const GROUP_ON_REMOVE = ["retain", "delete"] as const;

/** The columns of a roster by which a rule chooses people. */
export const RULE_COLUMNS = ["role", ...TEXT_ATTRIBUTES.map(({ name }) => name)] as const;
export type RuleColumn = "role" | TextAttributeName;

/** One text or several: any of them. */
const values = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  list(text).min(1, "is empty: write a value, or leave the column out"),
);

const where = z
  .strictObject(
    Object.fromEntries(RULE_COLUMNS.map((column) => [column, z.exactOptional(values)])) as Record<
      RuleColumn,
      z.ZodExactOptional<typeof values>
    >,
    { error: "must be an object of columns and values, such as { department: Engineering }" },
  )
  .refine((rule) => Object.keys(rule).length > 0, {
    error: "is empty: name a column, or leave `where` out",
    when: ({ issues }) => issues.length === 0,
  });
/** People are chosen whose row has one of the values in each of these columns. */
export type Rule = z.infer<typeof where>;

const ruleShape = {
  /** E-mails of people who are in it. */
  include: z.exactOptional(list(email)),
  where: z.exactOptional(where),
  /** Of those whom `where` chooses, who is not in it. */
  except: z.exactOptional(list(email)),
};

const treatmentShape = {
  onRemove: z.exactOptional(oneOf(GROUP_ON_REMOVE)),
  protect: z.exactOptional(flag),
  maxRemovals: z.exactOptional(limit),
  /** Goes on although something else writes the group. */
  force: z.exactOptional(flag),
};

const declaredShape = { members: oneOf(GROUP_MODES), ...ruleShape, ...treatmentShape };

export const declaredGroup = z.strictObject(
  {
    ...declaredShape,
    /** The name under which the group was declared before: an instruction for one change. */
    formerName: z.exactOptional(text),
  },
  { error: 'must be an object with at least members: "add" or members: "exact"' },
);
/** What a program declares of one group, which is named by its name in Notion. */
export type DeclaredGroup = z.infer<typeof declaredGroup>;
export type DeclaredGroups = Readonly<Record<string, DeclaredGroup>>;

export const appliedGroup = z.strictObject({
  ...declaredShape,
  /** Notion's id. */
  id: z.string(),
  /** Ids of the people that the program has in it. */
  memberIds: z.array(z.string()),
  /** Of them, whom the last refresh did not find in it. */
  missing: z.exactOptional(z.array(z.string())),
  /** Who else is in it, where that is asked for, and whom of `memberIds` the state has no person for: e-mails by id. */
  unmanaged: z.exactOptional(z.record(z.string(), z.string())),
  /** Ids of everybody else in it, where that is not asked for: a run notices when most of them are gone at once. */
  others: z.exactOptional(z.array(z.string())),
  /** Who of these the last refresh found gone, with most members of the group: e-mails by id. */
  vanished: z.exactOptional(z.record(z.string(), z.string())),
  /** `unmanaged` has not been shown yet, so nobody leaves. */
  unseen: z.exactOptional(z.literal(true)),
  /** The list of its members may be cut, so nobody leaves. */
  incomplete: z.exactOptional(z.literal(true)),
  /** The name that it has in Notion, where that is another one. */
  foundName: z.exactOptional(z.string()),
  /** The last refresh did not find it. */
  gone: z.exactOptional(z.literal(true)),
  /** The id of another group that has its name, found in its place. */
  replacedBy: z.exactOptional(z.string()),
  /** How often a refresh found undone what the program had written of a member, by id. */
  undone: z.exactOptional(z.record(z.string(), z.number())),
});
/** A group as it was applied last, with what a refresh found otherwise. */
export type AppliedGroup = z.infer<typeof appliedGroup>;
export type AppliedGroups = Readonly<Record<string, AppliedGroup>>;

/** What of an exported group counts, where secrets may be left out. */
export const exportedGroup = appliedGroup
  .pick({
    id: true,
    members: true,
    include: true,
    where: true,
    except: true,
    unmanaged: true,
    undone: true,
  })
  .extend({ memberIds: z.array(z.string()).default([]) })
  .strip();

/** So often undone, a change is written by something else. */
const UNDONE_BY_ANOTHER = 2;

/** Members of whom something else writes whether they are in the group. */
export function contestedIds({ undone = {} }: Pick<AppliedGroup, "undone">): string[] {
  return Object.entries(undone).flatMap(([id, times]) => (times >= UNDONE_BY_ANOTHER ? [id] : []));
}

/** The ids of everybody who is known to be in a group. */
export function presentIds({
  memberIds,
  missing = [],
  unmanaged = {},
}: Pick<AppliedGroup, "memberIds" | "missing" | "unmanaged">): Set<string> {
  const ids = new Set([...memberIds, ...Object.keys(unmanaged)]);
  for (const id of missing) ids.delete(id);
  return ids;
}

/** The ids of everybody in a group, as far as the state keeps them. */
export function keptIds(group: AppliedGroup): Set<string> {
  return new Set([...presentIds(group), ...(group.others ?? [])]);
}

/** The properties of a group that are declared and kept. */
export const DECLARED_OF_GROUP = Object.keys(declaredShape) as readonly (keyof typeof declaredShape)[];

/** Who is looked for in a group beside the people of the program: an exact one, and one that may be deleted. */
export const asksForUnmanaged = ({ members, onRemove }: Pick<DeclaredGroup, "members" | "onRemove">) =>
  members === "exact" || onRemove === "delete";

const members = appliedGroup.pick({ memberIds: true, missing: true, unmanaged: true });

/** A group as a policy sees it: declared, where some of it may not be known yet, or in a state with its members. */
export function readGroup({ include, where, except, ...held }: Properties) {
  const applied = members.strip().safeParse(held).data;
  return {
    rule: { include, where, except },
    presentIds: applied && presentIds(applied),
    /** E-mails of those that the program does not declare in it. */
    unmanaged: Object.values(applied?.unmanaged ?? {}),
  };
}
