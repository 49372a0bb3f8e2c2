import type { Draft } from "../page-data";
import type { Mark, Person } from "../person";
import type { DecisionKind } from "../rules";

/** Who is shown: of each kind "" means all; of the marks any. */
export interface Shown {
  text: string;
  role: string;
  group: string;
  domain: string;
  reviewer: string;
  decision: "" | "open" | "decided" | DecisionKind;
  marks: ReadonlySet<Mark>;
}

/** What stands in a choice for no role and no reviewer. */
export const NO_ROLE = "no role";
export const NO_REVIEWER = "anybody else";

export const EVERYBODY: Shown = {
  text: "",
  role: "",
  group: "",
  domain: "",
  reviewer: "",
  decision: "",
  marks: new Set(),
};

export function isEverybody({ marks, ...texts }: Shown): boolean {
  return marks.size === 0 && Object.values(texts).every((text) => text === "");
}

export function domainIn({ userName }: Person): string {
  return userName.slice(userName.lastIndexOf("@") + 1);
}

/** Pure: the people that the filter lets through; every word that is looked for stands somewhere. */
export function shownPeople(
  people: readonly Person[],
  drafts: ReadonlyMap<string, Draft>,
  shown: Shown,
): Person[] {
  const words = fold(shown.text).split(/\s+/).filter(Boolean);
  return people.filter((person) => {
    if (shown.role !== "" && (person.role ?? NO_ROLE) !== shown.role) return false;
    if (shown.group !== "" && !person.groups.includes(shown.group)) return false;
    if (shown.domain !== "" && domainIn(person) !== shown.domain) return false;
    if (shown.reviewer !== "" && (person.reviewer ?? NO_REVIEWER) !== shown.reviewer) return false;
    if (shown.marks.size > 0 && !person.marks.some((mark) => shown.marks.has(mark))) return false;
    const kind = drafts.get(person.id)?.kind;
    if (shown.decision === "open" && kind !== undefined) return false;
    if (shown.decision === "decided" && kind === undefined) return false;
    if (!["", "open", "decided"].includes(shown.decision) && kind !== shown.decision) return false;
    if (words.length === 0) return true;
    const text = fold(
      [
        person.name,
        person.userName,
        ...person.otherAddresses,
        person.department ?? "",
        ...person.groups,
      ].join(" "),
    );
    return words.every((word) => text.includes(word));
  });
}

/** Ångström is found by angstrom. */
function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}
