import { ROLES } from "../../../provider/model/role";
import type { Person } from "../person";
import type { Decisions } from "./decisions";
import { make } from "./dom";
import { NO_REVIEWER, NO_ROLE } from "./filter";

/** One line of a chart: parts of a bar, the whole of them and what they are. */
interface Bar {
  label: string;
  parts: { name: string; count: number }[];
}

const MOST_BARS = 6;

/** How many hold which role, the most powerful first. */
export function roleBars(people: readonly Person[]): Bar[] {
  const counts = countBy(people, ({ role }) => role ?? NO_ROLE);
  const rank = (role: string) => {
    const index = (ROLES as readonly string[]).indexOf(role);
    return index < 0 ? ROLES.length : index;
  };
  return [...counts]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([role, all]) => ({
      label: role.replaceAll("_", " "),
      parts: [{ name: "people", count: all.length }],
    }));
}

/** Who has how much to decide, the most open first; those who do not fit are one line. */
export function reviewerBars(people: readonly Person[], { drafts }: Decisions): Bar[] {
  const counts = [...countBy(people, ({ reviewer }) => reviewer ?? NO_REVIEWER)];
  const bar = (label: string, all: readonly Person[]): Bar => {
    const decided = all.filter(({ id }) => drafts.has(id)).length;
    return {
      label,
      parts: [
        { name: "decided", count: decided },
        { name: "open", count: all.length - decided },
      ],
    };
  };
  const sorted = counts.sort(([, a], [, b]) => b.length - a.length);
  const rest = sorted.slice(MOST_BARS);
  return [
    ...sorted.slice(0, MOST_BARS).map(([label, all]) => bar(label, all)),
    ...(rest.length === 0
      ? []
      : [
          bar(
            `${rest.length} more`,
            rest.flatMap(([, all]) => all),
          ),
        ]),
  ];
}

/** A chart that reads as a list: every bar has its numbers beside it. */
export function chart(bars: readonly Bar[]): HTMLElement {
  const most = Math.max(1, ...bars.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0)));
  return make(
    "ul",
    { class: "chart" },
    ...bars.map(({ label, parts }) => {
      const track = make("span", { class: "track", "aria-hidden": "true" });
      for (const { name, count } of parts) {
        const piece = make("span", { class: `piece ${name}` });
        piece.style.width = `${(100 * count) / most}%`;
        track.append(piece);
      }
      const told =
        parts.length === 1
          ? String(parts[0]?.count ?? 0)
          : parts.map(({ name, count }) => `${count} ${name}`).join(", ");
      return make(
        "li",
        {},
        make("span", { class: "label", title: label }, label),
        track,
        make("span", { class: "told" }, told),
      );
    }),
  );
}

function countBy(people: readonly Person[], keyOf: (person: Person) => string): Map<string, Person[]> {
  const by = new Map<string, Person[]>();
  for (const person of people) {
    const key = keyOf(person);
    const all = by.get(key);
    if (all === undefined) by.set(key, [person]);
    else all.push(person);
  }
  return by;
}
