import { describe, expect, test } from "vitest";
import { NOBODY_ELSEWHERE } from "../../provider/plan/elsewhere";
import { planGroups } from "../../provider/plan/groups";
import { groupProblems } from "../../provider/plan/groups-declared";
import { groupViolations } from "../../provider/plan/groups-limits";
import { peopleOfGroups } from "../../provider/plan/groups-people";
import { groupHeldBackLines, groupLines, groupSummary } from "../../provider/plan/groups-words";
import { heldBackOf } from "../../provider/plan/held-back";
import { plan } from "../../provider/plan/plan";
import type { AppliedGroup, AppliedGroups, DeclaredGroups } from "../../provider/state/group";
import type { DeclaredPerson } from "../../provider/state/person";
import type { Applied, Declaration } from "../../provider/state/world";

const NOW = Date.UTC(2026, 11, 1);
const ada = "ada@example.com";
const bob = "bob@example.com";
const sam = "sam@example.com";
const zoe = "zoe@example.com";
const idOf = (email: string) => `id-of-${email.split("@")[0]}`;

interface Setting {
  people?: Applied["people"];
  applied?: Record<string, Partial<AppliedGroup> & Pick<AppliedGroup, "members">>;
  unmanaged?: Applied["unmanaged"];
  declared: Record<string, DeclaredPerson>;
  groups: DeclaredGroups;
  onRemove?: "remove" | "restrict" | "retain";
}

/** What is said of a change: lines, what is held back, what speaks against it. */
function told({ people, applied = {}, unmanaged, declared, groups, onRemove }: Setting) {
  const before = people ?? declared;
  const state: Applied = {
    people: before,
    ids: Object.fromEntries(Object.keys(before).map((email) => [email, idOf(email)])),
    since: "2026-11-01",
    ...(unmanaged && { unmanaged }),
  };
  const declaration: Declaration = { people: declared, onRemove };
  const held: AppliedGroups = Object.fromEntries(
    Object.entries(applied).map(([name, group]) => [name, { id: `id of ${name}`, memberIds: [], ...group }]),
  );
  const whole = plan(state, declaration, NOW, NOBODY_ELSEWHERE);
  const heldBack = heldBackOf(whole, state, {});
  const present = peopleOfGroups(whole, heldBack, state, declaration, NOW);
  const planned = planGroups(held, groups, present);
  return {
    steps: planned.steps,
    lines: groupLines(planned.steps),
    heldBack: groupHeldBackLines(planned.heldBack, held, planned, present),
    summary: groupSummary(planned.steps, Object.keys(groups).length).trim(),
    violations: groupViolations(planned, held, groups, present),
    problems: groupProblems(groups, declared),
  };
}

const many = (count: number, row: DeclaredPerson = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}@example.com`, row]));

describe("who is in a group", () => {
  test("is said by the row, by include, and by a rule without its exceptions", () => {
    const { lines } = told({
      declared: {
        [ada]: { groups: ["Engineering"] },
        [bob]: { department: "Engineering" },
        [sam]: { department: "Engineering" },
        [zoe]: {},
      },
      groups: {
        Engineering: {
          members: "add",
          include: [zoe],
          where: { department: ["Engineering", "Platform"] },
          except: [sam],
        },
      },
      applied: {
        Engineering: {
          members: "add",
          include: [zoe],
          where: { department: ["Engineering", "Platform"] },
          except: [sam],
        },
      },
    });
    expect(lines).toEqual([
      `+ ${ada} joins Engineering`,
      `+ ${bob} joins Engineering`,
      `+ ${zoe} joins Engineering`,
    ]);
  });

  test("a rule wants a value of each of its columns, and goes by the role of this moment", () => {
    const { lines } = told({
      declared: {
        [ada]: { role: "owner", roleUntil: "2026-11-30", roleThen: "member", department: "Eng" },
        [bob]: { role: "owner", department: "Eng" },
        [sam]: { role: "owner", department: "Sales" },
      },
      groups: { Admins: { members: "add", where: { role: ["owner"], department: ["Eng"] } } },
      applied: { Admins: { members: "add", where: { role: ["owner"], department: ["Eng"] } } },
    });
    expect(lines).toEqual([`+ ${bob} joins Admins`]);
  });

  test("until of a person holds for their groups", () => {
    const { lines } = told({
      people: { [ada]: { onRemove: "restrict" }, [bob]: {} },
      declared: {
        [ada]: { until: "2026-11-30", onRemove: "restrict", groups: ["Eng"] },
        [bob]: { groups: ["Eng"] },
      },
      groups: { Eng: { members: "add" } },
      applied: { Eng: { members: "add", memberIds: [idOf(ada), idOf(bob)] } },
    });
    expect(lines).toEqual([`- ${ada} leaves Eng (ended at the end of 2026-11-30 UTC)`]);
  });
});

describe("words", () => {
  test("somebody whose department is another one leaves by the rule and joins the other group", () => {
    const rule = (department: string) => ({ members: "exact" as const, where: { department: [department] } });
    const { lines, summary } = told({
      people: { [sam]: { department: "Engineering" }, [ada]: { department: "Engineering" } },
      declared: { [sam]: { department: "Sales" }, [ada]: { department: "Engineering" } },
      groups: { "On-call": rule("Engineering"), Sales: rule("Sales") },
      applied: {
        "On-call": { ...rule("Engineering"), memberIds: [idOf(sam), idOf(ada)], unmanaged: {} },
        Sales: { ...rule("Sales"), unmanaged: {} },
      },
    });
    expect(lines).toEqual([
      `- ${sam} leaves On-call (Engineering rule: department is "Sales" now)`,
      `+ ${sam} joins Sales`,
    ]);
    expect(summary).toBe("2 groups declared: 1 membership begins, 1 membership ends.");
  });

  test("groups are created, renamed, deleted and retained in a line each", () => {
    const { lines, summary } = told({
      declared: many(12, { department: "Platform" }),
      groups: {
        Platform: { members: "exact", where: { department: ["Platform"] } },
        Infra: { members: "add", formerName: "Infrastructure" },
      },
      applied: {
        Infrastructure: { members: "add" },
        Old: {
          members: "add",
          onRemove: "delete",
          memberIds: ["p0", "p1", "p2"].map(idOf),
          unmanaged: { x: "x@example.com" },
        },
        Kept: { members: "exact", memberIds: ["p0"].map(idOf), unmanaged: { x: "x@example.com" } },
      },
    });
    expect(lines).toEqual([
      "- group Old is deleted (4 members)",
      "+ group Platform is created with 12 members",
      "~ group Infrastructure is renamed Infra",
      "- group Kept is no longer managed and stays",
    ]);
    expect(summary).toBe(
      "2 groups declared: 1 is created, 1 is renamed, 1 is deleted, 1 is no longer managed, 12 memberships begin.",
    );
  });

  test("what was changed in Notion is said so", () => {
    const { lines } = told({
      declared: { [ada]: { groups: ["Eng"] }, [bob]: { groups: ["Eng"] } },
      groups: { Eng: { members: "exact" }, Ops: { members: "add" }, New: { members: "exact" } },
      applied: {
        Eng: {
          members: "exact",
          memberIds: [idOf(ada), idOf(bob)],
          missing: [idOf(bob)],
          unmanaged: { x: "mallory@example.com" },
          undone: { x: 1, [idOf(bob)]: 1 },
          foundName: "Engineers",
        },
        Ops: { members: "add", gone: true },
        New: { members: "exact", gone: true, replacedBy: "other" },
      },
    });
    expect(lines).toEqual([
      "- mallory@example.com leaves Eng (added in Notion)",
      "+ group Ops is created again with 0 members (was deleted in Notion)",
      "+ group New was deleted in Notion and made anew: the other group (id other) is adopted with 0 members, and nobody leaves it before its members are shown",
      "~ group Engineers is renamed Eng (renamed in Notion)",
      `+ ${bob} joins Eng (taken out in Notion)`,
    ]);
  });

  test("many who come into one group have one line; whoever leaves has one of their own", () => {
    const { lines } = told({
      declared: many(8, { groups: ["In"] }),
      groups: { In: { members: "add" }, Out: { members: "add" } },
      applied: {
        In: { members: "add" },
        Out: { members: "add", memberIds: Array.from({ length: 8 }, (_, index) => idOf(`p${index}`)) },
      },
    });
    expect(lines).toHaveLength(9);
    expect(lines[0]).toBe("- p0@example.com leaves Out (their row and the group no longer name them)");
    expect(lines[8]).toBe(`+ 8 people join In: ${Object.keys(many(8)).join(", ")}`);
  });
});

describe("who stays in a group", () => {
  const before = { x: "mallory@example.com" };

  test("of an exact group: nobody who was not shown leaves it, and whoever was shown does", () => {
    const setting = {
      declared: { [ada]: { groups: ["Eng"] } },
      groups: { Eng: { members: "exact" as const } },
    };
    const with_ = (group: Partial<AppliedGroup>) =>
      told({
        ...setting,
        applied: { Eng: { members: "exact", memberIds: [idOf(ada)], unmanaged: before, ...group } },
      });
    expect(with_({ unseen: true }).lines).toEqual([]);
    expect(with_({}).lines).toEqual(["- mallory@example.com leaves Eng (not declared)"]);
    expect(with_({ members: "add" }).lines).toEqual([
      "~ group Eng becomes exact: its members are shown first, and nobody else leaves it in this run",
    ]);
  });

  test("of a group that only adds: whoever the program did not put in", () => {
    const { lines } = told({
      declared: { [ada]: {}, [bob]: {} },
      groups: { Eng: { members: "add" } },
      applied: {
        Eng: { members: "add", memberIds: [idOf(ada)], unmanaged: { ...before, [idOf(bob)]: bob } },
      },
    });
    expect(lines).toEqual([`- ${ada} leaves Eng (their row and the group no longer name them)`]);
  });

  test("where the list may be cut nobody leaves, and who would is named", () => {
    const { lines, heldBack } = told({
      declared: { [ada]: {}, [bob]: { groups: ["Eng"] } },
      groups: { Eng: { members: "exact" } },
      applied: {
        Eng: { members: "exact", memberIds: [idOf(ada)], unmanaged: before, incomplete: true },
        Old: { members: "exact", onRemove: "delete", unmanaged: before, incomplete: true },
      },
    });
    expect(lines).toEqual([`+ ${bob} joins Eng`]);
    expect(heldBack).toEqual([
      `! group Eng: Notion's list of its members may be cut, so nobody leaves it in this run (${ada}, mallory@example.com would).`,
      "! group Old is not deleted in this run: not all of its members are known. Run `pulumi up --refresh`.",
    ]);
  });

  test("a member who leaves the workspace takes the memberships along: no group says so", () => {
    const { lines, summary } = told({
      people: { [ada]: {}, [bob]: {} },
      declared: { [bob]: { groups: ["Eng", "Ops"] } },
      groups: { Eng: { members: "exact" }, Ops: { members: "add" } },
      applied: {
        Eng: { members: "exact", memberIds: [idOf(ada), idOf(bob)], unmanaged: {} },
        Ops: { members: "add", memberIds: [idOf(ada), idOf(bob)] },
      },
    });
    expect(lines).toEqual([]);
    expect(summary).toBe("2 groups declared: nothing to change.");
  });

  test("whom the program manages no longer and leaves alone keeps a group that only adds, and leaves an exact one", () => {
    const { lines } = told({
      people: { [ada]: { onRemove: "retain" }, [bob]: {} },
      declared: { [bob]: { groups: ["Eng", "Ops"] } },
      groups: { Eng: { members: "exact" }, Ops: { members: "add" } },
      applied: {
        Eng: { members: "exact", memberIds: [idOf(ada), idOf(bob)], unmanaged: {} },
        Ops: { members: "add", memberIds: [idOf(ada), idOf(bob)] },
      },
    });
    expect(lines).toEqual([`- ${ada} leaves Eng (not declared any more)`]);
  });

  test("something else that writes a group stops what is taken from it, until force or add", () => {
    const setting = (group: DeclaredGroups[string]) =>
      told({
        declared: { [ada]: { groups: ["Eng"] }, [bob]: { groups: ["Eng"] }, [sam]: {} },
        groups: { Eng: group },
        applied: {
          Eng: {
            ...group,
            memberIds: [idOf(ada), idOf(sam)],
            missing: [idOf(ada)],
            unmanaged: before,
            undone: { [idOf(ada)]: 2 },
          },
        },
      });
    const exact = setting({ members: "exact" });
    expect(exact.lines).toEqual([`+ ${bob} joins Eng`]);
    expect(exact.heldBack).toEqual([
      `! group Eng: something else writes it, such as an identity provider: what was set for ${ada} was undone in Notion twice. ` +
        `Nobody leaves the group until it has members: "add" or force: true (mallory@example.com, ${sam} would).`,
    ]);
    expect(setting({ members: "exact", force: true }).lines).toHaveLength(4);
    expect(setting({ members: "add" }).lines).toHaveLength(3);
  });
});

describe("of many steps", () => {
  const people = many(70);
  const names = Object.keys(people).sort();

  test("everybody who leaves is named, in one line for each reason, whatever else is only counted", () => {
    const { lines } = told({
      people,
      declared: people,
      groups: {
        ...Object.fromEntries(names.slice(0, 52).map((name) => [name, { members: "add" as const }])),
        Eng: { members: "add" },
      },
      applied: { Eng: { members: "add", memberIds: names.map(idOf) } },
    });
    expect(lines[0]).toBe(
      `- 70 people leave Eng (their row and the group no longer name them): ${names.join(", ")}`,
    );
    expect(lines.slice(1, -1)).toHaveLength(49);
    expect(lines.at(-1)).toBe("… and 3 more about groups: 3 are created");
  });

  test("many who come back into a group have a line together", () => {
    const back = (missing: string[]) =>
      told({
        people,
        declared: people,
        groups: { Eng: { members: "add", include: names } },
        applied: {
          Eng: { members: "add", memberIds: names.slice(0, 68).map(idOf), missing: missing.map(idOf) },
        },
      }).lines.filter((line) => line.startsWith("+"));
    expect(back(names.slice(0, 68))[0]).toMatch(
      /^\+ 70 people join Eng \(68 of them taken out in Notion\): p0@example\.com, .* and 20 more$/,
    );
  });
});

describe("limits", () => {
  const exact = { members: "exact" as const, where: { department: ["Eng"] } };
  const moving = (size: number, leave: number, group: DeclaredGroups[string] = exact) => {
    const people = many(size, { department: "Eng" });
    const declared = Object.fromEntries(
      Object.entries(people).map(([email, row], index) => [
        email,
        index < leave ? { department: "Sales" } : row,
      ]),
    );
    return told({
      people,
      declared,
      groups: { Eng: group },
      applied: { Eng: { ...exact, memberIds: Object.keys(people).map(idOf), unmanaged: {} } },
    }).violations;
  };

  test("a quarter of a group may leave it at once, and five always", () => {
    expect(moving(10, 5)).toEqual([]);
    expect(moving(40, 10)).toEqual([]);
    const [first] = moving(10, 6);
    expect(first).toBe(
      "6 of 10 members of group Eng would leave it at once; maxRemovals of the group allows 5 (25%, at least 5). " +
        "If this is meant, set maxRemovals of the group to 6. They are p0@example.com, p1@example.com, p2@example.com, p3@example.com, p4@example.com, p5@example.com.",
    );
    expect(moving(40, 10, { ...exact, maxRemovals: 9 })[0]).toContain("maxRemovals of the group allows 9.");
  });

  test("an exact group is not emptied, unless everybody is meant", () => {
    expect(moving(3, 3)).toEqual([
      "Nobody would be left in group Eng, which is exact: p0@example.com, p1@example.com, p2@example.com would leave it. " +
        'If this is meant, set maxRemovals of the group to "100%".',
    ]);
    expect(moving(3, 3, { ...exact, maxRemovals: 3 })).toHaveLength(1);
    expect(moving(40, 40)[0], "and that counts before a share").toMatch(
      /^Nobody would be left in group Eng, /,
    );
    expect(moving(3, 3, { ...exact, maxRemovals: "100%" })).toEqual([]);
  });

  test("over all groups so many memberships may end at once, those of a deleted group among them", () => {
    const people = many(20);
    const ids = Object.keys(people).map(idOf);
    const { violations } = told({
      declared: people,
      groups: {},
      applied: { Old: { members: "add", onRemove: "delete", memberIds: ids.slice(0, 6), unmanaged: {} } },
    });
    expect(violations).toEqual([
      expect.stringMatching(
        /^6 of 6 memberships of groups would end at once; maxGroupRemovals allows 5 \(25%, at least 5\)\. If this is meant, set maxGroupRemovals to 6 .* They are p0@example\.com \(Old\)/,
      ),
    ]);
  });

  test("a protected group is not deleted", () => {
    const { violations } = told({
      declared: {},
      groups: {},
      applied: { Old: { members: "add", onRemove: "delete", protect: true, unmanaged: {} } },
    });
    expect(violations).toEqual([expect.stringMatching(/^Group Old is protected/)]);
  });

  test("an end that was declared before is not counted", () => {
    const until = { until: "2026-11-30", onRemove: "restrict" as const, groups: ["Eng"] };
    const people = many(8, until);
    const { lines, violations } = told({
      people: Object.fromEntries(
        Object.keys(people).map((email) => [email, { until: until.until, onRemove: until.onRemove }]),
      ),
      declared: people,
      groups: { Eng: { members: "add" } },
      applied: { Eng: { members: "add", memberIds: Object.keys(people).map(idOf) } },
    });
    expect(lines).toHaveLength(8);
    expect(violations).toEqual([]);
  });
});

describe("which group is meant", () => {
  const groups = { Eng: { members: "add" as const } };

  test("a group that Notion has under the declared name by now is that group: nothing is sent", () => {
    const { steps } = told({
      declared: {},
      groups,
      applied: { Old: { members: "add", foundName: "Eng" } },
    });
    expect(steps).toEqual([{ kind: "noteGroup", group: "Eng", fields: [], formerName: "Old" }]);
  });

  test("a name is not handed on in one run", () => {
    const { violations } = told({
      declared: {},
      groups: { New: { members: "add", formerName: "Eng" }, ...groups },
      applied: { Eng: { members: "add" } },
    });
    expect(violations).toEqual([
      "Group New has the formerName Eng, and the program declares Eng, too. Rename Eng in one run, and declare a new group Eng in the next.",
    ]);
  });

  test("a name that another group has in Notion by now is refused with both ids", () => {
    const { violations } = told({
      declared: {},
      groups: { ...groups, Ops: { members: "add" } },
      applied: { Eng: { members: "add", foundName: "Engineers" }, Ops: { members: "add", foundName: "Eng" } },
    });
    expect(violations[0]).toMatch(
      /^Group Eng \(id id of Eng\) is to have a name that another group has in Notion \(id id of Ops, which was Ops before\)/,
    );
  });

  test("a former name that means nothing is said so", () => {
    const { lines } = told({ declared: {}, groups: { New: { members: "add", formerName: "Never" } } });
    expect(lines[0]).toBe(
      "+ group New is created with 0 members (formerName Never has no effect: no such group is managed)",
    );
  });
});

describe("what cannot be meant", () => {
  test("a row names a group that is not declared", () => {
    const { problems } = told({
      declared: { [ada]: { groups: ["Enginering", "Sales"] } },
      groups: { Engineering: { members: "add" } },
    });
    expect(problems).toEqual([
      `${ada}: group "Enginering" is not declared; did you mean "Engineering"?`,
      `${ada}: group "Sales" is not declared; declared are Engineering`,
    ]);
  });

  test("a group names people whom nobody declares, or names and excepts somebody", () => {
    const { problems } = told({
      declared: { [ada]: {}, [bob]: { groups: ["Eng"] } },
      groups: {
        Eng: { members: "add", include: ["adda@example.com"], except: [bob], where: { department: ["Eng"] } },
        Ops: { members: "add", except: [ada], formerName: "Ops" },
      },
    });
    expect(problems).toEqual([
      `group Eng: include names adda@example.com, who is not declared. Did you mean ${ada}?`,
      `group Eng: except names ${bob}, and their row names them, too. Keep one of the two.`,
      "group Ops: except takes people out of what `where` chooses, and there is no `where`",
      "group Ops: formerName is the name that it has",
    ]);
  });
});
