import type { Draft } from "../page-data";
import type { Mark, Person } from "../person";
import type { Decisions } from "./decisions";
import { byId, make } from "./dom";
import { NO_REVIEWER } from "./filter";
import { dayOf, draftWords, roleWords } from "./words";

const GRAVE: readonly Mark[] = ["left the company", "suspended", "in no list"];

/** What may be done from a row. */
export interface RowActions {
  keep: (person: Person) => void;
  /** Opens the form, with one of its choices taken already. */
  open: (person: Person, kind?: "lower" | "remove" | "end") => void;
  clear: (person: Person) => void;
}

/** Rows above and below the window, so that scrolling shows no gaps. */
const OVERSCAN = 8;
const KINDS = { l: "lower", r: "remove", e: "end" } as const;

/**
 * The people as a table that has rows only for what the window shows: two thousand take no more than thirty. All
 * rows are as high as the style sheet's `--row`; for print all of them are there.
 */
export class PeopleTable {
  readonly #body = byId<HTMLTableSectionElement>("rows");
  readonly #table = byId<HTMLTableElement>("people");
  readonly #decisions: Decisions;
  readonly #actions: RowActions;
  readonly #above = make("tr", { class: "spacer", "aria-hidden": "true" }, make("td", { colspan: 7 }));
  readonly #below = make("tr", { class: "spacer", "aria-hidden": "true" }, make("td", { colspan: 7 }));
  #people: readonly Person[] = [];
  /** By index among the people that are shown. */
  #rows = new Map<number, HTMLTableRowElement>();
  #active = 0;
  #isPrinting = false;

  constructor(decisions: Decisions, actions: RowActions) {
    this.#decisions = decisions;
    this.#actions = actions;
    // Said once more: a narrow window lays them out as cards, and then they would be no table.
    this.#table.role = "table";
    this.#body.role = "rowgroup";
    this.#body.append(this.#above, this.#below);
    const again = () => requestAnimationFrame(() => this.#render());
    addEventListener("scroll", again, { passive: true });
    addEventListener("resize", again, { passive: true });
    addEventListener("beforeprint", () => this.#print(true));
    addEventListener("afterprint", () => this.#print(false));
    this.#table.addEventListener("keydown", (event) => this.#onKey(event));
    this.#body.addEventListener("click", (event) => this.#onClick(event));
    this.#body.addEventListener("focusin", (event) => this.#onFocus(event));
  }

  /** Shows these people, all of them made anew. */
  show(people: readonly Person[]): void {
    const active = this.#people[this.#active];
    const hadFocus = this.#body.contains(document.activeElement);
    this.#people = people;
    const index = active === undefined ? 0 : people.indexOf(active);
    this.#active = Math.min(Math.max(index < 0 ? this.#active : index, 0), Math.max(people.length - 1, 0));
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.#table.setAttribute("aria-rowcount", String(people.length + 1));
    this.#render();
    if (hadFocus) this.focus(this.#active);
  }

  /** Puts the focus on a row, and into the window. */
  focus(index: number): void {
    if (this.#people.length === 0) return;
    this.#active = Math.min(Math.max(index, 0), this.#people.length - 1);
    const top = this.#top() + this.#active * this.#rowHeight();
    const head = this.#table.tHead?.offsetHeight ?? 0;
    const bar = byId("bar").offsetHeight;
    if (top - head - bar < scrollY) scrollTo({ top: top - head - bar });
    else if (top + this.#rowHeight() > scrollY + innerHeight) {
      scrollTo({ top: top + this.#rowHeight() * 2 - innerHeight });
    }
    this.#render();
    this.#rows.get(this.#active)?.focus({ preventScroll: true });
  }

  /** Goes to the next person about whom nothing is decided. */
  focusNextOpen(): void {
    const isOpen = ({ userName }: Person) => !this.#decisions.drafts.has(userName);
    const next = this.#people.findIndex((person, index) => index >= this.#active && isOpen(person));
    this.focus(next < 0 ? this.#active : next);
  }

  #top(): number {
    return this.#above.getBoundingClientRect().top + scrollY;
  }

  #rowHeight(): number {
    return Number.parseFloat(getComputedStyle(this.#table).getPropertyValue("--row"));
  }

  #range(): [from: number, to: number] {
    if (this.#isPrinting) return [0, this.#people.length];
    const height = this.#rowHeight();
    const first = Math.floor((scrollY - this.#top()) / height) - OVERSCAN;
    const count = Math.ceil(innerHeight / height) + 2 * OVERSCAN;
    const from = Math.min(Math.max(first, 0), Math.max(this.#people.length - count, 0));
    return [from, Math.min(from + count, this.#people.length)];
  }

  #render(): void {
    const [from, to] = this.#range();
    // What makes the page longer comes first: where it becomes shorter on the way, the browser scrolls up.
    const height = this.#isPrinting ? 0 : this.#rowHeight();
    this.#above.style.height = `${from * height}px`;
    this.#below.style.height = `${(this.#people.length - to) * height}px`;
    let before: Element = this.#below;
    for (let index = to - 1; index >= from; index -= 1) {
      const there = this.#rows.get(index);
      const row = there ?? this.#row(index);
      if (there === undefined) {
        this.#rows.set(index, row);
        before.before(row);
      }
      row.tabIndex = index === this.#active ? 0 : -1;
      before = row;
    }
    for (const [index, row] of this.#rows) {
      if (index >= from && index < to) continue;
      // Who has the focus leaves the window: the keys go on from the table.
      if (row === document.activeElement) this.#table.focus({ preventScroll: true });
      row.remove();
      this.#rows.delete(index);
    }
  }

  #print(isPrinting: boolean): void {
    this.#isPrinting = isPrinting;
    this.#render();
  }

  #row(index: number): HTMLTableRowElement {
    const person = this.#people[index] as Person;
    const draft = this.#decisions.drafts.get(person.userName);
    const why = draft === undefined ? this.#decisions.whyNot(person) : undefined;
    const [group = "", ...more] = person.groups;
    const row = make(
      "tr",
      {
        role: "row",
        "aria-rowindex": index + 2,
        "data-index": index,
        class: draft === undefined ? "open" : "decided",
      },
      make(
        "th",
        { scope: "row", role: "rowheader" },
        make("span", { class: "name", title: person.name }, person.name || person.userName),
        make("span", { class: "email", title: person.userName }, person.userName),
      ),
      make(
        "td",
        { role: "cell", class: "role" },
        make("span", { class: `role-${person.role ?? "none"}` }, roleWords(person)),
      ),
      make(
        "td",
        { role: "cell", class: "groups", title: person.groups.join("\n") },
        group,
        ...(more.length > 0 ? [make("small", {}, ` and ${more.length} more`)] : []),
      ),
      make(
        "td",
        { role: "cell", class: "marks" },
        ...person.marks.map((mark) =>
          make("span", { class: GRAVE.includes(mark) ? "mark grave" : "mark" }, mark),
        ),
        ...(person.ends === null ? [] : [make("small", { title: person.ends }, person.ends)]),
      ),
      make("td", { role: "cell", class: "since", title: person.sinceKnownBy }, dayOf(person.since)),
      make(
        "td",
        { role: "cell", class: "reviewer", title: person.reviewer ?? "" },
        person.reviewer ?? NO_REVIEWER,
      ),
      make(
        "td",
        { role: "cell", class: "decision" },
        ...(draft === undefined ? openButtons(why) : decidedButtons(draft)),
      ),
    );
    row.tabIndex = -1;
    return row;
  }

  #personOf(target: EventTarget | null): { index: number; person: Person } | undefined {
    const row = target instanceof Element ? target.closest("tr[data-index]") : null;
    const index = row === null ? -1 : Number(row.getAttribute("data-index"));
    const person = this.#people[index];
    return person === undefined ? undefined : { index, person };
  }

  #onFocus(event: FocusEvent): void {
    const at = this.#personOf(event.target);
    if (at === undefined) return;
    this.#active = at.index;
    for (const [index, row] of this.#rows) row.tabIndex = index === at.index ? 0 : -1;
  }

  #onClick(event: MouseEvent): void {
    const at = this.#personOf(event.target);
    if (at === undefined) return;
    this.#active = at.index;
    const isKeep = event.target instanceof Element && event.target.closest("button.keep") !== null;
    if (isKeep) this.#actions.keep(at.person);
    else if (getSelection()?.isCollapsed !== false) this.#actions.open(at.person);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(innerHeight / this.#rowHeight()) - 4);
    const moves: Record<string, number> = {
      ArrowDown: this.#active + 1,
      j: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#people.length - 1,
    };
    const person = this.#people[this.#active];
    const move = moves[event.key];
    if (move !== undefined) this.focus(move);
    else if (person === undefined) return;
    else if (event.key === "Enter" || event.key === " ") this.#actions.open(person);
    else if (event.key === "k") this.#actions.keep(person);
    else if (event.key === "u") this.#actions.clear(person);
    else if (event.key === "l" || event.key === "r" || event.key === "e") {
      this.#actions.open(person, KINDS[event.key]);
    } else return;
    event.preventDefault();
  }
}

/** @param why why the reviewer cannot decide; they can look, though */
function openButtons(why: string | undefined): HTMLElement[] {
  const button = { type: "button", tabindex: -1 };
  if (why !== undefined) return [make("button", { ...button, class: "other", title: why }, "View…")];
  return [
    make("button", { ...button, class: "keep" }, "Keep"),
    make("button", { ...button, class: "other" }, "Other…"),
  ];
}

function decidedButtons(draft: Draft): HTMLElement[] {
  const { kind, reason } = draft;
  const attributes = { type: "button", tabindex: -1, class: `other is-${kind}`, title: reason };
  return [make("button", attributes, draftWords(draft)), make("small", { title: reason }, reason)];
}
