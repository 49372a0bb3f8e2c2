import type { dynamic } from "@pulumi/pulumi";
import { expect } from "vitest";
import type { z } from "zod";
import { readSettings } from "../../provider/config";
import { PartialError } from "../../provider/lifecycle/errors";
import { checkInputs } from "../../provider/lifecycle/inputs";
import { createRole, deleteRole, readRole, updateRole } from "../../provider/lifecycle/role";
import { roleWish } from "../../provider/lifecycle/run-registry";
import { openSession, type Session } from "../../provider/lifecycle/session";
import { createUser, deleteUser, readUser, updateUser } from "../../provider/lifecycle/user";
import { evaluateUser } from "../../provider/lifecycle/user-preview";
import type { Role } from "../../provider/model/role";
import type { ClientOptions } from "../../provider/scim/http-client";
import type { Properties } from "../../provider/state/properties";
import { type RoleInputs, type RoleOutputs, roleInputsSchema } from "../../provider/state/role-assignment";
import { type UserInputs, type UserOutputs, userInputsSchema } from "../../provider/state/user";
import { diffRole } from "../lifecycle/role-calls";
import type { Simulator } from "../simulator/index.mts";
import { expectKept } from "../state/kept";
import { isWithin } from "./times";

/** One person of a program, with or without a role assignment. */
export interface Declared {
  /** Of the resources. */
  name: string;
  user: Properties & { userName: string };
  role?: Role;
  /** Of the role. */
  time?: Pick<RoleInputs, "from" | "until" | "then" | "reason">;
}

export type Program = readonly Declared[];

/** A resource in the state. */
interface Entry {
  kind: "user" | "role";
  name: string;
  id: string;
  inputs: Properties;
  outs: Properties;
  /** It is there and not as declared: the next up calls update. */
  broken: boolean;
}

/** By kind and name, such as `user ada`. */
export type State = Map<string, Entry>;

/** How a command is run, and how it goes wrong besides what the simulator does. */
export interface Options {
  refresh?: boolean;
  /** After so many changes of the state it is as after kill -9: what is under way acts, nothing is kept of it. */
  killedAfter?: number;
  env?: Record<string, string>;
  /** The moment of the run, in milliseconds since 1970. Default {@link NOW}. */
  now?: number;
  client?: Pick<ClientOptions, "retry" | "timeouts">;
}

/** Where a test is not about the clock. */
export const NOW = Date.parse("2026-12-01T09:00:00Z");

interface Kind {
  schema: z.ZodType<Properties>;
  claim: "users" | "roles";
  wish(inputs: Properties): string;
  diff(olds: Properties, news: Properties, now: number): dynamic.DiffResult;
  create(session: Session, inputs: Properties, now: number): Promise<dynamic.CreateResult>;
  read(session: Session, id: string, props: Properties): Promise<dynamic.ReadResult>;
  update(
    session: Session,
    id: string,
    olds: Properties,
    news: Properties,
    now: number,
  ): Promise<dynamic.UpdateResult>;
  delete(session: Session, id: string, props: Properties): Promise<void>;
}

const KINDS: Record<Entry["kind"], Kind> = {
  user: {
    schema: userInputsSchema,
    claim: "users",
    wish: ({ userName }) => String(userName),
    diff: (olds, news, now) => evaluateUser(olds, news, undefined, now).diff,
    create: (session, inputs, now) => createUser(session, inputs as unknown as UserInputs, now),
    read: readUser,
    update: (session, id, olds, news, now) =>
      updateUser(session, id, olds as unknown as UserOutputs, news as unknown as UserInputs, now),
    delete: (session, id, props) => deleteUser(session, id, props as unknown as UserOutputs),
  },
  role: {
    schema: roleInputsSchema,
    claim: "roles",
    wish: roleWish,
    diff: diffRole,
    create: (session, inputs, now) => createRole(session, inputs as unknown as RoleInputs, now),
    read: readRole,
    update: (session, id, olds, news, now) =>
      updateRole(session, id, olds as RoleOutputs, news as unknown as RoleInputs, now),
    delete: (session, id, props) => deleteRole(session, id, props as RoleOutputs),
  },
};

/** Retries that are counted, not waited for. */
export const QUICK = { attempts: 3, minDelayMs: 1, maxDelayMs: 3, maxStallMs: 20 };

/**
 * One `pulumi up` as far as a provider sees it: a process of its own, check and diff one after another,
 * creates and updates before deletes, a role after its member, owners before the other roles.
 * @returns the errors, one for each resource that failed
 */
export async function up(
  program: Program,
  state: State,
  simulator: Simulator,
  options: Options = {},
): Promise<string[]> {
  const log: string[] = [];
  const settings = readSettings({
    env: {
      NOTION_SCIM_TOKEN: simulator.token,
      NOTION_SCIM_BASE_URL: simulator.baseUrl,
      NOTION_TOKEN_OWNER: "unknown",
      ...options.env,
    },
    config: () => undefined,
  });
  const session = openSession(settings, undefined, (line) => log.push(line), {
    retry: QUICK,
    ...options.client,
  });
  const run = new Run(program, state, session, options);
  try {
    if (options.refresh === true) await run.refresh();
    if (run.errors.length === 0) await run.apply();
  } finally {
    await session.client.close();
  }
  const everything = JSON.stringify([run.errors, log, [...state.values()]]);
  expect(everything, "a token in an output, an error or the state").not.toContain(simulator.token);
  return run.errors;
}

class Run {
  readonly errors: string[] = [];
  readonly #program: Program;
  readonly #state: State;
  readonly #session: Session;
  readonly #options: Options;
  #kept = 0;

  constructor(program: Program, state: State, session: Session, options: Options) {
    this.#program = program;
    this.#state = state;
    this.#session = session;
    this.#options = options;
  }

  async refresh(): Promise<void> {
    const entries = [...this.#state];
    // The refresh phase calls diff for everybody in the state, with what was declared before.
    for (const [, { kind, id, inputs }] of entries) this.#claim(kind).want(id, KINDS[kind].wish(inputs));
    await this.#all(entries, async ([urn, entry]) => {
      const { id, props, inputs } = await KINDS[entry.kind].read(this.#session, entry.id, entry.outs);
      this.#keep(() => {
        if (id === "") this.#state.delete(urn);
        else if (props) {
          this.#state.set(urn, { ...entry, outs: props, inputs: inputs ?? entry.inputs, broken: false });
        }
      });
    });
  }

  async apply(): Promise<void> {
    const replaced: Entry[] = [];
    await this.#all(this.#program, ({ name, user }) => this.#declare("user", name, user, replaced));
    for (const owners of [true, false]) {
      const roles = this.#program.filter(({ role }) => role !== undefined && (role === "owner") === owners);
      await this.#all(roles, async ({ name, role, time }) => {
        const user = this.#state.get(`user ${name}`);
        if (user !== undefined)
          await this.#declare("role", name, { userId: user.id, role, ...time }, replaced);
      });
    }
    // A resource that failed ends the program, and then nothing is deleted, with --continue-on-error neither.
    if (this.errors.length > 0) return;
    await this.#deleteTheRest(replaced);
  }

  async #deleteTheRest(replaced: Entry[]): Promise<void> {
    const declared = new Set(
      this.#program.flatMap(({ name, role }) => [`user ${name}`, ...(role ? [`role ${name}`] : [])]),
    );
    const gone = [...this.#state].filter(([urn]) => !declared.has(urn));
    const remove = async ({ kind, id, outs }: Entry) => KINDS[kind].delete(this.#session, id, outs);
    await this.#all(replaced, remove);
    for (const kind of ["role", "user"] as const) {
      const ofKind = gone.filter(([, entry]) => entry.kind === kind);
      await this.#all(ofKind, async ([urn, entry]) => {
        // deletedWith: a role goes with its member, without a call.
        const withUser = kind === "role" && gone.some(([other]) => other === `user ${entry.name}`);
        if (!withUser) await remove(entry);
        this.#keep(() => this.#state.delete(urn));
      });
    }
  }

  async #declare(kind: Entry["kind"], name: string, declared: Properties, replaced: Entry[]): Promise<void> {
    const { schema, wish, diff, create, update } = KINDS[kind];
    const { now = NOW } = this.#options;
    const { inputs = {}, failures = [] } = checkInputs(schema, declared);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join());
    this.#claim(kind).declare(wish(inputs));
    const urn = `${kind} ${name}`;
    const old = this.#state.get(urn);
    const { changes = true, replaces = [] } = old === undefined ? {} : diff(old.outs, inputs, now);
    const keep = (id: string, outs: Properties, broken: boolean) =>
      this.#keep(() => {
        expectKept(kind, outs);
        this.#state.set(urn, { kind, name, id, inputs, outs, broken });
      });
    try {
      if (old === undefined || replaces.length > 0) {
        const { id, outs } = await create(this.#session, inputs, now);
        if (old !== undefined) replaced.push(old);
        keep(id, outs ?? {}, false);
        return;
      }
      this.#claim(kind).want(old.id, wish(inputs));
      if (!changes && !old.broken) return;
      const { outs } = await update(this.#session, old.id, old.outs, inputs, now);
      keep(old.id, outs ?? {}, false);
    } catch (error) {
      if (error instanceof PartialError) keep(error.id, error.properties, true);
      throw error;
    }
  }

  #claim(kind: Entry["kind"]) {
    return this.#session.registry[KINDS[kind].claim];
  }

  get #killed(): boolean {
    return this.#kept >= (this.#options.killedAfter ?? Number.POSITIVE_INFINITY);
  }

  #keep(change: () => void): void {
    if (this.#killed) return;
    this.#kept += 1;
    change();
  }

  /** Side by side, as the engine does it; nothing more is started after a kill, or after an error of an earlier step. */
  async #all<T>(items: readonly T[], step: (item: T) => Promise<void>): Promise<void> {
    if (this.#killed || this.errors.length > 0) return;
    const results = await Promise.allSettled(items.map(step));
    for (const result of results)
      if (result.status === "rejected") this.errors.push(String(result.reason?.message ?? result.reason));
    if (this.#killed) this.errors.push("killed");
  }
}

/** Counts who joins and leaves, whoever makes them; the server's own view, not the client's. */
export function watch(simulator: Simulator): { joined: string[]; left: string[] } {
  const { workspace } = simulator;
  const seen = { joined: [] as string[], left: [] as string[] };
  const join = workspace.join.bind(workspace);
  const leave = workspace.leave.bind(workspace);
  workspace.join = (person, role) => {
    seen.joined.push(person.userName);
    join(person, role);
  };
  workspace.leave = (person) => {
    seen.left.push(person.userName);
    leave(person);
  };
  return seen;
}

/** The role that somebody is to hold at a moment. */
function roleAt({ role, time = {} }: Declared, now: number): Role | undefined {
  return isWithin(now, time.from, time.until) ? role : time.then;
}

/** The workspace is as declared, and everyone is there once. */
export function expectWorkspace(program: Program, { workspace }: Simulator, now = NOW): void {
  for (const person of program) {
    const { user } = person;
    const role = roleAt(person, now);
    const { initialRole: _, onRemove: __, ...attributes } = user;
    const found = workspace.membersNamed(user.userName);
    expect(found, user.userName).toMatchObject([{ ...attributes, ...(role && { role }) }]);
  }
}

/**
 * The property that must hold after the last run: the workspace is as declared, the state equals it, nothing
 * else is in the state, and another refresh and up find nothing to do.
 */
export async function expectSettled(
  program: Program,
  state: State,
  simulator: Simulator,
  now = NOW,
): Promise<void> {
  expectWorkspace(program, simulator, now);
  for (const person of program) {
    const { name, user } = person;
    const role = roleAt(person, now);
    const { initialRole: _, ...kept } = user;
    const id = simulator.workspace.member(user.userName)?.id;
    expect(state.get(`user ${name}`), name).toMatchObject({ id, outs: kept, broken: false });
    expect(state.get(`role ${name}`)?.outs.role, `the role of ${name} in the state`).toBe(role);
  }
  const declared = program.flatMap(({ name, role }) => [`user ${name}`, ...(role ? [`role ${name}`] : [])]);
  expect([...state.keys()].sort()).toEqual(declared.sort());

  const sent = simulator.requests.count();
  const before = structuredClone(state);
  expect(await up(program, state, simulator, { refresh: true, now })).toEqual([]);
  expect(state).toEqual(before);
  const writes = simulator.requests.entries.slice(sent).filter(({ method }) => method !== "GET");
  expect(writes, "writes of another up").toEqual([]);
}
