import { z } from "zod";
import { FileError, firstIssue } from "../cli/errors";
import { compareText } from "../cli/text";
import { NO_ROLE } from "../live/filter";
import { buildReport, REPORT_KIND, REPORT_VERSION, type Report } from "../live/report";
import type { Workspace } from "../live/workspace";

const baselineSchema = z.object({
  kind: z.literal(REPORT_KIND),
  version: z.literal(REPORT_VERSION),
  incomplete: z.array(z.string()),
  masked: z.boolean(),
  filter: z.object({
    roles: z.array(z.string()),
    domains: z.array(z.string()),
    groups: z.array(z.string()),
    only: z.string().nullable(),
  }),
  users: z
    .array(
      z.object({
        id: z.string(),
        userName: z.string(),
        name: z.string(),
        role: z.string().nullable(),
        active: z.boolean(),
      }),
    )
    .optional(),
  groups: z
    .array(
      z.object({
        id: z.string(),
        displayName: z.string(),
        members: z.array(z.object({ id: z.string(), userName: z.string() })),
        unknownMembers: z.array(z.string()),
        complete: z.boolean(),
      }),
    )
    .optional(),
});

/** A whole, unmasked report of an earlier day, complete but for lists of members of groups that may be cut. */
export interface Baseline {
  users: NonNullable<z.infer<typeof baselineSchema>["users"]>;
  groups: NonNullable<z.infer<typeof baselineSchema>["groups"]>;
}

/** What became of a person or a group since the baseline. */
export interface Change {
  subject: "user" | "group";
  change: "created" | "deleted" | "renamed" | "e-mail" | "role" | "active" | "member in" | "member out";
  /** The person's e-mail, or the group's name. */
  who: string;
  id: string;
  before: string | null;
  now: string | null;
}

const HOW = "Make one with `notion-inventory report --format json --output FILE`.";

/** @throws {FileError} when `text` is no report that absence can be judged by */
export function parseBaseline(text: string, file: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FileError(`${file} is not JSON. ${HOW}`);
  }
  const parsed = baselineSchema.safeParse(value);
  if (!parsed.success)
    throw new FileError(`${file} is not a report (at ${firstIssue(parsed.error)}). ${HOW}`);
  const { incomplete, masked, filter, users, groups } = parsed.data;
  const refuse = (why: string) => new FileError(`${file} cannot be a baseline: ${why}. ${HOW}`);
  // A group whose list of members may be cut is compared as far as the list goes.
  const cut = (groups ?? []).filter(({ complete }) => !complete);
  if (incomplete.length > cut.length) throw refuse("its listing was not proven complete");
  if (masked) throw refuse("its e-mail addresses are masked");
  const partial = filter.roles.length + filter.domains.length + filter.groups.length > 0;
  if (partial || users === undefined || groups === undefined)
    throw refuse("it holds only a part of the workspace");
  return { users, groups };
}

/**
 * Pure: what changed since the baseline.
 * @param gone ids of people and groups for which Notion answered 404
 */
export function changesSince(baseline: Baseline, workspace: Workspace, gone: Set<string>): Change[] {
  const { users, groups } = buildReport(workspace, {
    only: undefined,
    filter: { roles: [], domains: [], groups: [] },
    mask: false,
  }) as Required<Report>;
  const emails = new Map([...baseline.users, ...users].map(({ id, userName }) => [id, userName]));
  const changes: Change[] = [];
  const add = (
    change: Omit<Change, "before" | "now">,
    before: string | null = null,
    now: string | null = null,
  ) => changes.push({ ...change, before, now });

  compare(baseline.users, users, {
    created: (user) =>
      add(
        { subject: "user", change: "created", who: user.userName, id: user.id },
        null,
        user.role ?? NO_ROLE,
      ),
    deleted: (user) => {
      if (workspace.incomplete.length === 0 && gone.has(user.id)) {
        add({ subject: "user", change: "deleted", who: user.userName, id: user.id }, user.role ?? NO_ROLE);
      }
    },
    both: (before, now) => {
      const about = { subject: "user" as const, who: now.userName, id: now.id };
      if (before.userName !== now.userName)
        add({ ...about, change: "e-mail" }, before.userName, now.userName);
      if (before.name !== now.name) add({ ...about, change: "renamed" }, before.name, now.name);
      if (before.role !== now.role)
        add({ ...about, change: "role" }, before.role ?? NO_ROLE, now.role ?? NO_ROLE);
      if (before.active !== now.active)
        add({ ...about, change: "active" }, `${before.active}`, `${now.active}`);
    },
  });
  compare(baseline.groups, groups, {
    created: (group) => add({ subject: "group", change: "created", who: group.displayName, id: group.id }),
    deleted: (group) => {
      if (workspace.incompleteGroups.length === 0 && gone.has(group.id)) {
        add({ subject: "group", change: "deleted", who: group.displayName, id: group.id });
      }
    },
    both: (before, now) => {
      const about = { subject: "group" as const, who: now.displayName, id: now.id };
      if (before.displayName !== now.displayName)
        add({ ...about, change: "renamed" }, before.displayName, now.displayName);
      const was = memberIds(before);
      const is = memberIds(now);
      for (const id of before.complete ? is : [])
        if (!was.has(id)) add({ ...about, change: "member in" }, null, emails.get(id) ?? id);
      // A list that may be cut proves nobody out of a group.
      for (const id of now.complete ? was : [])
        if (!is.has(id)) add({ ...about, change: "member out" }, emails.get(id) ?? id);
    },
  });
  return changes.sort(
    (a, b) =>
      compareText(b.subject, a.subject) ||
      compareText(a.who, b.who) ||
      compareText(a.change, b.change) ||
      compareText(`${a.before} ${a.now}`, `${b.before} ${b.now}`),
  );
}

function memberIds(group: { members: { id: string }[]; unknownMembers: string[] }): Set<string> {
  return new Set([...group.members.map(({ id }) => id), ...group.unknownMembers]);
}

function compare<B extends { id: string }, N extends { id: string }>(
  before: B[],
  now: N[],
  tell: { created: (entry: N) => void; deleted: (entry: B) => void; both: (before: B, now: N) => void },
): void {
  const were = new Map(before.map((entry) => [entry.id, entry]));
  const are = new Set(now.map(({ id }) => id));
  for (const entry of now) {
    const was = were.get(entry.id);
    if (was === undefined) tell.created(entry);
    else tell.both(was, entry);
  }
  for (const entry of before) if (!are.has(entry.id)) tell.deleted(entry);
}
