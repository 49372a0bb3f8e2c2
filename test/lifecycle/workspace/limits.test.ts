import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

const email = (number: number) => `p${String(number).padStart(2, "0")}@example.com`;
const emails = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => email(from + index));
/** Twenty-four people, the first two of them owners. */
const people: People = Object.fromEntries(
  emails(1, 24).map((address, index) => [address, { role: index < 2 ? "owner" : "member" }]),
);
const some = (keep: (address: string) => boolean): People =>
  Object.fromEntries(Object.entries(people).filter(([address]) => keep(address)));
const without = (gone: string[]) => some((address) => !gone.includes(address));
const withRole = (who: string[], role: "owner" | "restricted_member" | "membership_admin"): People =>
  Object.fromEntries(
    Object.entries(people).map(([address, person]) => [address, who.includes(address) ? { role } : person]),
  );

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 4 } });
  stack = new Stack(simulator);
  expect((await stack.up([workspace("acme", people, { limits: { maxPromotions: 2 } })])).errors).toEqual([]);
  simulator.requests.clear();
});
afterEach(() => simulator.close());

/** Tried three times each way, it does nothing three times; the words are said as well. */
async function refused(
  program: ReturnType<typeof workspace>,
  env: Record<string, string>,
  ...texts: string[]
) {
  const [members, state] = [simulator.workspace.members, structuredClone(stack.state)];
  for (const options of [{ preview: true }, { preview: false }, { preview: false }, { preview: true }]) {
    const { errors } = await stack.up([program], { ...options, env });
    for (const text of texts) expect(errors.join("\n")).toContain(text);
  }
  const preview = await stack.preview([program], { env });
  for (const text of texts) expect(preview.errors.join("\n")).toContain(text);
  expect(preview.words.length, "the words are said, too").toBeGreaterThan(0);
  for (const address of Object.keys(people)) {
    const told = [...preview.words, ...preview.errors].filter(
      (text) => text.includes(`${address} leaves`) || (text.includes(`They are`) && text.includes(address)),
    );
    expect(told.length, `${address} is named once`).toBeLessThan(2);
  }
  expect(simulator.requests.count()).toBe(0);
  expect(simulator.workspace.members).toEqual(members);
  expect(stack.state).toEqual(state);
}

describe("a change that is refused in preview and in up, however often it is tried:", () => {
  test("a mass removal: a short list upstream", () =>
    refused(
      workspace("acme", without(emails(16, 24))),
      {},
      "9 of 24 people would be removed at once; maxRemovals allows 6 (25%, at least 5)",
      "If this is meant, run it with NOTION_MAX_REMOVALS=9, or set maxRemovals to 9 in the program (`limits` of the NotionWorkspace). " +
        `They are ${emails(16, 24).join(", ")}.`,
    ));

  test("a list that came back empty", () =>
    refused(workspace("acme", {}), {}, "24 of 24 people would be removed at once", "minOwners", email(24)));

  test("a mass demotion", () =>
    refused(
      workspace("acme", withRole(emails(11, 24), "restricted_member")),
      {},
      "14 of 24 people would be demoted at once; maxDemotions allows 6",
      `${email(11)} (member to restricted_member)`,
    ));

  test("a column of roles that was filled down", () =>
    refused(
      workspace("acme", withRole(emails(1, 24), "membership_admin")),
      {},
      "22 people would be promoted to owner or membership_admin at once; maxPromotions allows 3",
      `${email(3)} (member to membership_admin)`,
    ));

  test("one owner of two demoted, a required owner missing, and the token's owner removed", () =>
    refused(
      workspace("acme", without([email(1)]), {
        limits: { requiredOwners: [email(1)], tokenOwner: email(1) },
      }),
      {},
      "The program declares 1 owner",
      `requiredOwners names ${email(1)}`,
      `${email(1)} owns the SCIM token in use`,
    ));

  test("more removals and demotions together than NOTION_MAX_REMOVALS says", () =>
    refused(
      workspace(
        "acme",
        Object.fromEntries(
          Object.entries(withRole(emails(10, 12), "restricted_member")).filter(
            ([address]) => !emails(20, 22).includes(address),
          ),
        ),
      ),
      { NOTION_MAX_REMOVALS: "5" },
      "6 people would be removed or demoted in one run",
      "notion:maxRemovals",
    ));

  test("somebody who is protected", async () => {
    const kept = { ...people, [email(9)]: { role: "member", protect: true } } as People;
    expect((await stack.up([workspace("acme", kept)])).errors).toEqual([]);
    simulator.requests.clear();
    await refused(workspace("acme", without([email(9)])), {}, `${email(9)} is protected (protect: true)`);
    const { [email(9)]: _, ...rest } = kept;
    expect((await stack.up([workspace("acme", { ...rest, [email(9)]: { role: "member" } })])).errors).toEqual(
      [],
    );
    expect((await stack.up([workspace("acme", rest)])).errors).toEqual([]);
    expect(simulator.workspace.member(email(9))).toBeUndefined();
  });
});

test("a removal that the program lets through goes to its end", async () => {
  const program = [workspace("acme", without(emails(16, 24)), { limits: { maxRemovals: 9 } })];
  expect((await stack.up(program)).errors).toEqual([]);
  expect(simulator.workspace.members).toHaveLength(4 + 15);
});

test("limits are judged by what is applied, not by what was declared: what failed is judged again", async () => {
  const four = [workspace("acme", without(emails(21, 24)))];
  simulator.faults.add({ name: "forbidden", method: "DELETE", times: "always" });
  expect((await stack.up(four)).errors).toHaveLength(4);
  simulator.faults.clear();
  simulator.requests.clear();
  await refused(
    workspace("acme", without(emails(17, 24))),
    {},
    "8 of 24 people would be removed at once; maxRemovals allows 6",
  );
});

describe("the end of a workspace is judged by the limits that the state keeps:", () => {
  test.each([
    ["pulumi destroy", (): Promise<{ errors: string[] }> => stack.destroy()],
    ["taking it out of the program", () => stack.up([])],
  ])("%s is refused with all names before anything is written, three times", async (_, end) => {
    const state = structuredClone(stack.state);
    for (let run = 0; run < 3; run += 1) {
      const { errors } = await end();
      expect(errors.join()).toContain("24 of 24 people would be removed at once; maxRemovals allows 6");
      for (const address of emails(1, 24)) expect(errors.join()).toContain(address);
    }
    // Each run asks for two people of the state: whoever is there proves that it is the right workspace.
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 6 });
    expect(stack.state).toEqual(state);
  });

  test("with the token of another workspace it says so, since no limit would let that through", async () => {
    // Its three have none of the ids of the state.
    const other = await startSimulator({ seed: { members: 3 } });
    onTestFinished(() => other.close());
    const { errors } = await stack.destroy({
      env: { NOTION_SCIM_TOKEN: other.token, NOTION_SCIM_BASE_URL: other.baseUrl },
    });
    expect(errors.join()).toContain("the state most likely belongs to another workspace");
    expect(errors.join()).not.toContain("maxRemovals");
    expect(other.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("with a token that is refused the limits are named all the same", async () => {
    const { errors } = await stack.destroy({ env: { NOTION_SCIM_TOKEN: "of-nobody" } });
    expect(errors.join()).toContain("24 of 24 people would be removed at once; maxRemovals allows 6");
  });

  test("and passes with NOTION_MAX_REMOVALS", async () => {
    const { errors, lines } = await stack.destroy({ env: { NOTION_MAX_REMOVALS: "24" } });
    expect(errors).toEqual([]);
    expect(lines.at(-1)).toBe("Done: 24 have left.");
    expect(simulator.workspace.members).toHaveLength(4);
  });

  test("somebody who is protected keeps all of it from ending", async () => {
    const kept = { ...people, [email(9)]: { role: "member", protect: true } } as People;
    await stack.up([workspace("acme", kept, { limits: { maxRemovals: 24 } })]);
    simulator.requests.clear();
    const { errors } = await stack.destroy();
    expect(errors.join()).toContain(`${email(9)} is protected`);
    expect(simulator.requests.counts).toEqual({ "GET /Users/{id}": 2 });
  });

  test("the last owner stays, whatever the limits", async () => {
    // Of nobody's: it does not die with somebody's role.
    const NOTION_SCIM_TOKEN = simulator.addToken();
    simulator.workspace.edit("member.001@example.com", { role: "member" });
    simulator.workspace.edit("member.002@example.com", { role: "member" });
    const { errors } = await stack.destroy({ env: { NOTION_MAX_REMOVALS: "24", NOTION_SCIM_TOKEN } });
    expect(errors.join()).toContain("no other owner would be left in the workspace");
    expect(simulator.workspace.members.filter(({ role }) => role === "owner")).toHaveLength(1);
  });
});

describe("sixty people who are declared newly", () => {
  const sixty = Array.from({ length: 60 }, (_, index) => `n${index}@other.example`);
  const program = [
    workspace("acme", { ...people, ...Object.fromEntries(sixty.map((address) => [address, {}])) }),
  ];
  const TOO_MANY = "60 people would be added at once; maxAdditions allows 50";

  test("and are no members, as a file of another company pasted in: told in preview, refused before the first write, however often", async () => {
    const [members, kept] = [simulator.workspace.members, structuredClone(stack.workspace().people)];
    for (const options of [{ preview: true }, { preview: false }, { refresh: true }]) {
      const { errors } = await stack.up(program, options);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toContain(TOO_MANY);
      expect(errors[0]).toContain(sixty[0]);
    }
    const writes = simulator.requests.entries.filter(({ method }) => method !== "GET");
    expect(writes).toEqual([]);
    expect(simulator.workspace.members).toEqual(members);
    expect(stack.workspace().people).toEqual(kept);
    simulator.requests.clear();
    const { errors, words } = await stack.preview(program);
    expect(errors).toEqual([]);
    const told = words.find((line) => line.includes(TOO_MANY));
    expect(told).toMatch(
      /^\? `up` will refuse this before it writes anything, unless enough of them are members already: /,
    );
    expect(simulator.requests.count()).toBe(0);
  });

  test.each([{ refresh: false }, { refresh: true }])(
    "and are members are no additions: %o",
    async (options) => {
      for (const userName of sixty) simulator.workspace.add({ userName });
      const { errors, lines } = await stack.up(program, options);
      expect(errors).toEqual([]);
      expect(lines).toContain("60 were members already: adopted, not added.");
    },
  );

  test("and of whom fifty-one are no members are refused by these", async () => {
    for (const userName of sixty.slice(0, 9)) simulator.workspace.add({ userName });
    const { errors } = await stack.up(program);
    expect(errors.join()).toContain("51 people would be added at once; maxAdditions allows 50");
    expect(errors.join()).not.toContain(`${sixty[0]},`);
    simulator.workspace.add({ userName: String(sixty[10]) });
    expect((await stack.up(program)).errors).toEqual([]);
  });
});

describe("a first run", () => {
  test("is judged once it is known who is there: who is added or promoted, with nothing written", async () => {
    const other = new Stack(simulator);
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`n${index}@example.com`, {}]));
    const { errors } = await other.up([workspace("other", many)]);
    expect(errors.join()).toContain("60 people would be added at once; maxAdditions allows 50");
    expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(other.state.size).toBe(0);
    expect((await other.up([workspace("other", many, { limits: { maxAdditions: 60 } })])).errors).toEqual([]);
  });

  test("of people who are there is no addition, however many", async () => {
    for (let index = 0; index < 60; index += 1)
      simulator.workspace.add({ userName: `n${index}@example.com` });
    const there = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`n${index}@example.com`, {}]));
    expect((await new Stack(simulator).up([workspace("other", there)])).errors).toEqual([]);
  });
});
