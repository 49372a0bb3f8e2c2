import type { GroupRecord } from "../../provider/model/group";
import { firstNames } from "../../provider/plan/sentence";
import type { Member } from "./workspace";

/** Which members are meant; an empty list means all. Within a list any match counts, between lists all must. */
export interface Filter {
  /** Role names; `none` for members whose entry bears no role. */
  roles: string[];
  /** Domains of e-mail addresses, such as `example.com`. */
  domains: string[];
  /** Groups by name or id. */
  groups: string[];
}

/** What stands for a role that an entry does not bear. */
export const NO_ROLE = "none";

export function isFiltered({ roles, domains, groups }: Filter): boolean {
  return roles.length + domains.length + groups.length > 0;
}

/** The groups that the filter names; all when it names none. */
export function chosenGroups(filter: Filter, groups: GroupRecord[]): GroupRecord[] {
  if (filter.groups.length === 0) return groups;
  return groups.filter(({ id, name }) => filter.groups.includes(name) || filter.groups.includes(id));
}

/** The members that the filter lets through. */
export function chosenMembers<T extends Pick<Member, "id" | "role" | "domain">>(
  filter: Filter,
  members: T[],
  groups: GroupRecord[],
): T[] {
  const inGroups = new Set(
    chosenGroups(filter, groups).flatMap(({ members }) => members.map(({ id }) => id)),
  );
  const domains = filter.domains.map((domain) => domain.toLowerCase().replace(/^@/, ""));
  return members.filter(
    ({ id, role, domain }) =>
      (filter.roles.length === 0 || filter.roles.includes(role ?? NO_ROLE)) &&
      (domains.length === 0 || domains.includes(domain)) &&
      (filter.groups.length === 0 || inGroups.has(id)),
  );
}

/** A sentence for each value of the filter that matches nothing: most likely a slip of the pen. */
export function unmatched(filter: Filter, members: Member[], groups: GroupRecord[]): string[] {
  const absent = (what: string, wanted: string[], there: string[]) =>
    wanted
      .filter((each) => !there.includes(each))
      .map((each) => `Nothing here matches ${what} "${each}". There is: ${listed(there)}.`);
  const sorted = (values: string[]) => [...new Set(values)].sort();
  return [
    ...absent("--role", filter.roles, sorted(members.map(({ role }) => role ?? NO_ROLE))),
    ...absent(
      "--domain",
      filter.domains.map((domain) => domain.toLowerCase().replace(/^@/, "")),
      sorted(members.map(({ domain }) => domain)),
    ),
    ...filter.groups
      .filter((each) => chosenGroups({ ...filter, groups: [each] }, groups).length === 0)
      .map(
        (each) =>
          `Nothing here matches --group "${each}". There is: ${listed(sorted(groups.map((g) => g.name)))}.`,
      ),
  ];
}

const MOST_LISTED = 12;

function listed(values: string[]): string {
  return values.length === 0 ? "nothing" : firstNames(values, MOST_LISTED);
}
