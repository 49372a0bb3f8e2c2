import type { Draft, PageData } from "../page-data";
import type { Person } from "../person";
import { type DecisionKind, isDecidedInBulk, wantsReason, whyNotDecided, whyNotReviewer } from "../rules";

/** A decision that is not yet about anybody. */
export type Wish = Pick<Draft, "kind" | "toRole" | "until" | "groups" | "reason">;

interface Kept {
  reviewer: string;
  decisions: Record<string, Draft>;
}

const MOST_STEPS_BACK = 50;
export const REASON_WANTED = "a reason is required";

/** What was decided in this browser, which keeps it by the review's digest: the next review begins without any. */
export class Decisions {
  /** By the person's id. */
  readonly drafts = new Map<string, Draft>();
  /** Why nothing is kept; undefined: it is. */
  notKept: string | undefined;
  #reviewer = "";
  readonly #data: PageData;
  readonly #key: string;
  readonly #steps: Map<string, Draft | undefined>[] = [];

  constructor(data: PageData) {
    this.#data = data;
    this.#key = `notion-inventory review ${data.review}`;
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}") as Partial<Kept>;
      this.#reviewer = kept.reviewer ?? "";
      for (const { id } of data.people) {
        const draft = kept.decisions?.[id];
        if (draft !== undefined) this.drafts.set(id, draft);
      }
    } catch (error) {
      this.notKept = error instanceof Error ? error.message : String(error);
    }
  }

  get reviewer(): string {
    return this.#reviewer;
  }

  set reviewer(email: string) {
    this.#reviewer = email.trim().toLowerCase();
    this.#keep();
  }

  get canUndo(): boolean {
    return this.#steps.length > 0;
  }

  /** Why the reviewer cannot decide so about somebody; undefined where they can. */
  whyNot(person: Person, wish?: Wish, isBulk = false): string | undefined {
    if (this.#reviewer === "") return "say first who decides";
    const why = whyNotReviewer(this.#reviewer, person);
    if (why !== undefined) return why;
    if (isBulk && !isDecidedInBulk(person)) return "owners and membership admins are decided one by one";
    if (wish === undefined) return undefined;
    if (wish.toRole === "" && wish.kind === "lower") return "choose the role that they are to have";
    if (wish.until === "" && wish.kind === "end") return "say on which day it ends";
    if (wish.groups.length === 0 && wish.kind === "groups") return "choose the groups";
    if (wish.reason.trim() === "" && wantsReason(wish.kind, person)) return REASON_WANTED;
    return this.#whyRefused(person, this.#draftOf(wish));
  }

  /** Decides about each of them, if it can. */
  decide(people: readonly Person[], wish: Wish, isBulk = false): Person[] {
    const about = people.filter((person) => this.whyNot(person, wish, isBulk) === undefined);
    this.#change(about.map(({ id }) => [id, this.#draftOf(wish)]));
    return about;
  }

  /** Puts in what a file says, as far as the review would take it; what it does not, with why. */
  load(found: readonly { person: Person; draft: Draft }[]): { taken: number; refused: [Person, string][] } {
    const judged = found.map((each) => ({ ...each, why: this.#whyRefused(each.person, each.draft) }));
    const taken = judged.filter(({ why }) => why === undefined);
    this.#change(taken.map(({ person, draft }) => [person.id, draft]));
    return {
      taken: taken.length,
      refused: judged.flatMap(({ person, why }): [Person, string][] =>
        why === undefined ? [] : [[person, why]],
      ),
    };
  }

  /** What `review close` would refuse now, with the reason: a day that is over, a clock that was wrong. */
  refused(): [Person, string][] {
    return this.#data.people.flatMap((person): [Person, string][] => {
      const draft = this.drafts.get(person.id);
      const why = draft === undefined ? undefined : this.#whyRefused(person, draft);
      return why === undefined ? [] : [[person, why]];
    });
  }

  /** Makes somebody undecided again. */
  clear(...people: readonly Person[]): void {
    const decided = people.filter(({ id }) => this.drafts.has(id));
    this.#change(decided.map(({ id }) => [id, undefined]));
  }

  /** Takes back the last step; how many people it was about. */
  undo(): number {
    const step = this.#steps.pop();
    for (const [id, draft] of step ?? []) this.#set(id, draft);
    this.#keep();
    return step?.size ?? 0;
  }

  count(kind?: DecisionKind): number {
    if (kind === undefined) return this.drafts.size;
    return [...this.drafts.values()].filter((draft) => draft.kind === kind).length;
  }

  #draftOf(wish: Wish): Draft {
    const decidedAt = new Date().toISOString();
    return { ...wish, reason: wish.reason.trim(), reviewer: this.#reviewer, decidedAt };
  }

  #whyRefused(person: Person, draft: Draft): string | undefined {
    return whyNotDecided(person, draft, { openedAt: this.#data.openedAt, now: Date.now() });
  }

  #change(changes: [string, Draft | undefined][]): void {
    if (changes.length === 0) return;
    this.#steps.push(new Map(changes.map(([id]) => [id, this.drafts.get(id)])));
    if (this.#steps.length > MOST_STEPS_BACK) this.#steps.shift();
    for (const [id, draft] of changes) this.#set(id, draft);
    this.#keep();
  }

  #set(id: string, draft: Draft | undefined): void {
    if (draft === undefined) this.drafts.delete(id);
    else this.drafts.set(id, draft);
  }

  #keep(): void {
    const kept: Kept = { reviewer: this.#reviewer, decisions: Object.fromEntries(this.drafts) };
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
      this.notKept = undefined;
    } catch (error) {
      this.notKept = error instanceof Error ? error.message : String(error);
    }
  }
}
