import fc from "fast-check";
import { startSimulator } from "../simulator/index.mts";
import { checkChanges, effectsOf, type Happened, Violation } from "./changes";
import { EDIT_NAMES, type Edit, edit } from "./edits";
import {
  doByHand,
  endTrouble,
  HAND_NAMES,
  type Hand,
  makeTrouble,
  TROUBLE_NAMES,
  type Trouble,
} from "./hands";
import { readingsOf, settleReadings } from "./readings";
import { lineOf, programOf, type Roster } from "./roster";
import { Standing } from "./standing";
import { DAY_MS, TOKEN_OWNER, World } from "./world";

/** What happens between two runs, and the run. */
interface Week {
  days: number;
  /** After a refusal the file becomes the one again that was accepted last. */
  undoes: boolean;
  edits: Edit[];
  hands: Hand[];
  refresh: "no" | "--refresh" | "before";
  preview: "shown" | "skipped" | "only";
  trouble: Trouble;
}

export interface History {
  places: number;
  withIds: boolean;
  weeks: Week[];
  /** How many runs follow with nothing in between that ask Notion nothing first, and so many days later: then come those that read first. */
  quiet: { days: number; runs: number };
}

const which = fc.nat({ max: 8 });
const trouble = fc.record({ what: fc.constantFrom(...TROUBLE_NAMES), a: which, b: which });

const change = fc.record({ what: fc.constantFrom(...EDIT_NAMES), a: which, b: which, c: which });

const week: fc.Arbitrary<Week> = fc.record({
  days: fc.nat({ max: 9 }),
  undoes: fc.constantFrom(true, true, false),
  edits: fc.oneof(
    { arbitrary: fc.constant<Edit[]>([]), weight: 1 },
    { arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }), weight: 3 },
  ),
  hands: fc.array(fc.record({ what: fc.constantFrom(...HAND_NAMES), a: which, b: which }), { maxLength: 2 }),
  refresh: fc.constantFrom("no" as const, "--refresh" as const, "--refresh" as const, "before" as const),
  preview: fc.constantFrom("shown" as const, "shown" as const, "skipped" as const, "only" as const),
  trouble: fc.oneof(
    { arbitrary: fc.constant<Trouble>({ what: "none", a: 0, b: 0 }), weight: 2 },
    { arbitrary: trouble, weight: 1 },
  ),
});

export const histories = (withIds: boolean): fc.Arbitrary<History> =>
  fc.record({
    places: fc.constantFrom(1, 1, 2),
    withIds: withIds ? fc.boolean() : fc.constant(false),
    weeks: fc.array(week, { minLength: 1, maxLength: 23, size: "max" }),
    quiet: fc.record({ days: fc.nat({ max: 20 }), runs: fc.constantFrom(0, 3) }),
  });

const at = (name: string) => `${name}@example.com`;

const FIRST: Roster = {
  rows: [
    { human: TOKEN_OWNER, userName: at(TOKEN_OWNER), place: 0, role: "owner" },
    { human: "bertil", userName: at("bertil"), place: 0, role: "owner" },
    { human: "ada", userName: at("ada"), place: 0, role: "member", title: "Engineer" },
    { human: "bea", userName: at("bea"), place: 0, role: "restricted_member" },
    { human: "cy", userName: at("cy"), place: 0, role: "membership_admin", title: "Lead" },
    { human: "dan", userName: at("dan"), place: 0, role: "member" },
  ],
  undeclared: "ignore",
  except: [],
  protect: false,
};

class Player {
  readonly #world: World;
  readonly #standing: Standing;
  #isRefused = false;

  constructor(world: World) {
    this.#world = world;
    this.#standing = new Standing(world);
  }

  async week({ days, undoes, edits, hands, ...run }: Week): Promise<void> {
    const world = this.#world;
    world.now += days * DAY_MS;
    if (undoes && this.#isRefused) edit(world, { what: "undo", a: 0, b: 0, c: 0 });
    for (const each of edits) edit(world, each);
    for (const each of hands) doByHand(world, each);
    await this.run(run);
  }

  async run({ refresh, preview, trouble }: Pick<Week, "refresh" | "preview" | "trouble">): Promise<void> {
    const world = this.#world;
    const { file, stack, now } = world;
    if (JSON.stringify(world.versions.at(-1)) !== JSON.stringify(file))
      world.versions.push(structuredClone(file));
    const program = programOf(file, world.places);
    const options = { now, config: { "notion:tokenOwner": at(TOKEN_OWNER) }, preview: false };
    const flag = refresh === "--refresh" ? " --refresh" : "";
    const refreshed = refresh !== "no";
    if (refresh === "before") {
      const { told } = await this.#command("pulumi refresh --yes", {}, () => stack.refresh(options));
      if (told.errors.length > 0) return;
    }
    if (preview !== "skipped") {
      const shown = await this.#command(`pulumi preview${flag}`, { refreshed }, () =>
        stack.preview(program, { ...options, refresh: flag !== "" }),
      );
      this.#isRefused = shown.told.errors.length > 0;
      if (this.#isRefused) this.#standing.afterRun(shown, true);
      if (this.#isRefused || preview === "only") return;
    }
    const kept = structuredClone([...stack.state]);
    const goesWrong = makeTrouble(world, trouble);
    const done = await this.#command(
      `pulumi up${flag}${preview === "skipped" ? " --skip-preview" : ""}`,
      { isUp: true, refreshed, trouble: goesWrong },
      async () => {
        const told = await stack.up(program, { ...options, refresh: flag !== "" });
        // The engine writes nothing down of what a run did that was killed.
        if (trouble.what === "kill") {
          stack.state.clear();
          for (const [urn, entry] of kept) stack.state.set(urn, entry);
        }
        return told;
      },
    );
    endTrouble(world);
    this.#isRefused = done.writes.length === 0 && done.told.errors.length > 0;
    settleReadings(world, done.readings);
    this.#standing.afterRun(done, false);
  }

  async #command(
    command: string,
    how: Partial<Pick<Happened, "isUp" | "refreshed" | "trouble">>,
    run: () => Promise<Happened["told"]>,
  ): Promise<Happened> {
    const world = this.#world;
    const { requests } = world.simulator;
    const before = world.accounts();
    const stateBefore = world.stateIds();
    const readings = readingsOf(world);
    const from = requests.count();
    const told = await run();
    const happened: Happened = {
      command,
      isUp: false,
      refreshed: false,
      trouble: undefined,
      ...how,
      before,
      after: world.accounts(),
      stateBefore,
      readings,
      told,
      writes: requests.entries.slice(from).filter(({ method }) => method !== "GET"),
    };
    world.prints.push({ text: [...told.words, ...told.lines, ...told.errors].join("\n") });
    world.say(`$ ${command}${how.trouble === undefined ? "" : `   # ${how.trouble}`}`);
    world.detail([...told.words, ...told.lines, ...told.errors.map((error) => `error: ${error}`)]);
    try {
      checkChanges(world, happened);
    } finally {
      world.detail(effectsOf(world, before, happened.after));
    }
    world.takeNote();
    return happened;
  }
}

/** @throws {Violation} with the whole story in words */
export async function play({ places, withIds, weeks, quiet }: History): Promise<string[]> {
  const simulator = await startSimulator({ tokenOwner: at(TOKEN_OWNER) });
  try {
    const world = new World(simulator, places, withIds, structuredClone(FIRST));
    for (const { human, userName, role = "member", title } of FIRST.rows) {
      const known = simulator.workspace.person(userName);
      const { id } = known ?? simulator.workspace.add({ userName, role, title });
      world.owners.set(id, human);
      world.freshAddress(human);
    }
    const player = new Player(world);
    const calm = { preview: "shown", trouble: { what: "none", a: 0, b: 0 } } as const;
    try {
      world.say("roster:");
      world.detail(world.file.rows.map(lineOf));
      await player.run({ ...calm, refresh: "no" });
      for (const each of weeks) await player.week(each);
      world.now += quiet.days * DAY_MS;
      for (let times = 0; times < quiet.runs; times += 1) await player.run({ ...calm, refresh: "no" });
      for (let times = 0; times < 3; times += 1) await player.run({ ...calm, refresh: "--refresh" });
      return world.log;
    } catch (error) {
      if (!(error instanceof Violation))
        throw new Error([String(error), ...world.log].join("\n"), { cause: error });
      error.message = [error.message, "", ...world.log].join("\n");
      throw error;
    }
  } finally {
    await simulator.close();
  }
}
