import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LONG_RUN } from "../long-run";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { type Home, makeHome, makeProject, type Project, succeed } from "./project";

/**
 * Every sequence of refresh, check, diff, create, update and delete that the engine makes in one process: each adds,
 * changes and removes somebody, and then it is looked who is in the workspace.
 */
interface Person {
  userName: string;
  role: string;
  title?: string;
  formerUserName?: string;
}

/** Commands one after the other, with what Pulumi.yaml says besides. */
type Row = [name: string, commands: string[][], settings?: object];

const COMMANDS: Row[] = [
  ["up", [["up", "--skip-preview"]]],
  ["up --refresh", [["up", "--refresh", "--skip-preview"]]],
  ["up --refresh with its preview", [["up", "--refresh"]]],
  [
    "refresh, then up",
    [
      ["refresh", "--skip-preview"],
      ["up", "--skip-preview"],
    ],
  ],
];
/** These make the same calls in another order, or from another setting. */
const FURTHER: Row[] = [
  ["up with its preview", [["up"]]],
  ["up --refresh, one resource at a time", [["up", "--refresh", "--skip-preview", "--parallel", "1"]]],
  [
    "up, where Pulumi.yaml says refresh: always",
    [["up", "--skip-preview"]],
    { options: { refresh: "always" } },
  ],
  [
    "up --refresh after the stack's configuration was changed",
    [["up", "--refresh", "--skip-preview", "--config", "notion:requestsPerSecond=900"]],
  ],
];
const REMOVALS: [name: string, command: string[]][] = [
  ["destroy", ["destroy"]],
  ["destroy --refresh --run-program", ["destroy", "--refresh", "--run-program", "--skip-preview"]],
];
const FURTHER_REMOVALS: typeof REMOVALS = [
  ["destroy --refresh", ["destroy", "--refresh"]],
  ["destroy --refresh without a preview", ["destroy", "--refresh", "--skip-preview"]],
];

interface Kind {
  name: string;

  /** The program that declares these people, by the name of what declares them. */
  program(people: Record<string, Person>): string;
  /** The part of a URN's end that stands for somebody, where a run can be aimed at one person. */
  targets?(name: string): string[];
}

const oneByOne: Kind = {
  name: "people one by one",
  program: (people) =>
    Object.entries(people)
      .map(
        ([name, { role, ...args }]) => `{
          const user = new NotionUser("${name}", ${JSON.stringify(args)});
          new NotionRoleAssignment("${name}", { userId: user.id, role: "${role}" }, { deletedWith: user });
        }`,
      )
      .join("\n"),
  targets: (name) => ["--target", `**NotionUser::${name}`, "--target", `**NotionRoleAssignment::${name}`],
};

const asWorkspace: Kind = {
  name: "a NotionWorkspace",
  program: (people) => `
    const { NotionWorkspace } = require("pulumi-notion");
    new NotionWorkspace("acme", { people: ${JSON.stringify(Object.values(people))} });
  `,
};

const KINDS = [oneByOne, asWorkspace];

const LONG = 180_000;
const ada = { userName: "ada@example.com", role: "member", title: "Analyst" };
const bea = { userName: "bea@example.com", role: "membership_admin" };
const eve = { userName: "eve@example.com", role: "restricted_member" };
const zoe = { userName: "zoe@example.com", role: "member" };

let home: Home;
beforeAll(async () => {
  home = await makeHome("sequences", { programs: "kept" });
});
afterAll(() => home.dispose());

let count = 0;
/** A workspace with two owners whom no program declares; the program has declared ada, bea and eve. */
async function applied(kind: Kind): Promise<{ simulator: Simulator; project: Project }> {
  count += 1;
  const simulator = await startSimulator({ seed: { members: 2 } });
  simulator.workspace.add({ userName: bea.userName, role: "member" });
  const project = await makeProject(`sequence-${count}`, { simulator, below: home });
  project.declare(kind.program({ ada, bea, eve }));
  await succeed(project.up());
  return { simulator, project };
}

const STRANGERS = { "member.001@example.com": "owner", "member.002@example.com": "owner" };
const who = ({ workspace }: Simulator) =>
  Object.fromEntries(workspace.members.map(({ userName, role }) => [userName, role]));

/** Two programs, each with somebody whom the other lacks, and with another role and title for one whom both have. */
const ONE = { ada, bea, eve };
const OTHER = { ada: { ...ada, role: "membership_admin", title: "Lead" }, bea, zoe };

// One stack for all: each command leads from the one program to the other, and so adds, changes and removes somebody.
describe.each(KINDS)("with $name", (kind) => {
  let simulator: Simulator;
  let project: Project;
  beforeAll(async () => {
    ({ simulator, project } = await applied(kind));
  }, LONG);
  afterAll(() => simulator.close());

  test.each(LONG_RUN ? [...COMMANDS, ...FURTHER] : COMMANDS)(
    "%s adds, changes and removes",
    { timeout: LONG },
    async (_, commands, settings) => {
      const forth = simulator.workspace.member(eve.userName) !== undefined;
      project.settings(settings);
      project.declare(kind.program(forth ? OTHER : ONE));
      for (const command of commands) await succeed(project.pulumi(...command, "--yes"));
      project.settings();
      expect(who(simulator)).toEqual({
        ...STRANGERS,
        "bea@example.com": "membership_admin",
        ...(forth
          ? { "ada@example.com": "membership_admin", "zoe@example.com": "member" }
          : { "ada@example.com": "member", "eve@example.com": "restricted_member" }),
      });
      expect(simulator.workspace.member(ada.userName)?.title).toBe(forth ? "Lead" : "Analyst");
    },
  );

  test.each(LONG_RUN ? [...REMOVALS, ...FURTHER_REMOVALS] : REMOVALS)(
    "%s removes everybody who is declared, and nobody else",
    { timeout: LONG },
    async (_, command) => {
      project.declare(kind.program(ONE));
      await succeed(project.up());
      expect(simulator.workspace.members).toHaveLength(5);
      // Giving a whole workspace up is judged without the floor of five: somebody says how many leave.
      project.env.NOTION_MAX_REMOVALS = "3";
      await succeed(project.pulumi(...command, "--yes"));
      delete project.env.NOTION_MAX_REMOVALS;
      expect(who(simulator)).toEqual(STRANGERS);
    },
  );
});

describe("with people one by one", () => {
  const { program, targets = () => [] } = oneByOne;
  const before = {
    ...STRANGERS,
    "ada@example.com": "member",
    "bea@example.com": "membership_admin",
    "eve@example.com": "restricted_member",
  };

  test.each([[[]], [["--refresh"]]])(
    "up --target %j removes the one and leaves the others as they are",
    {
      timeout: LONG,
    },
    async (flags) => {
      const { simulator, project } = await applied(oneByOne);
      project.declare(program({ ada: { ...ada, role: "owner" }, bea, zoe }));
      await succeed(project.up(...flags, ...targets("eve")));
      const { "eve@example.com": _, ...rest } = before;
      expect(who(simulator)).toEqual(rest);
      await simulator.close();
    },
  );

  test.each(LONG_RUN ? [[[]], [["--refresh"]]] : [[[]]])(
    "a resource that is renamed takes nobody away, with up %j",
    {
      timeout: LONG,
    },
    async (flags) => {
      const { simulator, project } = await applied(oneByOne);
      const id = simulator.workspace.member(ada.userName)?.id;
      project.declare(program({ countess: ada, bea, eve }));
      const { everything } = await succeed(project.up(...flags));
      expect(everything).toContain("ada@example.com stays: another resource of this program declares them");
      expect(who(simulator)).toEqual(before);
      expect(project.resources.get("NotionUser countess")?.id).toBe(id);

      project.declare(
        program({ "ada king": ada, bea, eve }).replaceAll(
          /("ada king", \{[^}]*\})(, \{ deletedWith: user \})?\)/g,
          '$1, { aliases: [{ name: "countess" }] })',
        ),
      );
      simulator.requests.clear();
      await succeed(project.up(...flags));
      expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);
      expect(who(simulator)).toEqual(before);
      expect(project.resources.get("NotionUser ada king")?.id).toBe(id);
      expect(project.resources.has("NotionUser countess")).toBe(false);

      // What was renamed can be removed: nobody holds on to them any more.
      project.declare(program({ bea, eve }));
      await succeed(project.up(...flags));
      expect(simulator.workspace.member(ada.userName)).toBeUndefined();
      await simulator.close();
    },
  );

  test("another e-mail under the same resource is refused in preview and in up, and changed in place where the program says it", {
    timeout: LONG,
  }, async () => {
    const { simulator, project } = await applied(oneByOne);
    const id = simulator.workspace.member(ada.userName)?.id;
    simulator.requests.clear();
    project.declare(program({ ada: { ...ada, userName: "king@example.com" }, bea, eve }));
    for (const command of [project.preview(), project.up()]) {
      const { exitCode, everything } = await command;
      expect(exitCode).toBe(1);
      expect(everything).toContain(
        "This resource has ada@example.com, and the program now declares it as king@example.com.",
      );
      expect(everything).toContain('write formerUserName: "ada@example.com"');
      expect(everything).not.toMatch(/^\s+at /m);
    }
    expect(simulator.requests.entries.filter(({ method }) => method !== "GET")).toEqual([]);

    const said = { ...ada, userName: "king@example.com", formerUserName: ada.userName };
    project.declare(program({ ada: said, bea, eve }));
    await succeed(project.pulumi("up", "--yes", "--refresh"));
    expect(simulator.workspace.member(id ?? "")?.userName).toBe("king@example.com");
    expect(simulator.workspace.members).toHaveLength(5);

    // A drift is set back without a word, also by a later process than the one that found it.
    simulator.workspace.edit(id ?? "", { userName: "swapped@example.com" });
    await succeed(project.pulumi("refresh", "--yes", "--skip-preview"));
    await succeed(project.up());
    expect(simulator.workspace.member(id ?? "")?.userName).toBe("king@example.com");
    await simulator.close();
  });

  // Whichever of the two the engine hears of first: the newcomer is not mistaken for who has the address still.
  test.each([
    ["before", "up"],
    ["after", "up --refresh"],
  ])(
    "an address that is handed on, the newcomer declared %s, goes to them in one %s, and nobody leaves",
    {
      timeout: LONG,
    },
    async (place, command) => {
      const { simulator, project } = await applied(oneByOne);
      const id = simulator.workspace.member(ada.userName)?.id ?? "";
      const old = { ...ada, userName: "ada.old@example.com", formerUserName: ada.userName };
      const hire = { userName: ada.userName, role: "restricted_member" };
      project.declare(
        program(place === "before" ? { hire, ada: old, bea, eve } : { ada: old, bea, eve, hire }),
      );
      await succeed(project.pulumi(...command.split(" "), "--yes", "--skip-preview"));
      expect(simulator.workspace.member(id)).toMatchObject({ userName: old.userName, role: "member" });
      expect(who(simulator)).toMatchObject({
        [ada.userName]: "restricted_member",
        "eve@example.com": "restricted_member",
      });
      await simulator.close();
    },
  );

  test("an address that is handed on is not taken while a target leaves out who has it still", {
    timeout: LONG,
  }, async () => {
    const { simulator, project } = await applied(oneByOne);
    const id = simulator.workspace.member(ada.userName)?.id ?? "";
    const old = { ...ada, userName: "ada.old@example.com", formerUserName: ada.userName };
    project.declare(
      program({ hire: { userName: ada.userName, role: "restricted_member" }, ada: old, bea, eve }),
    );
    const { exitCode, everything } = await project.up(...targets("hire"));
    expect(exitCode).not.toBe(0);
    expect(everything).toContain("declares as ada.old@example.com");
    expect(simulator.workspace.member(id)).toMatchObject({ userName: ada.userName, role: "member" });
    await simulator.close();
  });

  test("a role that is declared no more goes down with up --refresh", { timeout: LONG }, async () => {
    const { simulator, project } = await applied(oneByOne);
    project.declare(`new NotionUser("bea", { userName: "bea@example.com" });`);
    await succeed(project.up("--refresh"));
    expect(who(simulator)).toEqual({ ...STRANGERS, "bea@example.com": "restricted_member" });
    await simulator.close();
  });
});
