import type { Person } from "../../../inventory/review/person";

/** Somebody of a population, with what a test says of them. */
export function person(handle: string, more: Partial<Person> = {}): Person {
  return {
    id: `id-of-${handle}`,
    userName: `${handle}@example.com`,
    otherAddresses: [],
    name: handle.replace(/^./, (letter) => letter.toUpperCase()),
    role: "member",
    groups: [],
    declared: "members.csv",
    reason: null,
    approvedBy: null,
    ends: null,
    since: null,
    sinceKnownBy: "not known",
    atSources: [],
    changed: null,
    department: null,
    manager: null,
    marks: [],
    reviewer: null,
    ...more,
  };
}

const NAMES = [
  "Adela Ashgrove",
  "Bertil Brindlemark",
  "Corin Coldwater",
  "Zoë Krüger-Ängström",
  "ليلى النوراني",
];
const GROUPS = ["Everyone", "Engineering", "Design", "Sales", "Support"];

/** As many people as are wanted, each of them another kind. */
export function manyPeople(count: number): Person[] {
  return Array.from({ length: count }, (_, index) =>
    person(`person.${String(index).padStart(4, "0")}`, {
      name: NAMES[index % NAMES.length] ?? "",
      role:
        index < 3
          ? "owner"
          : index < 6
            ? "membership_admin"
            : index % 8 === 0
              ? "restricted_member"
              : "member",
      groups: GROUPS.filter((_, group) => index % (group + 1) === 0),
      since: index % 5 === 0 ? null : "2026-05-03T10:00:00+02:00",
      sinceKnownBy: "members.csv says so since commit 1a2b3c4d5e6f",
      atSources: ["okta: ACTIVE"],
      department: GROUPS[1 + (index % 4)] ?? null,
      marks: index % 23 === 7 ? ["left the company"] : index % 11 === 3 ? ["undeclared"] : [],
      reviewer: ["olivia.owner@example.com", "sam@example.com"][index % 2] ?? null,
    }),
  );
}
