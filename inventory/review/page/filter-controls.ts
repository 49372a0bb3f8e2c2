import { MARKS, type Mark, type Person } from "../person";
import { DECISION_LABELS, DECISIONS } from "../rules";
import { byId, make } from "./dom";
import { domainIn, NO_REVIEWER, NO_ROLE, type Shown } from "./filter";

/** Fills the choices with everything that is met, and tells what is chosen. */
export function setUpFilters(people: readonly Person[], choose: (change: Partial<Shown>) => void): void {
  const valuesOf = {
    role: people.map(({ role }) => role ?? NO_ROLE),
    group: people.flatMap(({ groups }) => groups),
    domain: people.map(domainIn),
    reviewer: people.map(({ reviewer }) => reviewer ?? NO_REVIEWER),
  };
  for (const [key, values] of Object.entries(valuesOf)) {
    const select = byId<HTMLSelectElement>(key);
    select.append(...optionsOf(values, key === "role"));
    select.addEventListener("change", () => choose({ [key]: select.value }));
  }
  const decision = byId<HTMLSelectElement>("decision");
  decision.append(...DECISIONS.map((kind) => make("option", { value: kind }, DECISION_LABELS[kind])));
  decision.addEventListener("change", () => choose({ decision: decision.value as Shown["decision"] }));
  const search = byId<HTMLInputElement>("search");
  search.addEventListener("input", () => choose({ text: search.value }));
  setUpMarks(people, choose);
}

/** The most frequent first. */
function optionsOf(values: readonly string[], isRole: boolean): HTMLOptionElement[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([value, count]) =>
      make("option", { value }, `${isRole ? value.replaceAll("_", " ") : value} (${count})`),
    );
}

function setUpMarks(people: readonly Person[], choose: (change: Partial<Shown>) => void): void {
  const chosen = new Set<Mark>();
  for (const mark of MARKS) {
    const count = people.filter(({ marks }) => marks.includes(mark)).length;
    if (count === 0) continue;
    const button = make(
      "button",
      { type: "button", class: "toggle", "aria-pressed": "false" },
      `${mark} `,
      make("b", {}, String(count)),
    );
    button.addEventListener("click", () => {
      const isOn = button.getAttribute("aria-pressed") !== "true";
      if (isOn) chosen.add(mark);
      else chosen.delete(mark);
      button.setAttribute("aria-pressed", String(isOn));
      choose({ marks: new Set(chosen) });
    });
    byId("marks").append(button);
  }
  byId("reset").addEventListener("click", () => chosen.clear());
}

/** Makes every control say that everybody is shown. */
export function clearFilters(): void {
  for (const id of ["role", "group", "domain", "reviewer", "decision", "search"]) {
    byId<HTMLInputElement | HTMLSelectElement>(id).value = "";
  }
  for (const button of byId("marks").querySelectorAll("button")) button.setAttribute("aria-pressed", "false");
}
