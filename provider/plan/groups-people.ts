import type { AppliedPerson, DeclaredPerson } from "../state/person";
import type { Applied, Declaration } from "../state/world";
import type { HeldBack } from "./held-back";
import type { Plan } from "./plan";
import { isScheduled } from "./schedule";
import { isDeparture } from "./step";
import { membershipPhase } from "./times";

/** Somebody who is declared at this moment. */
export interface PresentPerson {
  row: DeclaredPerson;
  /** Notion's id; undefined for somebody who joins in this run. */
  id: string | undefined;
}

/** The people as they are after their own plan: what a plan of groups goes by. */
export interface PeopleOfGroups {
  /** Who is declared at this moment and in the workspace when groups have their turn, by e-mail. */
  present: ReadonlyMap<string, PresentPerson>;
  /** Rows of everybody, also of those who are outside of their time, by id. */
  rows: ReadonlyMap<string, { email: string; row: DeclaredPerson }>;
  /** As they were applied last, by id. */
  held: ReadonlyMap<string, AppliedPerson>;
  /** Who is removed from the workspace: their memberships go with them. */
  removed: ReadonlySet<string>;
  /** Who is left as they are from here on, by this resource. */
  released: ReadonlySet<string>;
  /** Whose end was declared before. */
  scheduled: ReadonlySet<string>;
  /** E-mails by id. */
  emails: ReadonlyMap<string, string>;
  now: number;
}

/** Pure: who is there after a plan of people, and who goes. */
export function peopleOfGroups(
  { steps, heldAs }: Plan,
  heldBack: readonly HeldBack[],
  applied: Applied,
  { people }: Declaration,
  now: number,
): PeopleOfGroups {
  const idOf = (email: string) => applied.ids[heldAs.get(email) ?? ""];
  const waiting = new Set(heldBack.flatMap(({ step }) => (step.kind === "join" ? [step.email] : [])));
  const rows = Object.entries(people);
  const present = rows.filter(
    ([email, row]) => membershipPhase(row, now) === "during" && !waiting.has(email),
  );
  // Whose step is held back is treated as if it were done: they lose nothing meanwhile.
  const leaving = [...steps, ...heldBack.map(({ step }) => step)].flatMap((step) => {
    if (!isDeparture(step)) return [];
    const id = step.unmanaged ? applied.unmanaged?.[step.email]?.id : applied.ids[step.email];
    return id === undefined ? [] : [{ step, id }];
  });
  const idsOf = (chosen: typeof leaving) => new Set(chosen.map(({ id }) => id));
  return {
    present: new Map(present.map(([email, row]) => [email, { row, id: idOf(email) }])),
    rows: new Map(
      rows.flatMap(([email, row]) => {
        const id = idOf(email);
        return id === undefined ? [] : [[id, { email, row }] as const];
      }),
    ),
    held: new Map(
      Object.entries(applied.people).flatMap(([key, person]) => {
        const id = applied.ids[key];
        return id === undefined ? [] : [[id, { ...person, ...person.lastApplied }] as const];
      }),
    ),
    removed: idsOf(leaving.filter(({ step }) => step.kind === "remove")),
    released: idsOf(leaving.filter(({ step }) => step.kind === "retain" || step.kind === "managedElsewhere")),
    scheduled: idsOf(leaving.filter(({ step }) => isScheduled(step))),
    emails: new Map([
      ...Object.entries(applied.unmanaged ?? {}).map(([email, { id }]) => [id, email] as const),
      ...Object.entries(applied.ids).map(([email, id]) => [id, email] as const),
      ...rows.flatMap(([email]) => {
        const id = idOf(email);
        return id === undefined ? [] : [[id, email] as const];
      }),
    ]),
    now,
  };
}
