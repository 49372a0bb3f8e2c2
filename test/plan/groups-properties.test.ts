import fc from "fast-check";
import { expect, test } from "vitest";
import { wantedMembers } from "../../provider/plan/groups-declared";
import { GROUP_TURNS, groupTurnOf } from "../../provider/plan/groups-step";
import { groupLines } from "../../provider/plan/groups-words";
import { contestedIds, presentIds } from "../../provider/state/group";
import { cases, emailOf, HIDDEN, idOf, performOnGroups } from "./group-worlds";

const RUNS = { numRuns: Number(process.env.PULUMI_NOTION_FUZZ_RUNS ?? 200) };

test("a plan of groups leads to the declared ones, for everybody who may be moved", () => {
  fc.assert(
    fc.property(cases, ({ applied, declared, people, planned, world }) => {
      fc.pre(planned.contradictions.length === 0);
      for (const step of planned.steps) performOnGroups(world, step);
      const waiting = new Set(
        planned.heldBack.flatMap(({ step }) => ("email" in step ? [`${step.group} ${step.email}`] : [])),
      );
      for (const [name, group] of Object.entries(declared)) {
        const live = [...world.values()].filter((each) => each.name === name);
        expect(live).toHaveLength(1);
        const members = live[0]?.members ?? new Set();
        const wanted = [...wantedMembers(name, group, people).keys()].filter(
          (email) => !waiting.has(`${name} ${email}`),
        );
        for (const email of wanted) expect(members.has(idOf(email))).toBe(true);
        const held = applied[planned.heldAs.get(name) ?? ""];
        const isDecided = held?.members === "exact" && group.members === "exact" && held.unseen !== true;
        if (!isDecided || held.gone || waiting.size > 0) continue;
        const others = [...members].filter((id) => id !== HIDDEN && !people.removed.has(String(id)));
        expect(new Set(others)).toEqual(new Set(wanted.map(idOf)));
      }
    }),
    RUNS,
  );
});

/** The line of one person, or the one that names all who leave the group for the same reason. */
const isAboutLeaving = (email: string, group: string) => (line: string) => {
  const [what, names = ""] = line.split("): ");
  if (line.startsWith(`- ${email} leaves ${group} (`)) return true;
  return new RegExp(`^- \\d+ people leave ${group} \\(`).test(`${what}`) && names.split(", ").includes(email);
};

test("nobody leaves a group who is not named, and nobody who is in it without the program knowing", () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(0, 1, 50), ({ applied, planned, world }, most) => {
      fc.pre(planned.contradictions.length === 0);
      const before = new Map([...world].map(([id, { members }]) => [id, new Set(members)]));
      for (const step of planned.steps) performOnGroups(world, step);
      const lines = groupLines(planned.steps, {}, most);
      const nameOf = (id: string) => {
        const key = Object.keys(applied).find((each) => applied[each]?.id === id) ?? "";
        return [...planned.heldAs].find(([, held]) => held === key)?.[0] ?? key;
      };
      for (const [id, members] of before) {
        const after = world.get(id)?.members;
        if (after === undefined) {
          const step = planned.steps.find((each) => each.kind === "deleteGroup" && each.group === nameOf(id));
          const told = step?.kind === "deleteGroup" ? step.members : [];
          expect(new Set([...members].filter((each) => each !== HIDDEN).map(emailOf))).toEqual(new Set(told));
          continue;
        }
        expect(after.has(HIDDEN)).toBe(true);
        for (const member of members) {
          if (after.has(member)) continue;
          expect(lines.filter(isAboutLeaving(emailOf(member), nameOf(id)))).toHaveLength(1);
        }
      }
    }),
    RUNS,
  );
});

test("nobody leaves a group of which not everybody is known, or an exact one that was not shown", () => {
  fc.assert(
    fc.property(cases, ({ applied, planned }) => {
      for (const step of planned.steps) {
        if (step.kind !== "removeMember" && step.kind !== "deleteGroup") continue;
        const held = applied[planned.heldAs.get(step.group) ?? step.group];
        expect(held?.incomplete).toBeUndefined();
        if (step.kind === "removeMember" && !held?.memberIds.includes(step.id)) {
          expect(held).toMatchObject({ members: "exact" });
          expect(held?.unseen).toBeUndefined();
        }
        if (step.kind === "deleteGroup") expect(held?.unmanaged).toBeDefined();
      }
    }),
    RUNS,
  );
});

test("an exact group that something else writes loses nobody, but by force", () => {
  fc.assert(
    fc.property(cases, ({ applied, declared, planned }) => {
      for (const step of planned.steps) {
        const held = applied[planned.heldAs.get(step.group) ?? step.group];
        if (step.kind !== "removeMember" || held === undefined || contestedIds(held).length === 0) continue;
        const group = declared[step.group];
        expect(group?.members === "add" || group?.force === true).toBe(true);
      }
    }),
    RUNS,
  );
});

test("groups are made before anybody is moved, people come in before others leave, deletions are last", () => {
  fc.assert(
    fc.property(cases, ({ planned }) => {
      const turns = planned.steps.map((step) => GROUP_TURNS.indexOf(groupTurnOf(step)));
      expect(turns).toEqual([...turns].sort());
    }),
    RUNS,
  );
});

test("whoever is removed from the workspace leaves no group besides, and nobody is added who is there", () => {
  fc.assert(
    fc.property(cases, ({ applied, people, planned }) => {
      for (const step of planned.steps) {
        const held = applied[planned.heldAs.get(step.group) ?? step.group];
        if (step.kind === "removeMember") expect(people.removed.has(step.id)).toBe(false);
        if (step.kind === "addMember" && step.id !== undefined && held !== undefined)
          expect(presentIds(held).has(step.id)).toBe(false);
      }
    }),
    RUNS,
  );
});
