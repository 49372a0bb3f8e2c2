import fc from "fast-check";
import { isDemotion, ROLES, type Role } from "../../provider/model/role";
import type { Step } from "../../provider/plan/step";
import type { AppliedPerson, DeclaredPerson } from "../../provider/state/person";
import type { Applied, Declaration } from "../../provider/state/world";

/** A person as they are in a workspace. */
export interface Live {
  role: string;
  title?: string;
  active: boolean;
}

/** Who is in a workspace, by e-mail. */
export type World = Map<string, Live>;

const emails = ["ada", "bo", "cy", "di", "ed", "flo", "gus", "hal"].map((name) => `${name}@example.com`);
const roles = fc.constantFrom<Role>(...ROLES);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const titles = fc.constantFrom("Analyst", "Lead", "");

/** Leaves out what is undefined. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

const declaredPerson: fc.Arbitrary<DeclaredPerson> = fc
  .record({
    role: maybe(roles),
    title: maybe(fc.constantFrom("Analyst", "Lead")),
    onRemove: maybe(fc.constantFrom("remove", "restrict", "retain")),
    protect: maybe(fc.boolean()),
  })
  .map((person) => compact(person) as DeclaredPerson);

const appliedPerson: fc.Arbitrary<AppliedPerson> = fc
  .record({
    role: maybe(fc.oneof(roles, fc.constant("workspace_king"))),
    title: maybe(titles),
    onRemove: maybe(fc.constantFrom("remove", "restrict", "retain")),
    active: maybe(fc.constant<false>(false)),
  })
  .map((person) => compact(person) as AppliedPerson);

/** A declaration; some of its people had another e-mail before. */
export const declarations: fc.Arbitrary<Declaration> = fc
  .record({
    people: fc.dictionary(fc.constantFrom(...emails), declaredPerson, { noNullPrototype: true }),
    formers: fc.dictionary(fc.constantFrom(...emails), fc.constantFrom(...emails), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    undeclared: maybe(fc.constantFrom("ignore", "report", "restrict", "remove")),
  })
  .map(({ people, formers, undeclared }) => ({
    people: Object.fromEntries(
      Object.entries(people).map(([email, person]) => [
        email,
        formers[email] === undefined ? person : { ...person, formerUserName: formers[email] },
      ]),
    ),
    undeclared,
  }));

/** What a state may say: nobody in it is a stranger at once. */
export const states: fc.Arbitrary<Applied> = fc
  .record({
    people: fc.dictionary(fc.constantFrom(...emails), appliedPerson, { noNullPrototype: true }),
    unmanaged: fc.dictionary(
      fc.constantFrom(...emails, "sam@partner.example"),
      fc.record({ id: fc.constant("s"), role: roles }),
      { maxKeys: 2, noNullPrototype: true },
    ),
  })
  .map(({ people, unmanaged }) => ({
    people,
    ids: Object.fromEntries(Object.keys(people).map((email) => [email, `id of ${email}`])),
    unmanaged: Object.fromEntries(Object.entries(unmanaged).filter(([email]) => !(email in people))),
  }));

/** The workspace that a state tells of; a role that is not managed is some role. */
export function worldOf({ people, unmanaged = {} }: Applied, unknown: Role = "member"): World {
  const there = Object.entries(people).map(
    ([email, { role = unknown, title = "", active = true, userName }]) => [
      userName ?? email,
      { role, title, active },
    ],
  ) as [string, Live][];
  const others = Object.entries(unmanaged).map(([email, { role = unknown }]) => [
    email,
    { role, active: true },
  ]);
  return new Map([...there, ...(others as [string, Live][])]);
}

/** What a step makes of a workspace, told without the code that carries it out. */
export function perform(world: World, step: Step, declared: Declaration): void {
  const person = declared.people[step.email];
  const live = world.get(step.email);
  switch (step.kind) {
    case "join":
      // An existing member is adopted, which never lowers a role.
      world.set(step.email, {
        role:
          step.held !== undefined && isDemotion(step.held, step.role ?? step.held)
            ? step.held
            : (step.role ?? step.held ?? "member"),
        ...(person?.title === undefined ? {} : { title: person.title }),
        active: true,
      });
      return;
    case "changeRole":
      if (live) live.role = step.to;
      return;
    case "activate": {
      // It goes by the id: whose e-mail could not be changed stands under the former one.
      const theirs = live ?? world.get(person?.formerUserName ?? "");
      if (theirs) theirs.active = true;
      return;
    }
    case "updateProfile":
      for (const { field, from, to } of step.changes) {
        if (field === "userName") {
          const moved = world.get(String(from));
          if (world.has(step.email)) throw new Error(`${step.email} is taken: Notion would refuse it`);
          if (moved) world.set(step.email, moved);
          world.delete(String(from));
        }
        const now = world.get(step.email);
        if (field === "title" && now) now.title = String(to);
      }
      return;
    case "remove":
      world.delete(step.email);
      return;
    case "demote":
      if (live) live.role = "restricted_member";
      return;
    default:
  }
}
