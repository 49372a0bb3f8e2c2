import { afterEach, expect, test } from "vitest";
import {
  type FaultSpec,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../simulator/index.mts";
import { failed, runContract } from "./contract";

const ZOE = "zoe@example.com";

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator({ seed: "workspace", ...options });
};
afterEach(() => simulator.close());

const run = (...args: string[]) => runContract(simulator, args);
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");
const everybody = () =>
  simulator.workspace.members.map(({ id, userName, role }) => [id, userName, role].join(" "));

test("the package copes with the simulator, and asks by GET alone", async () => {
  await start();
  const done = await run();
  expect({ failed: failed(done), code: done.code }).toEqual({ failed: [], code: 0 });
  expect(writes()).toEqual([]);
  expect(done.report).toMatchObject({ server: "another", sacrifice: false });
  expect(done.report.lines.length).toBeGreaterThan(30);
  // docs/contract.md says how much is asked of somebody's server.
  expect(simulator.requests.count()).toBeLessThanOrEqual(70);
});

test("the life of somebody who is not there ends as it began, and touches nobody else", async () => {
  await start();
  const before = everybody();
  const done = await run("--sacrifice", ZOE);
  expect({ failed: failed(done), code: done.code }).toEqual({ failed: [], code: 0 });
  expect(everybody()).toEqual(before);
  expect(done.line("life.left")).toMatchObject({ met: "as met: not there", package: "removed them" });
  expect(done.line("life.role.value").met).toContain("applied");
  expect(done.line("life.role.path").met).toContain("applied");
  expect(done.line("life.back").met).toContain("the same id");
  expect(done.stderr).toContain(`${ZOE} is left as met: not there.`);
});

test.each(["member", "restricted_member"])(
  "somebody who is there as %s keeps role and title",
  async (role) => {
    await start();
    simulator.workspace.add({ userName: ZOE, role, title: "Analyst" });
    const before = everybody();
    const done = await run("--sacrifice", "Zoe@Example.com");
    expect({ failed: failed(done), code: done.code }).toEqual({ failed: [], code: 0 });
    expect(everybody()).toEqual(before);
    expect(simulator.workspace.member(ZOE)).toMatchObject({ role, title: "Analyst" });
  },
);

test("what will be done to whom is said before it is done", async () => {
  await start();
  simulator.workspace.add({ userName: ZOE, role: "member" });
  const stop = new AbortController();
  stop.abort();
  const done = await runContract(simulator, ["--sacrifice", ZOE], { stop: stop.signal });
  expect(done.stderr).toContain(`${ZOE} will be added (if not there), looked up`);
  expect(done.stderr).toContain("left as member at the end");
  expect(done.code).toBe(1);
  expect(writes()).toEqual([]);
});

test.each([
  ["an owner", { role: "owner" }, {}, "is owner"],
  ["a membership admin", { role: "membership_admin" }, {}, "is membership_admin"],
  ["somebody in a role that nobody knows", { role: "temporary_member" }, {}, "is temporary_member"],
  ["somebody without a role", { role: null }, {}, "role is not told"],
  ["somebody deactivated", { active: false }, {}, "deactivated"],
  ["the token's owner", { role: "member" }, { NOTION_TOKEN_OWNER: ZOE }, "owner of the token"],
])("%s is not sacrificed, and nothing is asked but who they are", async (_, member, env, why) => {
  await start();
  simulator.workspace.add({ userName: ZOE, ...member });
  const done = await runContract(simulator, ["--sacrifice", ZOE], { env });
  expect(done).toMatchObject({ code: 1, json: "", stderr: expect.stringContaining(why) });
  expect(writes()).toEqual([]);
});

test("somebody whose address is another member's second one is not sacrificed", async () => {
  await start();
  const emails = [
    { value: "ada@example.com", primary: true },
    { value: ZOE, primary: false },
  ];
  simulator.workspace.add({ userName: "ada@example.com", emails });
  const done = await run("--sacrifice", ZOE);
  expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining("secondary address") });
  expect(writes()).toEqual([]);
});

test("the report holds nobody's name, address or id, and no token", async () => {
  await start();
  simulator.workspace.add({ userName: ZOE, name: { formatted: "Zoe Zander" }, title: "Head of Zoology" });
  const done = await run("--sacrifice", ZOE);
  const people = simulator.workspace.members.flatMap(({ id, userName, displayName, name, title }) => {
    return [id, userName, displayName, name.formatted, name.familyName, title];
  });
  const private_ = [simulator.token, simulator.origin, ...people].filter(
    (word) => word !== undefined && word.length > 3,
  );
  expect(private_.length).toBeGreaterThan(200);
  expect(private_.filter((word) => done.json.includes(word ?? ""))).toEqual([]);
  expect(done.json).not.toMatch(/@|127\.0\.0\.1/);
});

test("a table is printed where no format is named, for people to read", async () => {
  await start();
  const done = await run("--format", "table");
  expect(done.json).toContain("The package copes with everything that was met");
  expect(done.json).toContain("what the package does");
});

test.each([
  ["knows one form of a role PATCH, without a path", { patchForms: "value" }],
  ["knows one form of a role PATCH, with a path", { patchForms: "path" }],
  ["answers a PATCH by 204", { patchAnswer: "empty" }],
  ["takes no notice of the role in a POST", { ignoreCreateRole: true }],
  ["lists in another order each time", { order: "moving" }],
  ["writes its errors as Notion's other APIs do", { errorStyle: "notion" }],
  ["finds by the first address alone", { emailFilter: "primary" }],
  ["gives small pages", { maxPageSize: 7 }],
  ["takes few requests in a second", { rateLimit: { requestsPerSecond: 40 } }],
] satisfies [string, SimulatorOptions][])("the package copes with a server that %s", async (_, options) => {
  // As many as one page holds: a moving order of more proves nothing.
  await start({ ...options, seed: { members: 20 } });
  const before = everybody().sort();
  const done = await run("--sacrifice", ZOE);
  expect({ failed: failed(done), code: done.code }).toEqual({ failed: [], code: 0 });
  expect(everybody().sort()).toEqual(before);
});

test("which form of a role PATCH a server knows is told", async () => {
  await start({ patchForms: "path" });
  const done = await run("--sacrifice", ZOE);
  expect(done.line("life.role.value")).toMatchObject({
    met: "400 invalidSyntax, a SCIM error, not applied",
    verdict: "copes",
  });
  expect(done.line("life.role.path").met).toMatch(/^200, .* applied$/);
  expect(done.line("life.role")).toMatchObject({
    met: expect.stringContaining("PATCH 400 (value), PATCH 200 (path)"),
  });
});

test("pages that hold less than was asked for are read to the end", async () => {
  await start();
  simulator.faults.add({ name: "short_page", path: "/Users", times: "always" });
  const done = await run();
  expect(done.line("page.listing").met).toContain("proven complete");
  expect(done.code).toBe(0);
});

test("a title that is accepted and ignored is told, and is no reason to fail", async () => {
  await start();
  const done = await run("--sacrifice", "eve@example.org");
  expect(done.line("life.title")).toMatchObject({
    met: expect.stringContaining("not applied"),
    verdict: "copes",
  });
  expect(done.code).toBe(0);
});

test.each<[FaultSpec, string]>([
  [{ name: "duplicate_entry", path: "/Users", times: "always" }, "page.listing"],
  [{ name: "html_ok", path: "/Users", filtered: true, times: "always" }, "filter.package"],
  [
    { name: "not_found", style: "html", path: "/Users/{id}", method: "GET", times: "always" },
    "user.unknown-id",
  ],
])("a server with %o fails at %s, and the exit code is 2", async (fault, id) => {
  await start();
  simulator.faults.add(fault);
  const done = await run();
  expect(failed(done)).toContain(id);
  expect(done.code).toBe(2);
});

test("a removal that is accepted and does nothing fails, and how the person is left is said", async () => {
  await start();
  simulator.faults.add({ name: "html_ok", method: "DELETE", path: "/Users/{id}", times: "always" });
  const done = await run("--sacrifice", ZOE);
  expect(failed(done)).toEqual(expect.arrayContaining(["life.remove", "life.left"]));
  expect(done.stderr).toContain(`${ZOE} is left NOT`);
  expect(done.code).toBe(1);
});

const GROUP = "Contract check";
const groups = () => simulator.workspace.groups.map(({ displayName }) => displayName);

test("the life of a group ends as it began, and touches no other group and nobody", async () => {
  await start();
  const before = [everybody(), groups()];
  const done = await run("--sacrifice-group", GROUP);
  expect({ failed: failed(done), code: done.code }).toEqual({ failed: [], code: 0 });
  expect([everybody(), groups()]).toEqual(before);
  expect(done.report).toMatchObject({ sacrifice: false, sacrificeGroup: true });
  expect(done.stderr).toContain(`The group "${GROUP}" will be created`);
  expect(done.stderr).toContain(`Of the group "${GROUP}" is left: nothing.`);
  expect(done.json).not.toContain(GROUP);
  const touched = writes().flatMap(({ template }) => (template.startsWith("/Users") ? [template] : []));
  expect(touched).toEqual([]);
});

test.each<[string, SimulatorOptions, Record<string, string>]>([
  [
    "does nothing by one form of a removal",
    { removeByFilter: "ignored" },
    { "group.remove.filter": "200, a JSON object: nothing happens" },
  ],
  [
    "clears the group by the form of Entra, as the RFC has it",
    { removeByValue: "clears" },
    { "group.remove.value": "200, a JSON object: they are out of it, EVERYBODY ELSE IS GONE" },
  ],
  [
    "refuses one form of a removal",
    { removeByFilter: "refused" },
    { "group.remove.filter": "400 invalidPath, a SCIM error: nothing happens" },
  ],
  [
    "hides members in listings",
    { listedMembers: "hidden" },
    { "group.listed": "without its members; GET 200 × 30" },
  ],
  [
    "takes no second group of a name",
    { groupNames: "unique" },
    { "group.name-twice": "409 uniqueness, a SCIM error" },
  ],
  [
    "answers changes by 204",
    { patchAnswer: "empty" },
    { "group.add": "204, no body: they are in it, the others stay" },
  ],
])(
  "the package copes with a server that %s, and what it does with groups is told",
  async (_, options, lines) => {
    await start(options);
    const before = groups();
    const done = await run("--sacrifice-group", GROUP);
    expect({ failed: failed(done), code: done.code }).toEqual({ failed: [], code: 0 });
    for (const [id, met] of Object.entries(lines)) expect(done.line(id).met).toBe(met);
    expect(groups()).toEqual(before);
  },
);

test.each<[string, SimulatorOptions, string]>([
  ["replaces a group by an add", { groupAdd: "replaces" }, "group.package.add"],
  [
    "clears a group by either removal",
    { removeByFilter: "clears", removeByValue: "clears" },
    "group.package.remove",
  ],
  ["does not rename", { groupRename: "ignored" }, "group.package.rename"],
])("a server that %s fails at it, and the group is deleted all the same", async (_, options, id) => {
  await start(options);
  const before = groups();
  const done = await run("--sacrifice-group", GROUP);
  expect(failed(done)).toContain(id);
  expect(done.code).toBe(2);
  expect(groups()).toEqual(before);
});

test("a deletion that is refused leaves the group, and that is said: 1", async () => {
  await start({ groupDelete: "refused" });
  const done = await run("--sacrifice-group", GROUP);
  expect(failed(done)).toEqual(expect.arrayContaining(["group.delete", "group.left"]));
  expect(done.stderr).toContain("is left: NOT");
  expect(done.code).toBe(1);
});

test.each([GROUP, "CONTRACT CHECK", `${GROUP} 2`])(
  "a group that is there already (%s) is not touched",
  async (name) => {
    await start();
    simulator.workspace.addGroup(name);
    const done = await run("--sacrifice-group", GROUP);
    expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining("Nothing was done.") });
    expect(writes()).toEqual([]);
  },
);

test.each(["group.create", "group.remove.filter"])(
  "somebody who stops it after %s finds no group left",
  async (id) => {
    await start();
    const before = groups();
    const stopping = new AbortController();
    const heard = (text: string) => text.startsWith(`${id}\n`) && stopping.abort();
    const args = ["--sacrifice-group", GROUP];
    const done = await runContract(simulator, args, { stop: stopping.signal, heard });
    expect(done.line("group.left").verdict).toBe("expected");
    expect(groups()).toEqual(before);
  },
);

test("where a step is met by a lost connection, the person is still put back", async () => {
  await start();
  const before = everybody();
  simulator.faults.add({ name: "drop_before", method: "PATCH", path: "/Users/{id}", times: 1 });
  const done = await run("--sacrifice", ZOE);
  expect(done.line("life.role.value")).toMatchObject({ verdict: "fails" });
  expect(done.line("life.left").verdict).toBe("expected");
  expect(everybody()).toEqual(before);
});

test.each(["life.add", "life.role.value", "life.remove"])(
  "somebody who stops it after %s finds the person as they were",
  async (id) => {
    await start();
    simulator.workspace.add({ userName: "there@example.com", role: "member", title: "Analyst" });
    const before = everybody();
    for (const email of [ZOE, "there@example.com"]) {
      const stopping = new AbortController();
      const heard = (text: string) => text.startsWith(id) && stopping.abort();
      const done = await runContract(simulator, ["--sacrifice", email], { stop: stopping.signal, heard });
      expect(done.line("life.left")).toMatchObject({
        met: expect.stringMatching(/^as met/),
        verdict: "expected",
      });
      expect(everybody()).toEqual(before);
      expect(simulator.workspace.member("there@example.com")?.title).toBe("Analyst");
    }
  },
);

test.each([
  ["no address", [], "--base-url"],
  ["an unknown format", ["--base-url", "http://127.0.0.1:1", "--format", "xml"], "--format"],
  ["a token as an argument", ["--base-url", "http://127.0.0.1:1", "--token", "x"], "--token"],
  ["no name of a group", ["--base-url", "http://127.0.0.1:1", "--sacrifice-group", " "], "--sacrifice-group"],
  ["no e-mail address", ["--base-url", "http://127.0.0.1:1", "--sacrifice", "zoe"], "--sacrifice"],
])("%s is wrong usage: 64", async (_, args, said) => {
  await start();
  const done = await runContract(simulator, args, { bare: true });
  expect(done).toMatchObject({ code: 64, stderr: expect.stringContaining(said) });
  expect(simulator.requests.count()).toBe(0);
});

test("a token that is not accepted, or none, is an error that says so: 1", async () => {
  await start();
  const wrong = await runContract({ baseUrl: simulator.baseUrl, token: "sim_wrong" });
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("the token is not accepted") });
  const none = await runContract({ baseUrl: simulator.baseUrl, token: "" });
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("NOTION_SCIM_TOKEN") });
});
