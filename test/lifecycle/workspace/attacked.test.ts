import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../../provider/member/instant";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, user, workspace } from "./stack";

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
