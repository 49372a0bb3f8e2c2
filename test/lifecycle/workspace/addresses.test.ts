import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const boss: People = { "boss@example.com": { role: "owner" } };
const john: People = { ...boss, "john@example.com": { role: "owner", title: "CTO" } };
const TODAY = new Date().toISOString().slice(0, 10);
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 3 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

describe("an e-mail that changes, where formerUserName says so,", () => {
  const jon: People = {
    ...boss,
    "jon@example.com": { role: "owner", title: "CTO", formerUserName: "john@example.com" },
  };
  beforeEach(async () => {
    expect((await stack.up([workspace("acme", john)])).errors).toEqual([]);
    simulator.requests.clear();
  });

  test("is one PATCH of the same person", async () => {
    const id = simulator.workspace.member("john@example.com")?.id;
    const { words, errors } = await stack.up([workspace("acme", jon)]);
    expect(errors).toEqual([]);
    expect(words[0]).toBe(
      `~ jon@example.com: e-mail "john@example.com" → "jon@example.com" (the account known under the old e-mail since ${TODAY})`,
    );
    expect(writes().map(({ method }) => method)).toEqual(["PATCH"]);
    expect(simulator.workspace.member("jon@example.com")?.id).toBe(id);
    expect(stack.workspace().ids).toEqual({
      "boss@example.com": simulator.workspace.member("boss@example.com")?.id,
      "jon@example.com": id,
    });
    expect((await stack.preview([workspace("acme", jon)])).words).toEqual([
      "2 people declared: nothing to change.",
    ]);
  });

  test("may come with how they are treated, a role and a title: nothing of them is lost", async () => {
    const { errors } = await stack.up([
      workspace("acme", {
        ...boss,
        "jon@example.com": {
          role: "owner",
          title: "CEO",
          onRemove: "restrict",
          formerUserName: "john@example.com",
        },
      }),
    ]);
    expect(errors).toEqual([]);
    expect(stack.workspace().people["jon@example.com"]).toEqual({
      role: "owner",
      title: "CEO",
      onRemove: "restrict",
    });
  });

  test("and fails, goes on under the old one", async () => {
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
    expect((await stack.up([workspace("acme", jon)])).errors).toHaveLength(1);
    expect(Object.keys(stack.workspace().ids)).toEqual(["boss@example.com", "john@example.com"]);
    simulator.faults.clear();
    expect((await stack.up([workspace("acme", jon)])).errors).toEqual([]);
    expect(simulator.workspace.members.filter(({ userName }) => userName.startsWith("jo"))).toHaveLength(1);
  });

  test("and a person who is declared already by the new one is refused in preview", async () => {
    const both = { ...john, "jon@example.com": { role: "member" } } as People;
    expect((await stack.up([workspace("acme", both)])).errors).toEqual([]);
    const { errors } = await stack.preview([workspace("acme", jon)]);
    expect(errors.join()).toContain("The row of jon@example.com has formerUserName john@example.com");
  });

  test("and two who say so are refused in preview", async () => {
    const { errors } = await stack.preview([
      workspace("acme", { ...jon, "j@example.com": { formerUserName: "john@example.com" } }),
    ]);
    expect(errors.join()).toContain("both have formerUserName john@example.com");
  });

  describe("and is handed on to somebody new at once", () => {
    const handedOn: People = { ...jon, "john@example.com": { role: "restricted_member", title: "Trainee" } };

    test("gives each what is theirs", async () => {
      const id = simulator.workspace.member("john@example.com")?.id;
      expect((await stack.up([workspace("acme", handedOn)])).errors).toEqual([]);
      expect(simulator.workspace.member("jon@example.com")).toMatchObject({
        id,
        role: "owner",
        title: "CTO",
      });
      expect(simulator.workspace.member("john@example.com")).toMatchObject({
        role: "restricted_member",
        title: "Trainee",
      });
    });

    test.each(["forbidden", "bad_gateway"] as const)(
      "never gives the newcomer's role or title to who has it still: %s",
      async (name) => {
        const id = simulator.workspace.member("john@example.com")?.id ?? "";
        simulator.faults.add({ name, method: "PATCH", path: `/Users/${id}`, times: "always" });
        const { errors } = await stack.up([workspace("acme", handedOn)]);
        expect(errors).toHaveLength(2);
        expect(errors.join()).toContain(
          "john@example.com was not changed: the e-mail still belongs to the member declared as jon@example.com",
        );
        expect(simulator.workspace.member(id)).toMatchObject({ role: "owner", title: "CTO" });
        simulator.faults.clear();
        expect((await stack.up([workspace("acme", handedOn)])).errors).toEqual([]);
        expect(simulator.workspace.member(id)).toMatchObject({ userName: "jon@example.com", role: "owner" });
        expect(simulator.workspace.member("john@example.com")).toMatchObject({ role: "restricted_member" });
      },
    );

    test("is no hand-over on a first run: who has the address is not renamed as well", async () => {
      const { errors } = await new Stack(simulator).up([workspace("other", handedOn)]);
      const held = simulator.workspace.members.filter(({ userName }) => userName.startsWith("jo"));
      // Whichever it is, nobody has become somebody else's account behind a success.
      expect(held.map(({ userName }) => userName).sort()).toEqual(["john@example.com", "jon@example.com"]);
      expect(errors).toEqual([]);
    });
  });
});

test("without formerUserName one person leaves and another joins", async () => {
  await stack.up([workspace("acme", john)]);
  const { words } = await stack.up([workspace("acme", { ...boss, "jon@example.com": { role: "owner" } })]);
  expect(words.slice(0, 2)).toEqual([
    "- john@example.com leaves (was owner)",
    "+ jon@example.com joins as owner",
  ]);
  expect(simulator.workspace.member("john@example.com")).toBeUndefined();
});

test("a first run adopts nobody by a former e-mail, and says how it is done", async () => {
  simulator.workspace.add({ userName: "john@example.com", role: "member" });
  const program = (people: People) => [
    workspace("acme", { ...boss, ...people }, { limits: { minOwners: 1 } }),
  ];
  const renamed: People = { "jon@example.com": { role: "member", formerUserName: "john@example.com" } };
  const { errors } = await stack.up(program(renamed));
  expect(errors).toEqual([
    expect.stringContaining("declare them as john@example.com first and change the e-mail in the next run"),
  ]);
  expect(simulator.workspace.member("jon@example.com")).toBeUndefined();
  const id = simulator.workspace.member("john@example.com")?.id;
  expect((await stack.up(program({ "john@example.com": { role: "member" } }))).errors).toEqual([]);
  expect((await stack.up(program(renamed))).errors).toEqual([]);
  expect(simulator.workspace.member("jon@example.com")?.id).toBe(id);
});

describe("an e-mail that was changed in Notion", () => {
  beforeEach(async () => {
    await stack.up([workspace("acme", john)]);
    simulator.workspace.edit("john@example.com", { userName: "jon@example.com", emails: null });
    await stack.refresh();
  });

  test("is changed back, and said to be Notion's", async () => {
    const { words, errors } = await stack.up([workspace("acme", john)]);
    expect(words[0]).toBe(
      '~ john@example.com: e-mail "jon@example.com" → "john@example.com" (changed in Notion)',
    );
    expect(errors).toEqual([]);
    expect(simulator.workspace.member("john@example.com")).toMatchObject({ title: "CTO" });
  });

  test("is followed where the program follows it, without a write", async () => {
    simulator.requests.clear();
    const after = { ...boss, "jon@example.com": { role: "owner", title: "CTO" } } as People;
    expect((await stack.up([workspace("acme", after)])).errors).toEqual([]);
    expect(writes()).toEqual([]);
    expect(stack.workspace().people["jon@example.com"]).toEqual({ role: "owner", title: "CTO" });
  });

  test("is left alone with ignoreChanges", async () => {
    simulator.requests.clear();
    const { errors } = await stack.up([workspace("acme", john)], { ignoreChanges: ["people"] });
    expect(errors).toEqual([]);
    expect(writes()).toEqual([]);
  });

  test("is not mistaken for somebody new who is declared by it", async () => {
    const both = { ...john, "jon@example.com": { role: "restricted_member" } } as People;
    const { errors } = await stack.up([workspace("acme", both)]);
    expect(errors).toEqual([]);
    expect(simulator.workspace.member("john@example.com")).toMatchObject({ role: "owner", title: "CTO" });
    expect(simulator.workspace.member("jon@example.com")).toMatchObject({ role: "restricted_member" });
  });
});

test("an e-mail that was changed in Notion and then in the roster removes nobody, with or without a refresh", async () => {
  expect((await stack.up([workspace("acme", john)])).errors).toEqual([]);
  simulator.workspace.edit("john@example.com", { userName: "jon@example.com" });
  const id = simulator.workspace.member("jon@example.com")?.id;
  const followed: People = { ...boss, "jon@example.com": { role: "owner", title: "CTO" } };
  const { errors } = await stack.up([workspace("acme", followed)]);
  expect(errors.join("\n")).toContain("formerUserName john@example.com");
  expect(simulator.workspace.member("jon@example.com")).toMatchObject({ id, role: "owner", title: "CTO" });
  const named = {
    ...boss,
    "jon@example.com": { ...followed["jon@example.com"], formerUserName: "john@example.com" },
  };
  expect((await stack.up([workspace("acme", named as People)])).errors).toEqual([]);
  expect(simulator.workspace.member("jon@example.com")).toMatchObject({ id, role: "owner" });
  expect(Object.keys(stack.workspace().ids)).toEqual(["boss@example.com", "jon@example.com"]);
});

test("a change of e-mail that failed is planned again, also where what is kept beside it was adopted", async () => {
  const before: People = { "ada@example.com": { role: "owner" }, "bea@example.com": { role: "owner" } };
  const after = [
    workspace("acme", {
      "ada@example.com": { role: "owner" },
      "beatrix@example.com": { role: "owner", protect: true, formerUserName: "bea@example.com" },
    }),
  ];
  const other = new Stack(simulator);
  expect((await other.up([workspace("acme", before)])).errors).toEqual([]);
  simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
  expect((await other.up(after)).errors).toHaveLength(1);
  simulator.faults.clear();
  expect((await other.preview(after)).words[0]).toBe(
    `~ beatrix@example.com: e-mail "bea@example.com" → "beatrix@example.com" (the account known under the old e-mail since ${TODAY})`,
  );
  expect((await other.up(after)).errors).toEqual([]);
  expect(simulator.workspace.member("beatrix@example.com")).toMatchObject({ role: "owner" });
});
