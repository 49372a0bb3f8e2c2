import { z } from "zod";
import { domainOf } from "../provider/model/email";
import type { Entry, Group } from "./declaration";
import { formatList, isAmong } from "./format";
import { isSecret } from "./given";
import type { Person } from "./person";
import { isOver, isPrivilegedReach } from "./reach";
import { defineRule, type Violation } from "./rule";
import { breakGlass, domains, groupNamesExcept, pattern } from "./settings";
import { UNKNOWN } from "./value";
import type { Workspace } from "./workspace";

/** A name says what a group is for. */
export const groupNames = defineRule({
  name: "group-names",
  area: "Groups",
  description: "Groups have names of the agreed form.",
  severity: "low",
  level: "mandatory",
  remediationSteps: "Give the group another name, and write the old one into `formerName`.",
  scopes: ["before"],
  settings: z.strictObject({
    pattern: pattern(
      "",
      "The form of a name (regular expression, exact case), such as `^(team|project)-`. Empty: the rule is idle.",
    ),
  }),
  idle: (settings) => (settings.pattern === "" ? "no pattern is configured" : undefined),
  evaluate: (workspace, settings) => {
    const form = new RegExp(settings.pattern);
    return [...workspace.rosters.flatMap(({ groups }) => groups), ...workspace.groups]
      .filter(({ name }) => !form.test(name))
      .map(({ urn, name, label }) => ({
        urn,
        found: `The name of ${label} does not have the agreed form`,
        allowed: `names that match ${settings.pattern}`,
        remediation: { key: "renameGroup", name },
      }));
  },
});

/** A group opens teamspaces and pages to its members. */
export const outsidersNotInGroups = defineRule({
  name: "outsiders-not-in-groups",
  area: "Groups",
  description: "Outsiders are in no group, except the groups for them.",
  severity: "high",
  level: "mandatory",
  remediationSteps: "Take the person out of the group, or add the group to the setting `except`.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    domains: domains("The company's domains. A person at another domain is an outsider."),
    except: groupNamesExcept("The names of groups that outsiders may be in."),
  }),
  idle: (settings) => (settings.domains.length === 0 ? "no domains are configured" : undefined),
  evaluate: (workspace, settings, now) => {
    const isOutsider = (email: unknown) =>
      typeof email === "string" && !settings.domains.includes(domainOf(email) ?? "");
    const other = settings.except.length === 0 ? "" : `, except ${formatList(settings.except)}`;
    const allowed = `groups without anybody outside ${formatList(settings.domains)}${other}`;
    const declared = groupMembers(workspace, settings.except, now, ({ email }) => isOutsider(email));
    return [
      ...declared.map(({ person, by, groups }) => ({
        urn: by.urn,
        found: `${person.label} is an outsider and is in ${formatGroups(groups)}`,
        allowed,
        remediation: { key: "takeOutOfGroups" as const, place: by.place, groups: formatGroups(groups) },
      })),
      ...joinedMembers(workspace, settings.except)
        .filter(({ person }) => isOutsider(person.email))
        .map(({ urn, label, person, group }) => ({
          urn,
          found: `${person.label} is an outsider and is in ${formatGroups([group])}`,
          allowed,
          remediation: { key: "removeMembership" as const, label },
        })),
      ...unmanagedMembers(workspace, settings.except)
        .filter(({ email }) => isOutsider(email))
        .map(({ who, group: { urn, name, label } }) => ({
          urn,
          found: `${who} is an outsider and is in ${label} without a declaration`,
          allowed,
          remediation: { key: "takeOutOfGroups" as const, place: who, groups: formatGroups([name]) },
        })),
    ];
  },
});

/** The right to change members and access to pages add up. */
export const privilegedInGroupsWithReason = defineRule({
  name: "privileged-in-groups-with-reason",
  area: "Groups",
  description: "Owners and membership admins in a group have a reason.",
  severity: "medium",
  level: "mandatory",
  remediationSteps: "Set `reason` of the person, such as a ticket, or take them out of the group.",
  scopes: ["before", "end"],
  settings: z.strictObject({
    pattern: pattern(
      "",
      "The form of a reason (regular expression, any case), such as `^INC-\\d+`; `.` allows any. Empty: the rule is idle.",
    ),
    except: groupNamesExcept("The names of groups for which nobody needs a reason."),
    breakGlass,
  }),
  idle: (settings) => (settings.pattern === "" ? "no pattern is configured" : undefined),
  evaluate: (workspace, settings, now) => {
    const like = new RegExp(settings.pattern, "i");
    const roles = ({ reaches, email }: Person) =>
      isAmong(email, settings.breakGlass)
        ? []
        : reaches.filter((each) => isPrivilegedReach(each) && !isOver(each, now));
    const members = groupMembers(workspace, settings.except, now, (person) => roles(person).length > 0);
    const joined = joinedMembers(workspace, settings.except).flatMap(({ person, group }) =>
      [...new Set(roles(person).map(({ by }) => by))].map((by) => ({ person, by, groups: [group] })),
    );
    return [...members, ...joined].flatMap(({ person, by, groups }): Violation[] => {
      const { reason, place } = by;
      if (reason === UNKNOWN || (reason !== undefined && like.test(reason))) return [];
      const told = isSecret(by, "reason") ? "[secret]" : `"${reason}"`;
      const role = formatList([...new Set(roles(person).map(({ roleText }) => roleText))]);
      return [
        {
          urn: by.urn,
          found:
            `${person.label} gets the role ${role} and is in ${formatGroups(groups)}, ` +
            (reason === undefined ? "and has no reason" : `and the reason is ${told}`),
          allowed: `a reason that matches ${settings.pattern}`,
          remediation: { key: "sayReasonOrLeaveGroups", place },
        },
      ];
    });
  },
});

/** A group without anybody often comes from a typo in its rule. */
export const groupsNotEmpty = defineRule({
  name: "groups-not-empty",
  area: "Groups",
  description: "Every group has declared people.",
  severity: "medium",
  level: "advisory",
  remediationSteps:
    "Correct the group's `where`, declare somebody in it, or take the group out of the program.",
  scopes: ["before", "end"],
  settings: z.strictObject({ except: groupNamesExcept("The names of groups that may be empty.") }),
  evaluate: ({ rosters }, { except }, now) =>
    rosters
      .filter(({ isKnown }) => isKnown)
      .flatMap(({ entries, groups }) =>
        groups
          .filter(({ name }) => !except.includes(name))
          .filter((group) => group.isEmpty(entries, now) === true),
      )
      .map(({ urn, name, label }) => ({
        urn,
        found: `No declared person is in ${label}`,
        allowed: "groups with declared people",
        remediation: { key: "fillGroup", name },
      })),
});

/** People of a workspace with the groups that they certainly are in. */
function groupMembers(
  { people, rosters }: Workspace,
  except: readonly string[],
  now: number,
  isMeant: (person: Person) => boolean,
): { person: Person; by: Entry; groups: string[] }[] {
  const byUrn = new Map(rosters.map(({ urn, groups }) => [urn, groups]));
  return people.filter(isMeant).flatMap((person) =>
    (person.members.filter(({ kind }) => kind === "NotionWorkspace") as Entry[]).flatMap((entry) => {
      const groups = (byUrn.get(entry.urn) ?? [])
        .filter((group) => !except.includes(group.name) && group.has(entry, now) === true)
        .map(({ name }) => name);
      return groups.length === 0 ? [] : [{ person, by: entry, groups }];
    }),
  );
}

const joinedMembers = ({ joined }: Workspace, except: readonly string[]) =>
  joined.filter(({ group }) => !except.includes(group));

/** Unmanaged members that a refresh found in the groups. */
function unmanagedMembers(
  { rosters }: Workspace,
  except: readonly string[],
): { email: string; who: string; group: Group }[] {
  return rosters.flatMap(({ hidesEmail, groups, entries }) => {
    const judged = groups.filter(({ name, unmanaged }) => unmanaged.length > 0 && !except.includes(name));
    const declared = new Set<unknown>(judged.length === 0 ? [] : entries.map(({ email }) => email));
    return judged.flatMap((group) =>
      group.unmanaged
        .filter((email) => !declared.has(email))
        .map((email) => ({ email, who: hidesEmail ? "somebody" : email, group })),
    );
  });
}

function formatGroups(names: readonly string[]): string {
  return `${names.length === 1 ? "group" : "groups"} ${formatList(names)}`;
}
