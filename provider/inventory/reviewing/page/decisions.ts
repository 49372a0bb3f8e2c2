import type { Draft, PageData } from "../page-data";
import type { Person } from "../person";
import { type DecisionKind, lowerRoles, wantsReason, whyNotReviewer } from "../rules";

/** A decision before it is said about whom. */
export type Wish = Pick<Draft, "kind" | "toRole" | "until" | "reason">;

interface Kept {
  reviewer: string;
  decisions: Record<string, Draft>;
}

const MOST_STEPS_BACK = 50;

/** What was decided in this browser, which keeps it by the population's digest. */
export class Decisions {
  readonly drafts = new Map<string, Draft>();
  /** Why nothing is kept; undefined: it is. */
  notKept: string | undefined;
  #reviewer = "";
  readonly #key: string;
  readonly #steps: Map<string, Draft | undefined>[] = [];

  constructor({ population, people }: PageData) {
    this.#key = `notion-inventory review ${population}`;
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}") as Partial<Kept>;
      this.#reviewer = kept.reviewer ?? "";
      for (const { userName } of people) {
        const draft = kept.decisions?.[userName];
        if (draft !== undefined) this.drafts.set(userName, draft);
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
  whyNot(person: Person, wish?: Wish): string | undefined {
    if (this.#reviewer === "") return "say first who decides";
    const why = whyNotReviewer(this.#reviewer, person);
    if (why !== undefined || wish === undefined) return why;
    if (wish.toRole !== "" && !lowerRoles(person.role).some((role) => role === wish.toRole)) {
      return `${wish.toRole} is not less than what they have`;
    }
    return wish.reason.trim() === "" && wantsReason(wish.kind, person) ? "a reason is wanted" : undefined;
  }

  /** Decides about all of them about whom it can. */
  decide(people: readonly Person[], wish: Wish): Person[] {
    const about = people.filter((person) => this.whyNot(person, wish) === undefined);
    const decidedAt = new Date().toISOString();
    this.#change(
      about.map(({ userName }) => [
        userName,
        { ...wish, reason: wish.reason.trim(), reviewer: this.#reviewer, decidedAt },
      ]),
    );
    return about;
  }

  /** Makes somebody undecided again. */
  clear({ userName }: Person): void {
    if (this.drafts.has(userName)) this.#change([[userName, undefined]]);
  }

  /** Takes back the last step; how many people it was about. */
  undo(): number {
    const step = this.#steps.pop();
    for (const [userName, draft] of step ?? []) this.#set(userName, draft);
    this.#keep();
    return step?.size ?? 0;
  }

  count(kind?: DecisionKind): number {
    if (kind === undefined) return this.drafts.size;
    return [...this.drafts.values()].filter((draft) => draft.kind === kind).length;
  }

  #change(changes: [string, Draft | undefined][]): void {
    if (changes.length === 0) return;
    this.#steps.push(new Map(changes.map(([userName]) => [userName, this.drafts.get(userName)])));
    if (this.#steps.length > MOST_STEPS_BACK) this.#steps.shift();
    for (const [userName, draft] of changes) this.#set(userName, draft);
    this.#keep();
  }

  #set(userName: string, draft: Draft | undefined): void {
    if (draft === undefined) this.drafts.delete(userName);
    else this.drafts.set(userName, draft);
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
