import { isDeepStrictEqual } from "node:util";
import type { AppliedGroup, DeclaredGroup } from "../state/group";
import type { DeclaredPerson } from "../state/person";
import { failingColumn } from "./groups-declared";
import type { PeopleOfGroups } from "./groups-people";
import type { WhyOut } from "./groups-step";
import { membershipPhase } from "./times";

/** Pure: why somebody leaves a group, as far as it can be told from what is declared and was applied. */
export function whyOut(group: DeclaredGroup, held: AppliedGroup, id: string, people: PeopleOfGroups): WhyOut {
  const isOurs = held.memberIds.includes(id);
  const declared = people.rows.get(id);
  if (declared === undefined) {
    if (isOurs) return { kind: "not declared any more" };
    return { kind: Object.hasOwn(held.undone ?? {}, id) ? "added in Notion" : "not declared" };
  }
  const { email, row } = declared;
  if (membershipPhase(row, people.now) !== "during") return { kind: "outside time", until: row.until };
  if (!isOurs) return { kind: Object.hasOwn(held.undone ?? {}, id) ? "added in Notion" : "not declared" };
  if (group.except?.includes(email)) return { kind: "excepted" };
  return whyOfRule(group, held, row, people.held.get(id), people.now) ?? { kind: "not named" };
}

/** Where a rule chose somebody before: what of it is otherwise now. */
function whyOfRule(
  { where }: DeclaredGroup,
  held: AppliedGroup,
  row: DeclaredPerson,
  before: object | undefined,
  now: number,
): WhyOut | undefined {
  const wasChosen = held.where !== undefined && failsBefore(held.where, before) === undefined;
  if (!wasChosen) return undefined;
  const failing = where === undefined ? undefined : failingColumn(where, row, now);
  if (failing === undefined || !isDeepStrictEqual(where, held.where)) return { kind: "new rule" };
  return { kind: "rule", ...failing };
}

/** The first column of a rule of which the state knows another value. */
function failsBefore(where: NonNullable<DeclaredGroup["where"]>, before: object = {}): string | undefined {
  return Object.entries(where).find(([column, values]) => !values.includes(Reflect.get(before, column)))?.[0];
}
