import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

// One workspace through its life, on the real engine; each part begins with what the one before left. What needs no
// engine is in test/lifecycle/workspace.

interface Row {
  userName: string;
  role?: string;
  title?: string;
  formerUserName?: string;
}

const LONG = 240_000;
const email = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
const DECLARED = Array.from(
  { length: 12 },
  (_, index): Row => ({ userName: email(index + 1), role: index < 2 ? "owner" : "member" }),
);
const [ada, bea, ...others] = DECLARED as [Row, Row, ...Row[]];

let simulator: Simulator;
let project: Project;

const live = (userName: string) => simulator.workspace.member(userName);
const writes = () => simulator.requests.entries.filter(({ method }) => method !== "GET");
const state = (name = "acme") => {
  const outputs = project.resources.get(`NotionWorkspace ${name}`)?.outputs;
  return outputs as { people: Record<string, unknown>; ids: Record<string, string> };
};
/** How often a line was said; the CLI shows what it was told as it comes, and once more at the end of a run. */
const times = ({ stdout }: Outcome, text: string) =>
  stdout.split("\n").filter((line) => line.startsWith("    ") && line.trim() === text).length;

function workspace(people: Row[], settings = "", name = "acme", options = ""): string {
  return `new NotionWorkspace("${name}", { people: ${JSON.stringify(people)}, ${settings} }, { ${options} });`;
}

function declare(...parts: string[]): void {
  project.declare(['const { NotionWorkspace } = require("pulumi-notion");', ...parts].join("\n"));
}

beforeAll(async () => {
  simulator = await startSimulator({ seed: { members: 14 } });
  project = await makeProject("workspace", { simulator, programs: "kept" });
  return async () => {
    project.dispose();
    await simulator.close();
  };
}, LONG);

beforeEach(() => {
  simulator.requests.clear();
  simulator.faults.clear();
});

test("a take-over is one resource and writes nothing; each word is said once in a preview and once in an up", {
  timeout: LONG,
}, async () => {
  declare(workspace(DECLARED));
  const preview = await succeed(project.preview());
  const summary = "12 people declared (0 before): 12 join or are adopted.";
  for (const line of [`+ ${email(1)} joins as owner`, summary]) expect(times(preview, line), line).toBe(1);
  const reassurance = preview.stdout.indexOf("Existing members are adopted, not invited.");
  expect(reassurance).toBeGreaterThan(0);
  expect(reassurance, "first of all").toBeLessThan(preview.stdout.indexOf(email(1)));
  expect(simulator.requests.count()).toBe(0);
  const outcome = await succeed(project.pulumi("up", "--yes"));
  expect(times(outcome, summary), "of a preview and of an up").toBe(2);
  expect(times(outcome, "Done: 12 adopted.")).toBe(1);
  expect(writes()).toEqual([]);
  expect([...project.resources.keys()]).toEqual(["NotionWorkspace acme"]);
  expect(state().ids[email(3)]).toBe(live(email(3))?.id);
});

test("a change that is refused three times does nothing three times, in preview and in up", {
  timeout: LONG,
}, async () => {
  declare(workspace(DECLARED.slice(0, 5)));
  const before = project.stateText;
  const members = simulator.workspace.members;
  for (const run of [() => project.up(), () => project.preview(), () => project.up()]) {
    const refused = await run();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.everything).toContain("7 of 12 people would be removed at once; maxRemovals allows 5");
    expect(refused.everything).toContain("If this is meant, run it with NOTION_MAX_REMOVALS=7, or set");
    // The CLI shows a message as it comes, and once more at the end.
    expect(refused.stdout.split(email(12)), "named in the error alone").toHaveLength(1 + 2);
    expect(refused.everything).not.toContain("see the error of the resource");
  }
  expect(simulator.requests.count()).toBe(0);
  expect(simulator.workspace.members).toEqual(members);
  expect(JSON.parse(project.stateText).checkpoint.latest.resources).toEqual(
    JSON.parse(before).checkpoint.latest.resources,
  );
});

describe("one person's failure", () => {
  const changed = [
    ada,
    bea,
    ...others.slice(1),
    { userName: "zoe@example.com", role: "membership_admin" },
  ].map((row) => (row.userName === email(5) ? { ...row, title: "Lead" } : row));

  test("is theirs: the others are written, the state holds what is true, the next preview shows the rest", {
    timeout: LONG,
  }, async () => {
    declare(workspace(changed));
    simulator.faults.add({ name: "forbidden", method: "PATCH", times: "always" });
    const failed = await project.up();
    expect(failed.exitCode).not.toBe(0);
    expect(failed.everything).toContain(email(5));
    expect(live("zoe@example.com")).toMatchObject({ role: "membership_admin" });
    expect(live(email(3))).toBeUndefined();
    expect(state().people[email(5)]).toEqual({ role: "member", title: "", uncertain: ["title"] });
    simulator.faults.clear();
    const preview = await succeed(project.preview());
    expect(preview.everything).toContain(`~ ${email(5)}: title (empty) → "Lead"`);
    expect(preview.everything).toContain("12 people declared: 1 profile changes.");
    simulator.requests.clear();
    await succeed(project.up());
    expect(writes().map(({ method }) => method)).toEqual(["PATCH"]);
    await succeed(project.preview("--expect-no-changes"));
  });
});

test("one removal is a look, the removal and the proof of it; up --refresh removes, too", {
  timeout: LONG,
}, async () => {
  declare(workspace([ada, bea, ...others.slice(1)]));
  await succeed(project.up());
  expect(live("zoe@example.com")).toBeUndefined();
  expect(simulator.requests.counts).toMatchObject({ "GET /Users/{id}": 2, "DELETE /Users/{id}": 1 });
  declare(workspace([ada, bea, ...others.slice(3)]));
  await succeed(project.up("--refresh"));
  expect(live(email(5))).toBeUndefined();
  expect(live(email(4))).toBeUndefined();
});

test("a secret attribute is in no output and nowhere in clear, also where it was changed in Notion", {
  timeout: LONG,
}, async () => {
  const rest = JSON.stringify([ada, bea, ...others.slice(3, -1)]);
  const declareSecret = (title: string) =>
    declare(`new NotionWorkspace("acme", { people: [...${rest},
      { userName: "${email(12)}", role: "member", title: pulumi.secret("${title}") }] });`);
  declareSecret("Inventor-of-X");
  const outcomes = [await succeed(project.pulumi("up", "--yes", "--diff"))];
  expect(live(email(12))?.title).toBe("Inventor-of-X");
  simulator.workspace.edit(email(12), { title: "Elsewhere-of-Y" });
  outcomes.push(await succeed(project.refresh()));
  outcomes.push(await succeed(project.preview("--diff")));
  expect(outcomes.at(-1)?.everything).toContain(`~ ${email(12)}: title [secret] → [secret]`);
  outcomes.push(await succeed(project.up()));
  for (const { everything } of outcomes) expect(everything).not.toMatch(/Inventor-of-X|Elsewhere-of-Y/);
  for (const text of ["Elsewhere-of-Y", "Inventor-of-X"]) {
    const files = project.filesWith(text).filter((file) => !/node_modules|index\.js$/.test(file));
    expect(files, text).toEqual([]);
  }
  declare(workspace([ada, bea, ...others.slice(3)]));
  await succeed(project.up());
});

test("ids are for other resources, a value of another resource may be an attribute, and ignoreChanges holds", {
  timeout: LONG,
}, async () => {
  const people = [ada, bea, ...others.slice(3)];
  declare(
    `const user = new NotionUser("new", { userName: "new@example.com" });`,
    `const acme = new NotionWorkspace("acme", { people: [
       ...${JSON.stringify(people)}, { userName: "kim@example.com", title: user.id }] });`,
    `new NotionRoleAssignment("kim", { userId: acme.idOf("KIM@example.com"), role: "membership_admin" });`,
  );
  const preview = await succeed(project.preview());
  expect(preview.everything).toContain("+ kim@example.com joins");
  await succeed(project.up());
  expect(live("kim@example.com")).toMatchObject({
    title: live("new@example.com")?.id,
    role: "membership_admin",
  });
  await succeed(project.preview("--expect-no-changes"));

  declare(workspace(people, "", "acme", 'ignoreChanges: ["people"]'));
  simulator.workspace.edit(email(7), { role: "membership_admin" });
  simulator.requests.clear();
  await succeed(project.up("--refresh"));
  expect(live(email(7))).toMatchObject({ role: "membership_admin" });
  expect(live("kim@example.com"), "the program does not say").toBeDefined();
  declare(workspace(people));
  await succeed(project.up("--refresh"));
  expect(live("kim@example.com")).toBeUndefined();
  expect(live(email(7))).toMatchObject({ role: "member" });
});

describe("who moves within the program", () => {
  const staff = [ada, bea, ...others.slice(3, 6)];
  const kim = { userName: email(12), role: "member", title: "Analyst" };

  test("between workspaces stays, whichever is declared first; so does who is in one that is renamed", {
    timeout: LONG,
  }, async () => {
    const all = [...staff, ...others.slice(6, -1), kim];
    declare(workspace(all));
    await succeed(project.up());
    const members = simulator.workspace.members;
    const parts = [workspace(staff), workspace([...others.slice(6, -1), kim], "", "partners")];
    const moves = [
      { to: parts, by: [] },
      { to: [workspace(all, "", "everybody")], by: ["--refresh"] },
      { to: parts.toReversed(), by: [] },
      { to: [workspace(all)], by: [] },
    ];
    for (const { to, by } of moves) {
      declare(...to);
      simulator.requests.clear();
      await succeed(project.up(...by));
      expect(simulator.workspace.members).toEqual(members);
      expect(writes()).toEqual([]);
      expect(project.resources.size).toBe(to.length);
    }
  });

  test("from a workspace to a NotionUser with a role and back keeps both", { timeout: LONG }, async () => {
    const rest = [...staff, ...others.slice(6, -1)];
    const members = simulator.workspace.members;
    const byHand = `
      const user = new NotionUser("kim", { userName: "${kim.userName}", title: "Analyst" });
      new NotionRoleAssignment("kim", { userId: user.id, role: "member" }, { deletedWith: user });`;
    for (const parts of [[workspace(rest), byHand], [workspace([...rest, kim])], [byHand, workspace(rest)]]) {
      declare(...parts);
      await succeed(project.up());
      expect(simulator.workspace.members).toEqual(members);
    }
    declare(byHand, workspace([...rest, kim]));
    const both = await project.preview();
    expect(both.exitCode).not.toBe(0);
    expect(both.everything).toContain(`${kim.userName} is declared twice`);
    declare(workspace([...rest, kim]));
    await succeed(project.up());
    expect(simulator.workspace.members).toEqual(members);
    expect(writes()).toEqual([]);
  });
});

test("an address that is handed on gives each what is theirs, also by a NotionUser and to a workspace that is declared first", {
  timeout: LONG,
}, async () => {
  const id = live(email(12))?.id;
  const rest = [ada, bea, ...others.slice(3, -1)];
  const lou = (userName: string, former = "") =>
    `new NotionUser("lou", { userName: "${userName}", ${former} });`;
  declare(
    workspace([...rest, { userName: email(12), role: "member", title: "Analyst" }]),
    lou("lou@example.com"),
  );
  await succeed(project.up());
  const louId = live("lou@example.com")?.id;
  const newcomers: Row[] = [
    { userName: email(12), role: "restricted_member" },
    { userName: "lou@example.com", role: "restricted_member" },
  ];
  const program = (more: Row[] = [], options = "") => [
    workspace([...newcomers, ...more], "limits: { maxRemovals: 1 }", "partners", options),
    workspace([
      ...rest,
      { userName: "kim.old@example.com", role: "member", title: "Analyst", formerUserName: email(12) },
    ]),
    lou("lou.old@example.com", 'formerUserName: "lou@example.com"'),
  ];
  declare(...program());
  // Whoever gets an address may come before it is free: then it is the next run that adds them.
  await project.up("--refresh");
  await succeed(project.up());
  expect(live("kim.old@example.com")).toMatchObject({ id, role: "member", title: "Analyst" });
  expect(live("lou.old@example.com")).toMatchObject({ id: louId });
  for (const { userName } of newcomers) expect(live(userName)).toMatchObject({ role: "restricted_member" });
  declare(...program([{ userName: "zoe@example.com" }], 'ignoreChanges: ["people"]'));
  const ignored = await project.preview();
  expect(ignored.exitCode).not.toBe(0);
  expect(ignored.everything).toContain("but a transformation or ignoreChanges removes them");
  declare(
    workspace([
      ...rest,
      { userName: "kim.old@example.com", role: "member", title: "Analyst" },
      { userName: email(12), role: "restricted_member" },
    ]),
  );
  await succeed(project.up());
  expect(live(email(12))).toMatchObject({ role: "restricted_member" });
});

test("those who are not declared go once a refresh has found them and a preview has shown them", {
  timeout: LONG,
}, async () => {
  const rest = [ada, bea, ...others.slice(3, -1), { userName: email(12), role: "restricted_member" }];
  const settings = `undeclared: "remove", except: ["${email(13)}", "new@example.com"]`;
  declare(workspace(rest, `${settings}, limits: { maxRemovals: 3 }`));
  await succeed(project.up());
  simulator.workspace.add({ userName: "stranger@example.com", role: "member" });
  const found = await succeed(project.up("--refresh"));
  expect(found.everything).toContain("? stranger@example.com is in the workspace as member and not declared");
  expect(live("stranger@example.com")).toBeDefined();
  const preview = await succeed(project.preview());
  expect(preview.everything).toContain("- stranger@example.com is not declared and leaves (was member)");
  await succeed(project.up());
  expect(live("stranger@example.com")).toBeUndefined();
  expect(live(email(13))).toBeDefined();
});

test("pulumi destroy is refused with all names before anything is written, and passes with the number", {
  timeout: LONG,
}, async () => {
  for (const command of [() => project.destroy(), () => project.up()]) {
    declare("");
    const refused = await command();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.everything).toContain("people would be removed at once; maxRemovals allows 3");
    expect(refused.everything).toContain(email(12));
    expect(Object.keys(simulator.requests.counts)).toEqual(["GET /Users/{id}"]);
  }
  const env = { ...project.env, NOTION_MAX_REMOVALS: "20", NOTION_SCIM_TOKEN: simulator.addToken() };
  simulator.workspace.edit(email(13), { role: "owner" });
  await succeed(project.start(["destroy", "--yes", "--skip-preview"], { env }).done);
  expect(project.resources.size).toBe(0);
  expect(live(email(1))).toBeUndefined();
  expect(live(email(13))).toBeDefined();
});
