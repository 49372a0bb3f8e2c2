import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../../provider/model/instant";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, type Resource, Stack, type Told, user, workspace } from "./stack";

// Members who move from one resource of the program to another, and e-mails that change hands meanwhile.

let simulator: Simulator;
let stack: Stack;
const NOW = Date.UTC(2026, 11, 1);
const ADA = "ada@example.com";
const NEW = "ada.new@example.com";
const owners: People = { "o1@example.com": { role: "owner" }, "o2@example.com": { role: "owner" } };
const acme = (people: People = {}) => workspace("acme", { ...owners, ...people });
const b = (people: People = {}) => workspace("b", people);
const live = (key: string) => simulator.workspace.member(key);
const idOf = (email: string) => live(email)?.id ?? "nobody";
const all = ({ words, lines, errors }: Told) => [...words, ...lines, ...errors].join("\n");

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

describe("a member who moves while Notion has another e-mail of theirs", () => {
  const HAND = "ada.hand@example.com";
  const moved = (more: object = {}) => [acme(), b({ [ADA]: { role: "member", ...more } })];
  const start = async () => {
    await stack.up([acme({ [ADA]: { role: "member" } }), b()]);
    simulator.workspace.edit(ADA, { userName: HAND });
    return idOf(HAND);
  };

  test("is in one state after one run, and leaves as the new row says", async () => {
    const id = await start();
    expect((await stack.up(moved({ onRemove: "retain" }), { refresh: true })).errors).toEqual([]);
    expect(stack.workspace("b").ids).toEqual({ [ADA]: id });
    expect(stack.workspace("acme").ids).not.toHaveProperty(ADA);
    expect((await stack.up([acme(), b()])).errors).toEqual([]);
    expect(live(id)).toMatchObject({ role: "member" });
  });

  test("is adopted by a later run where the first one could not, and nobody is invited", async () => {
    const id = await start();
    const refused = await stack.up(moved(), { config: { "notion:adopt": "false" } });
    expect(all(refused)).toContain("notion:adopt is false");
    expect(stack.workspace("acme").leftTo).toEqual({ [ADA]: id });
    expect((await stack.up(moved())).errors).toEqual([]);
    expect(stack.workspace("b").ids).toEqual({ [ADA]: id });
  });
});

describe("a member who moves to a resource that is refused", () => {
  const start = async () => {
    await stack.up([acme({ [ADA]: { role: "member" } }), b({ "x@example.com": {} })]);
    return idOf(ADA);
  };
  const refusedRow = { [NEW]: { role: "member", formerUserName: "ada.2@example.com" } } as People;
  const refused: [string, Resource][] = [
    ["a NotionWorkspace", b({ "x@example.com": {}, ...refusedRow })],
    ["a new NotionWorkspace", workspace("c", refusedRow)],
    ["a NotionUser", { kind: "user", name: "ada", inputs: { userName: "not an e-mail" } }],
  ];

  test.each(refused)("stays, also without a preview: %s", async (_, resource) => {
    const id = await start();
    const { errors } = await stack.up([acme(), resource], { preview: false });
    expect(errors.join()).toContain(`${ADA} stays in this run: Pulumi refused another resource`);
    expect(live(id)).toMatchObject({ userName: ADA, role: "member" });
    // The next run removes those who are declared nowhere.
    expect((await stack.up([acme(), b({ "x@example.com": {} })])).errors).toEqual([]);
    expect(live(id)).toBeUndefined();
  });

  test("an end is an end all the same", async () => {
    const id = await start();
    const until = "2026-12-03";
    await stack.up([acme({ [ADA]: { role: "member", until } }), b({ "x@example.com": {} })], { now: NOW });
    await stack.up([acme({ [ADA]: { role: "member", until } }), b({ "x@example.com": {}, ...refusedRow })], {
      now: NOW + 5 * DAY_MS,
      preview: false,
    });
    expect(live(id)).toBeUndefined();
  });
});

test("a member who moves to a NotionUser and is renamed twice in one edit is neither removed nor invited again", async () => {
  await stack.up([acme({ [ADA]: { role: "member" } })]);
  const id = idOf(ADA);
  const moved = [acme(), ...user("ada", NEW, undefined, { formerUserName: "ada.2@example.com" })];
  for (const options of [{}, { refresh: true }, { preview: false }]) {
    const { errors } = await stack.up(moved, options);
    expect(errors.join()).toContain(
      `${ADA} stays in this run: ${NEW} is a new resource with formerUserName ada.2@`,
    );
    expect(errors.join()).toContain(`Neither ${NEW} nor their formerUserName ada.2@example.com is a member`);
    expect(live(id)).toMatchObject({ userName: ADA });
    expect(live(NEW)).toBeUndefined();
  }
  // The advice works.
  expect((await stack.up([acme(), ...user("ada", ADA)])).errors).toEqual([]);
  expect((await stack.up([acme(), ...user("ada", NEW, undefined, { formerUserName: ADA })])).errors).toEqual(
    [],
  );
  expect(live(id)).toMatchObject({ userName: NEW });
});

test("a newcomer's row does not demote who moves to a NotionUser with a new e-mail in the same edit", async () => {
  await stack.up([acme({ [ADA]: { role: "membership_admin" } })]);
  const id = idOf(ADA);
  const newcomer = acme({ [ADA]: { role: "restricted_member" } });
  const moved = (more: object) => [
    newcomer,
    ...user("ada", NEW, undefined, { formerUserName: ADA, ...more }),
  ];
  for (let run = 0; run < 2; run += 1) {
    expect((await stack.up(moved({}))).errors.join()).toContain(
      `another resource of this program declares as ${NEW}`,
    );
    expect(live(id)).toMatchObject({ userName: ADA, role: "membership_admin" });
  }
  // As the error of the NotionUser says: first under the e-mail that they have.
  await stack.up([acme(), ...user("ada", ADA)]);
  await stack.up([acme(), ...user("ada", NEW, undefined, { formerUserName: ADA })]);
  expect((await stack.up(moved({}))).errors).toEqual([]);
  expect(live(id)).toMatchObject({ userName: NEW, role: "membership_admin" });
  expect(live(ADA)).toMatchObject({ role: "restricted_member" });
  // The formerUserName that was carried out is in nobody's way.
  const promoted = [
    acme({ [ADA]: { role: "member" } }),
    ...user("ada", NEW, undefined, { formerUserName: ADA }),
  ];
  expect((await stack.up(promoted)).errors).toEqual([]);
  expect(live(ADA)).toMatchObject({ role: "member" });
});

test("a newcomer's row does not get the account of who moves to another workspace with a new e-mail, without a preview", async () => {
  await stack.up([acme({ [ADA]: { role: "membership_admin", title: "Lead" } }), b()]);
  const id = idOf(ADA);
  simulator.workspace.edit(ADA, { userName: "ada.hand@example.com" });
  const moved = b({ [NEW]: { role: "membership_admin", formerUserName: ADA } });
  for (const options of [{ refresh: true }, {}]) {
    const program = [acme({ [ADA]: { role: "member", title: "Designer" } }), moved];
    const { errors } = await stack.up(program, { ...options, preview: false });
    expect(errors.join()).toContain(`another resource of this program declares as ${NEW}`);
    expect(live(id)).toMatchObject({ role: "membership_admin", title: "Lead" });
  }
});

test("a formerUserName of somebody whose time is over holds nothing of the newcomer back in another workspace", async () => {
  const row = { formerUserName: ADA, until: "2026-12-03" };
  await stack.up([acme({ [ADA]: { role: "member" } }), b()], { now: NOW });
  await stack.up([acme({ [NEW]: { role: "member", ...row } }), b()], { now: NOW });
  const newcomer = (role: "member" | "restricted_member") => [
    acme({ [NEW]: { role: "member", ...row } }),
    b({ [ADA]: { role } }),
  ];
  expect((await stack.up(newcomer("restricted_member"), { now: NOW })).errors).toEqual([]);
  const later = { now: NOW + 5 * DAY_MS };
  expect((await stack.up(newcomer("restricted_member"), later)).errors).toEqual([]);
  expect((await stack.up(newcomer("member"), later)).errors).toEqual([]);
  expect(live(ADA)).toMatchObject({ role: "member" });
  expect(live(NEW)).toBeUndefined();
});

test("an owner who moves to a row without a role stays owner, and a line says so", async () => {
  await stack.up([acme(), ...user("ada", ADA, "owner")]);
  // What `deletedWith` does: the engine forgets the role, and asks nobody.
  stack.state.delete("role ada");
  const told = await stack.up([acme({ [ADA]: {} })]);
  expect(told.lines).toContain(
    `${ADA}: is owner and stays it: the row has no role, so this program does not manage it`,
  );
});

describe("a run that was killed after it handed an e-mail on, and a newcomer's row alone in the file", () => {
  const start = async () => {
    await stack.up([acme({ [ADA]: { role: "owner" } })]);
    const [id, kept] = [idOf(ADA), structuredClone([...stack.state])];
    await stack.up([acme({ [NEW]: { role: "owner", formerUserName: ADA }, [ADA]: { role: "member" } })]);
    stack.state.clear();
    for (const [urn, entry] of kept) stack.state.set(urn, entry);
    return id;
  };

  test.each([false, true])(
    "leaves the owner alone, and names both accounts; refresh: %s",
    async (refresh) => {
      const id = await start();
      const other = idOf(ADA);
      for (let run = 0; run < 2; run += 1) {
        const { errors } = await stack.up([acme({ [ADA]: { role: "member" } })], { refresh });
        expect(errors.join()).toContain(`another account has ${ADA} (id ${other}). Neither is changed.`);
        expect(live(id)).toMatchObject({ userName: NEW, role: "owner" });
      }
      // The advice works.
      const both = { [NEW]: { role: "owner", formerUserName: ADA }, [ADA]: { role: "member" } } as People;
      expect((await stack.up([acme(both)], { refresh })).errors).toEqual([]);
      expect(stack.workspace().ids).toMatchObject({ [NEW]: id, [ADA]: other });
    },
  );
});

describe("a run that was killed after a member was taken over by another resource", () => {
  /** The state after the kill: the new resource has the member, and the old one has them still. */
  const killed = async (before: Resource[], after: Resource[], old: string) => {
    await stack.up(before);
    const kept = structuredClone([...stack.state].filter(([, { name }]) => name === old));
    expect((await stack.up(after)).errors).toEqual([]);
    for (const [urn, entry] of kept) stack.state.set(urn, entry);
  };
  const row = (more: object = {}) => ({ [ADA]: { role: "member", ...more } }) as People;

  test.each([false, true])(
    "leaves the member in the workspace where the new row retains and both rows go; refresh: %s",
    async (refresh) => {
      await killed([acme(row()), b()], [acme(), b(row({ onRemove: "retain" }))], "acme");
      const id = idOf(ADA);
      const { errors, lines } = await stack.up([acme(), b()], { refresh });
      expect(errors).toEqual([]);
      expect(lines.join("\n")).toContain(
        `${ADA} stays: the state of another resource of this program has them too`,
      );
      expect(live(id)).toMatchObject({ role: "member" });
      await stack.up([acme(), b()], { refresh });
      expect(live(id)).toMatchObject({ role: "member" });
      expect(stack.workspace("acme").ids).not.toHaveProperty(ADA);
    },
  );

  test("the same for a NotionUser that a row replaced", async () => {
    await killed(
      [acme(), ...user("ada", ADA, undefined, { onRemove: "remove" })],
      [acme(row({ onRemove: "retain" }))],
      "ada",
    );
    const id = idOf(ADA);
    expect((await stack.up([acme()])).errors).toEqual([]);
    expect(live(id)).toMatchObject({ userName: ADA });
  });

  test("a workspace that retained before and removes now means its own people", async () => {
    await stack.up([acme(), workspace("b", row(), { onRemove: "retain" })]);
    const id = idOf(ADA);
    expect((await stack.up([acme(), workspace("b", {}, { onRemove: "remove" })])).errors).toEqual([]);
    expect(live(id)).toBeUndefined();
  });
});

describe("a row from an old file, in another resource than before, beside the changed e-mail of the same person", () => {
  const start = async () => {
    await stack.up([acme({ [ADA]: { role: "member" } }), b()]);
    await stack.up([acme({ [NEW]: { role: "member", formerUserName: ADA } }), b()]);
    return idOf(NEW);
  };
  const places: [string, () => Resource[]][] = [
    ["a workspace behind it", () => [acme(), b({ [ADA]: { role: "member" } })]],
    ["a workspace before it", () => [b({ [ADA]: { role: "member" } }), acme()]],
    ["a new workspace", () => [acme(), b(), workspace("c", { [ADA]: { role: "member" } })]],
    ["a NotionUser", () => [acme(), b(), ...user("ada", ADA)]],
  ];

  test.each(places)("is refused: nobody is removed and invited again (%s)", async (_, program) => {
    const id = await start();
    for (const options of [{}, { refresh: true }, { preview: false }]) {
      const { errors } = await stack.up(program(), options);
      expect(errors.join()).toContain(`${ADA} is the former e-mail of ${NEW} (changed on `);
      expect(live(id)).toMatchObject({ userName: NEW });
      expect(live(ADA)).toBeUndefined();
    }
    // The advice works.
    expect((await stack.up([acme(), b()])).errors).toEqual([]);
    expect((await stack.up(program())).errors).toEqual([]);
    expect(live(ADA)).toBeDefined();
  });

  test("a newcomer who has the e-mail for long is in nobody's way", async () => {
    const id = await start();
    await stack.up([
      acme({ [NEW]: { role: "member", formerUserName: ADA } }),
      b({ [ADA]: { role: "member" } }),
    ]);
    for (const program of [[acme(), b({ [ADA]: { role: "member" } })]]) {
      expect((await stack.up(program)).errors).toEqual([]);
      expect(live(id)).toBeUndefined();
      expect(live(ADA)).toBeDefined();
    }
  });
});

describe("two who exchange their e-mails in one edit", () => {
  const BEA = "bea@example.com";
  const a = (people: People = {}) => workspace("a", { ...owners, ...people });
  const held: [string, Resource[], Resource[]][] = [
    [
      "rows of two workspaces",
      [a({ [ADA]: { role: "membership_admin" } }), b({ [BEA]: { role: "restricted_member" } })],
      [
        a({ [BEA]: { role: "membership_admin", formerUserName: ADA } }),
        b({ [ADA]: { role: "restricted_member", formerUserName: BEA } }),
      ],
    ],
    [
      "a row and a NotionUser",
      [a({ [ADA]: { role: "membership_admin" } }), ...user("bea", BEA)],
      [
        a({ [BEA]: { role: "membership_admin", formerUserName: ADA } }),
        ...user("bea", ADA, undefined, { formerUserName: BEA }),
      ],
    ],
  ];

  test.each(held)("are refused in preview with the runs that do it: %s", async (_, before, after) => {
    await stack.up(before);
    const ids = [ADA, BEA].map(idOf);
    const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET").length;
    const written = writes();
    for (const options of [{}, { refresh: true }]) {
      const { errors } = await stack.up(after, options);
      expect(errors.join()).toContain("in the same run. Use two runs. In the first, change");
    }
    expect([ADA, BEA].map(idOf)).toEqual(ids);
    expect(writes()).toBe(written);
  });
});
