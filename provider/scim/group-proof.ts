import type { GroupRecord } from "../model/group";
import type { RemovalForm } from "./group-messages";

/** A way to change the members of a group. Servers are known to get each of them wrong. */
export type MembersForm = "add" | RemovalForm;

export function idsOf(group: GroupRecord): Set<string> {
  return new Set(group.members.map(({ id }) => id));
}

/**
 * How far a form is proven in this run: by a change of one person in a group that others stayed in, and then by one of
 * several people at once.
 */
export type Proof = "none" | "one" | "several";

/** What has been proven in this run. */
export class Proofs {
  readonly #proofs = new Map<MembersForm, Proof>();

  of(form: MembersForm): Proof {
    return this.#proofs.get(form) ?? "none";
  }

  /** Notes that so many people changed as they should, while others were in the group and stayed. */
  note(form: MembersForm, settled: number): void {
    if (settled > 1 && this.of(form) !== "none") this.#proofs.set(form, "several");
    else if (settled > 0 && this.of(form) === "none") this.#proofs.set(form, "one");
  }

  /** The forms to try: the one that is proven, or all of them. */
  forms(all: readonly MembersForm[]): readonly MembersForm[] {
    const proven = all.find((form) => this.of(form) !== "none");
    return proven === undefined ? all : [proven];
  }
}

/** Whether the group has to be read right before a change, so that what the change does to others is seen. */
export function needsFreshRead(proof: Proof, batch: readonly string[]): boolean {
  return proof === "none" || (proof === "one" && batch.length > 1);
}

/** Pure: the people that the next request names. The first change in a form names one person, so that no others get lost. */
export function nextBatch(
  proof: Proof,
  todo: readonly string[],
  known: GroupRecord,
  most: number,
): readonly string[] {
  if (proof === "several") return todo;
  const named = new Set(todo);
  const hasOthers = known.members.some(({ id }) => !named.has(id));
  return todo.slice(0, proof === "none" && hasOthers ? 1 : most);
}
