import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOBODY_ELSEWHERE } from "../../provider/plan/elsewhere";
import { emailChangesOf } from "../../provider/plan/email-changes";
import { heldBackOf } from "../../provider/plan/held-back";
import { violations } from "../../provider/plan/impact";
import { TURNS, turnOf } from "../../provider/plan/order";
import { plan } from "../../provider/plan/plan";
import { isDeparture } from "../../provider/plan/step";
import { waitsOf } from "../../provider/plan/waits";
import type { Applied, Declaration } from "../../provider/state/world";
import { declarations, perform, states, worldOf } from "./worlds";

const RUNS = { numRuns: Number(process.env.PULUMI_NOTION_FUZZ_RUNS ?? 500) };
const nobody: Applied = { people: {}, ids: {} };
const applied = (people: Applied["people"], rest: Partial<Applied> = {}): Applied => ({
  people,
  ids: Object.fromEntries(Object.keys(people).map((email) => [email, `id of ${email}`])),
  ...rest,
});
const declared = (people: Declaration["people"], rest: Partial<Declaration> = {}): Declaration => ({
  people,
  ...rest,
});
const NOW = Date.UTC(2026, 11, 1);
const planOf = (from: Applied, to: Declaration, elsewhere = new Set<string>(), now = NOW) =>
  plan(from, to, now, { ...NOBODY_ELSEWHERE, emails: elsewhere, isAnybody: elsewhere.size > 0 });
const steps = (from: Applied, to: Declaration, elsewhere?: Set<string>) => planOf(from, to, elsewhere).steps;

describe("a plan of any two states", () => {
  test("leads to the declared one, for whatever is managed of whoever is named", () => {
    fc.assert(
      fc.property(states, declarations, (from, to) => {
        const { steps, contradictions, unclear } = planOf(from, to);
        fc.pre(contradictions.length === 0 && unclear.size === 0);
        const world = worldOf(from);
        for (const step of steps) perform(world, step, to);
        for (const [email, person] of Object.entries(to.people)) {
          const live = world.get(email);
          const joined = steps.find((step) => step.kind === "join" && step.email === email);
          expect(live?.active).toBe(true);
          if (person.title !== undefined) expect(live?.title).toBe(person.title);
          // An adopted person keeps a role; the next plan changes it.
          if (person.role !== undefined && (joined?.kind !== "join" || joined.held === undefined))
            expect(live?.role).toBe(person.role);
        }
        for (const [email, person] of Object.entries(from.people)) {
          if (
            email in to.people ||
            [...Object.values(to.people)].some((each) => each.formerUserName === email)
          )
            continue;
          const onRemove = person.onRemove ?? "remove";
          if (onRemove === "remove") expect(world.has(email)).toBe(false);
          else
            expect(world.get(email)?.role).toBe(
              onRemove === "restrict" ? "restricted_member" : (person.role ?? "member"),
            );
        }
      }),
      RUNS,
    );
  });

  test("has no step for anybody who is neither declared nor in the state", () => {
    fc.assert(
      fc.property(states, declarations, (from, to) => {
        const named = new Set([...Object.keys(from.people), ...Object.keys(to.people)]);
        if (to.undeclared === "remove" || to.undeclared === "restrict")
          for (const email of Object.keys(from.unmanaged ?? {})) named.add(email);
        for (const { email } of planOf(from, to).steps) expect(named).toContain(email);
      }),
      RUNS,
    );
  });

  test("leaves the workspace with an owner at every point, if it had one and nothing objects, whichever steps are held back or fail", () => {
    fc.assert(
      fc.property(states, declarations, fc.infiniteStream(fc.nat()), (from, to, randoms) => {
        const planned = planOf(from, to);
        const unfinished = new Set(heldBackOf(planned, from, {}).map(({ step }) => step));
        const limits = { maxRemovals: 99, maxDemotions: 99, maxPromotions: 99, minOwners: 1 };
        fc.pre(violations(planned, from, to, NOW, limits).length === 0);
        const whyWaits = waitsOf(planned, to, limits.minOwners, NOW);
        const owners = (world: ReturnType<typeof worldOf>) =>
          [...world.values()].filter(({ role, active }) => role === "owner" && active).length;
        const world = worldOf(from, "restricted_member");
        fc.pre(Object.values(to.people).some(({ role }) => role === "owner"));
        fc.pre(owners(world) > 0);
        // Those of one turn are carried out side by side: in any order. E-mails keep theirs.
        const shuffled = TURNS.flatMap((turn) => {
          const ours = planned.steps.filter((step) => turnOf(step) === turn && !unfinished.has(step));
          if (turn === "e-mails") return ours;
          return ours
            .map((step) => ({ step, at: randoms.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ step }) => step);
        });
        for (const step of shuffled) {
          const fails = (randoms.next().value as number) % 5 === 0;
          if (fails || whyWaits(step, unfinished) !== undefined) unfinished.add(step);
          else perform(world, step, to);
          expect(owners(world)).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  test("has no steps once it is carried out, but for roles that a take-over has left alone", () => {
    fc.assert(
      fc.property(declarations, ({ people }) => {
        const to = { people };
        const state = applied(people as Applied["people"]);
        const emailChanges = emailChangesOf(nobody, state, people, NOW);
        expect(steps({ ...state, emailChanges }, to).filter(({ kind }) => kind !== "stateOnly")).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe("somebody", () => {
  test("who is declared and not in the state joins with the role", () => {
    expect(steps(nobody, declared({ "zoe@example.com": { role: "member" } }))).toEqual([
      {
        kind: "join",
        email: "zoe@example.com",
        role: "member",
        former: undefined,
        wasRemoved: false,
        held: undefined,
      },
    ]);
  });

  test("whose role is left empty keeps the role that they have, which is said", () => {
    expect(steps(applied({ "k@example.com": { role: "owner" } }), declared({ "k@example.com": {} }))).toEqual(
      [
        {
          kind: "stateOnly",
          email: "k@example.com",
          changes: [{ field: "role", from: "owner", to: undefined, drifted: false }],
        },
      ],
    );
  });

  test("who is taken out of the declaration leaves, as onRemove of the person or else of the workspace says", () => {
    const people = { "a@example.com": {}, "b@example.com": { onRemove: "restrict" as const } };
    const how = (rest: Partial<Applied>) =>
      Object.fromEntries(
        steps(applied(people, rest), declared({})).flatMap((step) =>
          isDeparture(step) ? [[step.email, step.kind]] : [],
        ),
      );
    expect(how({})).toEqual({ "a@example.com": "remove", "b@example.com": "demote" });
    expect(how({ onRemove: "retain" })).toEqual({ "a@example.com": "retain", "b@example.com": "demote" });
  });

  test("whom another resource of the program declares stays, whatever onRemove says", () => {
    expect(steps(applied({ "a@example.com": {} }), declared({}), new Set(["a@example.com"]))).toMatchObject([
      { kind: "managedElsewhere" },
    ]);
  });

  test("who was removed in Notion joins again", () => {
    const from = applied({}, { gone: { "a@example.com": "id of a" } });
    expect(steps(from, declared({ "a@example.com": {} }))).toMatchObject([
      { kind: "join", wasRemoved: true },
    ]);
  });
});

describe("a change of e-mail", () => {
  const john = { "john@example.com": { role: "owner" } } as const;

  test("is of the same person where formerUserName says so: nobody leaves, nobody joins", () => {
    const to = declared({ "jon@example.com": { role: "owner", formerUserName: "john@example.com" } });
    expect(steps(applied(john), to)).toEqual([
      {
        kind: "updateProfile",
        email: "jon@example.com",
        changes: [{ field: "userName", from: "john@example.com", to: "jon@example.com", drifted: false }],
      },
    ]);
  });

  test("without formerUserName is one person who leaves and another who joins", () => {
    expect(
      steps(applied(john), declared({ "jon@example.com": { role: "owner" } })).map(({ kind }) => kind),
    ).toEqual(["join", "remove"]);
  });

  test("that frees an address comes before whoever gets it, newcomer or not", () => {
    const to = declared({
      "john@example.com": { role: "member" },
      "john.old@example.com": { role: "owner", formerUserName: "john@example.com" },
    });
    expect(steps(applied(john), to).map(({ kind, email }) => [kind, email])).toEqual([
      ["updateProfile", "john.old@example.com"],
      ["join", "john@example.com"],
    ]);
    const chain = declared({
      "b@example.com": { formerUserName: "a@example.com" },
      "c@example.com": { formerUserName: "b@example.com" },
    });
    const people = applied({ "a@example.com": {}, "b@example.com": {} });
    expect(planOf(people, chain)).toMatchObject({
      contradictions: [
        "a@example.com becomes b@example.com, and b@example.com becomes c@example.com in the same run. Use two runs. " +
          "In the first, change b@example.com to c@example.com and leave a@example.com as it is. In the second, change a@example.com to b@example.com.",
      ],
    });
  });

  test("to what a refresh found follows Notion and sends nothing", () => {
    const found = applied({ "ada@example.com": { userName: "ada.king@example.com" } });
    expect(steps(found, declared({ "ada.king@example.com": {} })).map(({ kind }) => kind)).toEqual([
      "stateOnly",
    ]);
    expect(steps(found, declared({ "ada@example.com": {} }))).toEqual([
      {
        kind: "updateProfile",
        email: "ada@example.com",
        changes: [{ field: "userName", from: "ada.king@example.com", to: "ada@example.com", drifted: true }],
      },
    ]);
  });

  test("that hands somebody's address to another declared person is refused with both addresses", () => {
    const people = applied({ "x@example.com": {}, "y@example.com": {} });
    const { contradictions } = planOf(
      people,
      declared({ "x@example.com": { formerUserName: "y@example.com" } }),
    );
    expect(contradictions).toHaveLength(1);
    expect(contradictions[0]).toContain("The row of x@example.com has formerUserName y@example.com");
  });

  test("that two people claim is refused", () => {
    const to = declared({
      "x@example.com": { formerUserName: "john@example.com" },
      "y@example.com": { formerUserName: "john@example.com" },
    });
    expect(planOf(applied(john), to).contradictions[0]).toContain(
      "both have formerUserName john@example.com",
    );
  });

  test("that is long done is nothing any more", () => {
    const to = declared({ "jon@example.com": { role: "owner", formerUserName: "john@example.com" } });
    expect(steps(applied({ "jon@example.com": { role: "owner" } }), to)).toEqual([]);
  });
});

describe("those who are not declared", () => {
  const from = applied(
    {},
    { unmanaged: { "s@example.com": { id: "1", role: "owner" }, "b@bots.example": { id: "2" } } },
  );
  const how = (rest: Partial<Declaration>, state = from) =>
    steps(state, declared({}, rest)).map((step) => (isDeparture(step) ? [step.email, step.kind] : step.kind));

  test.each([undefined, "ignore", "report"] as const)("stay with undeclared: %s", (undeclared) => {
    expect(how({ undeclared })).toEqual([]);
  });

  test("go with undeclared: remove, but for those whom a pattern excepts", () => {
    expect(how({ undeclared: "remove" })).toEqual([
      ["s@example.com", "remove"],
      ["b@bots.example", "remove"],
    ]);
    expect(how({ undeclared: "remove", except: ["*@BOTS.example"] })).toEqual([["s@example.com", "remove"]]);
    expect(how({ undeclared: "remove", except: ["S@example.com"] })).toEqual([["b@bots.example", "remove"]]);
  });

  test("stay where no preview has shown them yet", () => {
    const unseen = applied({}, { unmanaged: { "s@example.com": { id: "1", role: "owner", unseen: true } } });
    expect(how({ undeclared: "remove" }, unseen)).toEqual([]);
  });

  test("who are declared now are adopted, and keep a role that is more than declared", () => {
    expect(
      steps(
        from,
        declared(
          { "s@example.com": { role: "member" } },
          { undeclared: "remove", except: ["*@bots.example"] },
        ),
      ),
    ).toEqual([
      {
        kind: "join",
        email: "s@example.com",
        role: "member",
        former: undefined,
        wasRemoved: false,
        held: "owner",
      },
    ]);
  });
});
