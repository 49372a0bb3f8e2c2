import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type Options, type Resource, Stack, user, workspace } from "../workspace/stack";

// Who is who, for people one by one: an account is known by its id, an address changes hands.

let simulator: Simulator;
let stack: Stack;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

const ADA = "ada@example.com";
const KING = "king@example.com";
const BEA = "bea@example.com";
const CYD = "cyd@example.com";

const live = (key: string) => simulator.workspace.member(key);
const idOf = (email: string) => live(email)?.id ?? "";
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");

/** An up that goes well. @returns all that it said */
async function up(program: readonly Resource[], options: Options = {}): Promise<string> {
  simulator.requests.clear();
  const { errors, words, lines } = await stack.up(program, options);
  expect(errors).toEqual([]);
  return [...words, ...lines].join("\n");
}

/** An up that is refused, by its preview or by itself. @returns why */
async function refused(program: readonly Resource[], options: Options = {}): Promise<string> {
  simulator.requests.clear();
  const { errors } = await stack.up(program, options);
  expect(errors).not.toEqual([]);
  return errors.join("\n");
}

/** As {@link refused}, and a preview alone says it without a request. */
async function refusedInPreview(program: readonly Resource[]): Promise<string> {
  simulator.requests.clear();
  const { errors } = await stack.preview(program);
  expect(simulator.requests.counts).toEqual({});
  expect(errors).not.toEqual([]);
  expect(await refused(program)).toBe(errors.join("\n"));
  expect(writes()).toEqual([]);
  return errors.join("\n");
}

describe("formerUserName", () => {
  const moved = user("ada", KING, "owner", { formerUserName: ADA });

  test("is inert once it is carried out: a newcomer with the old address keeps their account when the person is gone", async () => {
    await up(user("ada", ADA, "owner"));
    await up([...moved, ...user("newcomer", ADA, "restricted_member")]);
    const newcomer = idOf(ADA);
    expect(newcomer).not.toBe("");
    simulator.workspace.remove(KING);
    const why = await refused([...moved, ...user("newcomer", ADA, "restricted_member")], { refresh: true });
    expect(why).toContain(
      `${KING} is not a member, but their formerUserName ${ADA} is (the account ${newcomer})`,
    );
    expect(why).toContain("remove formerUserName");
    expect(live(newcomer)).toMatchObject({ userName: ADA, role: "restricted_member" });
    // What the refusal says: then they are added anew.
    await up([...user("ada", KING, "owner"), ...user("newcomer", ADA, "restricted_member")]);
    expect(live(newcomer)).toMatchObject({ userName: ADA, role: "restricted_member" });
    expect(live(KING)?.role).toBe("owner");
  });

  test("adopts nobody whom no resource has: a stranger with that address stays as they are", async () => {
    const { id } = simulator.workspace.add({ userName: ADA, role: "member" });
    const { words } = await stack.preview(moved);
    expect(words.join()).toContain(
      `? ${KING} is a new resource with formerUserName ${ADA}. A new resource adopts nobody by a former e-mail.`,
    );
    const why = await refused(moved);
    expect(why).toContain("give this resource an alias to the one that had them");
    expect(why).toContain(`userId: "${id}"`);
    expect(why).toContain(`declare them as ${ADA} first`);
    expect(live(id)).toMatchObject({ userName: ADA, role: "member" });
    expect(writes()).toEqual([]);
  });

  test("means nothing to a new resource where nobody has the address", async () => {
    await up(moved);
    expect(live(KING)?.role).toBe("owner");
  });

  test("does not keep the next holder of the old address in the workspace once they are taken out", async () => {
    await up(user("ada", ADA, "owner"));
    await up([...moved, ...user("newcomer", ADA, "member")]);
    await up(moved);
    expect(live(ADA)).toBeUndefined();
    expect(live(KING)?.role).toBe("owner");
  });
});

describe("every change of address is said in the preview with both addresses", () => {
  test.each<[string, (id: string) => Resource[]]>([
    ["by formerUserName", () => user("ada", KING, "member", { formerUserName: ADA })],
    ["by userId", (userId) => user("ada", KING, "member", { userId })],
  ])("%s", async (_, program) => {
    await up(user("ada", ADA, "member"));
    const { words } = await stack.preview(program(idOf(ADA)));
    expect(words.join()).toContain(`~ ${ADA}: e-mail "${ADA}" → "${KING}"`);
  });

  test("and since when the account is known under the old one", async () => {
    const DAY = 24 * 60 * 60 * 1000;
    const now = Date.parse("2026-11-01T09:00:00Z");
    await up(user("ada", ADA, "member"), { now });
    await up(user("ada", ADA, "member", { title: "Countess" }), { now: now + DAY });
    await up(user("ada", KING, "member", { formerUserName: ADA }), { now: now + 2 * DAY, refresh: true });
    const words = async (program: Resource[], days: number) =>
      (await stack.preview(program, { now: now + days * DAY })).words.join();
    const back = user("ada", ADA, "member", { formerUserName: KING });
    expect(await words(back, 3)).toContain("(the account known under the old e-mail since 2026-11-03)");
    stack.state.clear();
    await up(user("ada", KING, "member"), { now: now + 4 * DAY });
    await up(user("ada", KING, "member"), { now: now + 5 * DAY, refresh: true });
    expect(await words(back, 6)).toContain("since 2026-11-05)");
  });

  test("also where a refresh found another one, which is set back", async () => {
    await up(user("ada", ADA, "member"));
    simulator.workspace.edit(ADA, { userName: KING, emails: null });
    const { words } = await stack.preview(user("ada", ADA, "member"), { refresh: true });
    expect(words.join()).toContain(`"${KING}" → "${ADA}"`);
    expect(words.join()).not.toContain("since");
  });
});

describe("addresses that go from one managed account to another in one run are refused in preview:", () => {
  const three = [...user("ada", ADA, "owner"), ...user("bea", BEA, "member"), ...user("cyd", CYD)];
  const moves = (...pairs: [name: string, to: string, from: string][]) =>
    pairs.flatMap(([name, to, formerUserName]) =>
      user(name, to, name === "ada" ? "owner" : undefined, { formerUserName }),
    );

  test.each<[string, Resource[]]>([
    ["a swap", moves(["ada", BEA, ADA], ["bea", ADA, BEA])],
    ["a circle of three", moves(["ada", BEA, ADA], ["bea", CYD, BEA], ["cyd", ADA, CYD])],
    ["a chain", moves(["ada", BEA, ADA], ["bea", KING, BEA])],
    ["a chain, declared the other way round", moves(["bea", KING, BEA], ["ada", BEA, ADA])],
  ])("%s", async (_, program) => {
    await up(three);
    const before = simulator.workspace.members;
    expect(await refusedInPreview(program)).toContain("Use two runs");
    expect(simulator.workspace.members).toEqual(before);
  });

  test("and the two runs of which a chain's refusal tells do it", async () => {
    await up(three);
    const [ada, bea] = [idOf(ADA), idOf(BEA)];
    const [second, first] = [moves(["ada", BEA, ADA]), moves(["bea", KING, BEA])];
    await up([...user("ada", ADA, "owner"), ...first]);
    await up([...second, ...first]);
    expect(live(ada)).toMatchObject({ userName: BEA, role: "owner" });
    expect(live(bea)).toMatchObject({ userName: KING });
  });
});

describe("userId", () => {
  test("means that account whatever its address: no formerUserName is needed, and it may come later", async () => {
    await up(user("ada", ADA, "owner"));
    const userId = idOf(ADA);
    await up(user("ada", ADA, "owner", { userId }));
    expect(writes()).toEqual([]);
    await up(user("ada", KING, "owner", { userId }));
    expect(live(userId)).toMatchObject({ userName: KING, role: "owner" });
    expect(simulator.workspace.members).toHaveLength(3);
  });

  test("of somebody whom no resource has adopts that account and gives it the address, which a line says", async () => {
    const { id: userId } = simulator.workspace.add({ userName: ADA, role: "member" });
    const said = await up(user("ada", KING, undefined, { userId }));
    expect(said).toContain(`the account ${userId} is adopted as ${KING}`);
    expect(said).toContain(`their e-mail is changed to ${KING}`);
    expect(live(userId)).toMatchObject({ userName: KING, role: "member" });
  });

  test("moves somebody to another resource with a new address in one edit, without an alias", async () => {
    await up(user("ada", ADA, "owner"));
    const userId = idOf(ADA);
    await up(user("countess", KING, "owner", { userId }));
    expect(live(userId)).toMatchObject({ userName: KING, role: "owner" });
    expect(writes().map(({ method }) => method)).toEqual(["PATCH"]);
  });

  test("of another account than the state has is refused in preview with both ids", async () => {
    await up([...user("ada", ADA), ...user("bea", BEA)]);
    const [ada, bea] = [idOf(ADA), idOf(BEA)];
    const why = await refusedInPreview(user("ada", ADA, undefined, { userId: bea }));
    expect(why).toContain(ada);
    expect(why).toContain(bea);
  });

  test("with an address that is another account's by now is refused with both ids, for a new resource and an old one", async () => {
    const { id: other } = simulator.workspace.add({ userName: KING, role: "owner" });
    await up(user("ada", ADA));
    const userId = idOf(ADA);
    for (const name of ["ada", "countess"]) {
      const why = await refused(user(name, KING, undefined, { userId }));
      expect(why).toContain(`account ${other}`);
      expect(why).toContain(`account ${userId}`);
    }
    expect(live(other)?.role).toBe("owner");
    expect(live(userId)?.userName).toBe(ADA);
  });

  test("gives an account one of its own further addresses as its e-mail", async () => {
    await up(user("ada", ADA));
    const userId = idOf(ADA);
    simulator.workspace.edit(ADA, {
      emails: [
        { value: ADA, primary: true },
        { value: KING, primary: false },
      ],
    });
    await up(user("ada", KING, undefined, { userId }));
    expect(live(userId)?.userName).toBe(KING);
  });

  test("of an account that is gone is refused, with the id of whoever has the address by now", async () => {
    const { id: gone } = simulator.workspace.add({ userName: ADA });
    simulator.workspace.remove(gone);
    expect(await refused(user("ada", ADA, undefined, { userId: gone }))).toContain(
      `There is no account ${gone} in the workspace`,
    );
    expect(live(ADA)).toBeUndefined();
    const now = reinvite(ADA, "member");
    const why = await refused(user("ada", ADA, undefined, { userId: gone }));
    expect(why).toContain(`another account has ${ADA} (${now})`);
    expect(why).toContain(`write userId: "${now}"`);
  });

  test("keeps a newcomer who is declared with the old address from being taken for that account", async () => {
    await up(user("ada", ADA, "owner"));
    const userId = idOf(ADA);
    const program = [
      ...user("newcomer", ADA, "restricted_member"),
      ...user("ada", KING, "owner", { userId }),
    ];
    for (let run = 1; run <= 2; run += 1) await stack.up(program, { preview: false });
    expect((await stack.up(program)).errors).toEqual([]);
    expect(live(userId)).toMatchObject({ userName: KING, role: "owner" });
    expect(live(ADA)).toMatchObject({ role: "restricted_member" });
    expect(idOf(ADA)).not.toBe(userId);
  });
});

/** The person comes back by an invitation, with another account. */
function reinvite(email: string, role: string): string {
  simulator.workspace.forget(email);
  return simulator.workspace.add({ userName: email, role }).id;
}

describe("an account that is gone while another one has its address", () => {
  let now: string;
  beforeEach(async () => {
    await up([...user("ada", ADA, "member"), ...user("bea", BEA)]);
    now = reinvite(ADA, "owner");
  });

  test.each<[string, Options]>([
    ["up", {}],
    ["up --refresh", { refresh: true }],
    ["up without a preview", { preview: false }],
  ])("is said by every %s that takes the person out, until somebody removes it", async (_, options) => {
    for (let run = 1; run <= 2; run += 1) {
      const why = await refused(user("bea", BEA), options);
      expect(why).toContain(`another account has ${ADA} (${now}, owner)`);
      expect(why).toContain("declare it again");
    }
    expect(live(now)?.role).toBe("owner");
    simulator.workspace.remove(now);
    await up(user("bea", BEA), options);
    expect([...stack.state.keys()]).toEqual(["user bea"]);
  });

  test("is said by a refresh, and adopted by the next up where it is declared", async () => {
    const program = [...user("ada", ADA), ...user("bea", BEA)];
    const { lines } = await stack.refresh();
    expect(lines.join()).toContain(`another account has ${ADA} (${now}, owner)`);
    const { words } = await stack.preview(program);
    expect(words.join()).toContain(`\`up\` adopts the account ${now}, which has the e-mail now`);
    await up(program);
    expect(stack.state.get("user ada")?.id).toBe(now);
    await up(program, { refresh: true });
    expect(writes()).toEqual([]);
  });

  test("stops no refresh and no removal where another account has it as a further address", async () => {
    simulator.workspace.remove(now);
    simulator.workspace.add({
      userName: KING,
      emails: [
        { value: KING, primary: true },
        { value: ADA, primary: false },
      ],
    });
    expect((await stack.preview(user("bea", BEA), { refresh: true })).errors).toEqual([]);
    await up(user("bea", BEA));
    expect(live(KING)?.role).toBe("member");
  });

  test("is nothing to say of where another resource declares it", async () => {
    await up([...user("countess", ADA), ...user("bea", BEA)]);
    expect(stack.state.get("user countess")?.id).toBe(now);
  });
});

describe("whoever moves to another resource with a new address in one edit stays, or it is refused:", () => {
  beforeEach(() => up([...user("ada", ADA, "owner"), ...user("bea", BEA, "owner")]));
  const bea = user("bea", BEA, "owner");
  const stays = (id: string) =>
    expect(simulator.workspace.members.find((member) => member.id === id)).toMatchObject({ role: "owner" });

  test.each<[string, Resource[]]>([
    ["from a NotionUser to another one", user("countess", KING, "owner", { formerUserName: ADA })],
    [
      "from a NotionUser to a workspace",
      [workspace("acme", { [KING]: { role: "owner", formerUserName: ADA } })],
    ],
  ])("%s", async (_, program) => {
    const id = idOf(ADA);
    await refused([...bea, ...program]);
    stays(id);
    expect(simulator.workspace.members).toHaveLength(4);
    // The same once more: it is no matter of one run.
    await refused([...bea, ...program], { refresh: true });
    stays(id);
  });

  test("from a workspace to a NotionUser", async () => {
    const cy = "cy@example.com";
    await up([...bea, workspace("acme", { [ADA]: { role: "owner" }, [cy]: { role: "owner" } })]);
    const id = idOf(cy);
    const program = [
      ...bea,
      workspace("acme", { [ADA]: { role: "owner" } }, { limits: { minOwners: 1 } }),
      ...user("cy", KING, "owner", { formerUserName: cy }),
    ];
    for (const options of [{}, { refresh: true }, { oneByOne: true }]) {
      await refused(program, options);
      stays(id);
    }
  });

  test("where somebody changed the address in Notion to a third one meanwhile", async () => {
    const id = idOf(ADA);
    simulator.workspace.edit(ADA, { userName: KING, emails: null });
    const why = await refused([...bea, ...user("countess", ADA, "owner")]);
    expect(why).toContain(
      `${KING} (the account ${id}) stays: they were ${ADA}, which another resource of this program declares now`,
    );
    expect(why).toContain(`userId: "${id}"`);
    expect(live(id)?.userName).toBe(KING);
  });
});

describe("a newcomer who is declared with an address that somebody gave another member in Notion", () => {
  test.each<[string, Options]>([
    ["up", {}],
    ["up --refresh", { refresh: true }],
    ["up, one resource at a time", { oneByOne: true }],
    ["up --refresh, one resource at a time", { oneByOne: true, refresh: true }],
  ])("is never silently that member, with %s", async (_, options) => {
    await up(user("bea", BEA, "owner"));
    const bea = idOf(BEA);
    simulator.workspace.edit(BEA, { userName: ADA, emails: null });
    const why = await refused([...user("newcomer", ADA), ...user("bea", BEA, "owner")], options);
    expect(why).toContain(
      `${ADA} is the address of a member that another resource of this program declares as ${BEA}`,
    );
    expect(live(bea)?.role).toBe("owner");
  });
});

test("a resource that is renamed together with its address follows the advice: an alias", async () => {
  await up(user("ada", ADA, "owner"));
  const id = idOf(ADA);
  const said = user("countess", KING, "owner", { formerUserName: ADA });
  expect(await refused(said)).toContain("give this resource an alias");
  // What the engine makes of an alias: the state has the resource by its new name.
  for (const kind of ["user", "role"]) {
    const entry = stack.state.get(`${kind} ada`);
    if (entry === undefined) throw new Error(`no ${kind} in the state`);
    stack.state.delete(`${kind} ada`);
    stack.state.set(`${kind} countess`, { ...entry, name: "countess" });
  }
  await up(said);
  expect(live(id)).toMatchObject({ userName: KING, role: "owner" });
});
