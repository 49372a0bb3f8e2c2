import { expect, test } from "vitest";
import {
  everybody,
  type ToldFinding as Finding,
  type Inventory,
  makeInventory,
  roleResource,
  stackState,
  workspaceResource,
} from "../inventory";

const member = (number: number) => `member.${String(number).padStart(3, "0")}@example.com`;
const KESTREL = member(5);
/** The present of these tests is 2026-11-20 12:00 UTC. */
const INCIDENT = {
  roleUntil: "2026-11-17T18:00:00Z",
  roleThen: "member",
  reason: "INC-42",
  approvedBy: "olivia.owner@example.com",
};

interface Said {
  /** What the program says of Kestrel. */
  inputs: object;
  /** What was written of them last; undefined: they are not in the state. */
  outputs?: object | undefined;
  /** What they are in Notion; undefined: not there. */
  live?: object | undefined;
  settings?: object;
  members?: number;
}

/** A stack in which everything but Kestrel is as declared. */
async function makeScene({ inputs, outputs, live, settings = {}, members = 5 }: Said): Promise<Inventory> {
  const inventory = await makeInventory({ seed: { members } });
  const { people, ids } = everybody(inventory);
  if (live === undefined) inventory.simulator.workspace.remove(KESTREL);
  else inventory.simulator.workspace.edit(KESTREL, live);
  const { [KESTREL]: _, ...others } = people;
  const { [KESTREL]: id, ...otherIds } = ids;
  const held =
    outputs === undefined
      ? { people: others, ids: otherIds, ...settings }
      : { people: { ...others, [KESTREL]: outputs }, ids: { ...otherIds, [KESTREL]: id ?? "" }, ...settings };
  const declared = { people: { ...others, [KESTREL]: inputs } };
  inventory.write("state.json", stackState([workspaceResource("acme", held, { inputs: declared })]));
  return inventory;
}

async function drift(inventory: Inventory, ...args: string[]) {
  const { code, stdout } = await inventory.run("drift", "--state", "state.json", ...args);
  const report = JSON.parse(stdout);
  const words = (report.findings as Finding[]).map(({ kind, attribute, declared, live }) =>
    [kind, attribute, declared, live].filter((each) => each !== null).join(" | "),
  );
  return { code, report, words, finding: report.findings[0] as Finding | undefined };
}

test("an owner whose time is over and who still is one is expired: since when, why, who approved, and what to do", async () => {
  const owner = { role: "owner", ...INCIDENT };
  const { code, words, finding } = await drift(
    await makeScene({ inputs: owner, outputs: owner, live: { role: "owner" } }),
  );
  expect([code, words]).toEqual([2, ["expired | role | member | owner"]]);
  expect(finding).toMatchObject({
    who: KESTREL,
    person: KESTREL,
    ended: {
      until: "2026-11-17T18:00:00Z",
      at: "2026-11-17T18:00:00.000Z",
      reason: "INC-42",
      approvedBy: "olivia.owner@example.com",
    },
  });
  expect(finding?.remediation.text).toMatch(/`pulumi up`.*later `roleUntil`/);
});

const CONTRACTOR = { role: "member", until: "2026-11-16", reason: "Q4" };
const OWNER = { role: "owner", ...INCIDENT };
const MEMBER = { role: "member", ...INCIDENT };
const EXPIRED_MEMBER = "expired | not a member | member";

test.each<[string, Said, string[]]>([
  ["a contractor who is still here", { inputs: CONTRACTOR, outputs: CONTRACTOR, live: {} }, [EXPIRED_MEMBER]],
  ["a contractor who is gone", { inputs: CONTRACTOR, outputs: CONTRACTOR }, []],
  ["a contractor whom a run has taken out", { inputs: CONTRACTOR }, []],
  [
    "a contractor who was made owner meanwhile",
    { inputs: CONTRACTOR, outputs: CONTRACTOR, live: { role: "owner", title: "Boss" } },
    ["expired | not a member | owner"],
  ],
  [
    "a contractor who is to be restricted",
    { inputs: CONTRACTOR, outputs: { ...CONTRACTOR, onRemove: "restrict" }, live: {} },
    ["expired | restricted_member | member"],
  ],
  [
    "a contractor who is restricted already, of a workspace that restricts",
    {
      inputs: CONTRACTOR,
      outputs: CONTRACTOR,
      live: { role: "restricted_member" },
      settings: { onRemove: "restrict" },
    },
    [],
  ],
  [
    "a contractor who stays",
    { inputs: CONTRACTOR, outputs: { ...CONTRACTOR, onRemove: "retain" }, live: {} },
    ["expired | not managed any more | member"],
  ],
  [
    "a contractor who was taken out and is here again",
    { inputs: CONTRACTOR, live: { role: "owner" } },
    ["unmanaged | owner"],
  ],
  ["a joiner of next week", { inputs: { role: "member", from: "2026-11-27" } }, []],
  [
    "a joiner of next week who is here already",
    { inputs: { role: "member", from: "2026-11-27" }, live: {} },
    ["unmanaged | member"],
  ],
  ["a role that is over and was given back", { inputs: OWNER, outputs: OWNER, live: { role: "member" } }, []],
  ["a role that a run has ended", { inputs: OWNER, outputs: MEMBER, live: { role: "member" } }, []],
  [
    "a role that a run has ended, given again",
    { inputs: OWNER, outputs: MEMBER, live: { role: "owner" } },
    ["role | role | member | owner"],
  ],
  [
    "a role that is over, and another than it or what follows it is there",
    { inputs: OWNER, outputs: OWNER, live: { role: "membership_admin" } },
    ["role | role | member | membership_admin"],
  ],
  [
    "a role that still is",
    {
      inputs: { ...OWNER, roleUntil: "2026-11-20T12:00:01Z" },
      outputs: { ...OWNER, roleUntil: "2026-11-20T12:00:01Z" },
      live: { role: "owner" },
    },
    [],
  ],
  [
    "a role whose last moment this is",
    {
      inputs: { ...OWNER, roleUntil: "2026-11-20T12:00:00Z" },
      outputs: { ...OWNER, roleUntil: "2026-11-20T12:00:00Z" },
      live: { role: "owner" },
    },
    ["expired | role | member | owner"],
  ],
  [
    "a membership and a role that are over: one thing to report",
    {
      inputs: { ...OWNER, until: "2026-11-18" },
      outputs: { ...OWNER, until: "2026-11-18" },
      live: { role: "owner" },
    },
    ["expired | not a member | owner"],
  ],
  [
    "a role that has begun and that no run has given yet",
    {
      inputs: { role: "owner", roleFrom: "2026-11-19", roleThen: "member" },
      outputs: { role: "member", roleFrom: "2026-11-19", roleThen: "member" },
      live: { role: "member" },
    },
    [],
  ],
])("%s", async (_, said, words) => {
  const found = await drift(await makeScene(said));
  expect(found.words).toEqual(words);
  expect(found.code).toBe(words.length === 0 ? 0 : 2);
});

test("somebody who is here outside of the time of their row has a row: they are not told to add one", async () => {
  const { finding } = await drift(
    await makeScene({ inputs: { role: "member", from: "2026-11-27" }, live: {} }),
  );
  expect(finding?.remediation.text).toContain(
    "Their row in the roster is for another time (`from`, `until`)",
  );
});

test("NOTION_AS_OF finds what will be expired then, and every format says that it is of then", async () => {
  const owner = { role: "owner", ...INCIDENT, roleUntil: "2026-12-04T18:00:00Z" };
  const inventory = await makeScene({ inputs: owner, outputs: owner, live: { role: "owner" } });
  expect((await drift(inventory)).report).toMatchObject({ inSync: true, asOf: null });
  inventory.env = { NOTION_AS_OF: "2026-12-05" };
  const { report } = await drift(inventory);
  expect(report).toMatchObject({ counts: { expired: 1 }, asOf: "2026-12-05T00:00:00.000Z" });
  for (const format of ["table", "markdown", "csv"]) {
    const { stdout } = await inventory.run("drift", "--state", "state.json", "--format", format);
    expect(stdout, format).toMatch(/^.*\n*.*As of 2026-12-05 00:00 UTC \(NOTION\\?_AS\\?_OF\)/);
  }
  inventory.env = { NOTION_AS_OF: "2026-12-05T18:00:00" };
  const { code, stderr } = await inventory.run("drift", "--state", "state.json");
  expect([code, stderr]).toEqual([1, expect.stringContaining("does not say in which zone")]);
});

test("expired access as a table: who approved it and why stand beside it", async () => {
  const owner = { role: "owner", ...INCIDENT };
  const inventory = await makeScene({ inputs: owner, outputs: owner, live: { role: "owner" } });
  const { stdout } = await inventory.run("drift", "--state", "state.json", "--format", "table");
  expect(stdout).toContain("Expired: the role is over, and they still have it (1)");
  expect(stdout.replace(/ {2,}/g, " | ")).toContain(
    `${KESTREL} | 2026-11-17 18:00 UTC | owner | member | olivia.owner@example.com | INC-42`,
  );
});

test("what the program made secret of a time is not told", async () => {
  const owner = { role: "owner", ...INCIDENT };
  const inventory = await makeScene({
    inputs: owner,
    outputs: owner,
    live: { role: "owner" },
    settings: { redacted: { [KESTREL]: ["reason"] } },
  });
  const { report, finding } = await drift(inventory);
  expect(finding?.ended).toMatchObject({ reason: "[secret]", approvedBy: "olivia.owner@example.com" });
  expect(JSON.stringify(report)).not.toContain("INC-42");
});

test("a role assignment that is over and still held is expired, by the member's e-mail; one that a run ended is not", async () => {
  const inventory = await makeInventory({ seed: { members: 3 } });
  const assign = (number: number, held: string) => {
    const id = inventory.id(member(number));
    const times = { until: "2026-11-16", then: "member", reason: "audit" };
    inventory.simulator.workspace.edit(member(number), { role: held });
    return roleResource(
      `role-${number}`,
      id,
      { role: "owner", ...times },
      { outputs: { userId: id, role: held, timedRole: "owner", userName: member(number), ...times } },
    );
  };
  const known = inventory.simulator.workspace.members
    .slice(0, 1)
    .map(({ id, role }) => roleResource("first", id, { role }));
  inventory.write("state.json", stackState([...known, assign(2, "owner"), assign(3, "member")]));
  const { finding, words } = await drift(inventory);
  expect(words).toEqual(["expired | role | member | owner"]);
  expect(finding).toMatchObject({
    who: member(2),
    person: null,
    ended: { until: "2026-11-16", reason: "audit" },
  });
});

test("whoever is past their end and gone is not unproven where the listing is incomplete", async () => {
  const gone = await makeScene({ inputs: CONTRACTOR, outputs: CONTRACTOR, members: 150 });
  gone.simulator.faults.add({ name: "duplicate_entry", path: "/Users", times: "always" });
  const { report } = await drift(gone);
  expect(report).toMatchObject({ complete: false, findings: [], unproven: [] });
});
