import type { GroupRecord } from "../model/group";
import type { ScimError } from "./errors";
import { idsOf } from "./group-proof";
import type { GroupPeople } from "./group-words";

/** A change of the members of one group. */
export interface MembersChange {
  /** As it is known. */
  group: GroupRecord;
  /** Ids of people that the change puts into the group, or takes out. */
  named: readonly string[];
  to: "in" | "out";
  people: GroupPeople;
  doing: string;
}

/** What sending came to, beside what a read shows. */
export interface Sent {
  refused: Map<string, ScimError>;
  /** What else went wrong; nothing more was sent then. */
  failure: ScimError | undefined;
  isAccepted: boolean;
}

/** How far a change has come. */
export class Progress {
  readonly #change: MembersChange;
  #known: GroupRecord;
  #ids: ReadonlySet<string>;
  /** Added, although the list of members is cut where it could show them. */
  readonly #unseen = new Set<string>();
  /** Whether the group was read right before: who is not there after a request was taken by it. */
  isFresh: boolean;
  readonly refused = new Map<string, ScimError>();
  /** Why a form of the change had no effect, where the server said why. */
  formError: ScimError | undefined;
  /** People who were in the group before, and were not named; nobody can tell who took them out. */
  readonly unnamedGone = new Set<string>();

  constructor(change: MembersChange, isFresh: boolean) {
    this.#change = change;
    this.#known = change.group;
    this.#ids = idsOf(change.group);
    this.isFresh = isFresh;
  }

  get known(): GroupRecord {
    return this.#known;
  }

  /** Notes the group as it was read. */
  read(group: GroupRecord): void {
    this.#known = group;
    this.#ids = idsOf(group);
    this.isFresh = true;
  }

  /** Notes people who were added to a group whose list may be cut: nobody can see them. */
  added(ids: readonly string[]): void {
    if (this.#change.to === "in" && !this.#known.complete) for (const id of ids) this.#unseen.add(id);
  }

  /** Whether somebody is still to come in, or to go. */
  isOpen(id: string, ids = this.#ids): boolean {
    return this.#change.to === "in" ? !ids.has(id) && !this.#unseen.has(id) : ids.has(id);
  }

  /** Those who are still to come in, or to go. */
  get open(): string[] {
    return this.#change.named.filter((id) => this.isOpen(id));
  }
}
