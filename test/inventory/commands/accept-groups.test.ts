import { expect, test } from "vitest";
import { parseRoster } from "../../../provider/roster/roster";
import type { DeclaredPerson } from "../../../provider/state/person";
import { ada, bea, cy, GROUPS, makeGroups, PEOPLE, type WithGroups } from "../groups";

const dee = "dee@example.com";
const MAX = "max@example.com";

/** Four people in a file: Ada and Dee are named in groups, Bea and Cy are chosen by a rule. */
const CSV = `userName,role,department,groups
${ada},owner,,Engineering
${bea},owner,Sales,
${cy},member,Sales,
${dee},member,,Engineering;Ops
`;
const YAML = `- userName: ${ada}
  role: owner
  groups: [Engineering]
- userName: ${bea}
  role: owner
  department: Sales
- userName: ${cy}
  role: member
  department: Sales
- userName: ${dee}
  role: member
  groups:
    - Engineering # since May
    - Ops
`;

async function makeScene(file: string, text: string) {
  const acme = await makeGroups();
  const groups = { ...GROUPS, Ops: { members: "exact" as const } };
  await acme.up({ ...PEOPLE, [dee]: { role: "member", groups: ["Engineering", "Ops"] } }, { groups });
  acme.inventory.write(file, text);
  const accept = (...args: string[]) =>
    acme.inventory.run("accept", "--state", "state.json", "--roster", file, ...args);
  /** Runs `up` with the people of the file. */
  const upAgain = async () => {
    const { people } = parseRoster(file, acme.inventory.read(file));
    const rows = people.map(({ userName, ...person }) => [userName, person as DeclaredPerson]);
    await acme.up(Object.fromEntries(rows), { groups });
  };
  return { ...acme, accept, upAgain };
}

/** Dee leaves Engineering, Ada and Max come into Ops. */
function driftAway(acme: WithGroups): void {
  acme.inventory.simulator.workspace.add({ userName: MAX, role: "member" });
  acme.setMembers("Engineering", ada);
  acme.setMembers("Ops", dee, ada, MAX);
}

for (const [file, text, accepted] of [
  [
    "members.csv",
    CSV,
    CSV.replace(",Engineering\n", ",Engineering; Ops\n").replace(
      ",Engineering;Ops\n",
      `,Ops\n${MAX},member,,Ops\n`,
    ),
  ],
  [
    "members.yaml",
    YAML,
    YAML.replace("[Engineering]", "[Engineering, Ops]").replace("    - Engineering # since May\n", "") +
      `- userName: ${MAX}\n  role: member\n  groups: [Ops]\n`,
  ],
] as const) {
  test(`memberships are accepted as groups of the rows of ${file}, and the next run then changes nothing`, async () => {
    const acme = await makeScene(file, text);
    driftAway(acme);
    const { code, stderr } = await acme.accept("--write");
    expect({ code, text: acme.inventory.read(file) }).toEqual({ code: 0, text: accepted });
    expect(stderr).toContain(`${file}: 2 rows changed, 1 row added.`);
    expect(acme.inventory.simulator.requests.counts).toEqual({ "GET /Users": 1, "GET /Groups": 1 });
    await acme.upAgain();
    expect(acme.inventory.simulator.workspace.group("Ops")?.members).toHaveLength(3);
    expect(acme.inventory.simulator.workspace.group("Engineering")?.members).toHaveLength(1);
    expect((await acme.inventory.run("drift", "--state", "state.json")).code).toBe(0);
  });
}

test("one person's memberships alone can be accepted", async () => {
  const acme = await makeScene("members.csv", CSV);
  driftAway(acme);
  const { code, stdout } = await acme.accept("--who", dee);
  expect(code).toBe(0);
  expect(stdout.split("\n").filter((line) => /^[+-][^+-]/.test(line))).toEqual([
    `-${dee},member,,Engineering;Ops`,
    `+${dee},member,,Ops`,
  ]);
});

test("what the group itself says is left, with where to change it", async () => {
  const acme = await makeScene("members.csv", CSV);
  await acme.up(
    { ...PEOPLE, [dee]: { role: "member", groups: ["Engineering", "Ops"] } },
    {
      groups: {
        Engineering: { members: "add", include: [bea] },
        Sales: {
          members: "exact",
          where: { department: ["Sales"], role: ["owner", "member"] },
          except: [dee],
        },
        Ops: { members: "exact" },
      },
    },
  );
  acme.setMembers("Engineering", ada, dee);
  acme.setMembers("Sales", bea);
  acme.inventory.simulator.workspace.editGroup("Ops", { displayName: "Operations" });
  await acme.inventory.write("members.csv", CSV);
  const { code, stdout, stderr } = await acme.accept();
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(
    `Not in the edit: group Engineering of ${bea} (missing): \`include\` of group Engineering names them: take them out there.`,
  );
  expect(stderr).toContain(
    `Not in the edit: group Sales of ${cy} (missing): the rule of group Sales chooses them: name them in \`except\` of the group.`,
  );
  expect(stderr).toContain(
    "Not in the edit: name of group Ops (changed): the program declares groups, not a roster. To write back",
  );
});

test("somebody in an exact group who has no row, and gets none, is left", async () => {
  const acme = await makeScene("members.csv", CSV);
  driftAway(acme);
  acme.inventory.simulator.workspace.edit(MAX, { active: false });
  const { code, stderr } = await acme.accept();
  expect(code).toBe(2);
  expect(stderr).toContain(
    `Not in the edit: group Ops of ${MAX} (unmanaged): no row of the roster is for ${MAX}.`,
  );
});

test("a row that says so already stays as it is, and a list that may be cut takes nobody's group away", async () => {
  const edited = CSV.replace(",Engineering;Ops\n", ",Ops\n");
  const acme = await makeScene("members.csv", edited);
  acme.setMembers("Engineering", ada);
  const said = await acme.accept();
  expect([said.code, said.stdout]).toEqual([0, ""]);
  expect(said.stderr).toContain(`group Engineering of ${dee}: line 5 says so already.`);
  acme.inventory.write("members.csv", CSV);
  acme.inventory.simulator.configure({ shownMembers: 0, memberCount: true });
  const cut = await acme.accept();
  expect([cut.code, cut.stdout]).toEqual([3, ""]);
  expect(cut.stderr).toContain("INCOMPLETE: The list of members of group Engineering");
});
