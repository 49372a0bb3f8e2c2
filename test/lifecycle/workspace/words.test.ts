import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.mts";
import { type People, Stack, workspace } from "./stack";

let simulator: Simulator;
let stack: Stack;

beforeEach(async () => {
  simulator = await startSimulator({ seed: { members: 2 } });
  stack = new Stack(simulator);
});
afterEach(() => simulator.close());

const ada = { role: "owner", title: "Countess" } as const;
const bea = { role: "owner" } as const;
const people: People = {
  "ada@example.com": ada,
  "bea@example.com": bea,
  "kestrel@example.com": { role: "member" },
  "sam@example.com": { role: "member", title: "Analyst" },
  "sami@example.com": { role: "restricted_member" },
};

describe("a plain preview says who, without a request:", () => {
  test("of a first run first that members are adopted and keep what is higher, then who is declared", async () => {
    const { words, errors } = await stack.preview([workspace("acme", people)]);
    expect(errors).toEqual([]);
    expect(words).toEqual([
      "! 5 people are declared for the first time. Existing members are adopted, not invited. They keep a role that is higher than declared.",
      "+ ada@example.com joins as owner",
      "+ bea@example.com joins as owner",
      "+ kestrel@example.com joins as member",
      "+ sam@example.com joins as member",
      "+ sami@example.com joins as restricted_member",
      "5 people declared (0 before): 5 join or are adopted.",
    ]);
    expect(simulator.requests.count()).toBe(0);
  });

  test("the most important first, and one summary", async () => {
    await stack.up([workspace("acme", people)]);
    simulator.requests.clear();
    const { "sami@example.com": _, ...others } = people;
    const after: People = {
      ...others,
      "kestrel@example.com": { role: "owner" },
      "sam@example.com": { role: "member", title: "Lead", department: "Sales" },
      "zoe@example.com": { role: "member" },
    };
    const { words, errors } = await stack.preview([workspace("acme", after)]);
    expect(errors).toEqual([]);
    expect(words).toEqual([
      "~ kestrel@example.com: member → owner",
      "- sami@example.com leaves (was restricted_member)",
      "+ zoe@example.com joins as member",
      '~ sam@example.com: title "Analyst" → "Lead", department (not managed) → "Sales"',
      "5 people declared: 1 leaves, 1 joins, 1 role up, 1 profile changes.",
    ]);
    expect(simulator.requests.count()).toBe(0);
  });

  test("that nothing is to change, too", async () => {
    await stack.up([workspace("acme", people)]);
    expect((await stack.preview([workspace("acme", people)])).words).toEqual([
      "5 people declared: nothing to change.",
    ]);
  });

  test("of a role that was not managed so far, that it is unknown, not that there is none", async () => {
    await stack.up([workspace("acme", { ...people, "kestrel@example.com": {} })]);
    const { words } = await stack.preview([workspace("acme", people)]);
    expect(words[0]).toBe("~ kestrel@example.com: role (not managed) → member");
  });

  test("cut after fifty, with the rest counted by kind; after twenty in a first run", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 70 }, (_, index) => [`p${String(index).padStart(2, "0")}@example.com`, {}]),
    );
    const { words } = await stack.preview([workspace("acme", many)]);
    expect(words.filter((line) => line.startsWith("+ "))).toHaveLength(20);
    expect(words).toContain("… and 50 more: 50 join");
    expect(words.at(-1)).toBe("70 people declared (0 before): 70 join or are adopted.");
    await stack.up([workspace("acme", people)]);
    const later = (await stack.preview([workspace("acme", { ...people, ...many })])).words;
    expect(later.filter((line) => line.startsWith("+ "))).toHaveLength(50);
    expect(later).toContain("… and 20 more: 20 join");
  });

  test("of a domain that is replaced, first, that formerUserName keeps the accounts", async () => {
    await stack.up([workspace("acme", people)]);
    const moved = Object.fromEntries(
      Object.entries(people).map(([email, person]) => [email.replace("example.com", "example.net"), person]),
    );
    const limits = { maxRemovals: 5, tokenOwner: "zoe@example.com" };
    const { words } = await stack.preview([workspace("acme", moved, { limits })]);
    expect(words[0]).toBe(
      "! 5 people leave and join again at another domain, such as ada@example.com as ada@example.net. " +
        "If only the e-mail has changed, write the old one into formerUserName of the row: it is then changed in place, and the account stays.",
    );
    const refused = await stack.preview([
      workspace("acme", moved, { limits: { ...limits, maxRemovals: 4 } }),
    ]);
    expect(refused.errors.join()).toMatch(/^5 people leave and join again at another domain/);
    expect(refused.errors.join()).toContain("5 of 5 people would be removed at once");
    const { "ada@example.com": _, ...rest } = people;
    const one = await stack.preview([workspace("acme", { ...rest, "ada@example.net": ada })]);
    expect(one.words[0]).toMatch(/^! ada@example.com leaves and ada@example.net joins. If only the e-mail/);
    const named = Object.fromEntries(
      Object.entries(moved).map(([email, person]) => [
        email,
        { ...person, formerUserName: email.replace("example.net", "example.com") },
      ]),
    );
    expect((await stack.preview([workspace("acme", named)])).words.join()).not.toContain("If only");
  });
});

describe("what a refresh found", () => {
  beforeEach(async () => {
    await stack.up([workspace("acme", people)]);
    simulator.workspace.edit("sam@example.com", { title: "Boss" });
    simulator.workspace.edit("kestrel@example.com", { role: "membership_admin" });
    simulator.workspace.remove("sami@example.com");
    simulator.workspace.edit("bea@example.com", { active: false });
  });

  test("is told as changed in Notion, with how many are not declared; the refresh itself says nothing", async () => {
    const told = await stack.refresh();
    expect(told).toEqual({ words: [], lines: [], errors: [] });
    const { words } = await stack.preview([workspace("acme", people)]);
    expect(words).toEqual([
      "~ kestrel@example.com: membership_admin → member (changed in Notion)",
      "+ sami@example.com joins as restricted_member again (was removed in Notion)",
      "~ bea@example.com: deactivated → active",
      '~ sam@example.com: title "Boss" → "Analyst" (changed in Notion)',
      "5 people declared: 1 joins, 1 role down, 2 profiles change. 2 others are in the workspace and not declared. Privileged among them: member.001@example.com (owner), member.002@example.com (owner).",
    ]);
  });

  test("is said once in a run that reads first, and repaired by it", async () => {
    const preview = await stack.preview([workspace("acme", people)], { refresh: true });
    expect(preview.words).toHaveLength(5);
    const { words, lines, errors } = await stack.up([workspace("acme", people)], { refresh: true });
    expect(errors).toEqual([]);
    expect(words).toEqual(preview.words);
    expect(lines).toEqual(["Done: 1 added, 1 role down, 2 profiles changed."]);
    expect(simulator.workspace.member("sam@example.com")).toMatchObject({ title: "Analyst" });
    expect(simulator.workspace.member("kestrel@example.com")).toMatchObject({ role: "member" });
    expect(simulator.workspace.member("bea@example.com")).toMatchObject({ active: true });
    expect((await stack.preview([workspace("acme", people)], { refresh: true })).words).toEqual([
      "5 people declared: nothing to change. 2 others are in the workspace and not declared. Privileged among them: member.001@example.com (owner), member.002@example.com (owner).",
    ]);
  });

  test("then an up repairs it as well", async () => {
    await stack.refresh();
    expect((await stack.up([workspace("acme", people)])).errors).toEqual([]);
    expect(simulator.workspace.member("sami@example.com")).toMatchObject({ role: "restricted_member" });
    expect((await stack.preview([workspace("acme", people)])).words).toEqual([
      "5 people declared: nothing to change. 2 others are in the workspace and not declared. Privileged among them: member.001@example.com (owner), member.002@example.com (owner).",
    ]);
  });

  test("keeps somebody whose return failed as removed in Notion", async () => {
    await stack.refresh();
    simulator.faults.add({ name: "forbidden", method: "POST", times: "always" });
    expect((await stack.up([workspace("acme", people)])).errors).toHaveLength(1);
    simulator.faults.clear();
    expect((await stack.preview([workspace("acme", people)])).words).toEqual([
      "+ sami@example.com joins as restricted_member again (was removed in Notion)",
      "5 people declared: 1 joins. 2 others are in the workspace and not declared. Privileged among them: member.001@example.com (owner), member.002@example.com (owner).",
    ]);
  });
});

describe("a value that the program made secret", () => {
  const redacted = { "sam@example.com": ["title"] };
  const inventor = { ...people, "sam@example.com": { role: "member", title: "Inventor-of-X" } } as People;

  test("is told by nothing, and what a refresh finds beside it is kept by nothing", async () => {
    const told = [await stack.up([workspace("acme", inventor, { redacted })])];
    simulator.workspace.edit("sam@example.com", { title: "Elsewhere" });
    told.push(await stack.refresh());
    // The engine makes secret what stands where the program has a secret, and nothing else.
    const { people: held } = stack.workspace();
    expect(JSON.stringify(held)).not.toContain("Inventor-of-X");
    const preview = await stack.preview([workspace("acme", inventor, { redacted })]);
    expect(preview.words[0]).toBe("~ sam@example.com: title [secret] → [secret]");
    simulator.faults.add({ name: "ignored_change", method: "PATCH", times: "always" });
    const failed = await stack.up([workspace("acme", inventor, { redacted })]);
    expect(failed.errors.join()).toContain("title");
    told.push(preview, failed);
    expect(JSON.stringify(told)).not.toMatch(/Inventor-of-X|Elsewhere/);
  });
});
