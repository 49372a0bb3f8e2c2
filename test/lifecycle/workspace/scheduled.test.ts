import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../../provider/model/instant";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type Options, type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const NOW = Date.UTC(2026, 11, 1);
const LATER = NOW + 10 * DAY_MS;
const END = "2026-12-05";
const owners: People = { "o1@example.com": { role: "owner" }, "o2@example.com": { role: "owner" } };
const LIMITS = { maxAdditions: 99 };
const program = (people: People, settings = {}) => [
  workspace("acme", { ...owners, ...people }, { limits: LIMITS, ...settings }),
];
const live = (email: string) => simulator.workspace.member(email);
const numbered = (count: number, person: (n: number) => People[string]): People =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}@example.com`, person(n)]));
const up = async (people: People, options: Options = {}, settings = {}) => {
  const told = await stack.up(program(people, settings), { now: NOW, ...options });
  expect(told.errors).toEqual([]);
  return told;
};

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

const contractor = { role: "restricted_member", until: END } as const;

describe("an end that is declared stops no other end when its day has come:", () => {
  test("one that may not happen is refused when it is declared: protect and until", async () => {
    const { errors } = await stack.preview(program({ "kim@example.com": { ...contractor, protect: true } }), {
      now: NOW,
    });
    expect(errors).toEqual([
      "kim@example.com: their access ends (until 2026-12-05), but protect is true. Remove until, or set protect to false for them",
    ]);
    const whole = await stack.preview(program({ "kim@example.com": contractor }, { protect: true }), {
      now: NOW,
    });
    expect(whole.errors.join()).toContain("protect is true for the whole workspace");
  });

  test("the token's owner is held back by name, with an error, and a contractor beside them leaves", async () => {
    await up({ "kim@example.com": contractor, "tess@example.com": { role: "member", until: END } });
    const options = { now: LATER, config: { "notion:tokenOwner": "tess@example.com" } };
    const { errors, words } = await stack.up(
      program({ "kim@example.com": contractor, "tess@example.com": { role: "member", until: END } }),
      options,
    );
    expect(errors).toEqual([
      expect.stringMatching(/^tess@example\.com keeps their access past its expiration/),
    ]);
    expect(words).toContainEqual(expect.stringMatching(/^! tess@example\.com keeps their access/));
    expect(live("kim@example.com")).toBeUndefined();
    expect(live("tess@example.com")).toMatchObject({ role: "member" });
  });

  test("an owner whose role ends by a beginning of another one does not count as an owner for good", async () => {
    const people: People = {
      "o1@example.com": { role: "owner" },
      "o2@example.com": { role: "member", roleFrom: "2026-12-05", roleThen: "owner" },
    };
    const { errors } = await stack.preview([workspace("acme", people)], { now: NOW });
    expect(errors.join()).toContain("declares 1 owner without an end (o1@example.com); minOwners asks for 2");
  });

  test("an owner whose time has not begun is one already for minOwners: nothing stops the day on which they begin", async () => {
    const { errors } = await stack.preview(
      [workspace("acme", { "kim@example.com": { role: "owner", roleFrom: END, roleThen: "member" } })],
      { now: NOW },
    );
    expect(errors.join()).toContain("minOwners asks for 2");
  });

  test("six demotions and four promotions that begin on one day happen on it", async () => {
    const timed: People = {
      ...numbered(30, () => ({ role: "member" })),
      ...Object.fromEntries(
        Array.from({ length: 6 }, (_, n) => [
          `d${n}@example.com`,
          { role: "restricted_member", roleFrom: END, roleThen: "member" } as const,
        ]),
      ),
      ...Object.fromEntries(
        Array.from({ length: 4 }, (_, n) => [
          `u${n}@example.com`,
          { role: "membership_admin", roleFrom: END, roleThen: "member" } as const,
        ]),
      ),
    };
    // Judged when they are declared, with the setting that lets them through.
    const { errors } = await stack.preview(program(timed), { now: NOW });
    expect(errors.join()).toContain(
      "This declares that 4 of 42 people are promoted to owner or membership_admin on 2026-12-05; maxPromotions allows 3 (5%, at least 3)",
    );
    await up(timed, {}, { limits: { ...LIMITS, maxPromotions: 4 } });
    await up(timed, { now: LATER });
    expect(live("d5@example.com")).toMatchObject({ role: "restricted_member" });
    expect(live("u3@example.com")).toMatchObject({ role: "membership_admin" });
  });

  test("sixty who begin on one day are added on it", async () => {
    const starters = numbered(60, () => ({ role: "member", from: END }));
    await up(starters, {}, { limits: { maxAdditions: 60 } });
    expect((await stack.up(program(starters, { limits: {} }), { now: LATER })).errors).toEqual([]);
    expect(live("p59@example.com")).toMatchObject({ role: "member" });
  });
});

describe("an end that is filled down a column by accident", () => {
  test("is refused when it is declared, on one day or on many", async () => {
    await up(numbered(30, () => ({ role: "member" })));
    simulator.requests.clear();
    const one = await stack.up(program(numbered(30, () => ({ role: "member", until: END }))), { now: NOW });
    expect(one.errors.join()).toContain(
      "This declares that 30 of 32 people are removed on 2026-12-05; maxRemovals allows 8 (25%, at least 5), and no limit counts them again on that day.",
    );
    const dragged = numbered(30, (n) => ({
      role: "member",
      until: new Date(NOW + (n + 2) * DAY_MS).toISOString().slice(0, 10),
    }));
    const many = await stack.up(program(dragged), { now: NOW });
    expect(many.errors.join()).toContain("30 of 32 people are removed from 2026-12-03 to 2027-01-01");
    expect(simulator.requests.count()).toBe(0);
  });

  test("and one that a limit let through is carried out whole", async () => {
    const rows = numbered(30, () => ({ role: "member", until: END }) as const);
    await up(rows, {}, { limits: { ...LIMITS, maxRemovals: 30 } });
    await up(rows, { now: LATER });
    expect(live("p29@example.com")).toBeUndefined();
  });
});

test("a contractor who was made owner by hand leaves by the second run after their end", async () => {
  await up({ "kim@example.com": contractor });
  simulator.workspace.edit("kim@example.com", { role: "owner" });
  const first = await stack.up(program({ "kim@example.com": contractor }), { now: LATER });
  expect(first.errors.join()).toContain(
    "kim@example.com stays in this run: they are owner now, no longer restricted_member.",
  );
  const second = await up({ "kim@example.com": contractor }, { now: LATER });
  expect(second.words[0]).toBe(
    "- kim@example.com leaves (was owner, changed in Notion) (ended at the end of 2026-12-05 UTC)",
  );
  expect(live("kim@example.com")).toBeUndefined();
});

test("a role that drifted after its end was carried out is drift, not an end that is reached once more", async () => {
  const timed: People = {
    "kim@example.com": { role: "membership_admin", roleUntil: END, roleThen: "member" },
  };
  await up(timed);
  await up(timed, { now: LATER });
  simulator.workspace.edit("kim@example.com", { role: "membership_admin" });
  const { words } = await up(timed, { now: LATER, refresh: true });
  expect(words[0]).toBe("~ kim@example.com: membership_admin → member (changed in Notion)");
  expect(words.at(-1)).toContain("1 role down");
});

test("a role that is declared for a time is followed where it changes before it begins", async () => {
  await up({ "kim@example.com": { role: "member", roleFrom: END, roleThen: "restricted_member" } });
  const { words } = await up({
    "kim@example.com": { role: "membership_admin", roleFrom: END, roleThen: "restricted_member" },
  });
  expect(words.join()).toContain("~ kim@example.com: the role for a time member → membership_admin");
});

describe("who is declared and outside of their time, and in the workspace all the same,", () => {
  test.each(["ignore", "report"])("is named as expired: %s", async (undeclared) => {
    await up({ "kim@example.com": contractor }, {}, { undeclared });
    await up({ "kim@example.com": contractor }, { now: LATER }, { undeclared });
    simulator.workspace.add({ userName: "kim@example.com", role: "owner" });
    for (const options of [{ refresh: true }, {}]) {
      const { words } = await up(
        { "kim@example.com": contractor },
        { now: LATER, ...options },
        { undeclared },
      );
      expect(words).toContain(
        "? kim@example.com is in the workspace as owner and their access expired at the end of 2026-12-05 UTC",
      );
    }
  });

  test("is named also where their row gives them another e-mail, which nobody has changed", async () => {
    await up({ "kim@example.com": { role: "member" } });
    simulator.workspace.forget(live("kim@example.com")?.id ?? "");
    simulator.workspace.add({ userName: "kim@example.com", role: "member" });
    const moved = { "kim.new@example.com": { ...contractor, formerUserName: "kim@example.com" } };
    const { errors } = await stack.up(program(moved), { now: NOW, refresh: true });
    expect(errors.join()).toContain("another account has the e-mail kim@example.com now");
    for (const options of [{}, { refresh: true }, {}]) {
      const { words } = await up(moved, { now: LATER, ...options });
      expect(words.join("\n")).toContain(
        "kim@example.com is in the workspace as member, with another account than the one that left",
      );
    }
  });

  test("is named where another account was refused by its id, also once that row is taken out", async () => {
    await up({});
    const { id } = simulator.workspace.add({ userName: "kim@example.com", role: "member" });
    const row = {
      "kim@example.com": { role: "member", id: "5d1f0c3e-2b7a-4c8d-9e6f-1a2b3c4d5e6f" },
    } as const;
    const { errors } = await stack.up(program(row), { now: NOW });
    expect(errors.join()).toContain(`Another account has the e-mail (id ${id})`);
    for (const options of [{}, { refresh: true }, {}]) {
      const { words } = await up({}, options);
      expect(words.join("\n")).toContain(
        "kim@example.com is in the workspace as member, with another account than the one that left",
      );
    }
  });

  test("is removed where unmanaged members are, once a run has named them", async () => {
    const settings = { undeclared: "remove", except: ["*@example.com"] };
    await up({ "kim@example.net": contractor }, {}, settings);
    await up({ "kim@example.net": contractor }, { now: LATER }, settings);
    simulator.workspace.add({ userName: "kim@example.net", role: "owner" });
    await up({ "kim@example.net": contractor }, { now: LATER, refresh: true }, settings);
    expect(live("kim@example.net")).toMatchObject({ role: "owner" });
    const { words } = await up({ "kim@example.net": contractor }, { now: LATER }, settings);
    expect(words[0]).toContain("- kim@example.net leaves (was owner) (ended at the end of 2026-12-05 UTC)");
    expect(live("kim@example.net")).toBeUndefined();
  });
});
