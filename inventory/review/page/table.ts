import type { Person } from "../person";
import type { DecisionKind } from "../rules";
import type { Decisions } from "./decisions";
import { byId, make } from "./dom";
import { rowOf } from "./row";
import { RowHeights } from "./row-heights";

/** What may be done from a row. */
export interface RowActions {
  keep: (person: Person) => void;
  /** Opens the form, with one of its choices taken already. */
  open: (person: Person, kind?: Exclude<DecisionKind, "keep">) => void;
  clear: (person: Person) => void;
}

/** Rows above and below the window, so that scrolling shows no gaps. */
const OVERSCAN = 8;
const KINDS = { l: "lower", r: "remove", e: "end", g: "groups" } as const;

/**
 * The people as a table that has rows only for what the window shows: two thousand take no more than thirty. A row is
 * as high as what stands in it; for print all of them are there.
 */
export class PeopleTable {
  readonly #body = byId<HTMLTableSectionElement>("rows");
  readonly #table = byId<HTMLTableElement>("people");
  readonly #decisions: Decisions;
  readonly #actions: RowActions;
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #hasChanged: boolean;
  #people: readonly Person[] = [];
  /** By index among the people that are shown. */
  #rows = new Map<number, HTMLTableRowElement>();
  readonly #heights = new RowHeights<Person>();
  #active = 0;
  #isPrinting = false;

  /** @param hasChanged whether there is an earlier list, so that a column tells what changed since */
  constructor(decisions: Decisions, actions: RowActions, hasChanged: boolean) {
    this.#decisions = decisions;
    this.#actions = actions;
    this.#hasChanged = hasChanged;
    if (!hasChanged) byId("changed-since").remove();
    // Said once more: a narrow window lays them out as cards, and then they would be no table.
    this.#table.role = "table";
    this.#body.role = "rowgroup";
    this.#body.append(this.#above, this.#below);
    const again = () => requestAnimationFrame(() => this.#render());
    addEventListener("scroll", again, { passive: true });
    addEventListener(
      "resize",
      () => {
        this.#heights.forget();
        again();
      },
      { passive: true },
    );
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
    this.#heights.show(people, this.#rowHeight());
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
    // The first time by what is known of heights; the second time they are seen.
    for (let times = 0; times < 2; times += 1) {
      this.#scrollToActive();
      this.#render();
    }
    this.#rows.get(this.#active)?.focus({ preventScroll: true });
  }

  #scrollToActive(): void {
    const top = this.#top() + this.#heights.offset(this.#active);
    const bottom = this.#top() + this.#heights.offset(this.#active + 1);
    const above = (this.#table.tHead?.offsetHeight ?? 0) + byId("bar").offsetHeight;
    if (top - above < scrollY) scrollTo({ top: top - above });
    else if (bottom > scrollY + innerHeight) scrollTo({ top: bottom + this.#rowHeight() - innerHeight });
  }

  /** Goes to the next person without a decision. */
  focusNextOpen(): void {
    const isOpen = ({ id }: Person) => !this.#decisions.drafts.has(id);
    const next = this.#people.findIndex((person, index) => index >= this.#active && isOpen(person));
    this.focus(next < 0 ? this.#active : next);
  }

  #top(): number {
    return this.#above.getBoundingClientRect().top + scrollY;
  }

  /** How high a row is at least. */
  #rowHeight(): number {
    return Number.parseFloat(getComputedStyle(this.#table).getPropertyValue("--row"));
  }

  #range(): [from: number, to: number] {
    const count = this.#people.length;
    if (this.#isPrinting || count === 0) return [0, count];
    const place = scrollY - this.#top();
    const first = this.#heights.indexAt(place) - OVERSCAN;
    const last = this.#heights.indexAt(place + innerHeight) + OVERSCAN;
    return [Math.max(first, 0), Math.min(last + 1, count)];
  }

  #render(): void {
    const [from, to] = this.#range();
    // What makes the page longer comes first: where it becomes shorter on the way, the browser scrolls up.
    this.#space(from, to);
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
    if (!this.#isPrinting) this.#measure(from, to);
  }

  /** The room of the rows that are not there. */
  #space(from: number, to: number): void {
    const all = this.#heights.offset(this.#people.length);
    this.#above.style.height = `${this.#isPrinting ? 0 : this.#heights.offset(from)}px`;
    this.#below.style.height = `${this.#isPrinting ? 0 : all - this.#heights.offset(to)}px`;
  }

  /** Learns how high the rows are, and keeps what the window shows in its place. */
  #measure(from: number, to: number): void {
    const first = this.#heights.indexAt(scrollY - this.#top());
    const before = this.#heights.offset(first);
    let isNew = false;
    for (let index = from; index < to; index += 1) {
      const height = this.#rows.get(index)?.getBoundingClientRect().height;
      if (height !== undefined && this.#heights.set(index, height)) isNew = true;
    }
    if (!isNew) return;
    this.#space(from, to);
    const moved = this.#heights.offset(first) - before;
    if (moved !== 0 && first > from) scrollBy({ top: moved });
  }

  #print(isPrinting: boolean): void {
    this.#isPrinting = isPrinting;
    this.#render();
  }

  #row(index: number): HTMLTableRowElement {
    const person = this.#people[index] as Person;
    const draft = this.#decisions.drafts.get(person.id);
    const why = draft === undefined ? this.#decisions.whyNot(person) : undefined;
    return rowOf(person, index, { draft, why, hasChanged: this.#hasChanged });
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
    // Caps Lock makes K of k, and is no other wish.
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
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
    const move = moves[key];
    if (move !== undefined) this.focus(move);
    else if (person === undefined) return;
    else if (key === "Enter" || key === " ") this.#actions.open(person);
    else if (key === "k") this.#actions.keep(person);
    else if (key === "u") this.#actions.clear(person);
    else if (key === "l" || key === "r" || key === "e" || key === "g") {
      this.#actions.open(person, KINDS[key]);
    } else return;
    event.preventDefault();
  }
}

/** Room for the rows that are not there. */
function spacer(): HTMLTableRowElement {
  return make("tr", { class: "spacer", "aria-hidden": "true" }, make("td"));
}
