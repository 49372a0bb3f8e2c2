import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/lifecycle/inputs";
import { DAY_MS } from "../../../provider/member/instant";
import { UNKNOWN } from "../../../provider/plan/unknown";
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
    expect(errors.join()).toContain(`bob@example.com says id ${id}, which is the account of ${ADA}`);
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
      expect(errors.join()).toContain("ada.new@example.org is not declared any more");
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
    expect(errors.join()).toContain(`${ADA} is not invited: it is the e-mail of the account ${id}`);
    expect(live(ADA)).toBeUndefined();
    // As it says: with the id that they have since.
    const again = { ...rows, [NEW]: { role: "member", id: idOf(NEW) } } as People;
    expect((await stack.up(W(again))).errors).toEqual([]);
    expect(live(ADA)).toMatchObject({ role: "owner" });
    expect(live(NEW)).toMatchObject({ role: "member" });
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
        expect(errors.join()).toContain(`${ADA} is the address of a member whom another resource`);
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
      expect(errors.join()).toContain(`another resource of this program declares ${ADA}`);
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
        `The account ${id}, which this NotionWorkspace had as ${ADA}, is ${HAND}`,
      );
    }
    expect(live(id)).toMatchObject({ role: "membership_admin" });
    // The advice works: the one who is declared goes on, and the other one is removed in Notion.
    simulator.workspace.remove(id);
    expect((await stack.up([...program()].reverse())).errors).toEqual([]);
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
    expect(told.words.join("\n")).toContain("1 unmanaged member left alone in this run");
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
    expect(errors.join()).toContain(`puts ${NEW} into this NotionWorkspace`);
  });

  test("that changes a role, or stands in a program with one workspace, is what is declared", async () => {
    const all = people((rest) => ({ ...rest, [ADA]: { role: "membership_admin" } }));
    expect((await stack.up(both(), { transform: all })).errors).toEqual([]);
    expect(live(ADA)).toMatchObject({ role: "membership_admin" });
    const alone = { transform: people(({ [ADA]: _, ...rest }) => rest) };
    stack.state.clear();
    expect((await stack.up(W({ "x@example.com": {}, [ADA]: {} }), alone)).errors).toEqual([]);
  });
});
