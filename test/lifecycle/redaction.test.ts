import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecretRedactor, secretValues } from "../../provider/lifecycle/redaction";
import { Secret } from "../../provider/secret";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type People, type Resource, Stack, user, workspace } from "./workspace/stack";

describe("the secret values of a resource", () => {
  test.each([
    ["by property", { redacted: ["title"], title: "Lead", department: "Sales" }, ["Lead"]],
    [
      "a part of a name or of a list with the whole of it",
      { redacted: ["name", "phoneNumbers"], name: { givenName: "Ada" }, phoneNumbers: [{ value: "+44 1" }] },
      ["Ada", "+44 1"],
    ],
    [
      "the e-mail that was declared beside the one that Notion has",
      { redacted: ["userName"], userName: "new@example.com", declaredUserName: "ada@example.com" },
      ["new@example.com", "ada@example.com"],
    ],
    [
      "by person and property, of a workspace",
      {
        redacted: { "a@example.com": ["title"] },
        people: { "a@example.com": { title: "Lead" }, "b@example.com": {} },
      },
      ["Lead"],
    ],
    [
      "of a guard, and of what it says of no single person",
      {
        redacted: { ada: ["userName"], "": ["tokenOwner"] },
        members: { ada: { userName: "ada@example.com", role: "owner" } },
        tokenOwner: "root@example.com",
      },
      ["ada@example.com", "root@example.com"],
    ],
    ["none where nothing is said", { title: "Lead" }, []],
    ["none of somebody who is not there", { redacted: { "a@example.com": ["title"] }, people: {} }, []],
  ])("are found: %s", (_, properties, values) => {
    expect(secretValues(properties)).toEqual(values);
  });
});

test("the token is told by no line of the provider, whoever repeats it, and no shown output keeps it", async () => {
  const redactor = new SecretRedactor();
  redactor.token = new Secret("ntn_0123456789");
  expect(redactor.scrub("the role is still ntn_0123456789")).toBe("the role is still [redacted]");
  const outs = { title: "ntn_0123456789", displayName: "Ada ntn_0123456789", unmanaged: ["displayName"] };
  const provider = redactor.around({
    create: async () => ({ id: "1", outs }),
  } as unknown as Parameters<SecretRedactor["around"]>[0]);
  // What is declared is data: it would be drift otherwise.
  expect((await provider.create({})).outs).toMatchObject({
    title: "ntn_0123456789",
    displayName: "Ada [redacted]",
  });
});

describe("a line with a secret in it", () => {
  const scrub = (secret: string | string[], text: string) => {
    const redactor = new SecretRedactor();
    redactor.note({ redacted: ["title"], title: secret });
    return redactor.scrub(text);
  };

  test.each([
    ["Keeper", 'Notion answered 403, "Keeper is no title"', 'Notion answered 403, "[secret] is no title"'],
    ["ada@example.com", "ada@example.com joins", "[secret] joins"],
    [
      "Ada@Example.com",
      "ADA@example.com joins, not bada@example.com",
      "[secret] joins, not bada@example.com",
    ],
    ['Say "Hi" twice', 'title "Say \\"Hi\\" twice" is taken', 'title "[secret]" is taken'],
    ["Head of\nResearch", 'no "head  of Research"', 'no "[secret]"'],
    ["Løvås", "Løvås og løvåsen", "[secret] og løvåsen"],
    [["ada@example.com", "ada@example.com.au"], "is ada@example.com.au there", "is [secret] there"],
  ])("does not tell it: %j", (secret, text, scrubbed) => {
    expect(scrub(secret, text)).toBe(scrubbed);
  });

  test.each([
    ['"no such title: Keeper of the Se…', '"no such title: [secret]…'],
    ['"no such title: Keeper of the …', '"no such title: [secret] …'],
    ['"no such title: Keepe…', '"no such title: [secret]…'],
  ])("does not tell the half of it where a server's words were cut: %j", (text, scrubbed) => {
    expect(scrub("Keeper of the Seal", text)).toBe(scrubbed);
  });

  test.each(["en", "IT", "7", "R&D", "is"])("that is as short as %s stays readable", (secret) => {
    const line = `ada@example.com is a member already, and it is 7 others en route to R&D in ${secret}.`;
    expect(scrub(secret, line)).toBe(line);
    expect(scrub(secret, `Notion answered 417, "not ${secret} here". It is all.`)).toBe(
      'Notion answered 417, "not [secret] here". It is all.',
    );
  });

  test("is left as it is where nothing is secret", () => {
    const text = 'title "Keeper" of ada@example.com';
    expect(new SecretRedactor().scrub(text)).toBe(text);
  });

  test("tells nobody's e-mail whose e-mail is secret, whichever they have by now", () => {
    const redactor = new SecretRedactor();
    redactor.emailOf = (id) => ({ u1: "now@example.com", u2: "eve@example.com" })[id];
    redactor.note({ redacted: ["userName"], userName: "ada@example.com" }, "u1");
    redactor.note({ redacted: ["userName"], userId: "u1", role: "owner" }, "u1");
    redactor.note({ redacted: ["title"], userName: "eve@example.com", title: "Lead" }, "u2");
    expect(redactor.scrub("ada@example.com is now@example.com, not eve@example.com")).toBe(
      "[secret] is [secret], not eve@example.com",
    );
  });

  test("costs a run of ten thousand secrets no more than its words", () => {
    const redactor = new SecretRedactor();
    const people = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        `p${index}@example.com`,
        { title: `Secret Title ${index}` },
      ]),
    );
    redactor.note({
      people,
      redacted: Object.fromEntries(Object.keys(people).map((who) => [who, ["title"]])),
    });
    const line = 'Could not change it: "Secret Title 9999 is taken"';
    expect(redactor.scrub(line)).toBe('Could not change it: "[secret] is taken"');
  });
});

describe("what a program made secret of people", () => {
  let simulator: Simulator;
  let stack: Stack;

  beforeEach(async () => {
    simulator = await startSimulator({ seed: { members: 2 } });
    stack = new Stack(simulator);
  });
  afterEach(() => simulator.close());

  const TITLE = "Keeper-Of-The-Seal";
  const hidden = (userName: string, more: object = {}): Resource[] =>
    user("hidden", userName, undefined, { title: TITLE, redacted: ["userName", "title"], ...more });

  test("is in no error of theirs, nor in what the state keeps of it", async () => {
    const { id } = simulator.workspace.add({ userName: "ada@example.org" });
    simulator.faults.add({
      name: "forbidden",
      method: "PATCH",
      times: "always",
      message: `no ${TITLE} for ada@example.org`,
    });
    const { errors, lines } = await stack.up(hidden("ada@example.org"));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('"no [secret] for [secret]"');
    expect([...errors, ...lines].join()).not.toMatch(/Keeper|ada@/);
    const outs = stack.state.get("user hidden")?.outs ?? {};
    expect(stack.state.get("user hidden")?.id).toBe(id);
    // The name that nobody declared is the e-mail, where there is no other.
    expect(outs.name).toEqual({ formatted: "[secret]" });
    expect(outs.redacted).toEqual(["userName", "title"]);
  });

  test("is in no refusal of a check or of a change of e-mail", async () => {
    await stack.up(hidden("ada@example.com"));
    const changed = await stack.preview(hidden("bea@example.com"));
    expect(changed.errors.join()).toContain(
      "This resource has [secret], and the program now declares it as [secret]",
    );
    const bad = await stack.preview(hidden("no address at all"));
    expect(bad.errors.join()).toContain('not "[secret]"');
    expect(JSON.stringify([changed, bad])).not.toMatch(/@example|no address/);
  });

  test("is asked for by a change of the program alone, and no request: then the state holds it so", async () => {
    await stack.up(user("ada", "ada@example.com", "member", { title: TITLE }));
    simulator.requests.clear();
    const program = user("ada", "ada@example.com", "member", { title: TITLE, redacted: ["title"] });
    expect((await stack.up(program)).errors).toEqual([]);
    expect(stack.state.get("user ada")?.outs.redacted).toEqual(["title"]);
    expect(simulator.requests.count()).toBe(0);
  });

  test("goes on being told by nothing after a drift, nor where a refresh says what it would declare", async () => {
    const redacted = { "ada@example.com": ["title"] };
    const people: People = { "ada@example.com": { title: TITLE }, "bea@example.com": {} };
    await stack.up([workspace("acme", people, { redacted })]);
    simulator.workspace.edit("ada@example.com", { userName: "countess@example.com" });
    await stack.refresh();
    const { inputs, outs } = stack.state.get("workspace acme") ?? {};
    // The engine redacts it under its own address, and under another address it does not.
    expect(outs).toHaveProperty(["people", "ada@example.com", "title"], TITLE);
    expect(JSON.stringify(inputs)).not.toContain(TITLE);
  });

  test("does not stay in the state of somebody who could not be removed", async () => {
    const redacted = { "ada@example.com": ["title"] };
    const people: People = { "ada@example.com": { title: TITLE, role: "member" }, "bea@example.com": {} };
    await stack.up([workspace("acme", people, { redacted })]);
    simulator.faults.add({ name: "forbidden", method: "DELETE", times: "always", message: `not ${TITLE}` });
    const { errors } = await stack.up([workspace("acme", { "bea@example.com": {} })]);
    expect(errors.join()).toContain('"not [secret]"');
    const { people: held } = stack.workspace();
    expect(held["ada@example.com"]).toEqual({ role: "member", uncertain: ["membership"] });
    expect(JSON.stringify([errors, stack.workspace()])).not.toContain(TITLE);
  });

  test("does not stay in the state under the former e-mail of somebody whose change of e-mail failed", async () => {
    const person = { title: TITLE, role: "member" } as const;
    await stack.up([
      workspace("acme", { "ada@example.com": person }, { redacted: { "ada@example.com": ["title"] } }),
    ]);
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
    const renamed = { "countess@example.com": { ...person, formerUserName: "ada@example.com" } };
    const program = [workspace("acme", renamed, { redacted: { "countess@example.com": ["title"] } })];
    expect((await stack.up(program)).errors).toHaveLength(1);
    expect(stack.workspace().people).toEqual({
      "ada@example.com": { role: "member", uncertain: ["userName"] },
    });
    simulator.faults.clear();
    expect((await stack.up(program)).errors).toEqual([]);
    expect(stack.workspace().people).toEqual({ "countess@example.com": person });
  });
});
