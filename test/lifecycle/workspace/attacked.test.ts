import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
});
