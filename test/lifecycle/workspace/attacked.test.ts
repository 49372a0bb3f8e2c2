import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../../provider/model/instant";
import { UNKNOWN } from "../../../provider/model/unknown";
import type { Properties } from "../../../provider/state/properties";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, type Resource, Stack, user, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;
const owners: People = { "o1@example.com": { role: "owner" }, "o2@example.com": { role: "owner" } };
const live = (key: string) => simulator.workspace.member(key);
const idOf = (email: string) => live(email)?.id ?? "nobody";
const W = (people: People, settings = {}, name = "acme") => [
  workspace(name, { ...owners, ...people }, settings),
];
const SEEDED = ["member.001@example.com", "member.002@example.com", "member.003@example.com"];
const DECIDES = { undeclared: "remove" as const, except: SEEDED };
const ADA = "ada@example.com";
const NEW = "ada.new@example.com";
const handOver: People = { [NEW]: { role: "owner" }, [ADA]: { role: "restricted_member" } };

const role = (name: string, userId: string, held: string): Resource => ({
  kind: "role",
  name,
  inputs: { userId, role: held },
});

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

describe("what an attacker of identity tried:", () => {
  test("from a NotionUser to a row with their id and a new address: nobody is removed", async () => {
    await stack.up([...user("ada", ADA), ...W({})]);
    const id = idOf(ADA);
    const { errors } = await stack.up(W({ [NEW]: { id } }));
    expect(errors).toEqual([]);
    expect(live(id)).toBeDefined();
  });

  test("nor does the role assignment that goes with it demote whom a row by id declares as owner", async () => {
    await stack.up([...user("ada", ADA, "owner"), ...W({})]);
    const id = idOf(ADA);
    // Another NotionUser tells of the accounts that others name by id, so that the membership stays (see A).
    await stack.up([...user("bea", "bea@example.com"), ...W({ [NEW]: { id, role: "owner" } })]);
    expect(live(id)).toMatchObject({ role: "owner" });
  });

  test.each([false, true])(
    "an e-mail that was changed in Notion, declared beside a newcomer with the old one, costs nobody a role (refresh: %s)",
    async (refresh) => {
      await stack.up(W({ [ADA]: { role: "owner" } }));
      const id = idOf(ADA);
      simulator.workspace.edit(ADA, { userName: NEW });
      await stack.up(W(handOver), { refresh });
      await stack.up(W(handOver), { refresh });
      expect(live(id)).toMatchObject({ role: "owner", userName: NEW });
    },
  );

  test("the state of last week, and the file of today without its formerUserName: the owner stays owner", async () => {
    await stack.up(W({ [ADA]: { role: "owner" } }));
    const id = idOf(ADA);
    const lastWeek = structuredClone(stack.state);
    await stack.up(W({ ...handOver, [NEW]: { role: "owner", formerUserName: ADA } }));
    stack.state.clear();
    for (const [urn, entry] of lastWeek) stack.state.set(urn, entry);
    await stack.up(W(handOver));
    expect(live(id)).toMatchObject({ role: "owner", userName: NEW });
  });

  test("whoever is declared by a further address of theirs is nobody's stranger", async () => {
    await stack.up(W({}, DECIDES));
    const emails = [ADA, "ada.alias@example.com"].map((value, index) => ({ value, primary: index === 0 }));
    simulator.workspace.add({ userName: ADA, role: "member", emails });
    const id = idOf(ADA);
    await stack.refresh();
    await stack.up(W({ "ada.alias@example.com": { role: "member" } }, DECIDES));
    expect(live(id)).toBeDefined();
  });

  test("a copied row with the formerUserName that another row has carried out takes nobody's account", async () => {
    await stack.up(W({ [ADA]: { role: "owner" } }));
    const rows: People = { [NEW]: { role: "owner", formerUserName: ADA }, [ADA]: { role: "member" } };
    await stack.up(W(rows));
    const newcomer = idOf(ADA);
    await stack.up(W({ ...rows, "zoe@example.com": { role: "owner", formerUserName: ADA } }));
    expect(live(newcomer)).toMatchObject({ userName: ADA, role: "member" });
  });

  test("an id pasted into a new row does not take the account of a row that is declared still", async () => {
    await stack.up(W({ [ADA]: { role: "owner" } }));
    const id = idOf(ADA);
    const { errors } = await stack.up(
      W({ [ADA]: { role: "owner" }, "bob@example.com": { role: "member", id } }),
    );
    expect(errors.join()).toContain(
      `The row of bob@example.com has id ${id}, which is the account of ${ADA}`,
    );
    expect(live(id)).toMatchObject({ userName: ADA, role: "owner" });
  });

  test("an e-mail change that Notion ignored: when the holder's row goes, the newcomer's row does not become them", async () => {
    await stack.up(W({ "ada@example.org": { role: "owner" } }));
    const id = idOf("ada@example.org");
    const newcomer: People = { "ada@example.org": { role: "restricted_member" } };
    await stack.up(
      W({ ...newcomer, "ada.new@example.org": { role: "owner", formerUserName: "ada@example.org" } }),
    );
    for (const refresh of [false, true]) {
      const { errors } = await stack.up(W(newcomer), { refresh });
      expect(errors.join()).toContain("ada.new@example.org is no longer declared");
      expect(live(id)).toMatchObject({ role: "owner" });
    }
    // As the refusal says: the holder leaves in a run of their own.
    expect((await stack.up(W({}))).errors).toEqual([]);
    expect(live(id)).toBeUndefined();
    expect((await stack.up(W(newcomer))).errors).toEqual([]);
    expect(live("ada@example.org")).toMatchObject({ role: "restricted_member" });
  });

  test.each([false, true])(
    "nor do they stay when their time is over: they leave first, and the newcomer waits (refresh: %s)",
    async (refresh) => {
      const now = Date.UTC(2026, 10, 1);
      await stack.up(W({ "ada@example.org": { role: "member" } }), { now });
      const id = idOf("ada@example.org");
      const program = W({
        "ada.new@example.org": { role: "member", formerUserName: "ada@example.org", until: "2026-11-05" },
        "ada@example.org": { role: "restricted_member", from: "2026-11-06" },
      });
      await stack.up(program, { now });
      const { errors } = await stack.up(program, { now: now + 7 * DAY_MS, refresh });
      expect(errors).toEqual([expect.stringContaining("ada@example.org does not join yet")]);
      expect(errors.join()).not.toContain("formerUserName");
      expect(live(id)).toBeUndefined();
    },
  );

  test("two whose e-mails somebody exchanged in Notion are told what to do: the advice works", async () => {
    const [a, b] = ["a@example.com", "b@example.com"];
    const rows: People = { [a]: { role: "member" }, [b]: { role: "member" } };
    await stack.up(W(rows));
    const ids = [idOf(a), idOf(b)] as const;
    simulator.workspace.edit(ids[0], { userName: "t@example.com" });
    simulator.workspace.edit(ids[1], { userName: a });
    simulator.workspace.edit(ids[0], { userName: b });
    simulator.requests.clear();
    const { errors } = await stack.up(W(rows), { refresh: true });
    expect(errors).toEqual([expect.stringContaining(`In Notion, give ${a} another e-mail that nobody has`)]);
    expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
    simulator.workspace.edit(ids[0], { userName: "free@example.com" });
    expect((await stack.up(W(rows), { refresh: true })).errors).toEqual([]);
    expect(ids.map((id) => live(id)?.userName)).toEqual([a, b]);
  });

  test("the e-mail of an account that is gone, whose row has its id, brings a newcomer nobody's account", async () => {
    await stack.up(W({ [ADA]: { role: "member" } }));
    const id = idOf(ADA);
    simulator.workspace.remove(ADA);
    const rows: People = { [NEW]: { role: "member", id }, [ADA]: { role: "owner" } };
    const { errors } = await stack.up(W(rows), { refresh: true });
    expect(errors.join()).toContain(`${ADA} is not invited: the account ${id} had this e-mail and is gone`);
    expect(live(ADA)).toBeUndefined();
    // As it says: with the id that they have since.
    const again = { ...rows, [NEW]: { role: "member", id: idOf(NEW) } } as People;
    expect((await stack.up(W(again))).errors).toEqual([]);
    expect(live(ADA)).toMatchObject({ role: "owner" });
    expect(live(NEW)).toMatchObject({ role: "member" });
  });

  test("a promotion whose answer was lost, and the row set back: a plain up does not say that nothing is to change", async () => {
    await stack.up(W({ "x@example.com": { role: "member" } }));
    simulator.faults.add({ name: "drop_after", method: "PATCH", times: "always" });
    await stack.up(W({ "x@example.com": { role: "membership_admin" } }));
    simulator.faults.clear();
    await stack.up(W({ "x@example.com": { role: "member" } }));
    expect(live("x@example.com")).toMatchObject({ role: "member" });
  });

  test("whoever left and whose address is a further one of another member by now can be taken out", async () => {
    await stack.up(W({ [ADA]: { role: "member" }, "x@example.com": { role: "member" } }));
    simulator.workspace.forget("x@example.com");
    const emails = [ADA, "x@example.com"].map((value, index) => ({ value, primary: index === 0 }));
    simulator.workspace.edit(ADA, { emails });
    const { lines, errors } = await stack.up(W({ [ADA]: { role: "member" } }));
    expect(errors).toEqual([]);
    expect(lines).toContain("x@example.com was gone already.");
  });

  test("whoever is declared by a further address of another member stops nobody else, in a first run either", async () => {
    const emails = [ADA, "x@example.com"].map((value, index) => ({ value, primary: index === 0 }));
    simulator.workspace.add({ userName: ADA, role: "member", emails });
    // So few that they are looked up one by one.
    const { errors } = await stack.up([workspace("acme", { "x@example.com": {}, "zoe@example.com": {} })]);
    expect(errors).toHaveLength(1);
    expect(errors.join()).toContain(`secondary address of the member ${ADA}`);
    expect(live("zoe@example.com")).toBeDefined();
  });

  test("a preview does not say adopted of an account that up refuses since the row has another id", async () => {
    await stack.up(W({ [ADA]: { role: "owner" } }));
    const id = idOf(ADA);
    await stack.up(W({ [ADA]: { role: "owner", id } }));
    simulator.workspace.forget(ADA);
    simulator.workspace.add({ userName: ADA, role: "owner" });
    const { words, errors } = await stack.preview(W({ [ADA]: { role: "owner", id } }), { refresh: true });
    expect([...words, ...errors].join("\n")).not.toMatch(/ada@example\.com.*: adopted/);
    expect(words[0]).toContain(`! The row of ${ADA} has id ${id}, but no member has that id`);
    // Only that person is held back.
    const both = W({ [ADA]: { role: "owner", id }, "zoe@example.com": {} });
    expect((await stack.up(both, { refresh: true })).errors.join()).toContain(
      `write ${idOf(ADA)} as their id`,
    );
    expect(live("zoe@example.com")).toBeDefined();
    expect(
      (await stack.up(W({ [ADA]: { role: "owner", id: idOf(ADA) }, "zoe@example.com": {} }))).errors,
    ).toEqual([]);
  });

  test.each(["ignored_change", "forbidden"] as const)(
    "a member who is inactive and cannot be made active (%s) is adopted, and no later run fails",
    async (name) => {
      simulator.workspace.add({ userName: "x@example.com", role: "member", active: false });
      simulator.faults.add({ name, method: "PATCH", times: "always" });
      const { lines, errors } = await stack.up(W({ "x@example.com": { role: "member" } }));
      expect(errors).toEqual([]);
      expect(lines.join("\n")).toContain(
        "x@example.com is a member already, and Notion shows the account as inactive",
      );
      for (const refresh of [true, false])
        expect((await stack.up(W({ "x@example.com": { role: "member" } }), { refresh })).errors).toEqual([]);
    },
  );

  test("somebody who was deactivated and cannot be made active again: the advice is about that", async () => {
    await stack.up(W({ "x@example.com": { role: "member" } }));
    simulator.workspace.edit("x@example.com", { active: false });
    simulator.faults.add({ name: "ignored_change", times: "always" });
    const { errors } = await stack.up(W({ "x@example.com": { role: "member" } }), { refresh: true });
    expect(errors.join()).toContain(
      "Notion accepted to make x@example.com active, and the account is still inactive. Activate it",
    );
    expect(errors.join()).not.toContain("remove the attribute");
  });

  test.each<[string, string, () => unknown]>([
    [
      "the role",
      "~ x@example.com: restricted_member → member",
      () => simulator.workspace.edit("x@example.com", { role: "restricted_member" }),
    ],
    [
      "the membership",
      "+ x@example.com joins as member again",
      () => simulator.workspace.remove("x@example.com"),
    ],
    [
      "the e-mail",
      '~ x@example.com: e-mail "y@example.com"',
      () => simulator.workspace.edit("x@example.com", { userName: "y@example.com" }),
    ],
    [
      "being active",
      "~ x@example.com: deactivated → active",
      () => simulator.workspace.edit("x@example.com", { active: false }),
    ],
  ])(
    "something else that undoes %s run after run is named from the second time on, and not of anything else",
    async (what, line, undo) => {
      await stack.up(W({ "x@example.com": { role: "member", title: "Lead" } }));
      for (const times of [1, 2, 3]) {
        undo();
        const told = await stack.up(W({ "x@example.com": { role: "member", title: "Lead" } }), {
          refresh: true,
        });
        expect(told.errors).toEqual([]);
        expect(told.words[0]).toContain(line);
        expect(told.words[0]?.includes("something else writes it")).toBe(times > 1);
      }
      simulator.workspace.edit("x@example.com", { title: "Boss" });
      const { words } = await stack.up(W({ "x@example.com": { role: "member", title: "Lead" } }), {
        refresh: true,
      });
      expect(words[0]).toBe('~ x@example.com: title "Boss" → "Lead" (changed in Notion)');
      undo();
      const quiet = await stack.up(W({ "x@example.com": { role: "member", title: "Lead" } }), {
        refresh: true,
      });
      // It was left alone for a run. Another stack that removes people leaves them for one run: that counts on.
      expect(quiet.words[0]?.includes("something else writes it")).toBe(what === "the membership");
    },
  );

  test("an unmanaged member who is excepted by a further address of theirs is not removed", async () => {
    const settings = { ...DECIDES, except: [...SEEDED, "ada.alias@example.org"] };
    await stack.up(W({}, settings));
    const emails = [ADA, "ada.alias@example.org"].map((value, index) => ({ value, primary: index === 0 }));
    simulator.workspace.add({ userName: ADA, role: "member", emails });
    await stack.refresh();
    const { lines, errors } = await stack.up(W({}, settings));
    expect(errors).toEqual([]);
    expect(lines).toContain(
      `${ADA} stays: the program excepts ada.alias@example.org, which is a further address of theirs.`,
    );
    expect(live(ADA)).toBeDefined();
  });

  test("the token's owner who is named by a further address of theirs is not demoted", async () => {
    await stack.up(W({ [ADA]: { role: "owner" } }));
    const emails = [ADA, "ada.alias@example.org"].map((value, index) => ({ value, primary: index === 0 }));
    simulator.workspace.edit(ADA, { emails });
    const config = { "notion:tokenOwner": "Ada.Alias@example.org" };
    const { errors } = await stack.up(W({ [ADA]: { role: "member" } }), {
      config,
      env: { NOTION_TOKEN_OWNER: "" },
    });
    expect(errors.join()).toContain("they own the SCIM token in use");
    expect(live(ADA)).toMatchObject({ role: "owner" });
  });

  test("the token's owner stays owner under the e-mail that this program gave them, in that run and later", async () => {
    const settings = { config: { "notion:tokenOwner": ADA }, env: { NOTION_TOKEN_OWNER: "" } };
    await stack.up(W({ [ADA]: { role: "owner" } }), settings);
    const id = idOf(ADA);
    const renamed = (role: "owner" | "member"): People => ({ [NEW]: { role, formerUserName: ADA } });
    for (const people of [renamed("member"), renamed("owner"), renamed("member"), {}]) {
      const { errors } = await stack.up(W(people), settings);
      if (people[NEW]?.role !== "owner") expect(errors.join()).toContain("owns the SCIM token in use");
      expect(live(id)).toMatchObject({ role: "owner" });
    }
    // Another owner who has that e-mail by now is the one who was said.
    const both: People = { ...renamed("owner"), [ADA]: { role: "owner" } };
    expect((await stack.up(W(both), settings)).errors).toEqual([]);
    expect((await stack.up(W({ [ADA]: { role: "owner" } }), settings)).errors).toEqual([]);
    expect(live(id)).toBeUndefined();
  });

  test("an e-mail change whose answer was lost, and formerUserName taken out: the newcomer's row does not demote the owner", async () => {
    await stack.up(W({ [ADA]: { role: "owner" } }));
    const id = idOf(ADA);
    simulator.faults.add({ name: "drop_after", method: "PATCH", times: "always" });
    await stack.up(W({ [NEW]: { role: "owner", formerUserName: ADA } }));
    simulator.faults.clear();
    const { errors } = await stack.up(W(handOver));
    expect(errors.join()).toContain(`${ADA} may be ${NEW} in Notion now. The program declares both`);
    expect(live(id)).toMatchObject({ role: "owner", userName: NEW });
    // As it says.
    await stack.up(W({ ...handOver, [NEW]: { role: "owner", formerUserName: ADA } }));
    await stack.up(W({ ...handOver, [NEW]: { role: "owner", formerUserName: ADA } }), { refresh: true });
    expect(live(id)).toMatchObject({ role: "owner", userName: NEW });
    expect(live(ADA)).toMatchObject({ role: "restricted_member" });
  });

  test("a formerUserName that was carried out for somebody who is gone does not remove who is renamed by the same words", async () => {
    const rows: People = { [NEW]: { role: "member", formerUserName: ADA } };
    await stack.up(W({ [ADA]: { role: "member" } }));
    await stack.up(W(rows));
    await stack.up(W({ ...rows, [ADA]: { role: "member" } }));
    const second = idOf(ADA);
    simulator.workspace.forget(NEW);
    await stack.refresh();
    const { errors } = await stack.up(W(rows));
    expect(errors.join()).toContain(`${ADA} is another account now (id ${second})`);
    expect(live(second)).toMatchObject({ userName: ADA });
    // As it says: by the id they are renamed.
    expect((await stack.up(W({ [NEW]: { role: "member", id: second } }))).errors).toEqual([]);
    expect(live(second)).toMatchObject({ userName: NEW });
  });

  test("whose row becomes an exception stays, and is said to be managed no more; beside an older exception a row's end is its end", async () => {
    const bot: People = { [ADA]: { role: "member" } };
    const excepts = { ...DECIDES, except: [...SEEDED, "*@example.com"] };
    await stack.up(W(bot, DECIDES));
    const { words } = await stack.up(W({}, excepts));
    expect(words.join()).toContain(`- ${ADA} is no longer managed and stays member`);
    expect(live(ADA)).toMatchObject({ role: "member" });
    await stack.up(W(bot, excepts));
    expect((await stack.up(W({}, excepts))).errors).toEqual([]);
    expect(live(ADA)).toBeUndefined();
  });

  test("protect: false and an end in one edit that runs after the end stops nobody else's end", async () => {
    const now = Date.UTC(2026, 10, 1);
    const until = "2026-11-04";
    const kim: People = { "kim@example.com": { role: "member", until } };
    await stack.up(W({ ...kim, [ADA]: { role: "member", protect: true } }), { now });
    const rows: People = { ...kim, [ADA]: { role: "member", protect: false, until } };
    expect((await stack.up(W(rows), { now: now + 5 * DAY_MS })).errors).toEqual([]);
    expect([live("kim@example.com"), live(ADA)]).toEqual([undefined, undefined]);
  });

  test("two stacks that remove each other's people are told that something else writes them", async () => {
    const other = new Stack(simulator);
    const words: string[] = [];
    for (let run = 0; run < 5; run += 1) {
      for (const [each, email] of [
        [stack, ADA],
        [other, "bea@example.com"],
      ] as const)
        words.push(...(await each.up(W({ [email]: { role: "member" } }, DECIDES), { refresh: true })).words);
    }
    expect(words.join("\n")).toContain(
      "joins as member again (was removed in Notion again after it was set back: something else writes it",
    );
  });

  test("pages that never stop moving make nobody gone, and nobody is removed by them", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 110 }, (_, n) => [`p${n}@example.com`, { role: "member" }]),
    ) as People;
    const program = W(many, { ...DECIDES, limits: { maxAdditions: 200 } });
    expect((await stack.up(program)).errors).toEqual([]);
    simulator.faults.add({ name: "moved_page", method: "GET", times: "always" });
    simulator.requests.clear();
    for (const refresh of [true, true, false]) {
      const { words, errors } = await stack.up(program, { refresh });
      expect(errors).toEqual([]);
      expect(words.join()).toContain("112 people declared: nothing to change");
    }
    expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("a newcomer who gets the e-mail of somebody of another resource", () => {
  const said = { formerUserName: ADA };
  const holders: [string, Resource[], Resource[]][] = [
    [
      "a workspace",
      W({ [ADA]: { role: "membership_admin" } }),
      W({ [NEW]: { role: "membership_admin", ...said } }),
    ],
    ["a NotionUser", user("ada", ADA, "membership_admin"), user("ada", NEW, "membership_admin", said)],
  ];
  const newcomers: [string, Resource[]][] = [
    ["a workspace", [workspace("b", { [ADA]: { role: "restricted_member" } })]],
    ["a NotionUser", user("b", ADA, "restricted_member")],
  ];
  const all = holders.flatMap(([of, before, after]) =>
    newcomers.map(([to, program]): [string, string, Resource[], Resource[], Resource[]] => [
      of,
      to,
      before,
      after,
      program,
    ]),
  );

  test.each(all)(
    "of %s, in %s and by a target alone, does not become that person",
    async (_, __, before, after, b) => {
      await stack.up(before);
      const id = idOf(ADA);
      for (const target of [["b"], ["b"]]) {
        const { errors } = await stack.up([...b, ...after], { target });
        expect(errors.join()).toContain(`${ADA} is the address of a member that another resource`);
      }
      expect(live(id)).toMatchObject({ role: "membership_admin", userName: ADA });
    },
  );

  test.each(all)(
    "of %s, in %s that runs first, has an account of their own after the next run",
    async (_, __, before, after, b) => {
      await stack.up(before);
      const id = idOf(ADA);
      await stack.up([...b, ...after], { oneByOne: true });
      expect(live(id)).toMatchObject({ role: "membership_admin" });
      await stack.up([...after, ...b], { oneByOne: true });
      await stack.up([...after, ...b], { oneByOne: true });
      expect(live(id)).toMatchObject({ role: "membership_admin", userName: NEW });
      expect(live(ADA)).toMatchObject({ role: "restricted_member" });
    },
  );

  test("by an id is said by formerUserName beside it; without it nobody is renamed", async () => {
    await stack.up(W({ [ADA]: { role: "membership_admin" } }));
    const id = idOf(ADA);
    const b = (more: object) => [workspace("b", { [NEW]: { role: "membership_admin", id, ...more } })];
    const u = (more: object) => user("ada", NEW, undefined, { userId: id, ...more });
    stack.state.clear();
    for (const program of [
      [...u({}), ...W({ [ADA]: {} })],
      [...b({}), ...W({ [ADA]: {} })],
    ]) {
      const { errors } = await stack.up(program, { oneByOne: true });
      expect(errors.join()).toContain(
        `has the e-mail ${ADA}, which another resource of this program declares`,
      );
      expect(live(id)?.userName).toBe(ADA);
    }
    await stack.up([...u(said), ...W({ [ADA]: {} })], { oneByOne: true });
    expect((await stack.up([...u(said), ...W({ [ADA]: {} })], { oneByOne: true })).errors).toEqual([]);
    expect(live(id)?.userName).toBe(NEW);
    expect(idOf(ADA)).not.toBe(id);
  });
});

describe("whoever moves while Notion has another e-mail of theirs", () => {
  const HAND = "ada.hand@example.com";
  const ways: [string, () => Resource[]][] = [
    ["to another workspace", () => [...W({}), workspace("b", { [ADA]: { role: "membership_admin" } })]],
    ["to the same one under another name", () => W({ [ADA]: { role: "membership_admin" } }, {}, "renamed")],
    ["to a NotionUser", () => [...W({}), ...user("ada", ADA, "membership_admin")]],
  ];
  const start = async () => {
    await stack.up(W({ [ADA]: { role: "membership_admin" } }));
    const id = idOf(ADA);
    simulator.workspace.edit(ADA, { userName: HAND });
    return id;
  };

  test.each(ways)("%s keeps their account, once a refresh has found it", async (_, program) => {
    const id = await start();
    const { errors, lines, words } = await stack.up(program(), { refresh: true });
    expect(errors).toEqual([]);
    expect([...lines, ...words].join("\n")).toContain(HAND);
    expect((await stack.up(program())).errors).toEqual([]);
    expect((await stack.up(program())).errors).toEqual([]);
    expect(live(id)).toMatchObject({ userName: ADA, role: "membership_admin" });
    expect(live(HAND)).toBeUndefined();
  });

  test.each(ways)("%s first, so that a second account is there, is told in every run", async (_, program) => {
    const id = await start();
    for (const options of [{}, {}, { refresh: true }]) {
      const { errors } = await stack.up([...program()].reverse(), { ...options, oneByOne: true });
      expect(errors.join("\n")).toContain(
        `This NotionWorkspace had the account ${id} as ${ADA}, and it is ${HAND} in Notion now.`,
      );
    }
    expect(live(id)).toMatchObject({ role: "membership_admin" });
    // The advice works: the one who is declared goes on, and the other one is removed in Notion.
    simulator.workspace.remove(id);
    expect((await stack.up([...program()].reverse())).errors).toEqual([]);
  });
});

describe("whoever moves to another workspace that never has them", () => {
  const b = (people: People) => workspace("b", { "x@example.com": {}, ...people });
  const moved = [...W({}), b({ [ADA]: { role: "membership_admin" } })];
  const start = () => stack.up([...W({ [ADA]: { role: "membership_admin" } }), b({})]);

  test.each<[string, object]>([
    ["as it was not in the run", { target: ["acme"] }],
    ["as it may not adopt them", { config: { "notion:adopt": "false" } }],
  ])("%s, and is taken out there, is named in every run", async (_, options) => {
    await start();
    await stack.up(moved, options);
    expect((await stack.preview(moved)).words.join()).not.toContain("looked up");
    for (const refresh of [false, true, false]) {
      const { words, lines } = await stack.up([...W({}), b({})], { refresh });
      expect(words.join("\n")).toContain(`~ ${ADA}: looked up, since another resource was to have them`);
      expect(lines.join("\n")).toContain(`${ADA} is in the workspace as membership_admin`);
    }
    // The advice works.
    expect((await stack.up([...W({ [ADA]: { role: "membership_admin" } }), b({})])).errors).toEqual([]);
    expect((await stack.up([...W({}), b({})])).errors).toEqual([]);
    expect(live(ADA)).toBeUndefined();
    expect((await stack.up([...W({}), b({})])).words.join()).not.toContain("looked up");
  });

  test("is of no note once that one has them, and leaves as that one says", async () => {
    await start();
    await stack.up(moved, { oneByOne: true });
    await stack.up(moved, { refresh: true });
    await stack.up([...W({}), b({ [ADA]: { role: "membership_admin", onRemove: "restrict" } })]);
    const { words, lines, errors } = await stack.up([...W({}), b({})]);
    expect(errors).toEqual([]);
    expect([...words, ...lines].join()).not.toContain("looked up");
    expect(live(ADA)).toMatchObject({ role: "restricted_member" });
  });
});

describe("an unmanaged member who was named, and is given a role assignment behind the workspace", () => {
  const start = async () => {
    await stack.up(W({}, DECIDES));
    simulator.workspace.add({ userName: "s@example.com", role: "member" });
    await stack.refresh();
    return idOf("s@example.com");
  };

  test("is not removed", async () => {
    const id = await start();
    await stack.up([...W({}, DECIDES), role("s", id, "membership_admin")], { oneByOne: true });
    expect(live(id)).toMatchObject({ role: "membership_admin" });
  });

  test("is not removed where the id is not known yet: no unmanaged member is, and a line says why", async () => {
    const id = await start();
    const program = [...W({}, DECIDES), role("s", "5a1e7c9a-9f4b-4e07-8a6e-3b0a4f1c2d3e", "member")];
    const { words } = await stack.preview(program);
    expect(words.join("\n")).toContain("s@example.com is not declared and leaves");
    const told = await stack.preview([...W({}, DECIDES), role("s", UNKNOWN, "member")]);
    expect(told.words.join("\n")).not.toContain("s@example.com is not declared and leaves");
    expect(told.words.join("\n")).toContain("1 unmanaged member stays in this run");
    expect(live(id)).toBeDefined();
  });
});

describe("two resources with one account are refused, and both named:", () => {
  test.each<[string, (bob: Resource[]) => Resource[]]>([
    ["the NotionUser first", (bob) => [...bob, ...W({ [ADA]: { role: "owner" } })]],
    ["the workspace first", (bob) => [...W({ [ADA]: { role: "owner" } }), ...bob]],
  ])("a NotionUser with the userId of somebody whom a row declares, %s", async (_, order) => {
    await stack.up(W({ [ADA]: { role: "owner" } }));
    const userId = idOf(ADA);
    const program = order(user("bob", "bob@example.com", "restricted_member", { userId }));
    for (const options of [{}, { refresh: true }, { preview: false }, {}]) {
      const { errors } = await stack.up(program, options);
      expect(errors.join("\n")).toContain(ADA);
      expect(errors.join("\n")).toContain("bob@example.com");
      expect(live(userId)).toMatchObject({ userName: ADA, role: "owner" });
    }
  });

  test.each([true, false])(
    "where a targeted run could not know, every later one does (refresh: %s)",
    async (refresh) => {
      await stack.up(W({ [ADA]: { role: "membership_admin" } }));
      const id = idOf(ADA);
      simulator.workspace.edit(ADA, { userName: NEW });
      const bob = user("bob", NEW, "restricted_member");
      await stack.up([...bob, ...W({ [ADA]: { role: "membership_admin" } })], { target: ["bob"] });
      for (const program of [
        [...bob, ...W({ [ADA]: { role: "membership_admin" } })],
        [...W({ [ADA]: { role: "membership_admin" } }), ...bob],
      ]) {
        const { errors } = await stack.up(program, { refresh });
        expect(errors.join()).toContain(`Two resources of this program have the account ${id}`);
      }
      // The advice works: the other one is taken out, and the person stays as they are.
      expect((await stack.up(W({ [ADA]: { role: "membership_admin" } }))).errors).toEqual([]);
      await stack.up(W({ [ADA]: { role: "membership_admin" } }), { refresh: true });
      expect(live(id)).toMatchObject({ userName: ADA, role: "membership_admin" });
    },
  );
});

describe("a transformation between the program and the engine", () => {
  const both = () => [...W({ [ADA]: { role: "member" } }), workspace("b", { [NEW]: { role: "member" } })];
  const people = (change: (people: People) => People) => (name: string, inputs: Properties) =>
    name === "acme" ? { ...inputs, people: change(inputs.people as People) } : inputs;

  test("that takes somebody out is refused where others were told of them: they would be nobody's", async () => {
    await stack.up(both());
    const { errors } = await stack.up(both(), {
      transform: people(({ [ADA]: _, ...rest }) => rest),
    });
    expect(errors.join()).toContain(`The program declares ${ADA} in this NotionWorkspace`);
    expect(live(ADA)).toBeDefined();
  });

  test("that puts somebody in whom another resource declares is refused", async () => {
    const { errors } = await stack.up(both(), {
      transform: people((rest) => ({ ...rest, [NEW]: { role: "owner" } })),
    });
    expect(errors.join()).toContain(`adds ${NEW} to this NotionWorkspace`);
  });

  test("that changes a role, or stands in a program with one workspace, is what is declared", async () => {
    const all = people((rest) => ({ ...rest, [ADA]: { role: "membership_admin" } }));
    expect((await stack.up(both(), { transform: all })).errors).toEqual([]);
    expect(live(ADA)).toMatchObject({ role: "membership_admin" });
    const alone = { transform: people(({ [ADA]: _, ...rest }) => rest) };
    stack.state.clear();
    expect((await stack.up(W({ "x@example.com": {}, [ADA]: {} }), alone)).errors).toEqual([]);
  });

  test("whoever is adopted by their id under another e-mail is no owner yet: the old owners stay until they are", async () => {
    await stack.up(W({}));
    const [x, y] = ["x1@example.com", "y1@example.com"].map((userName) =>
      simulator.workspace.add({ userName, role: "member" }),
    );
    const program = [
      workspace("acme", {
        "o1@example.com": { role: "member" },
        "o2@example.com": { role: "member" },
        "x@example.com": { id: x?.id ?? "", role: "owner" },
        "y@example.com": { id: y?.id ?? "", role: "owner" },
      }),
    ];
    const { errors } = await stack.up(program);
    expect(errors.join()).toContain("o1@example.com stays owner");
    expect([live("o1@example.com"), live("o2@example.com")]).toMatchObject([
      { role: "owner" },
      { role: "owner" },
    ]);
    // The next run makes them owners first.
    expect((await stack.up(program)).errors).toEqual([]);
    expect([live(x?.id ?? ""), live("o1@example.com")]).toMatchObject([
      { role: "owner" },
      { role: "member" },
    ]);
  });

  test("a role assignment for somebody whose role a row declares is refused, by name, and the row decides", async () => {
    await stack.up(W({ [ADA]: { role: "member" } }));
    const program = [...W({ [ADA]: { role: "member" } }), role("r", idOf(ADA), "owner")];
    const { errors } = await stack.up(program);
    expect(errors.join()).toContain(`and this role assignment both declare the role of ${ADA}`);
    expect(live(ADA)).toMatchObject({ role: "member" });
  });
});
