import { describe, expect, onTestFinished, test } from "vitest";
import { dynamicProvider } from "../../provider/hosts/dynamic/dynamic-provider";
import type { GuardRun } from "../../provider/lifecycle/guard";
import * as guards from "../../provider/lifecycle/guard";
import { ProviderProcess } from "../../provider/lifecycle/process";
import { providers } from "../../provider/lifecycle/providers";
import { UNKNOWN } from "../../provider/model/unknown";
import { type GuardInputs, outputs } from "../../provider/state/guard";

const provider = new ProviderProcess({ tell: () => {} });
const { registry } = provider;
const guard = dynamicProvider(providers(provider).guard, provider);

const NOW = Date.parse("2026-12-01T09:00:00Z");
/** It is unknown on purpose whose token it is, where a test is not about that. */
const RUN: GuardRun = { now: NOW, tokenOwner: undefined, tokenOwnerSaid: true };
const violations = (olds: GuardInputs | undefined, news: GuardInputs, now = NOW, run = RUN) =>
  guards.evaluateGuard(olds, news, { ...run, now }).violations;
const checkGuard = (olds: object, news: object) => guards.checkGuard({ ...olds }, { ...news }, RUN);

type Members = GuardInputs["members"];
type Limits = Omit<GuardInputs, "members">;
type Role = NonNullable<Members[string]["role"]>;

/** So many people named `prefix1@example.com` and so on, by that name. */
function people(count: number, role?: Role, prefix = "p"): Members {
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
  return Object.fromEntries(
    names.map((name) => [name, { userName: `${name}@example.com`, ...(role && { role }) }]),
  );
}

function without(members: Members, ...names: string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function firstNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `p${index + 1}`);
}

/** Two owners whom every case keeps, so that only what it is about can be objected to. */
const OWNERS = people(2, "owner", "owner");

function from(before: Members, after: Members, limits: Limits = {}, limitsBefore: Limits = {}): string[] {
  return violations({ members: before, ...limitsBefore }, { members: after, ...limits });
}

describe("removals", () => {
  test("of a quarter of forty people pass, and one more is stopped", () => {
    const before = people(40);
    expect(from(before, without(before, ...firstNames(10)))).toEqual([]);
    expect(from(before, without(before, ...firstNames(11)))).toHaveLength(1);
  });

  test("are listed one and all, with how many they are, the limit, and the setting that lets them through", () => {
    const before = people(40);
    const gone = firstNames(11);
    const [message = ""] = from(before, without(before, ...gone));
    expect(message).toContain(
      "11 of 40 people would be removed at once; maxRemovals allows 10 (25%, at least 5)",
    );
    for (const name of gone) expect(message).toContain(`${name}@example.com`);
    expect(message).not.toContain("p12@example.com");
    expect(message).toContain("set maxRemovals to 11 in the NotionGuard for this run. They are ");
    expect(message, "which does not let a guard's removals through").not.toContain("NOTION_MAX_REMOVALS");
  });

  test("are let through by the number that the message names, and by no smaller one", () => {
    const before = people(40);
    const after = without(before, ...firstNames(11));
    expect(from(before, after, { maxRemovals: 11 })).toEqual([]);
    expect(from(before, after, { maxRemovals: "11" })).toEqual([]);
    expect(from(before, after, { maxRemovals: "28%" })).toEqual([]);
    expect(from(before, after, { maxRemovals: 10 })).toHaveLength(1);
    expect(from(before, after, { maxRemovals: "27%" })).toHaveLength(1);
  });

  test.each([5, 6, 8, 19])("of five out of %i are never too many for a share", (total) => {
    const before = people(total);
    expect(from(before, without(before, ...firstNames(5)), { maxRemovals: "0%" })).toEqual([]);
    expect(from(before, without(before, ...firstNames(6)), { maxRemovals: "0%" })).toHaveLength(
      total > 5 ? 1 : 0,
    );
  });

  test("of one person are too many for the number 0, as a number and as a text", () => {
    const before = people(3);
    for (const maxRemovals of [0, "0"])
      expect(from(before, without(before, "p1"), { maxRemovals })).toEqual([
        "1 of 3 people would be removed at once; maxRemovals allows 0. " +
          "If this is meant, set maxRemovals to 1 in the NotionGuard for this run. They are p1@example.com.",
      ]);
  });

  test("are counted by the limit declared now, not by the one applied last", () => {
    const before = people(40);
    const after = without(before, ...firstNames(11));
    expect(from(before, after, {}, { maxRemovals: 40 })).toHaveLength(1);
    expect(from(before, after, { maxRemovals: 40 }, { maxRemovals: 0 })).toEqual([]);
  });

  test("are everybody when the list came back empty", () => {
    const [message = ""] = from(people(30), {});
    expect(message).toContain("30 of 30 people");
    for (const { userName } of Object.values(people(30))) expect(message).toContain(userName);
  });

  test("are not hidden by as many people who are new", () => {
    expect(from(people(30), people(30, undefined, "new"))[0]).toContain("30 of 30 people would be removed");
  });

  test("are not those whom taking the resource out leaves, and demotions are those whom it restricts", () => {
    const gone = (onRemove: "retain" | "restrict") =>
      Object.fromEntries(
        Object.entries(people(9, "member")).map(([name, person]) => [name, { ...person, onRemove }]),
      );
    expect(from({ ...OWNERS, ...gone("retain") }, OWNERS, { maxRemovals: 0, maxDemotions: 0 })).toEqual([]);
    const [why = "", ...others] = from({ ...OWNERS, ...gone("restrict") }, OWNERS, { maxRemovals: 0 });
    expect(why).toContain("9 of 11 people would be demoted at once");
    expect(others).toEqual([]);
  });

  test("are not a change of e-mail under the same name, for however many", () => {
    const before = people(30);
    const after = Object.fromEntries(
      Object.keys(before).map((name) => [name, { userName: `${name}@renamed.example.com` }]),
    );
    expect(from(before, after, { maxRemovals: 0 })).toEqual([]);
  });

  test.each(["constructor", "toString", "hasOwnProperty"])("are seen of somebody who is named %s", (name) => {
    const before = { [name]: { userName: "odd@example.com" }, ...people(1) };
    expect(from(before, people(1), { maxRemovals: 0 })[0]).toContain("odd@example.com");
  });
});

describe("demotions", () => {
  const managers = { ...OWNERS, ...people(38, "membership_admin") };
  const lowered = (count: number, role?: Role): Members => ({
    ...managers,
    ...Object.fromEntries(
      firstNames(count).map((name) => [name, { userName: `${name}@example.com`, ...(role && { role }) }]),
    ),
  });

  test("of a quarter pass, and one more is stopped with everyone's name and roles", () => {
    expect(from(managers, lowered(10, "member"))).toEqual([]);
    const [message = "", ...others] = from(managers, lowered(11, "member"));
    expect(others).toEqual([]);
    expect(message).toContain("11 of 40 people would be demoted at once; maxDemotions allows 10");
    for (const name of firstNames(11))
      expect(message).toContain(`${name}@example.com (membership_admin to member)`);
    expect(message).toContain("set maxDemotions to 11 in the NotionGuard for this run");
  });

  test("are let through by maxDemotions, never by maxRemovals, and the other way round", () => {
    const after = lowered(11, "restricted_member");
    expect(from(managers, after, { maxDemotions: 11 })).toEqual([]);
    expect(from(managers, after, { maxRemovals: 40 })).toHaveLength(1);
    const smaller = without(managers, ...firstNames(11));
    expect(from(managers, smaller, { maxDemotions: 40 })).toHaveLength(1);
  });

  test("are not promotions, of however many", () => {
    expect(from({ ...OWNERS, ...people(38, "member") }, lowered(0), { maxDemotions: 0 })).toEqual([]);
  });

  test("are those, too, whose role is not declared any more: taking it away restricts them", () => {
    const [message = ""] = from(managers, lowered(11));
    expect(message).toContain("11 of 40 people would be demoted at once");
    expect(message).toContain("p1@example.com (membership_admin to restricted_member)");
  });

  test("are not those whose role is left as it is when it is not declared any more", () => {
    const before = Object.fromEntries(
      Object.entries(managers).map(([name, person]) => [
        name,
        { ...person, onRoleRemove: "retain" as const },
      ]),
    );
    expect(from(before, lowered(38))).toEqual([]);
  });

  test("are not those who had no role declared, or the least already", () => {
    expect(from(people(20), people(20), { maxDemotions: 0 })).toEqual([]);
    expect(from(people(20, "restricted_member"), people(20), { maxDemotions: 0 })).toEqual([]);
  });

  test("to a role that is not known yet are not guessed", () => {
    const after = Object.fromEntries(
      Object.entries(managers).map(([name, { userName }]) => [name, { userName, role: UNKNOWN as Role }]),
    );
    expect(from(managers, after, { maxDemotions: 0 })).toEqual([]);
  });
});

describe("owners", () => {
  const staff = people(3, "member", "staff");

  test("of two, one must not go: the message names who would be left and the setting", () => {
    const before = { ...OWNERS, ...staff };
    expect(from(before, without(before, "owner1"))).toEqual([
      "The program declares 1 owner (owner2@example.com); minOwners asks for 2. " +
        "Declare another owner, or set minOwners to 1.",
    ]);
    expect(from(before, without(before, "owner1"), { minOwners: 1 })).toEqual([]);
  });

  test("may be those of a NotionWorkspace", () => {
    const [first, second] = ["olivia@example.com", "bertil@example.com"];
    const staff = people(3, "member");
    expect(violations(undefined, { members: { ...staff, ...people(1, "owner", "o") } })).toHaveLength(1);
    const members = { ...staff, ...people(1, "owner", "o") };
    expect(violations(undefined, { members, owners: [first] })).toEqual([]);
    const requiredOwners = [first, second];
    expect(violations(undefined, { members, owners: [first], requiredOwners })[0]).toContain(
      `requiredOwners names ${second}`,
    );
  });

  test("may be exactly as many as asked for", () => {
    expect(from({ ...people(3, "owner"), ...staff }, { ...people(2, "owner"), ...staff })).toEqual([]);
    expect(from(people(3, "owner"), people(3, "owner"), { minOwners: 3 })).toEqual([]);
    expect(from(people(3, "owner"), people(3, "owner"), { minOwners: 4 })).toHaveLength(1);
  });

  test("that are too few are stopped on a first run, too", () => {
    expect(violations(undefined, { members: { ...people(1, "owner"), ...staff } })[0]).toContain(
      "minOwners asks for 2",
    );
    expect(violations(undefined, { members: { ...OWNERS, ...staff } })).toEqual([]);
  });

  test("who are all taken out are stopped, though none is declared any more", () => {
    expect(from({ ...OWNERS, ...staff }, staff)[0]).toContain(
      "The program declares 0 owners; minOwners asks for 2",
    );
  });

  test("are nobody's business where the program never declared any", () => {
    expect(from(staff, without(staff, "staff1"))).toEqual([]);
    expect(violations(undefined, { members: staff })).toEqual([]);
  });

  test("may be among those whose role is not known yet", () => {
    const members = { ...people(1, "owner"), late: { userName: "late@example.com", role: UNKNOWN as Role } };
    expect(violations(undefined, { members })).toEqual([]);
  });
});

describe("required owners", () => {
  const requiredOwners = ["Owner1@Example.com", "boss@example.com"];

  test("who are not declared as owners are named, on a first run as well", () => {
    const message = "requiredOwners names boss@example.com, but the program does not declare them as owner.";
    expect(violations(undefined, { members: OWNERS, requiredOwners })).toEqual([message]);
    expect(from(OWNERS, OWNERS, { requiredOwners })).toEqual([message]);
  });

  test("who are declared with a lesser role are missing", () => {
    const members = { ...OWNERS, boss: { userName: "boss@example.com", role: "membership_admin" as const } };
    expect(violations(undefined, { members, requiredOwners })).toHaveLength(1);
  });

  test("are found whatever the case of the e-mail", () => {
    const members = { ...OWNERS, boss: { userName: "BOSS@example.com", role: "owner" as const } };
    expect(violations(undefined, { members, requiredOwners })).toEqual([]);
  });

  test("may be the one whose e-mail or role is not known yet", () => {
    const late = { userName: UNKNOWN, role: "owner" as const };
    expect(violations(undefined, { members: { ...OWNERS, late }, requiredOwners })).toEqual([]);
    const unclear = { userName: "boss@example.com", role: UNKNOWN as Role };
    expect(violations(undefined, { members: { ...OWNERS, unclear }, requiredOwners })).toEqual([]);
  });
});

describe("the token's owner", () => {
  const before = { ...people(3, "owner"), ...people(3, "member", "staff") };
  const tokenOwner = "P1@example.com";

  test("must not be removed: the message says whose token it is and what to do", () => {
    expect(from(before, without(before, "p1"), { tokenOwner })).toEqual([
      "P1@example.com owns the SCIM token in use (notion:tokenOwner): removing them would end it " +
        "in the middle of the run. Use a token of another owner first.",
    ]);
  });

  test.each(["membership_admin", "member", "restricted_member"] as const)("must not be made %s", (role) => {
    const after = { ...before, p1: { userName: "p1@example.com", role } };
    expect(from(before, after, { tokenOwner })[0]).toContain("demoting them would end it");
  });

  test("must not lose the role by not declaring it any more", () => {
    const after = { ...before, p1: { userName: "p1@example.com" } };
    expect(from(before, after, { tokenOwner })[0]).toContain("demoting them would end it");
  });

  test("may stay, get another e-mail, or be somebody whom the program never declared", () => {
    expect(from(before, before, { tokenOwner })).toEqual([]);
    const after = { ...before, p1: { userName: "new@example.com", role: "owner" as const } };
    expect(from(before, after, { tokenOwner })).toEqual([]);
    expect(from(before, without(before, "p2"), { tokenOwner: "else@example.com" })).toEqual([]);
  });
});

describe("while nobody said whose token the run uses", () => {
  const before = { ...people(3, "owner"), ...people(3, "member", "staff") };
  const untold = (after: Members, limits: Limits = {}) =>
    violations({ members: before }, { members: after, minOwners: 1, ...limits }, NOW, {
      ...RUN,
      tokenOwnerSaid: false,
    });

  test.each<[string, Members]>([
    ["removed", without(before, "p2", "p1")],
    [
      "demoted",
      { ...before, p1: { userName: "p1@example.com", role: "member" }, p2: { userName: "p2@example.com" } },
    ],
  ])("no owner is %s: they are named, with how to say whose it is", (_, after) => {
    const [why = "", ...others] = untold(after);
    expect(others).toEqual([]);
    expect(why).toContain("p1@example.com, p2@example.com would be demoted or removed: nobody said whose");
    expect(why).toContain("pulumi config set notion:tokenOwner");
  });

  test("others go as ever, and owners once the guard says it or the stack does", () => {
    expect(untold(without(before, "staff1"))).toEqual([]);
    expect(untold(without(before, "p2"), { tokenOwner: "p1@example.com" })).toEqual([]);
    const said = { ...RUN, tokenOwner: "p1@example.com" };
    expect(violations({ members: before }, { members: without(before, "p2") }, NOW, said)).toEqual([]);
    expect(violations({ members: before }, { members: without(before, "p1") }, NOW, said)[0]).toContain(
      "owns the SCIM token in use",
    );
  });
});

describe("the first run", () => {
  test("has nothing to compare with: any number of people passes", () => {
    expect(
      violations(undefined, { members: { ...OWNERS, ...people(500) }, maxRemovals: 0, maxDemotions: 0 }),
    ).toEqual([]);
  });

  test("of a program that declares nobody passes", () => {
    expect(violations(undefined, { members: {} })).toEqual([]);
  });
});

test("everything that speaks against a run is said at once", () => {
  const before = { ...OWNERS, ...people(10, "membership_admin") };
  const after = people(3, "member");
  const found = from(before, after, {
    maxRemovals: 0,
    maxDemotions: 0,
    requiredOwners: ["owner1@example.com"],
    tokenOwner: "owner2@example.com",
  });
  const settings = ["maxRemovals", "maxDemotions", "minOwners", "requiredOwners", "notion:tokenOwner"];
  expect(found).toHaveLength(settings.length);
  for (const [index, setting] of settings.entries()) expect(found[index]).toContain(setting);
});

describe("the guard as the engine sees it", () => {
  const inputs = { members: { ...OWNERS, ...people(10) }, __provider: "text" };

  test("fails the check with every objection and without a value to print", async () => {
    const { failures } = await guard.check(inputs, { ...inputs, members: OWNERS });
    expect(failures).toEqual([
      { property: "", reason: expect.stringContaining("10 of 12 people would be removed") },
    ]);
    for (const { userName } of Object.values(people(10))) expect(failures?.[0]?.reason).toContain(userName);
  });

  test("lets the moment of the write know how many it has let through, and nothing of what it stopped", async () => {
    // The tests of other files share this process.
    const before = registry.letThrough;
    onTestFinished(() => {
      registry.letThrough = before;
    });
    registry.letThrough = 0;
    await guard.check(inputs, { ...inputs, members: OWNERS });
    expect(registry.letThrough).toBe(0);
    await guard.check(inputs, { ...inputs, members: OWNERS, maxRemovals: 10 });
    expect(registry.letThrough).toBe(10);
  });

  test("compares nothing on a first run, where the engine has no old inputs", async () => {
    expect((await guard.check({}, inputs)).failures).toEqual([]);
  });

  test.each([
    ["maxRemovals", "a lot", "maxRemovals must be a whole number from 0 or a share"],
    ["maxDemotions", -1, "maxDemotions must be a whole number from 0 or a share"],
    ["minOwners", "two", "minOwners"],
    ["maxRemoval", 3, "maxRemoval"],
  ])("refuses %s: %j by name rather than leaving it out", async (key, value, text) => {
    const { failures } = await guard.check({}, { ...inputs, [key]: value });
    expect(failures?.map(({ reason }) => reason).join()).toContain(text);
  });

  test("refuses people with a role that there is not", () => {
    const members = { p1: { userName: "p1@example.com", role: "boss" } };
    expect(checkGuard({}, { members }).reasons.join()).toContain("members.p1.role");
  });

  test("lets values pass that are not known yet", async () => {
    const members = { ...OWNERS, late: { userName: UNKNOWN, role: UNKNOWN } };
    expect((await guard.check({}, { members })).failures).toEqual([]);
  });

  test("is a change when what is declared changes, and none when it does not", async () => {
    const { outs } = await guard.create({ ...inputs });
    expect(outs).toEqual(outputs({ members: inputs.members }));
    const kept = { ...outs, __provider: inputs.__provider };
    expect((await guard.diff("guard", kept, inputs)).changes).toBe(false);
    expect((await guard.diff("guard", kept, { ...inputs, maxRemovals: 6 })).changes).toBe(true);
    expect((await guard.update("guard", outs, { ...inputs, maxRemovals: 6 })).outs).not.toEqual(outs);
  });

  test("is left as it is by a refresh, and deleting it does nothing", async () => {
    expect(await guard.read("guard", { digest: "d" })).toEqual({ id: "guard", props: { digest: "d" } });
    expect(await guard.delete("guard", {})).toBeUndefined();
  });
});

describe("a role for a time", () => {
  const END = "2026-12-04T18:00:00Z";
  const AFTER = Date.parse(END);
  const kestrel = { userName: "kestrel@example.com", role: "owner", until: END, then: "member" } as const;
  const members = { ...OWNERS, kestrel };
  const { until: _, then: __, ...forever } = kestrel;

  test("ends without being counted, since it was declared before", () => {
    expect(violations({ members }, { members, maxDemotions: 0 }, AFTER)).toEqual([]);
  });

  test("that the same edit ends is counted as any other demotion", () => {
    const before = { members: { ...OWNERS, kestrel: forever } };
    expect(violations(before, { members, maxDemotions: 0 }, AFTER)[0]).toContain(
      "kestrel@example.com (owner to member)",
    );
    expect(violations(before, { members, maxDemotions: 0 }, AFTER - 1)[0]).toContain(
      "This declares that 1 of 3 people are demoted on 2026-12-04; maxDemotions allows 0",
    );
    expect(violations(before, { members }, AFTER - 1)).toEqual([]);
  });

  test("does not count for minOwners, which is refused when it is declared", () => {
    const { owner1 } = OWNERS;
    const few = { ...(owner1 && { owner1 }), kestrel };
    for (const now of [NOW, AFTER]) {
      expect(violations(undefined, { members: few }, now)).toEqual([
        "The program declares 1 owner without an end (owner1@example.com); minOwners asks for 2. Declare another owner, or set minOwners to 1.",
      ]);
    }
  });

  test("of the token's owner is refused when it is declared", () => {
    expect(violations(undefined, { members, tokenOwner: "Kestrel@example.com" })[0]).toContain(
      "declared with an expiration",
    );
  });

  test("that a beginning takes away counts no more than one that an end takes away", () => {
    const from = "2026-12-04T18:00:00Z";
    const until = { userName: "kim@example.com", role: "member", from, then: "owner" } as const;
    const { owner1 } = OWNERS;
    for (const now of [NOW, AFTER]) {
      expect(violations(undefined, { members: { ...(owner1 && { owner1 }), kim: until } }, now)[0]).toContain(
        "The program declares 1 owner without an end (owner1@example.com)",
      );
    }
    const tokenOwner = "kim@example.com";
    expect(violations(undefined, { members: { ...OWNERS, kim: until }, tokenOwner })[0]).toContain(
      "declared with an expiration",
    );
  });

  test("that has begun for good counts", () => {
    const since = { userName: "kim@example.com", role: "owner", from: "2026-11-01", then: "member" } as const;
    const { owner1 } = OWNERS;
    const members = { ...(owner1 && { owner1 }), kim: since };
    expect(violations(undefined, { members, tokenOwner: "kim@example.com" })).toEqual([]);
  });

  test("of the token's owner that was declared before stops nobody else", () => {
    const tokenOwner = "kestrel@example.com";
    for (const now of [NOW, AFTER]) expect(violations({ members }, { members, tokenOwner }, now)).toEqual([]);
  });

  test.each([
    ["ends", { role: "membership_admin", until: "2026-12-31", then: "member" }],
    ["begins", { role: "member", from: "2027-01-01", then: "membership_admin" }],
  ] as const)(
    "that %s on one day for many is judged when it is declared, since nothing counts it later",
    (_, time) => {
      const timed = Object.fromEntries(
        Object.entries(people(6)).map(([name, person]) => [name, { ...person, ...time }]),
      );
      const before = { ...OWNERS, ...people(6, "membership_admin") };
      const [why = "", ...others] = from(before, { ...OWNERS, ...timed });
      expect(others).toEqual([]);
      expect(why).toContain("6 of 8 people are demoted on 2026-12-31; maxDemotions allows 5");
      expect(why).toContain("p1@example.com, p2@example.com");
      expect(from(before, { ...OWNERS, ...timed }, { maxDemotions: 6 })).toEqual([]);
      // Declared before, and then the day comes.
      const declared = { members: { ...OWNERS, ...timed } };
      for (const now of [NOW, Date.parse("2027-01-02")])
        expect(violations(declared, declared, now)).toEqual([]);
    },
  );

  test("that says no role for afterwards is refused", () => {
    const { then: _, ...unsaid } = kestrel;
    expect(violations(undefined, { members: { ...OWNERS, kestrel: unsaid } })).toEqual([
      "kestrel@example.com: say in then which role they have outside of that time",
    ]);
  });
});
