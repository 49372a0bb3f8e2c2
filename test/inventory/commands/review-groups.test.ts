import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { parseRoster } from "../../../provider/roster/roster";
import type { DeclaredPerson } from "../../../provider/state/person";
import { ada, bea, cy, GROUPS, makeGroups, PEOPLE } from "../groups";
import { decide } from "../review/decide";

const FOLDER = "reviews/2026-Q4";
const ROSTER = `userName,role,department,groups
${ada},owner,,Engineering
${bea},owner,Sales,Engineering; On-call
${cy},member,Sales,
`;

test("out of a group: shown, decided, an edit of the roster, carried out by up, and verified as gone", async () => {
  const { inventory, up, setMembers, groupId } = await makeGroups();
  const { workspace } = inventory.simulator;
  inventory.write("members.csv", ROSTER);
  const groups = { ...GROUPS, "On-call": { members: "add" as const } };
  const upAgain = () => {
    const { people } = parseRoster("members.csv", inventory.read("members.csv"));
    const rows = people.map(({ userName, ...person }) => [userName, person as DeclaredPerson]);
    return up(Object.fromEntries(rows), { groups });
  };
  await upAgain();
  await inventory.run("report", "--output", "report-2026-09-01.json");
  setMembers("On-call", bea, cy);
  workspace.editGroup("Engineering", { displayName: "Makers" });
  const opened = await inventory.run(
    ..."review open --roster members.csv --baseline report-2026-09-01.json --output".split(" "),
    FOLDER,
  );
  expect(opened.code).toBe(0);
  const rows: Record<string, string>[] = parse(inventory.read(`${FOLDER}/population.csv`), { columns: true });
  expect(rows.map(({ person, groups, changed }) => [person, groups, changed])).toEqual([
    [ada, "Makers", ""],
    [bea, "Makers\nOn-call\nSales", ""],
    [cy, "On-call\nSales", "joined On-call"],
  ]);

  workspace.editGroup("Makers", { displayName: "Engineering" });
  decide(inventory, FOLDER, {
    [bea]: { decision: "groups", "out of groups": "On-call", reason: "moved on" },
    [cy]: { decision: "groups", "out of groups": "Sales\r\nOn-call", reason: "other team" },
  });
  const { code, stdout, stderr } = await inventory.run("review", "close", FOLDER, "--write");
  expect(code).toBe(0);
  expect(stdout.split("\n").filter((line) => /^[+-][^+-]/.test(line))).toEqual([
    `-${bea},owner,Sales,Engineering; On-call`,
    `+${bea},owner,Sales,Engineering`,
  ]);
  expect(stderr).toContain(`  ${bea}: out of On-call (moved on)`);
  expect(stderr).toContain(`By hand: ${cy}: their row does not name On-call, Sales: take them out where`);
  expect(inventory.read(`${FOLDER}/evidence.md`)).toContain("| out of On-call, Sales | other team |");

  const verify = () => inventory.run("review", "verify", FOLDER);
  inventory.simulator.requests.clear();
  const before = await verify();
  expect(before.code).toBe(2);
  expect(before.stdout).toContain(`STILL THERE  ${bea}: in the workspace, still in On-call (since`);
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });

  await upAgain();
  expect(workspace.group("On-call")?.members).toEqual([inventory.id(cy)]);
  setMembers("Sales", bea);
  workspace.editGroup("On-call", { displayName: "Pager" });
  expect((await verify()).stdout).toMatch(
    new RegExp(
      `^gone +${bea}: in the workspace, not in On-call .*\nSTILL THERE +${cy}: in the workspace, still in On-call, not in Sales `,
    ),
  );
  workspace.removeGroup(groupId("Pager"));
  const after = await verify();
  expect(after.code).toBe(0);
  expect(after.stdout).toContain(`${cy}: in the workspace, On-call is gone, not in Sales`);
});

test("a review without such a decision asks for no group, and a doubtful list of groups keeps no reading", async () => {
  const { inventory } = await makeGroups();
  inventory.write("members.csv", ROSTER);
  await inventory.run("review", "open", "--roster", "members.csv", "--output", FOLDER);
  decide(inventory, FOLDER, { [cy]: { decision: "groups", "out of groups": "Sales", reason: "x" } });
  await inventory.run("review", "close", FOLDER, "--write");
  inventory.simulator.configure({ shownMembers: 0, memberCount: true });
  const cut = await inventory.run("review", "verify", FOLDER);
  expect([cut.code, cut.stdout]).toEqual([
    2,
    expect.stringContaining("not listed in Sales, whose list may be cut"),
  ]);

  await inventory.run("review", "open", "--roster", "members.csv", "--output", "reviews/other");
  inventory.simulator.configure({ shownMembers: null });
  await inventory.run("review", "open", "--roster", "members.csv", "--output", "reviews/none");
  decide(inventory, "reviews/none", { [cy]: { decision: "remove", reason: "x" } });
  await inventory.run("review", "close", "reviews/none", "--write");
  inventory.simulator.requests.clear();
  await inventory.run("review", "verify", "reviews/none");
  expect(inventory.simulator.requests.counts).toEqual({ "GET /Users": 1 });
});

test("nobody is taken out of a group that they are not in", async () => {
  const { inventory } = await makeGroups();
  inventory.write("members.csv", ROSTER);
  await inventory.run("review", "open", "--roster", "members.csv", "--output", FOLDER);
  decide(inventory, FOLDER, { [cy]: { decision: "groups", "out of groups": "Engineering", reason: "x" } });
  const { code, stderr } = await inventory.run("review", "close", FOLDER);
  expect(code).toBe(1);
  expect(stderr).toContain(`${cy}: they are not in the group Engineering`);
  expect(Object.keys(PEOPLE)).toContain(cy);
});
