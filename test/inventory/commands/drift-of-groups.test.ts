import { expect, test } from "vitest";
import { group, membership, Stack, user } from "../../lifecycle/workspace/stack";
import { ada, bea, cy, GROUPS, makeGroups, PEOPLE, saveState, type WithGroups } from "../groups";
import { type ToldFinding as Finding, makeInventory } from "../inventory";
import { resultsIn } from "../sarif";

const URN = "urn:pulumi:dev::p::pulumi-nodejs:dynamic/notion:NotionWorkspace::acme";

async function drift({ inventory }: Pick<WithGroups, "inventory">, ...args: string[]) {
  const { code, stdout } = await inventory.run("drift", "--state", "state.json", ...args);
  const report = JSON.parse(stdout);
  const words = (report.findings as Finding[]).map(
    ({ kind, subject, who, group, declared, live, remediation }) =>
      [kind, subject, who, group, declared, live, remediation.key]
        .filter((each) => each !== null)
        .join(" | "),
  );
  return { code, report, words };
}

test("groups that are as declared are in sync, by one listing beside that of the members", async () => {
  const acme = await makeGroups();
  expect(await drift(acme)).toMatchObject({ code: 0, words: [] });
  expect(acme.inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });
});

test("a program without groups costs no request for them", async () => {
  const acme = await makeGroups();
  await acme.up(
    { [ada]: { role: "owner" }, [bea]: { role: "owner" }, [cy]: { role: "member" } },
    { groups: {} },
  );
  expect(await drift(acme)).toMatchObject({ code: 0, words: [] });
  expect(acme.inventory.simulator.requests.counts).toEqual({ "GET /Users": 1 });
});

test("who was taken out of a group and who was put into an exact one is named, with the group", async () => {
  const acme = await makeGroups();
  const { workspace } = acme.inventory.simulator;
  const max = workspace.add({ userName: "max@example.com", role: "member" }).id;
  acme.setMembers("Engineering", "max@example.com", bea);
  acme.setMembers("Sales", bea, ada, "max@example.com");
  const { code, words, report } = await drift(acme);
  expect(words).toEqual([
    `missing | membership | ${ada} | Engineering | in the group | not in the group | membershipMissing`,
    `missing | membership | ${cy} | Sales | in the group | not in the group | membershipMissing`,
    "unmanaged | user | max@example.com | member | unmanagedRow",
    `unmanaged | membership | ${ada} | Sales | in the group | membershipUnmanaged`,
    "unmanaged | membership | max@example.com | Sales | in the group | membershipUnmanaged",
  ]);
  expect(code).toBe(2);
  const find = (who: string, group: string) =>
    (report.findings as Finding[]).find((each) => each.who === who && each.group === group);
  expect(find(ada, "Sales")).toMatchObject({ resource: URN, person: ada, id: acme.inventory.id(ada) });
  expect(find("max@example.com", "Sales")).toMatchObject({ resource: URN, person: null, id: max });
});

test("a group that was deleted, made anew, or renamed is named; each costs one request at most", async () => {
  const acme = await makeGroups({ groups: { ...GROUPS, Ops: { members: "add" } } });
  const { workspace } = acme.inventory.simulator;
  const [engineering, sales] = [acme.groupId("Engineering"), acme.groupId("Sales")];
  workspace.removeGroup(engineering);
  const anew = workspace.remakeGroup("Sales").id;
  workspace.editGroup("Ops", { displayName: "Operations" });
  const { code, words } = await drift(acme);
  expect(words).toEqual([
    `missing | group | Engineering | Engineering | a group with the id ${engineering} | no group | groupMissing`,
    `missing | group | Sales | Sales | a group with the id ${sales} | a group with another id, ${anew} | groupReplaced`,
    "changed | group | Ops | Ops | Ops | Operations | groupRenamed",
  ]);
  expect(code).toBe(2);
  expect(acme.inventory.simulator.requests.counts).toEqual({
    "GET /Users": 1,
    "GET /Groups": 1,
    "GET /Groups/{id}": 2,
  });
});

test("a second group with a declared name is named with both ids", async () => {
  const acme = await makeGroups();
  const ids = [acme.groupId("Sales"), acme.inventory.simulator.workspace.addGroup("Sales").id].sort();
  expect((await drift(acme)).words).toEqual([
    `duplicate | group | Sales | Sales | one group | 2 groups: ${ids.join(", ")} | twoGroups`,
  ]);
});

test("groups that no program declares are named where it asks for what it does not declare, and nowhere else", async () => {
  const acme = await makeGroups();
  acme.inventory.simulator.workspace.addGroup("Handmade", [acme.inventory.id(ada)]);
  expect((await drift(acme)).words).toEqual([]);
  await acme.up(PEOPLE, { undeclared: "report" });
  expect((await drift(acme)).words).toEqual([
    "unmanaged | group | Handmade | Handmade | 1 member | groupUnmanaged",
  ]);
  acme.inventory.write("ignore.yaml", "groups:\n  - Handmade\n");
  expect((await drift(acme, "--ignore", "ignore.yaml")).code).toBe(0);
});

test("an ignore file leaves out a person's memberships, and everybody's of a group", async () => {
  const acme = await makeGroups();
  acme.setMembers("Engineering");
  acme.setMembers("Sales", bea);
  acme.inventory.write("ignore.yaml", `users:\n  - ${ada}\ngroups:\n  - Sales\n`);
  expect((await drift(acme, "--ignore", "ignore.yaml")).code).toBe(0);
});

test("a list that may be cut is no proof that somebody is out, and is said; who else is in it is named all the same", async () => {
  const acme = await makeGroups();
  const { simulator } = acme.inventory;
  simulator.workspace.add({ userName: "max@example.com", role: "member" });
  acme.setMembers("Sales", "max@example.com", bea, cy);
  simulator.configure({ shownMembers: 1, memberCount: true });
  const { code, report, words } = await drift(acme);
  expect(words).toEqual([
    "unmanaged | user | max@example.com | member | unmanagedRow",
    "unmanaged | membership | max@example.com | Sales | in the group | membershipUnmanaged",
  ]);
  expect(code).toBe(3);
  expect(report.incomplete).toEqual([
    "The list of members of group Sales could not be proven complete: 1 came, and it may be cut there.",
  ]);
});

test("a cut list of a group that nobody declares leaves the drift complete, and people are still proven gone", async () => {
  const acme = await makeGroups();
  const { simulator } = acme.inventory;
  simulator.workspace.addGroup("Everyone", [acme.inventory.id(ada), acme.inventory.id(bea)]);
  simulator.configure({ shownMembers: 1, memberCount: true });
  acme.setMembers("Sales", bea);
  simulator.workspace.remove(cy);
  const { code, words } = await drift(acme);
  expect(words).toEqual([`missing | user | ${cy} | a member | not a member | missingRow`]);
  expect(code).toBe(2);
});

test("a person who is gone, or whose time is over, is not told once more of each group", async () => {
  const acme = await makeGroups();
  const dee = "dee@example.com";
  await acme.up({ ...PEOPLE, [dee]: { role: "member", groups: ["Engineering"], until: "2098-12-31" } });
  acme.setMembers("Engineering", ada);
  acme.inventory.simulator.workspace.remove(cy);
  acme.inventory.env = { NOTION_AS_OF: "2099-01-02" };
  expect((await drift(acme)).words).toEqual([
    `expired | user | ${dee} | not a member | member | endedRemove`,
    `missing | user | ${cy} | a member | not a member | missingRow`,
  ]);
});

test("somebody who was invited again is one thing to report, though the new account is in the group", async () => {
  const acme = await makeGroups();
  const { workspace } = acme.inventory.simulator;
  workspace.forget(cy);
  workspace.add({ userName: cy, role: "member" });
  acme.setMembers("Sales", bea, cy);
  const { report } = await drift(acme);
  expect((report.findings as Finding[]).map(({ remediation: { key } }) => key)).toEqual(["reinvitedRow"]);
});

test("where something else writes an exact group, that is said in place of a repair", async () => {
  const acme = await makeGroups();
  const undo = () => acme.setMembers("Sales", bea);
  undo();
  await acme.up();
  undo();
  await acme.refresh();
  expect((await drift(acme)).words).toEqual([
    `missing | membership | ${cy} | Sales | in the group | not in the group | membershipUndone`,
  ]);
});

test("in SARIF and JUnit a membership has the line of its person, and a sentence of its own", async () => {
  const acme = await makeGroups({ undeclared: "report" });
  acme.inventory.simulator.workspace.addGroup("Handmade");
  acme.inventory.simulator.workspace.editGroup("Engineering", { displayName: "Makers" });
  acme.setMembers("Sales", bea, ada);
  acme.inventory.write("members.csv", `userName,groups\n${ada},Engineering\n${bea},\n${cy},\n`);
  const run = (format: string) =>
    acme.inventory.run("drift", "--state", "state.json", "--roster", "members.csv", "--format", format);
  const results = resultsIn((await run("sarif")).stdout);
  const told = results.map(({ ruleId, message, locations: [at] = [] }) => [
    ruleId,
    at?.physicalLocation.region.startLine,
    message.text.split(". ")[0],
  ]);
  expect(told).toEqual([
    ["missing", 4, `${cy} is not in group Sales, and declared in it`],
    ["unmanaged", 1, "group Handmade is in Notion (0 members), and not declared"],
    ["unmanaged", 2, `${ada} is in group Sales, which is exact, and not declared in it`],
    ["changed", 1, "group Engineering: there is Makers, declared is Engineering"],
  ]);
  const { stdout } = await run("junit");
  for (const [, , sentence] of told) expect(stdout).toContain(sentence);
});

test("groups one by one: a name, a membership and a group that is gone, each by its resource", async () => {
  const inventory = await makeInventory();
  const { workspace } = inventory.simulator;
  for (const email of [ada, bea]) workspace.add({ userName: email, role: "member" });
  const onCall = workspace.addGroup("On-call").id;
  workspace.addGroup("Old");
  const stack = new Stack(inventory.simulator);
  const retained = { onRemove: "retain" };
  const program = [
    group("platform", "Platform"),
    group("old", "Old"),
    ...user("ada", ada, undefined, retained),
    ...user("bea", bea, undefined, retained),
    membership("ada-platform", { user: "ada", group: "platform" }),
    membership("bea-on-call", { user: "bea", groupId: onCall }),
  ];
  expect((await stack.up(program)).errors).toEqual([]);
  saveState(inventory, stack);
  expect(await drift({ inventory })).toMatchObject({ code: 0, words: [] });
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });

  const platform = workspace.group("Platform")?.id ?? "";
  workspace.editGroup("Platform", { displayName: "Infra", members: [inventory.id(bea)] });
  workspace.editGroup("On-call", { members: [] });
  const old = workspace.group("Old")?.id;
  workspace.removeGroup("Old");
  const { words } = await drift({ inventory });
  expect(words).toEqual([
    `missing | group | Old | Old | a group with the id ${old} | no group | groupMissing`,
    `missing | membership | ${ada} | Infra | in the group | not in the group | membershipMissingOne`,
    `missing | membership | ${bea} | On-call | in the group | not in the group | membershipMissingOne`,
    "changed | group | Platform | Platform | Platform | Infra | groupRenamedOne",
  ]);
  inventory.write("members.csv", `userName,groups\n${ada},Platform\n`);
  const accepted = await inventory.run("accept", "--state", "state.json", "--roster", "members.csv");
  expect([accepted.code, accepted.stdout]).toEqual([2, ""]);
  expect(accepted.stderr).toContain(`group Infra of ${ada} (missing): a resource of its own declares this`);

  workspace.removeGroup(platform);
  workspace.removeGroup(onCall);
  expect((await drift({ inventory })).words.slice(0, 3)).toEqual([
    `missing | group | ${onCall} | ${onCall} | a group with the id ${onCall} | no group | groupMissing`,
    expect.stringContaining("missing | group | Old"),
    expect.stringContaining("missing | group | Platform"),
  ]);
});

for (const format of ["table", "csv", "markdown"]) {
  test(`drift of groups as ${format}`, async () => {
    const acme = await makeGroups({ groups: { ...GROUPS, Ops: { members: "add" } }, undeclared: "report" });
    const { workspace } = acme.inventory.simulator;
    workspace.addGroup("Handmade", [acme.inventory.id(ada)]);
    workspace.editGroup("Ops", { displayName: "Operations" });
    acme.setMembers("Engineering");
    acme.setMembers("Sales", bea, cy, ada);
    const { stdout } = await acme.inventory.run("drift", "--state", "state.json", "--format", format);
    const ending = { table: "txt", csv: "csv", markdown: "md" }[format];
    await expect(stdout).toMatchFileSnapshot(`../golden/drift-of-groups.${ending}`);
  });
}
