import { expect } from "vitest";
import { readRunSettings, readSettings, type SettingsSource } from "../../../provider/config";
import { PartialError } from "../../../provider/lifecycle/errors";
import { providers } from "../../../provider/lifecycle/providers";
import type { ResourceLifecycle } from "../../../provider/lifecycle/resource-lifecycle";
import { RunRegistry } from "../../../provider/lifecycle/run-registry";
import { openSession } from "../../../provider/lifecycle/session";
import { UNKNOWN } from "../../../provider/model/unknown";
import type { NamedElsewhere } from "../../../provider/resources/declared";
import type { ClientOptions } from "../../../provider/scim/http-client";
import type { DeclaredPerson } from "../../../provider/state/person";
import type { Properties } from "../../../provider/state/properties";
import type { WorkspaceInputs, WorkspaceOutputs } from "../../../provider/state/workspace";
import { QUICK } from "../../scim/connect";
import type { Simulator } from "../../simulator/index.mts";
import { expectKept } from "../../state/kept";

type Kind = "workspace" | "user" | "role" | "group" | "membership";

/** A resource as the program registers it. */
export interface Resource {
  kind: Kind;
  name: string;
  inputs: Properties;
  /** Of a role or a membership: the user resource whose id it takes. */
  of?: string;
  /** Of a membership: the group resource whose id it takes. */
  ofGroup?: string;
}

export type People = Record<string, DeclaredPerson>;

/** A NotionWorkspace, with its people as the class hands them over. */
export function workspace(
  name: string,
  people: People,
  settings: Omit<WorkspaceInputs, "people"> = {},
): Resource {
  return { kind: "workspace", name, inputs: { ...settings, people } };
}

/** A NotionUser and, where a role is given, a NotionRoleAssignment for them. */
export function user(name: string, userName: string, role?: string, more: Properties = {}): Resource[] {
  const declared: Resource = { kind: "user", name, inputs: { userName, ...more } };
  return role === undefined ? [declared] : [declared, { kind: "role", name, inputs: { role }, of: name }];
}

/** A NotionGroup. */
export function group(name: string, displayName: string, more: Properties = {}): Resource {
  return { kind: "group", name, inputs: { displayName, ...more } };
}

/** A NotionGroupMembership, by the names of the resources for the person and the group, or by Notion's ids. */
export function membership(
  name: string,
  { user: of, group: ofGroup, ...inputs }: { user?: string; group?: string } & Properties,
): Resource {
  return {
    kind: "membership",
    name,
    inputs,
    ...(of !== undefined && { of }),
    ...(ofGroup !== undefined && { ofGroup }),
  };
}

/** A resource in the state. */
interface Entry {
  kind: Kind;
  name: string;
  id: string;
  inputs: Properties;
  outs: Properties;
  /** It is there and not as declared: the next up calls update. */
  broken: boolean;
}

/** How a command is run. */
export interface Options {
  refresh?: boolean;
  /** `up` previews first, in a process of its own. Default true. */
  preview?: boolean;
  env?: Record<string, string>;
  /** The moment of the command, in milliseconds since 1970. Default: the present. */
  now?: number;
  /** The stack's configuration. */
  config?: Record<string, string>;
  client?: Pick<ClientOptions, "retry" | "timeouts">;
  /** Each resource is awaited before the next one is registered. Default false: as the engine, side by side. */
  oneByOne?: boolean;
  /** The engine takes these resources alone. */
  target?: string[];
  /** The engine goes on with the old inputs of these properties. */
  ignoreChanges?: string[];
  /** What a transformation of the program makes of the inputs of a resource, before the engine has them. */
  transform?: (name: string, inputs: Properties) => Properties;
  /** What a policy makes of the inputs that check returned, of each resource. */
  remediate?: (inputs: Properties) => Properties;
}

/** What a command came to. */
export interface Told {
  /** What check and diff said: in a preview all there is. */
  words: string[];
  /** What the writing said. */
  lines: string[];
  errors: string[];
}

/** A stack as the provider sees it: each command is a process of its own, two where it previews first. */
export class Stack {
  readonly state = new Map<string, Entry>();
  readonly #simulator: Simulator;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  /** What the state holds of a workspace. */
  workspace(name = "acme"): WorkspaceOutputs {
    const entry = this.state.get(`workspace ${name}`);
    if (entry === undefined) throw new Error(`no workspace ${name} in the state`);
    return entry.outs as unknown as WorkspaceOutputs;
  }

  preview(program: readonly Resource[], options: Options = {}): Promise<Told> {
    // What a preview finds it does not keep.
    const kept = structuredClone(this.state);
    return this.#process(program, options, async (run) => {
      if (options.refresh === true) await run.refresh();
      if (run.told.errors.length === 0) await run.plan();
    }).finally(() => {
      this.state.clear();
      for (const [urn, entry] of kept) this.state.set(urn, entry);
    });
  }

  async up(program: readonly Resource[], options: Options = {}): Promise<Told> {
    if (options.preview !== false) {
      const shown = await this.preview(program, options);
      if (shown.errors.length > 0) return shown;
    }
    return this.#process(program, options, async (run) => {
      if (options.refresh === true) await run.refresh();
      if (run.told.errors.length === 0) await run.apply();
    });
  }

  refresh(options: Options = {}): Promise<Told> {
    return this.#process([], options, (run) => run.refresh());
  }

  destroy(options: Options = {}): Promise<Told> {
    return this.#process([], options, async (run) => {
      if (options.refresh === true) await run.refresh();
      if (run.told.errors.length === 0) await run.deleteUndeclared();
    });
  }

  async #process(
    program: readonly Resource[],
    options: Options,
    command: (run: Run) => Promise<void>,
  ): Promise<Told> {
    const told: Told = { words: [], lines: [], errors: [] };
    const source: SettingsSource = {
      env: {
        NOTION_SCIM_TOKEN: this.#simulator.token,
        NOTION_SCIM_BASE_URL: this.#simulator.baseUrl,
        ...(options.config?.["notion:tokenOwner"] === undefined && { NOTION_TOKEN_OWNER: "unknown" }),
        ...options.env,
      },
      config: (key) => options.config?.[key],
    };
    const registry = new RunRegistry();
    const log = (line: string) => told.lines.push(line);
    const session = openSession(readSettings(source), registry, log, {
      retry: { ...QUICK, maxStallMs: 20 },
      ...options.client,
    });
    const kinds = providers({
      registry,
      run: () => readRunSettings(source, options.now ?? Date.now()),
      act: (action) => action(session),
      actNow: (action) => action(session),
      tell: (line) => told.words.push(line),
    });
    try {
      await command(new Run(kinds, program, this.state, told, options, registry));
    } finally {
      await session.client.close();
    }
    const held = [...this.state.values()].filter(({ outs }) => Object.keys(outs).length > 0);
    for (const { kind, outs } of held) expectKept(kind, outs);
    const everything = JSON.stringify([told, [...this.state]]);
    expect(everything, "a token in an output, an error or the state").not.toContain(this.#simulator.token);
    return told;
  }
}

type Providers = Record<Kind, ResourceLifecycle>;

class Run {
  readonly told: Told;
  readonly #kinds: Providers;
  readonly #program: readonly Resource[];
  readonly #state: Map<string, Entry>;
  readonly #options: Options;
  readonly #registry: RunRegistry;
  readonly #replaced: Entry[] = [];

  constructor(
    kinds: Providers,
    program: readonly Resource[],
    state: Map<string, Entry>,
    told: Told,
    options: Options,
    registry: RunRegistry,
  ) {
    this.#registry = registry;
    this.#kinds = kinds;
    this.#program = program;
    this.#state = state;
    this.told = told;
    this.#options = options;
  }

  /** Reads, and then asks for a diff with what was declared before, as the engine does. */
  async refresh(): Promise<void> {
    await this.#all([...this.#state], async ([urn, entry]) => {
      const provider = this.#kinds[entry.kind];
      const { id = "", props, inputs } = await provider.read(entry.id, entry.outs);
      if (id === "") this.#state.delete(urn);
      else {
        const [outs, found] = [plain(props), plain(inputs ?? entry.inputs)];
        this.#state.set(urn, { ...entry, outs, inputs: found, broken: false });
        await provider.diff(id, outs, entry.inputs);
      }
    });
  }

  /** Check and diff alone. */
  async plan(): Promise<void> {
    for (const resource of this.#targeted) if ((await this.#decide(resource)) === "refused") return;
  }

  async apply(): Promise<void> {
    const underWay: Promise<void>[] = [];
    /** Memberships are written side by side. */
    const before: Promise<void>[] = [];
    for (const resource of this.#targeted) {
      // A role waits for its user's id.
      if (resource.kind === "membership") await Promise.all(before);
      else if (resource.of !== undefined) await Promise.all(underWay);
      const decided = await this.#decide(resource);
      if (decided === "refused") {
        // The program has ended: nothing is to come that a write could wait for.
        this.#registry.arrivals.expect(0);
        break;
      }
      if (decided === "same") continue;
      const write = this.#write(resource, decided.inputs, decided.old).catch((error) => this.#failed(error));
      underWay.push(write);
      if (resource.kind !== "membership") before.push(write);
      if (this.#options.oneByOne === true) await write;
    }
    await Promise.all(underWay);
    // A resource that failed ends the program, and then nothing is deleted.
    if (this.told.errors.length === 0) await this.deleteUndeclared();
  }

  async deleteUndeclared(): Promise<void> {
    await this.#all(this.#replaced, ({ kind, id, outs }) => this.#kinds[kind].delete(id, outs));
    const declared = new Set(this.#program.map(({ kind, name }) => `${kind} ${name}`));
    const gone = [...this.#state].filter(([urn, { name }]) => !declared.has(urn) && this.#isTarget(name));
    for (const kind of ["membership", "role", "group", "user", "workspace"] as const)
      await this.#all(
        gone.filter(([, entry]) => entry.kind === kind),
        async ([urn, { id, outs }]) => {
          await this.#kinds[kind].delete(id, outs);
          this.#state.delete(urn);
        },
      );
  }

  get #targeted(): Resource[] {
    return this.#program.filter(({ name }) => this.#isTarget(name));
  }

  #isTarget(name: string): boolean {
    return this.#options.target?.includes(name) ?? true;
  }

  async #decide(
    resource: Resource,
  ): Promise<"refused" | "same" | { inputs: Properties; old: Entry | undefined }> {
    const provider = this.#kinds[resource.kind];
    const old = this.#state.get(`${resource.kind} ${resource.name}`);
    try {
      const { inputs, failures = [] } = await provider.check(old?.inputs ?? {}, this.#news(resource, old));
      this.told.errors.push(...failures.map(({ reason }) => reason));
      if (failures.length > 0) return "refused";
      const news = plain(this.#options.remediate?.(inputs) ?? inputs);
      if (old === undefined) return { inputs: news, old };
      const { changes = true, replaces = [] } = await provider.diff(old.id, old.outs, news);
      if (replaces.length > 0) {
        // Created first, and what it replaces is deleted in the end.
        this.#replaced.push(old);
        return { inputs: news, old: undefined };
      }
      return changes || old.broken ? { inputs: news, old } : "same";
    } catch (error) {
      this.#failed(error);
      return "refused";
    }
  }

  #news({ kind, name, inputs, of, ofGroup }: Resource, old: Entry | undefined): Properties {
    const news: Properties =
      this.#options.transform?.(name, structuredClone(inputs)) ?? structuredClone(inputs);
    for (const key of this.#options.ignoreChanges ?? [])
      if (old !== undefined && key in old.inputs) news[key] = old.inputs[key];
    const declaresPeople = (each: Resource["kind"]) => each === "user" || each === "workspace";
    const declarers = this.#program.filter((each) => declaresPeople(each.kind));
    // Where one waits for the other, the second does not come before the first is written.
    if (declaresPeople(kind) && this.#options.oneByOne !== true && this.#options.target === undefined)
      news.declaredInAll = declarers.length;
    if (of !== undefined) news.userId = this.#state.get(`user ${of}`)?.id ?? UNKNOWN;
    if (ofGroup !== undefined) news.groupId = this.#state.get(`group ${ofGroup}`)?.id ?? UNKNOWN;
    if (kind === "user") return { ...news, ...this.#handedOver(name, inputs) };
    if (kind !== "workspace") return news;
    const rest = this.#program.filter((other) => other.kind !== kind || other.name !== name);
    const others = rest.flatMap(emailsOf);
    const assigned = rest.flatMap((other) =>
      (other.kind === "role" || other.kind === "membership") && other.of === undefined
        ? [String(other.inputs.userId)]
        : [],
    );
    const known = assigned.filter((id) => id !== UNKNOWN);
    const unknown = assigned.length - known.length;
    return {
      ...news,
      ...(others.length > 0 && {
        declaredElsewhere: others,
        declaredHere: Object.keys(Object(inputs.people)),
      }),
      ...this.#accountsElsewhere(kind, name),
      ...(assigned.length > 0 && {
        assignedElsewhere: { ids: known, unknown: Array.from({ length: unknown }, () => "unknown") },
      }),
      handedOn: Object.fromEntries(rest.flatMap(givenUpBy)),
    };
  }

  /** The accounts that other resources name by id. */
  #accountsElsewhere(kind: Kind, name: string): Properties {
    const accounts = this.#program.flatMap((other) =>
      other.kind === kind && other.name === name ? [] : accountsOf(other),
    );
    return accounts.length === 0 ? {} : { accountsElsewhere: Object.fromEntries(accounts) };
  }

  /** What the class of a NotionUser says of the others. */
  #handedOver(name: string, { userName, formerUserName, userId }: Properties): Properties {
    const others = this.#program.filter((other) => other.kind !== "user" || other.name !== name);
    const holder = others.flatMap(givenUpBy).find(([former]) => former === userName);
    return {
      ...(holder !== undefined && formerUserName === undefined && { handedOnBy: holder[1] }),
      ...(userId === undefined
        ? this.#accountsElsewhere("user", name)
        : { addressesElsewhere: others.flatMap(addressesOf) }),
    };
  }

  async #write({ kind, name }: Resource, inputs: Properties, old: Entry | undefined): Promise<void> {
    const urn = `${kind} ${name}`;
    const provider = this.#kinds[kind];
    try {
      if (old === undefined) {
        const { id, outs } = await provider.create(inputs);
        this.#state.set(urn, { kind, name, id, inputs, outs: plain(outs), broken: false });
      } else {
        const { outs } = await provider.update(old.id, old.outs, inputs);
        this.#state.set(urn, { ...old, inputs, outs: plain(outs), broken: false });
      }
    } catch (error) {
      if (!(error instanceof PartialError)) throw error;
      const { id, properties, reasons } = error;
      // The engine keeps the inputs that were applied last.
      const kept = old ?? { kind, name, inputs };
      this.#state.set(urn, { ...kept, id, outs: plain(properties), broken: true });
      this.told.errors.push(...reasons);
    }
  }

  async #all<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    await Promise.all(items.map((item) => work(item).catch((error) => this.#failed(error))));
  }

  #failed(error: unknown): void {
    this.told.errors.push(error instanceof Error ? error.message : String(error));
  }
}

/** The members whom a resource declares, as the classes tell one another. */
function emailsOf({ kind, inputs }: Resource): NamedElsewhere[] {
  const named = ([email, { formerUserName, from, until }]: [string, Properties]): NamedElsewhere[] => [
    from === undefined && until === undefined
      ? email
      : (JSON.parse(JSON.stringify({ userName: email, from, until })) as NamedElsewhere),
    ...(typeof formerUserName === "string" ? [formerUserName] : []),
  ];
  if (kind === "workspace") return Object.entries(inputs.people as Record<string, Properties>).flatMap(named);
  return kind === "user" ? named([String(inputs.userName), inputs]) : [];
}

/** The addresses that a resource declares. */
function addressesOf({ kind, inputs }: Resource): string[] {
  if (kind === "workspace") return Object.keys(Object(inputs.people));
  return kind === "user" ? [String(inputs.userName)] : [];
}

/** The addresses that people of a resource give up, each with the one that they have then. */
function givenUpBy({ kind, inputs }: Resource): [former: string, later: string][] {
  const rows =
    kind === "workspace"
      ? Object.entries(inputs.people as People)
      : [[String(inputs.userName), inputs] as [string, Properties]];
  return rows.flatMap(([email, { formerUserName }]): [string, string][] =>
    typeof formerUserName === "string" ? [[formerUserName, email]] : [],
  );
}

/** The accounts that a resource names by id, with the address that each is to have. */
function accountsOf({ kind, inputs }: Resource): [id: string, address: string][] {
  const named = ([email, { id }]: [string, { id?: unknown }]): [string, string][] =>
    typeof id === "string" ? [[id, email]] : [];
  if (kind === "workspace") return Object.entries(inputs.people as People).flatMap(named);
  return kind === "user" ? named([String(inputs.userName), { id: inputs.userId }]) : [];
}

/** What the engine keeps of properties; none of them may be undefined. */
function plain(properties: object | undefined): Properties {
  const kept: Properties = JSON.parse(JSON.stringify(properties ?? {}));
  expect(properties ?? {}).toStrictEqual(kept);
  return kept;
}
