import fc from "fast-check";
import { NOBODY_ELSEWHERE } from "../../provider/plan/elsewhere";
import { type GroupPlan, planGroups } from "../../provider/plan/groups";
import { type PeopleOfGroups, peopleOfGroups } from "../../provider/plan/groups-people";
import type { GroupStep } from "../../provider/plan/groups-step";
import { heldBackOf } from "../../provider/plan/held-back";
import { plan } from "../../provider/plan/plan";
import {
  type AppliedGroup,
  type AppliedGroups,
  type DeclaredGroup,
  type DeclaredGroups,
  presentIds,
} from "../../provider/state/group";
import type { DeclaredPerson } from "../../provider/state/person";
import type { Applied, Declaration } from "../../provider/state/world";
import { compact } from "./worlds";

const NOW = Date.UTC(2026, 11, 1);
/** Somebody in every group whom neither the state nor the program knows there. */
export const HIDDEN = "hidden";

// Small alphabets, so that people, rules and groups meet.
const EMAILS = ["ada", "bo", "cy", "di", "ed"].map((name) => `${name}@example.com`);
const OUTSIDERS: Record<string, string> = { u1: "uma@example.com", u2: "udo@example.com" };
const NAMES = ["A", "B", "C"];
export const idOf = (email: string) => `id of ${email}`;
const IDS = [...EMAILS.map(idOf), ...Object.keys(OUTSIDERS)];

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const department = maybe(fc.constantFrom("X", "Y"));
const onRemove = maybe(fc.constantFrom("remove" as const, "restrict" as const, "retain" as const));
const ids = fc.subarray(IDS);

const rows = fc.dictionary(
  fc.constantFrom(...EMAILS),
  fc
    .record({
      department,
      onRemove,
      until: maybe(fc.constant("2026-11-30")),
      groups: maybe(fc.subarray(NAMES)),
    })
    .map((row) => compact(row) as DeclaredPerson),
  { noNullPrototype: true },
);

const rule = {
  where: maybe(fc.subarray(["X", "Y"], { minLength: 1 }).map((values) => ({ department: values }))),
  include: maybe(fc.subarray(EMAILS)),
  except: maybe(fc.subarray(EMAILS, { maxLength: 1 })),
  onRemove: maybe(fc.constantFrom("retain" as const, "delete" as const)),
  members: fc.constantFrom("add" as const, "exact" as const),
};

const declaredGroups: fc.Arbitrary<DeclaredGroups> = fc
  .dictionary(
    fc.constantFrom(...NAMES),
    fc
      .record({
        ...rule,
        formerName: maybe(fc.constantFrom("Old", ...NAMES)),
        force: maybe(fc.constant(true)),
      })
      .map((group) => compact(group) as DeclaredGroup),
    { noNullPrototype: true },
  )
  .map((groups) => {
    // Two groups with one former name are refused before a plan is made.
    const formers = new Set<string>();
    return Object.fromEntries(
      Object.entries(groups).map(([name, { formerName, ...group }]) => {
        const isFree = formerName !== undefined && !formers.has(formerName);
        if (isFree) formers.add(formerName);
        return [name, { ...group, ...(isFree && { formerName }) }];
      }),
    );
  });

const rarely = maybe(fc.constant<true>(true));
const appliedGroups: fc.Arbitrary<AppliedGroups> = fc
  .dictionary(
    fc.constantFrom("Old", ...NAMES),
    fc.record({
      ...rule,
      memberIds: ids,
      missing: maybe(ids),
      unmanaged: maybe(ids),
      unseen: rarely,
      incomplete: rarely,
      gone: rarely,
      foundName: maybe(fc.constantFrom("Z", ...NAMES)),
      undone: maybe(fc.dictionary(fc.constantFrom(...IDS), fc.constantFrom(1, 2), { noNullPrototype: true })),
    }),
    { noNullPrototype: true },
  )
  .map((groups) => {
    const taken = new Set(Object.keys(groups));
    return Object.fromEntries(
      Object.entries(groups).map(([name, { missing, unmanaged, foundName, ...group }]) => {
        const isFree = foundName !== undefined && !taken.has(foundName);
        if (isFree) taken.add(foundName);
        const others = unmanaged?.filter((id) => !group.memberIds.includes(id));
        return [
          name,
          compact({
            ...group,
            id: `group ${name}`,
            missing: missing?.filter((id) => group.memberIds.includes(id)),
            unmanaged: others && Object.fromEntries(others.map((id) => [id, emailOf(id)])),
            foundName: isFree ? foundName : undefined,
          }) as AppliedGroup,
        ];
      }),
    );
  });

/** A state of people and groups, and a declaration of both. */
export interface Case {
  applied: AppliedGroups;
  declared: DeclaredGroups;
  people: PeopleOfGroups;
  planned: GroupPlan;
  world: GroupWorld;
}

export const cases: fc.Arbitrary<Case> = fc
  .record({
    held: fc.dictionary(
      fc.constantFrom(...EMAILS),
      fc.record({ department, onRemove }).map((person) => compact(person)),
      { noNullPrototype: true },
    ),
    rows,
    applied: appliedGroups,
    declared: declaredGroups,
  })
  .map(({ held, rows, applied, declared }) => {
    const state = {
      people: held,
      ids: Object.fromEntries(Object.keys(held).map((email) => [email, idOf(email)])),
      since: "2026-11-01",
    } as Applied;
    // Whom the state has no person for has their e-mail in the group.
    const groups = Object.fromEntries(
      Object.entries(applied).map(([name, group]) => {
        const strange = group.memberIds.filter((id) => !Object.hasOwn(held, emailOf(id)));
        const unmanaged = Object.fromEntries(strange.map((id) => [id, emailOf(id)]));
        return [
          name,
          strange.length === 0 ? group : { ...group, unmanaged: { ...group.unmanaged, ...unmanaged } },
        ];
      }),
    );
    const named = Object.fromEntries(
      Object.entries(rows).map(([email, row]) => [
        email,
        compact({ ...row, groups: row.groups?.filter((name) => name in declared) }) as DeclaredPerson,
      ]),
    );
    const declaration: Declaration = { people: named };
    const whole = plan(state, declaration, NOW, NOBODY_ELSEWHERE);
    const people = peopleOfGroups(whole, heldBackOf(whole, state, {}), state, declaration, NOW);
    return {
      applied: groups,
      declared,
      people,
      planned: planGroups(groups, declared, people),
      world: worldOf(groups),
    };
  });

/** Groups as Notion has them, by id. */
export type GroupWorld = Map<string, { name: string; members: Set<string> }>;

function worldOf(applied: AppliedGroups): GroupWorld {
  return new Map(
    Object.entries(applied).flatMap(([key, held]) =>
      held.gone === true
        ? []
        : [
            [
              held.id,
              { name: held.foundName ?? key, members: new Set([...presentIds(held), HIDDEN]) },
            ] as const,
          ],
    ),
  );
}

export const emailOf = (id: string) => OUTSIDERS[id] ?? id.replace("id of ", "");

/** What a step makes of groups, told without the code that carries it out. */
export function performOnGroups(world: GroupWorld, step: GroupStep): void {
  const group = [...world.values()].find(({ name }) => name === step.group);
  switch (step.kind) {
    case "createGroup":
      if (group !== undefined) throw new Error(`two groups ${step.group}`);
      world.set(`new ${step.group}`, { name: step.group, members: new Set(step.members.map(idOf)) });
      return;
    case "renameGroup": {
      if (group !== undefined) throw new Error(`two groups ${step.group}`);
      const before = [...world.values()].find(({ name }) => name === step.from);
      if (before === undefined) throw new Error(`no group ${step.from}`);
      before.name = step.group;
      return;
    }
    case "addMember":
      group?.members.add(step.id ?? idOf(step.email));
      return;
    case "removeMember":
      group?.members.delete(step.id);
      return;
    case "deleteGroup":
      for (const [id, { name }] of world) if (name === step.group) world.delete(id);
      return;
    default:
  }
}
