import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LONG_RUN } from "../long-run";
import { type Simulator, startSimulator } from "../simulator/index.mts";
import { makeProject, type Outcome, type Project, succeed } from "./project";

/**
 * The request budget (issue 6) on the real engine, counted at the simulator. `test/budget/` has the same
 * rows for a whole workspace of 1,000 declared people, where the engine itself would take minutes.
 */

type Role = "owner" | "member" | "membership_admin" | "restricted_member";
interface Person {
  userName: string;
  role: Role;
}

/** Both ways to declare people read them from people.json. */
const PROGRAMS = {
  "NotionUser with NotionRoleAssignment": `
    const { NotionUser, NotionRoleAssignment } = require("pulumi-notion");
    for (const { userName, role } of require("./people.json")) {
      const user = new NotionUser(userName, { userName, initialRole: role });
      new NotionRoleAssignment(userName, { userId: user.id, role }, { deletedWith: user });
    }`,
  NotionWorkspace: `
    const { NotionWorkspace } = require("pulumi-notion");
    const limits = { maxAdditions: 1000, maxPromotions: 1000, maxDemotions: 1000, maxRemovals: 1000 };
    new NotionWorkspace("acme", { people: require("./people.json"), limits });`,
};

/** What one command asked of Notion. */
interface Asked {
  total: number;
  writes: number;
  counts: Record<string, number>;
}

class Budget {
  readonly simulator: Simulator;
  readonly #project: Project;
  readonly #flags: readonly string[];

  constructor(simulator: Simulator, project: Project, flags: readonly string[] = []) {
    this.simulator = simulator;
    this.#project = project;
    this.#flags = flags;
  }

  static async make(
    name: string,
    members: number,
    program: keyof typeof PROGRAMS,
    flags: readonly string[] = [],
  ): Promise<Budget> {
    const simulator = await startSimulator({ seed: { members } });
    const project = await makeProject(name, { simulator, programs: "kept" });
    project.write("index.js", PROGRAMS[program]);
    // Requests are counted here, not time: the state is written once, at the end.
    project.env.PULUMI_SKIP_CHECKPOINTS = "true";
    project.env.NOTION_MAX_REMOVALS = "1000";
    return new Budget(simulator, project, flags);
  }

  /** The last `count` members as they are: no first page of a listing tells of them. */
  existing(count: number): Person[] {
    return this.simulator.workspace.members
      .slice(-count)
      .map(({ userName }) => ({ userName, role: "member" }));
  }

  declare(people: readonly Person[]): void {
    this.#project.write("people.json", JSON.stringify(people));
  }

  up = () => this.#count(() => this.#project.up(...this.#flags));
  preview = () => this.#count(() => this.#project.preview("--expect-no-changes", ...this.#flags));
  previewRefresh = () =>
    this.#count(() => this.#project.preview("--refresh", "--expect-no-changes", ...this.#flags));
  refresh = () =>
    this.#count(() => this.#project.pulumi("refresh", "--yes", "--skip-preview", ...this.#flags));
  destroy = () => this.#count(() => this.#project.destroy(...this.#flags));

  async close(): Promise<void> {
    this.#project.dispose();
    await this.simulator.close();
  }

  async #count(command: () => Promise<Outcome>): Promise<Asked> {
    const { requests } = this.simulator;
    requests.clear();
    await succeed(command());
    const { counts } = requests;
    const reads = Object.entries(counts).reduce(
      (sum, [key, count]) => sum + (key.startsWith("GET ") ? count : 0),
      0,
    );
    return { total: requests.count(), writes: requests.count() - reads, counts };
  }
}

const pages = (members: number) => Math.ceil(members / 100);
const newcomers = (count: number): Person[] =>
  Array.from({ length: count }, (_, index) => ({
    userName: `new.${index + 1}@example.com`,
    role: index % 2 === 0 ? "membership_admin" : "restricted_member",
  }));

describe.each([
  { members: 250, declared: 60, added: 30, program: "NotionWorkspace", flags: [] },
  {
    members: 250,
    declared: 24,
    added: 8,
    program: "NotionUser with NotionRoleAssignment",
    flags: ["--parallel=1"],
  },
  // They take minutes; else `test/budget/` has them at the provider's host.
  ...(LONG_RUN
    ? ([
        {
          members: 1000,
          declared: 144,
          added: 50,
          program: "NotionUser with NotionRoleAssignment",
          flags: [],
        },
        { members: 1000, declared: 144, added: 50, program: "NotionWorkspace", flags: ["--parallel=1"] },
      ] as const)
    : []),
] as const)("$members members, $declared declared by $program $flags", (row) => {
  const { members, declared, added, program, flags } = row;
  const changed = 12;
  const oneAtATime = flags.length > 0;
  const asked: Record<string, Asked> = {};
  let budget: Budget;
  const of = (step: string): Asked => asked[step] ?? { total: Number.NaN, writes: Number.NaN, counts: {} };

  beforeAll(async () => {
    const name = `budget-${members}-${flags.length}`;
    budget = await Budget.make(name, members, program, flags);
    const people = budget.existing(declared);
    budget.declare(people);
    asked.takeOver = await budget.up();
    asked.preview = await budget.preview();
    asked.previewRefresh = await budget.previewRefresh();
    asked.refresh = await budget.refresh();

    // Spread over the declaration, so that they come one by one; more go down than go up.
    const every = declared / changed;
    const others = people.map((person, index): Person => {
      if (index % every !== 1) return person;
      return { ...person, role: index % 3 === 0 ? "membership_admin" : "restricted_member" };
    });
    budget.declare(others);
    asked.roles = await budget.up();
    const [first, ...rest] = others;
    if (first === undefined) throw new Error("nobody declared");
    budget.declare([{ ...first, role: "membership_admin" }, ...rest]);
    asked.oneRole = await budget.up();

    budget.declare([{ ...first, role: "membership_admin" }, ...rest, ...newcomers(added)]);
    asked.added = await budget.up();
    asked.destroy = await budget.destroy();
  }, 600_000);
  afterAll(() => budget.close());

  test("adopting existing members costs pages, and no write", () => {
    expect(of("takeOver").writes).toBe(0);
    expect(of("takeOver").total).toBeLessThanOrEqual(pages(members) + 5);
  });

  test("a preview asks nothing", () => {
    expect(of("preview").counts).toEqual({});
  });

  test.each(["previewRefresh", "refresh"])("%s costs pages", (step) => {
    const listings = oneAtATime ? 2 : 1;
    expect(of(step).writes).toBe(0);
    expect(of(step).total).toBeGreaterThan(0);
    expect(of(step).total).toBeLessThanOrEqual(listings * pages(members) + 2);
  });

  test("role changes cost one write each, and pages", () => {
    expect(of("roles").counts["PATCH /Users/{id}"]).toBe(changed);
    expect(of("roles").total).toBeLessThanOrEqual(changed + pages(members) + 2);
  });

  test("one role change costs two requests", () => {
    expect(of("oneRole").counts).toEqual({ "GET /Users/{id}": 1, "PATCH /Users/{id}": 1 });
  });

  test("new members with roles cost one POST each, and pages", () => {
    expect(of("added").writes).toBe(added);
    expect(of("added").counts["POST /Users"]).toBe(added);
    expect(of("added").total).toBeLessThanOrEqual(added + pages(members) + 5);
  });

  test("destroying members with roles costs one DELETE and its proof each, and pages", () => {
    const all = declared + added;
    expect(of("destroy").writes).toBe(all);
    expect(of("destroy").counts["DELETE /Users/{id}"]).toBe(all);
    expect(of("destroy").total).toBeLessThanOrEqual(2 * all + pages(members + added) + 2);
    expect(budget.simulator.workspace.members).toHaveLength(members - declared);
  });
});

describe.each(LONG_RUN ? [1, 10] : [1])("%i declared of 10,000 members", (declared) => {
  const asked: Record<string, Asked> = {};
  let budget: Budget;

  beforeAll(async () => {
    budget = await Budget.make(`few-${declared}`, 10_000, "NotionUser with NotionRoleAssignment");
    const people = budget.existing(declared);
    budget.declare(people);
    asked.takeOver = await budget.up();
    asked.refresh = await budget.refresh();
    asked.previewRefresh = await budget.previewRefresh();
    const [first, ...rest] = people;
    if (first === undefined) throw new Error("nobody declared");
    budget.declare([{ ...first, role: "restricted_member" }, ...rest]);
    asked.oneRole = await budget.up();
  }, 600_000);
  afterAll(() => budget.close());

  test.each(["takeOver", "refresh", "previewRefresh"])("%s asks for these alone", (step) => {
    expect(asked[step]?.total).toBeGreaterThan(0);
    expect(asked[step]?.total).toBeLessThanOrEqual(declared === 1 ? 1 : 2 * declared + 1);
  });

  test("one role change costs two requests", () => {
    expect(asked.oneRole?.counts).toEqual({ "GET /Users/{id}": 1, "PATCH /Users/{id}": 1 });
  });
});
