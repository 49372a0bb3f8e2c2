import type { Person } from "../person";
import { DECISIONS, type DecisionKind } from "../rules";
import { chart, reviewerBars } from "./charts";
import type { Decisions } from "./decisions";
import { byId, make, show } from "./dom";
import { NO_REVIEWER } from "./filter";
import { formatPeople } from "./format";

const FIGURES: Record<DecisionKind, string> = {
  keep: "kept",
  lower: "lowered",
  remove: "removed",
  end: "to end",
  groups: "out of groups",
};

/** How much is decided, by kind and by reviewer. */
export function showOverview(people: readonly Person[], decisions: Decisions): void {
  const decided = decisions.count();
  const progress = byId<HTMLProgressElement>("progress");
  progress.max = people.length;
  progress.value = decided;
  show("progress-text", `${decided.toLocaleString("en")} of ${people.length.toLocaleString("en")} decided`);
  const figures: [name: string, count: number, kind: string][] = [
    ["people", people.length, "all"],
    ["open", people.length - decided, "open"],
    ...DECISIONS.map((kind): [string, number, string] => [
      FIGURES[kind],
      decisions.count(kind),
      `is-${kind}`,
    ]),
  ];
  byId("figures").replaceChildren(
    ...figures.map(([name, count, kind]) =>
      make(
        "div",
        { class: `figure ${kind}` },
        make("dt", {}, name),
        make("dd", {}, count.toLocaleString("en")),
      ),
    ),
  );
  byId("by-reviewer").replaceChildren(chart(reviewerBars(people, decisions)));
}

/** Who decides stands where one looks: nothing can be decided before. */
export function showWho({ reviewer }: Decisions): void {
  for (const id of ["who", "who-now"]) byId(id).classList.toggle("missing", reviewer === "");
  show("who-now", reviewer === "" ? "Say who decides" : `You decide as ${reviewer}`);
}

/** Lists the reviewers with their open people, the most first. */
export function showOutstanding(people: readonly Person[], { drafts }: Decisions): void {
  const by = new Map<string, Person[]>();
  for (const person of people) {
    if (drafts.has(person.id)) continue;
    const reviewer = person.reviewer ?? NO_REVIEWER;
    const all = by.get(reviewer);
    if (all === undefined) by.set(reviewer, [person]);
    else all.push(person);
  }
  const lists = [...by].sort(([, a], [, b]) => b.length - a.length);
  byId("outstanding").hidden = lists.length === 0;
  const open = lists.reduce((sum, [, all]) => sum + all.length, 0);
  const reviewers = lists.length === 1 ? "1 reviewer" : `${lists.length} reviewers`;
  show("outstanding-title", `Outstanding: ${formatPeople(open)}, ${reviewers}`);
  byId("outstanding-list").replaceChildren(
    ...lists.flatMap(([reviewer, all]) => [
      make("dt", {}, `${reviewer} (${all.length})`),
      make("dd", {}, all.map(({ userName }) => userName).join(", ")),
    ]),
  );
}
