import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../../provider/model/instant";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, user, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const ADA = "ada@example.com";
const OTHER = "3b0d7e52-91c4-4f6a-8e2b-5d1c7a9f0e34";
const NEW = "ada.new@example.com";
const owners: People = { "o1@example.com": { role: "owner" }, "o2@example.com": { role: "owner" } };
const program = (people: People) => [workspace("acme", { ...owners, ...people })];
const live = (email: string) => simulator.workspace.member(email);
const idOf = (email: string) => live(email)?.id ?? "nobody";
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");
const up = async (people: People, options = {}) => {
  const told = await stack.up(program(people), options);
  expect(told.errors).toEqual([]);
  return told;
};

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

describe("a formerUserName that was carried out", () => {
  const renamed: People = { [NEW]: { role: "owner", formerUserName: ADA } };
  beforeEach(async () => {
    await up({ [ADA]: { role: "owner" } });
    await up(renamed);
  });

  test("never gives the account of a newcomer with the old address away, declared or not", async () => {
    simulator.workspace.remove(NEW);
    simulator.workspace.add({ userName: ADA, role: "restricted_member" });
    const newcomer = idOf(ADA);
    await up({ ...renamed, [ADA]: { role: "restricted_member" } }, { refresh: true });
    expect(live(newcomer)).toMatchObject({ userName: ADA, role: "restricted_member" });
    expect(live(NEW)).toMatchObject({ role: "owner" });
  });

  test("nor where the newcomer is in the state, too", async () => {
    await up({ ...renamed, [ADA]: { role: "restricted_member" } });
    const newcomer = idOf(ADA);
    simulator.workspace.remove(NEW);
    await up({ ...renamed, [ADA]: { role: "restricted_member" } }, { refresh: true });
    expect(live(newcomer)).toMatchObject({ userName: ADA, role: "restricted_member" });
    expect(live(NEW)).toMatchObject({ role: "owner" });
  });

  test("nor in a plain run after their access was extended", async () => {
    const now = Date.UTC(2026, 11, 1);
    const timed = (until: string): People => ({ [NEW]: { role: "member", formerUserName: ADA, until } });
    await up(timed("2026-12-10"), { now });
    await up(timed("2026-12-10"), { now: now + 12 * DAY_MS });
    expect(live(NEW)).toBeUndefined();
    simulator.workspace.add({ userName: ADA, role: "restricted_member" });
    const newcomer = idOf(ADA);
    await up(timed("2026-12-31"), { now: now + 13 * DAY_MS });
    expect(live(newcomer)).toMatchObject({ userName: ADA, role: "restricted_member" });
    expect(live(NEW)).toMatchObject({ role: "member" });
  });

  test("may stay, and after a month the plan says that it can be taken out", async () => {
    expect((await stack.preview(program(renamed))).words.join()).not.toContain("can be taken out");
    const { words } = await stack.preview(program(renamed), { now: Date.now() + 31 * DAY_MS });
    expect(words).toContain(
      `? Remove formerUserName from the row of ${NEW}: the change of e-mail is made, and it has no effect any more.`,
    );
  });
});

describe("two who exchange their e-mails in one edit, or three in a ring,", () => {
  test.each([2, 3])("are refused in preview with the runs that do it: %d", async (count) => {
    const all = ["a@example.com", "b@example.com", "c@example.com"].slice(0, count);
    await up(Object.fromEntries(all.map((email, index) => [email, { role: "member", title: `T${index}` }])));
    const swapped = Object.fromEntries(
      all.map((email, index) => [
        email,
        { role: "member", title: `T${index}`, formerUserName: all[(index + 1) % count] ?? "" },
      ]),
    ) as People;
    simulator.requests.clear();
    const { errors } = await stack.up(program(swapped), { refresh: true });
    expect(errors.join()).toContain("exchange their e-mails. Notion cannot do this at once");
    expect(writes()).toEqual([]);
  });

  test("and a chain is done in the two runs that the refusal names", async () => {
    await up({ "a@example.com": { title: "A" }, "b@example.com": { title: "B" } });
    const [a, b] = [idOf("a@example.com"), idOf("b@example.com")];
    const { errors } = await stack.up(
      program({
        "b@example.com": { title: "A", formerUserName: "a@example.com" },
        "c@example.com": { title: "B", formerUserName: "b@example.com" },
      }),
    );
    expect(errors.join()).toContain("Use two runs. In the first, change b@example.com to c@example.com");
    await up({
      "a@example.com": { title: "A" },
      "c@example.com": { title: "B", formerUserName: "b@example.com" },
    });
    await up({
      "b@example.com": { title: "A", formerUserName: "a@example.com" },
      "c@example.com": { title: "B", formerUserName: "b@example.com" },
    });
    expect([live(a), live(b)]).toMatchObject([
      { userName: "b@example.com", title: "A" },
      { userName: "c@example.com", title: "B" },
    ]);
  });
});

test("two changes of an e-mail before one run invite nobody: the word that names nobody of the state is refused", async () => {
  await up({ "a@example.com": { role: "member" } });
  simulator.requests.clear();
  const { errors } = await stack.up(
    program({ "c@example.com": { role: "member", formerUserName: "b@example.com" } }),
  );
  expect(errors.join()).toContain("the state has nobody under b@example.com");
  expect(writes()).toEqual([]);
});

test("the holder of an address that is handed on stays in the state where their own change is refused", async () => {
  await up({ "b@example.com": { role: "member", title: "Holder" } });
  const holder = idOf("b@example.com");
  simulator.workspace.edit("b@example.com", { userName: "third@example.com", emails: null });
  await stack.refresh();
  simulator.faults.add({ name: "forbidden", method: "PATCH", path: `/Users/${holder}`, times: "always" });
  const handedOn = {
    "c@example.com": { role: "member", title: "Holder", formerUserName: "b@example.com" },
    "b@example.com": { role: "restricted_member", title: "Newcomer" },
  } as People;
  const failed = await stack.up(program(handedOn));
  expect(failed.errors.join("\n")).toContain(
    "b@example.com was not changed: the e-mail still belongs to the member declared as c@example.com",
  );
  simulator.faults.clear();
  expect(Object.values(stack.workspace().ids)).toContain(holder);
  // Their row goes: of what is left the holder could be meant, too, so they leave in a run of their own.
  const newcomer = { "b@example.com": { role: "restricted_member", title: "Newcomer" } } as People;
  const { errors } = await stack.up(program(newcomer), { refresh: true });
  expect(errors.join()).toContain("b@example.com is the former e-mail of c@example.com");
  expect(live(holder)).toBeDefined();
  await up({}, { refresh: true });
  await up(newcomer, { refresh: true });
  expect(live(holder)).toBeUndefined();
  expect(live("b@example.com")).toMatchObject({ title: "Newcomer" });
});

test("a newcomer who joins beside a former holder with more to change stays in the state", async () => {
  await up({ "b@example.com": { role: "member" } });
  const holder = idOf("b@example.com");
  await up({
    "c@example.com": { role: "membership_admin", formerUserName: "b@example.com" },
    "b@example.com": { role: "restricted_member" },
  });
  expect(stack.workspace().ids).toMatchObject({
    "c@example.com": holder,
    "b@example.com": idOf("b@example.com"),
  });
  expect(Object.keys(stack.workspace().people)).toContain("b@example.com");
  await up({ "c@example.com": { role: "membership_admin", formerUserName: "b@example.com" } });
  expect(live("b@example.com")).toBeUndefined();
  expect(live(holder)).toMatchObject({ userName: "c@example.com", role: "membership_admin" });
});

test("whoever moves to another workspace of the program with a new address stays, or it is refused", async () => {
  const [first, second]: [People, People] = [
    { ...owners, [ADA]: { role: "member" } },
    { "x@example.com": {} },
  ];
  expect((await stack.up([workspace("acme", first), workspace("beta", second)])).errors).toEqual([]);
  const id = idOf(ADA);
  const moved = [
    workspace("acme", owners),
    workspace("beta", { ...second, [NEW]: { role: "member", formerUserName: ADA } }),
  ];
  const { errors } = await stack.up(moved, { preview: false });
  expect(errors.join()).toContain(`formerUserName ${ADA}`);
  expect(live(id)).toMatchObject({ userName: ADA, role: "member" });
  // As the error says: with the address that they have, and then the other.
  expect(
    (await stack.up([workspace("acme", owners), workspace("beta", { ...second, [ADA]: { role: "member" } })]))
      .errors,
  ).toEqual([]);
  expect((await stack.up(moved)).errors).toEqual([]);
  expect(live(id)).toMatchObject({ userName: NEW });
});

test("a workspace that is renamed without an alias together with a change of e-mail removes nobody, and is not refused for ever", async () => {
  await up({ [ADA]: { role: "member" } });
  const id = idOf(ADA);
  const again = (people: People) => [workspace("renamed", { ...owners, ...people })];
  await stack.up(again({ [NEW]: { role: "member", formerUserName: ADA } }));
  expect(live(id)).toMatchObject({ userName: ADA });
  expect((await stack.up(again({ [ADA]: { role: "member" } }))).errors).toEqual([]);
  expect((await stack.up(again({ [NEW]: { role: "member", formerUserName: ADA } }))).errors).toEqual([]);
  expect(live(id)).toMatchObject({ userName: NEW });
});

describe("an address that belongs to another account by now", () => {
  beforeEach(async () => {
    await up({ [ADA]: { role: "member" } });
    simulator.workspace.forget(ADA);
    simulator.workspace.add({ userName: ADA, role: "owner" });
  });
  const line = expect.stringContaining(
    `! ${ADA} is in the workspace as owner, with another account than the one that left.`,
  );

  test.each([false, true])(
    "is said in every run after the person was taken out, until it is gone; refresh: %s",
    async (refresh) => {
      const first = await up({}, { refresh });
      expect([...first.words, ...first.lines].join()).toContain("another account");
      for (const options of [{}, { refresh: true }, {}]) {
        const { words } = await up({}, options);
        expect(words).toContainEqual(line);
      }
      expect(live(ADA)).toMatchObject({ role: "owner" });
      simulator.workspace.remove(ADA);
      await up({}, { refresh: true });
      expect((await up({})).words.join()).not.toContain(ADA);
    },
  );

  test("is said where it is declared still: another account, adopted as it is", async () => {
    const { words } = await up({ [ADA]: { role: "member" } }, { refresh: true });
    expect(words[0]).toBe(
      `+ ${ADA} is in the workspace again, with another account than before, as owner: adopted, and stays owner until the next run (declared is member)`,
    );
  });
});

describe("an id", () => {
  test("means the account whatever its address: no formerUserName is needed", async () => {
    await up({ [ADA]: { role: "member" } });
    const id = idOf(ADA);
    const { words } = await up({ [NEW]: { role: "member", id } });
    expect(words[0]).toContain(`~ ${NEW}: e-mail "${ADA}" → "${NEW}"`);
    expect(live(id)).toMatchObject({ userName: NEW });
    expect((await up({ [NEW]: { role: "member", id } })).words).toEqual([
      "3 people declared: nothing to change.",
    ]);
  });

  test("lets the old address go to a newcomer in the same run", async () => {
    await up({ [ADA]: { role: "owner" } });
    const id = idOf(ADA);
    await up({ [NEW]: { role: "owner", id }, [ADA]: { role: "restricted_member" } });
    expect(live(id)).toMatchObject({ userName: NEW, role: "owner" });
    expect(live(ADA)).toMatchObject({ role: "restricted_member" });
  });

  test("that is another account's than the state has under the address is refused with both", async () => {
    await up({ [ADA]: { role: "member" } });
    const { errors } = await stack.preview(program({ [ADA]: { role: "member", id: OTHER } }));
    expect(errors.join()).toContain(
      `The row of ${ADA} has id ${OTHER}, but the state has another account for ${ADA} (id ${idOf(ADA)})`,
    );
  });

  test("that is gone while the address is another account's is refused with both, and adopts nobody", async () => {
    await up({ [ADA]: { role: "member" } });
    const id = idOf(ADA);
    simulator.workspace.forget(ADA);
    simulator.workspace.add({ userName: ADA, role: "restricted_member" });
    const other = idOf(ADA);
    const { errors } = await stack.up(program({ [ADA]: { role: "owner", id } }), { refresh: true });
    expect(errors.join()).toContain(`The row of ${ADA} has id ${id}`);
    expect(errors.join()).toContain(other);
    expect(live(ADA)).toMatchObject({ role: "restricted_member" });
  });

  test("finds the account in a first run, too, and leaves its address to the next one", async () => {
    simulator.workspace.add({ userName: ADA, role: "member" });
    const id = idOf(ADA);
    const { lines } = await up({ [NEW]: { role: "member", id } });
    expect(lines.join()).toContain(
      `${NEW}: has the e-mail ${ADA} and keeps it; the next preview shows the change`,
    );
    expect(live(id)).toMatchObject({ userName: ADA });
    await up({ [NEW]: { role: "member", id } });
    expect(live(id)).toMatchObject({ userName: NEW });
  });

  test("of somebody who had to be invited again is said to be another one, until the row has it", async () => {
    await up({ [ADA]: { role: "member" } });
    const id = idOf(ADA);
    simulator.workspace.forget(ADA);
    const rows = { [ADA]: { role: "member", id } } as People;
    const { lines } = await up(rows, { refresh: true });
    const now = idOf(ADA);
    expect(lines.join()).toContain(`${ADA} was invited again and has the id ${now} now`);
    expect((await up(rows)).words).toContain(
      `? ${ADA} was invited again and has the id ${now} now. Their row says ${id}. Write the new id.`,
    );
    expect((await up({ [ADA]: { role: "member", id: now } })).words.join()).not.toContain(id);
  });
});

test("somebody whom a NotionUser of the program has is not counted as another one", async () => {
  const both = () => [workspace("acme", owners, { undeclared: "report" }), ...user("sam", "sam@example.com")];
  expect((await stack.up(both())).errors).toEqual([]);
  const { words } = await stack.up(both(), { refresh: true });
  expect(words.join("\n")).not.toContain("sam@example.com");
  expect(words.join("\n")).toContain("3 others are in the workspace");
});
