import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { ROLES, type Role } from "../../provider/model/role";
import { isWithin } from "../faults/times";
import { type FaultSpec, type Simulator, startSimulator } from "../simulator/index.mts";
import { type Home, IS_NATIVE, makeHome, makeProject, type Outcome, type Project } from "./project";

// Random programs, edits of them, edits behind their back and faults on the real engine: what
// test/faults/random.test.ts plays on a tiny one, a few times. PULUMI_NOTION_ENGINE_RUNS=25 for a long look; a
// failure prints seed and path. PULUMI_NOTION_ENGINE_SEED and _PATH play that program again, and make it smaller.

const { PULUMI_NOTION_ENGINE_RUNS, PULUMI_NOTION_ENGINE_SEED, PULUMI_NOTION_ENGINE_PATH } = process.env;
const RUNS = Number(PULUMI_NOTION_ENGINE_RUNS ?? (IS_NATIVE ? 1 : 2));
// The same programs each time, so that a red run is this change's doing; a long look sees others. These are one of each
// form, and each ends with a role outside of its time.
const SEED = PULUMI_NOTION_ENGINE_SEED ?? (PULUMI_NOTION_ENGINE_RUNS === undefined ? "2173" : undefined);

/** The first three are members before a program knows of them. */
const MEMBERS_BEFORE = 3;
const PEOPLE = { min: 3, max: 8 };
/** Who can lose anything: as many at once as neither a guard nor a rail stops, however often a run fails. */
const LIVELY = 5;
/** Declared in every program. The token is somebody else's. */
const OWNERS = ["member.001@example.com", "member.002@example.com"];
const TOKEN_OWNER = "token.owner@example.com";
const PAGE_SIZES = [3, 100];

/** When a role is held, and the one outside of that time. So far away that no test depends on the day on which it runs. */
interface Time {
  from?: string;
  until?: string;
  then: Role;
}

/** A person of a program. */
interface Wish {
  declared: boolean;
  role: Role | undefined;
  /** Of the role. */
  time: Time | undefined;
  title: string | undefined;
}

type Edit =
  | { what: "add" | "remove" | "rename"; who: number }
  | { what: "role"; who: number; role: Role | undefined }
  | { what: "time"; who: number; time: Time | undefined }
  | { what: "title"; who: number; title: string };

/** What somebody does in Notion. */
type ByHand = { who: number } & (
  | { what: "role"; role: Role }
  | { what: "title"; title: string }
  | { what: "remove" }
);

interface Round {
  edits: Edit[];
  byHand: ByHand[];
  faults: FaultSpec[];
  refresh: boolean;
}

interface Script {
  form: "resources" | "workspace";
  /** Of the form that writes its resources itself. */
  deletedWith: boolean;
  initialRole: boolean;
  pageSize: number;
  people: Wish[];
  rounds: Round[];
}

const anyone = fc.nat({ max: PEOPLE.max - 1 });
const lively = fc.nat({ max: LIVELY - 1 });
const role = fc.constantFrom(...ROLES);
const title = fc.constantFrom("Engineer", "Designer", "Lead");
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const PAST = "2001-12-04T18:00:00Z";
const FUTURE = "2999-12-04";
const timeAmong = (roles: readonly Role[]): fc.Arbitrary<Time | undefined> =>
  fc
    .record({
      edges: fc.constantFrom(undefined, { until: PAST }, { until: FUTURE }, { from: PAST }, { from: FUTURE }),
      then: fc.constantFrom(...roles),
    })
    .map(({ edges, then }) => edges && { ...edges, then });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ what: fc.constant("add" as const), who: anyone }),
  fc.record({ what: fc.constantFrom("remove" as const, "rename" as const, "rename" as const), who: lively }),
  fc.record({ what: fc.constant("role" as const), who: lively, role: maybe(role) }),
  fc.record({ what: fc.constant("time" as const), who: lively, time: timeAmong(ROLES) }),
  fc.record({ what: fc.constant("title" as const), who: anyone, title }),
);

const byHand: fc.Arbitrary<ByHand> = fc.oneof(
  fc.record({ what: fc.constant("role" as const), who: lively, role }),
  fc.record({
    what: fc.constant("title" as const),
    who: anyone,
    title: fc.constantFrom("Elsewhere", "Lead"),
  }),
  fc.record({ what: fc.constant("remove" as const), who: anyone }),
);

const target = {
  method: fc.constantFrom(undefined, undefined, "GET", "POST", "PATCH", "DELETE"),
  after: fc.constantFrom(0, 0, 0, 1, 2),
};
const often = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant("always" as const));
const wishAmong = (roles: readonly Role[]): fc.Arbitrary<Wish> =>
  fc.record({
    declared: fc.constantFrom(true, true, false),
    role: maybe(fc.constantFrom(...roles)),
    time: timeAmong(roles),
    title: maybe(title),
  });

// Not in any of them: what hangs. A time-out is 30 s, and operations.test.ts has it.
const fault: fc.Arbitrary<FaultSpec> = fc.oneof(
  // Ridden out: two tries more take a second or three, six would take half a minute.
  fc.record({
    ...target,
    name: fc.constantFrom("refuse_connection", "drop_before", "drop_after", "unavailable", "overloaded"),
    times: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({
    ...target,
    name: fc.constantFrom("server_error", "bad_gateway", "gateway_timeout"),
    times: fc.integer({ min: 1, max: 2 }),
    acted: fc.boolean(),
  }),
  // Waited for, or longer than anything is waited for.
  fc.record({
    ...target,
    name: fc.constant("rate_limited" as const),
    times: fc.integer({ min: 1, max: 2 }),
    retryAfter: fc.constantFrom(0, 1, 3600),
  }),
  // Refused or not understood, at once.
  fc.record({
    ...target,
    name: fc.constantFrom("unauthorized", "forbidden", "not_found", "conflict"),
    times: often,
  }),
  fc.record({
    ...target,
    name: fc.constantFrom("truncated_json", "wrong_shape", "html_ok"),
    times: often,
  }),
  fc.record({
    ...target,
    name: fc.constant("redirect" as const),
    location: fc.constant("http://127.0.0.1:9"),
    times: often,
  }),
  // Success that is none, and listings that lie. Each knows its own requests.
  fc.record({
    name: fc.constantFrom(
      "ignored_change",
      "no_content",
      "unknown_role",
      "empty_list",
      "shrinking_list",
      "growing_list",
      "duplicate_entry",
      "short_page",
      "empty_page",
      "moved_page",
    ),
    after: target.after,
    times: often,
  }),
);

const round: fc.Arbitrary<Round> = fc.record({
  edits: fc.array(edit, { minLength: 2, maxLength: 5, size: "max" }),
  byHand: fc.oneof(fc.constant<ByHand[]>([]), fc.array(byHand, { minLength: 1, maxLength: 2 })),
  faults: fc.array(fault, { minLength: 1, maxLength: 4, size: "max" }),
  refresh: fc.boolean(),
});

const script: fc.Arbitrary<Script> = fc.record({
  form: fc.constantFrom("resources", "workspace"),
  deletedWith: fc.boolean(),
  initialRole: fc.boolean(),
  pageSize: fc.constantFrom(...PAGE_SIZES),
  people: fc
    .tuple(
      fc.array(wishAmong(ROLES), { minLength: PEOPLE.min, maxLength: LIVELY, size: "max" }),
      fc.array(wishAmong(["owner", "membership_admin", "member"]), { maxLength: PEOPLE.max - LIVELY }),
    )
    .map(([some, more]) => (some.length < LIVELY ? some : [...some, ...more])),
  rounds: fc.array(round, { minLength: 2, maxLength: 3 }),
});

/** A person as the test knows them. */
interface Person extends Wish {
  userName: string;
  /** Of their resources. */
  name: string;
}

const emailOf = (index: number) => `p${index}@example.com`;

/** Whom requests add and remove against what is declared; what is done by hand is counted apart. */
class Witness {
  readonly wrongs: string[] = [];
  removedByHand = 0;
  declared: ReadonlySet<string> = new Set();
  #byHand = false;

  constructor({ workspace }: Simulator) {
    for (const name of ["add", "remove"] as const) {
      const act = workspace[name].bind(workspace) as (...args: unknown[]) => never;
      workspace[name] = (...args: unknown[]) => {
        this.#byHand = true;
        try {
          return act(...args);
        } finally {
          this.#byHand = false;
        }
      };
    }
    const join = workspace.join.bind(workspace);
    const leave = workspace.leave.bind(workspace);
    workspace.join = (person, given) => {
      const { userName, standing } = person;
      if (!this.#byHand && !this.declared.has(userName)) this.wrongs.push(`${userName} added, not declared`);
      if (!this.#byHand && standing === "member") this.wrongs.push(`${userName} added, a member already`);
      join(person, given);
    };
    workspace.leave = (person) => {
      if (this.#byHand) this.removedByHand += 1;
      else if (this.declared.has(person.userName)) this.wrongs.push(`${person.userName} removed, declared`);
      leave(person);
    };
  }
}

/** One program from its first run to its last. */
class Story {
  /** All that was run, for whoever reads a failure. */
  readonly log: string[] = [];
  fired = 0;
  readonly #simulator: Simulator;
  readonly #project: Project;
  readonly #script: Script;
  readonly #witness: Witness;
  readonly #people: Person[];
  /** Something was done by hand that no refresh has seen. */
  #drifted = false;
  /** The lie that makes a second POST right: that nobody has this e-mail. */
  #deniedSomebody = false;

  constructor(simulator: Simulator, project: Project, told: Script) {
    this.#simulator = simulator;
    this.#project = project;
    this.#script = told;
    this.#witness = new Witness(simulator);
    const owners = OWNERS.map(
      (userName): Person => ({
        userName,
        name: userName,
        declared: true,
        role: "owner",
        time: undefined,
        title: undefined,
      }),
    );
    const others = told.people.map((wish, index): Person => {
      const userName = emailOf(index);
      return { ...wish, userName, name: `p${index}` };
    });
    this.#people = [...others, ...owners];
  }

  async play({ edits, byHand: actions, faults, refresh }: Round): Promise<void> {
    for (const each of edits) this.#edit(each);
    for (const each of actions) this.#actByHand(each);
    for (const each of faults) this.#simulator.faults.add(each);
    await this.#up(refresh);
    this.#simulator.faults.clear();
  }

  /** The last run, which no fault meets, and what must be true after it. */
  async end(): Promise<void> {
    const declared = this.#declared;
    const names = new Set(declared.map(({ name }) => `NotionUser ${name}`));
    const emails = new Set(declared.map(({ userName }) => userName));
    const inWorkspace = Object.entries(this.#workspaceState?.ids ?? {}).flatMap(([email, id]) =>
      emails.has(email) ? [] : [id],
    );
    const leaving = [...this.#project.resources]
      .filter(
        ([key, { outputs }]) =>
          key.startsWith("NotionUser ") && !names.has(key) && !emails.has(`${outputs.userName}`),
      )
      .map(([, { id = "" }]) => id)
      .concat(inWorkspace);
    await this.#up(this.#drifted);
    // A person that run adopted keeps a higher role until the next one, whose preview shows it.
    await this.#up(false);
    this.#expectAsDeclared();
    expect(
      leaving.filter((id) => this.#simulator.workspace.member(id)),
      "taken out, and there",
    ).toEqual([]);

    const sent = this.#simulator.requests.count();
    const { exitCode, everything } = await this.#run("preview", "--refresh", "--expect-no-changes");
    expect(exitCode, everything).toBe(0);
    const requests = this.#simulator.requests.entries;
    expect(
      requests.slice(sent).filter(({ method }) => method !== "GET"),
      "writes of a preview",
    ).toEqual([]);
    const conflicts = requests.filter(({ status, fault: met }) => status === 409 && met === undefined);
    if (!this.#deniedSomebody) expect(conflicts, "sent although a member").toEqual([]);
    expect(this.#project.pendingOperations).toEqual([]);
    expect(this.#project.filesWith(this.#simulator.token), "files with the token").toEqual([]);
  }

  /** What the state holds of the workspace, in the form that has one. */
  get #workspaceState() {
    const outputs = this.#project.resources.get("NotionWorkspace acme")?.outputs;
    return outputs as { ids: Record<string, string>; people: Record<string, unknown> } | undefined;
  }

  get #declared(): Person[] {
    return this.#people.filter(({ declared }) => declared);
  }

  #edit(change: Edit): void {
    const person = this.#people[change.who];
    // A short program has no such person; and the owners stay.
    if (person === undefined || OWNERS.includes(person.userName)) return;
    if (change.what === "add") person.declared = true;
    else if (change.what === "remove") person.declared = false;
    // And back again: the name may be in the state still.
    else if (change.what === "rename")
      person.name = person.name.endsWith("x") ? `p${change.who}` : `p${change.who}x`;
    else if (change.what === "role") person.role = change.role;
    else if (change.what === "time") person.time = change.time;
    else if (change.what === "title") person.title = change.title;
  }

  #actByHand(action: ByHand): void {
    const { workspace } = this.#simulator;
    const found = workspace.member(emailOf(action.who));
    if (found === undefined) return;
    this.#drifted = true;
    if (action.what === "remove") workspace.remove(found.id);
    else if (action.what === "role") workspace.edit(found.id, { role: action.role });
    else workspace.edit(found.id, { title: action.title });
  }

  /** A run that meets no fault, and nothing that it was not told to look for, succeeds. */
  async #up(refresh: boolean): Promise<void> {
    const { faults } = this.#simulator;
    const declared = this.#declared;
    this.#project.declare(programText(this.#script, declared));
    this.#witness.declared = new Set(declared.map(({ userName }) => userName));
    const { removedByHand } = this.#witness;
    const { exitCode, everything } = await this.#run(
      ...["up", "--yes", "--skip-preview"],
      ...(refresh ? ["--refresh"] : []),
    );
    const untroubled = faults.fired() === 0;
    this.fired += faults.fired();
    this.#deniedSomebody ||= faults.fired("empty_list") > 0;
    expect(this.#witness.wrongs).toEqual([]);
    if (untroubled && (refresh || !this.#drifted)) expect(exitCode, everything).toBe(0);
    if (untroubled && refresh) this.#drifted = false;
    if (this.#witness.removedByHand > removedByHand) this.#drifted = true;
  }

  async #run(...args: string[]): Promise<Outcome> {
    const outcome = await this.#project.pulumi(...args);
    const met = this.#simulator.faults
      .list()
      .map(({ spec, fired }) => `${JSON.stringify(spec)} fired ${fired}`);
    this.log.push(
      [`# ${JSON.stringify(this.#declared)}`, ...met, `$ pulumi ${args.join(" ")}`, outcome.everything].join(
        "\n",
      ),
    );
    expect(outcome.everything.includes(this.#simulator.token), "the token in an output").toBe(false);
    return outcome;
  }

  #expectAsDeclared(): void {
    const { members } = this.#simulator.workspace;
    const { resources } = this.#project;
    const asOne = this.#script.form === "workspace";
    const expected: string[] = asOne ? ["NotionWorkspace acme"] : [];
    for (const person of this.#declared) {
      const { name, userName, title: declaredTitle } = person;
      const wanted = roleNow(person);
      const attributes = { userName, ...(declaredTitle && { title: declaredTitle }) };
      const found = members.filter((member) => member.userName === userName);
      expect(found, userName).toMatchObject([{ ...attributes, ...(wanted && { role: wanted }) }]);
      const id = found[0]?.id;
      if (asOne) {
        const { ids, people } = this.#workspaceState ?? { ids: {}, people: {} };
        expect(ids[userName], userName).toBe(id);
        expect(people[userName], userName).toMatchObject({
          ...(declaredTitle && { title: declaredTitle }),
          ...(wanted && { role: wanted }),
        });
        continue;
      }
      expected.push(`NotionUser ${name}`);
      expect(resources.get(`NotionUser ${name}`), name).toMatchObject({
        id,
        outputs: { ...attributes, active: true },
      });
      if (wanted === undefined) continue;
      expected.push(`NotionRoleAssignment ${name}`);
      expect(resources.get(`NotionRoleAssignment ${name}`), name).toMatchObject({
        id,
        outputs: { userId: id, role: wanted },
      });
    }
    expect([...resources.keys()].sort()).toEqual(expected.sort());
  }
}

/** The role that a person is to hold. */
function roleNow({ role: declared, time }: Wish): Role | undefined {
  if (declared === undefined || time === undefined) return declared;
  return isWithin(Date.now(), time.from, time.until) ? declared : time.then;
}

function programText({ form, deletedWith, initialRole }: Script, declared: readonly Person[]): string {
  const people = declared.map(({ userName, name, role: wanted, time, title: wantedTitle }) => ({
    key: name,
    userName,
    title: wantedTitle,
    role: wanted,
    time: wanted && time,
  }));
  if (form === "workspace") {
    return `
      const { NotionWorkspace } = require("pulumi-notion");
      const people = ${JSON.stringify(people)}.map(({ key, time = {}, ...person }) => ({
        ...person,
        roleFrom: time.from,
        roleUntil: time.until,
        roleThen: time.then,
      }));
      // What stops a run on purpose is tried elsewhere.
      const limits = { maxRemovals: 99, maxDemotions: 99, maxAdditions: 99, maxPromotions: 99 };
      new NotionWorkspace("acme", { people, limits });
    `;
  }
  return `
    for (const { key, role, time, ...person } of ${JSON.stringify(people)}) {
      const user = new NotionUser(key, { ...person, ...(${initialRole} && role && { initialRole: role }) });
      if (role) new NotionRoleAssignment(key, { userId: user.id, role, ...time }, ${deletedWith ? "{ deletedWith: user }" : "{}"});
    }
  `;
}

let home: Home;
beforeAll(async () => {
  home = await makeHome("random", { programs: "kept" });
  return () => home.dispose();
});

let played = 0;

/** @returns how many faults fired */
async function play(told: Script): Promise<number> {
  const simulator = await startSimulator({
    seed: { members: 4 },
    tokenOwner: TOKEN_OWNER,
    maxPageSize: told.pageSize,
  });
  try {
    for (let index = 0; index < MEMBERS_BEFORE; index += 1)
      simulator.workspace.add({ userName: emailOf(index) });
    played += 1;
    const project = await makeProject(`random-${played}`, { simulator, below: home });
    const story = new Story(simulator, project, told);
    try {
      for (const each of told.rounds) await story.play(each);
      await story.end();
    } catch (error) {
      throw new Error([error instanceof Error ? error.message : `${error}`, ...story.log].join("\n\n"));
    }
    return story.fired;
  } finally {
    await simulator.close();
  }
}

test(
  `${RUNS} random programs, edits and faults end as declared, and remove nobody who is declared`,
  async () => {
    let fired = 0;
    await fc.assert(
      fc.asyncProperty(script, async (told) => {
        fired += await play(told);
      }),
      {
        numRuns: RUNS,
        // The first few are not to be the smallest.
        unbiased: true,
        // A smaller program costs tens of runs of the engine to find.
        endOnFailure: PULUMI_NOTION_ENGINE_PATH === undefined,
        ...(PULUMI_NOTION_ENGINE_PATH !== undefined && { path: PULUMI_NOTION_ENGINE_PATH }),
        ...(SEED !== undefined && { seed: Number(SEED) }),
      },
    );
    expect(fired, "faults that fired").toBeGreaterThan(RUNS);
  },
  120_000 + RUNS * 180_000,
);
