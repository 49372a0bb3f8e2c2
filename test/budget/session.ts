import PQueue from "p-queue";
import { createRole, deleteRole, readRole, updateRole } from "../../provider/lifecycle/role";
import { RunRegistry } from "../../provider/lifecycle/run-registry";
import { openSession, type Session } from "../../provider/lifecycle/session";
import { Secret } from "../../provider/secret";
import { NOW } from "../lifecycle/run";
import { createUser, deleteUser, readUser, updateUser } from "../lifecycle/user-calls";
import type { Simulator } from "../simulator/index.mts";

export type Role = "owner" | "member" | "membership_admin" | "restricted_member";

/** A member with a role, as the program declares them. */
export interface Declared {
  userName: string;
  role: Role;
}

interface Resource {
  kind: "user" | "role";
  id: string;
  outs: Record<string, unknown>;
}

/** How the engine works through resources: so many at once, in which order. */
export interface Engine {
  parallel: number;
  /** Each member next to their role, or all members and then all roles. */
  order: "paired" | "users first";
  /** Between the beginnings of two calls: the engine registers resources one after the other. Default 0. */
  spacingMs?: number;
}

/**
 * The stack of a program of members with roles, without the engine's own cost: each command is one process,
 * so it begins with a new session, and its calls come in the engine's order and number.
 */
export class Stack {
  readonly lines: string[] = [];
  readonly #simulator: Simulator;
  readonly #engine: Engine;
  readonly #requestsPerSecond: number | undefined;
  #resources: Resource[] = [];

  constructor(simulator: Simulator, engine: Engine, requestsPerSecond?: number) {
    this.#simulator = simulator;
    this.#engine = engine;
    this.#requestsPerSecond = requestsPerSecond;
  }

  /** Reads all; the ids of those who are there. */
  refresh(): Promise<string[]> {
    return this.#process(async (session) => {
      const read = await this.#each(this.#resources, ({ kind, id, outs }) =>
        kind === "user" ? readUser(session, id, outs) : readRole(session, id, outs),
      );
      return read.flatMap(({ id }) => (id === undefined || id === "" ? [] : [id]));
    });
  }

  /** Creates a resource for each member and, once the member is there, one for the role. */
  create(people: readonly Declared[]): Promise<void> {
    return this.#process(async (session) => {
      const user = async ({ userName, role }: Declared): Promise<[Resource, Role]> => {
        const { id, outs } = await createUser(session, { userName, initialRole: role });
        return [{ kind: "user", id, outs: { ...outs } }, role];
      };
      const role = async ([member, wanted]: [Resource, Role]): Promise<Resource> => {
        const { id, outs } = await createRole(session, { userId: member.id, role: wanted }, NOW);
        return { kind: "role", id, outs: { ...outs } };
      };
      if (this.#engine.order === "users first") {
        const users = await this.#each(people, user);
        this.#resources.push(...users.map(([member]) => member), ...(await this.#each(users, role)));
        return;
      }
      const pairs = await this.#each(people, async (person) => {
        const made = await user(person);
        return [made[0], await role(made)];
      });
      this.#resources.push(...pairs.flat());
    });
  }

  /** Changes the roles that `change` gives another one, by e-mail. */
  changeRoles(change: (index: number) => Role | undefined): Promise<void> {
    return this.#process(async (session) => {
      const roles = this.#resources.filter(({ kind }) => kind === "role");
      const changed = roles.flatMap((resource, index) => {
        const role = change(index);
        return role === undefined ? [] : [{ resource, role }];
      });
      await this.#each(changed, async ({ resource, role }) => {
        const olds = resource.outs as Parameters<typeof updateRole>[2];
        const { outs } = await updateRole(session, resource.id, olds, { userId: resource.id, role }, NOW);
        resource.outs = { ...outs };
      });
    });
  }

  /** Gives everybody a title. */
  setTitles(title: string): Promise<void> {
    return this.#process(async (session) => {
      await this.#each(
        this.#resources.filter(({ kind }) => kind === "user"),
        ({ id, outs }) => {
          const olds = outs as unknown as Parameters<typeof updateUser>[2];
          return updateUser(session, id, olds, { userName: olds.userName, title });
        },
      );
    });
  }

  /** Deletes all; the roles go with their members (`deletedWith`) unless `rolesToo`. */
  destroy(rolesToo = false): Promise<void> {
    return this.#process(async (session) => {
      const of = (wanted: Resource["kind"]) => this.#resources.filter(({ kind }) => kind === wanted);
      if (rolesToo)
        await this.#each(of("role"), ({ id, outs }) =>
          deleteRole(session, id, outs as Parameters<typeof deleteRole>[2]),
        );
      await this.#each(of("user"), ({ id, outs }) =>
        deleteUser(session, id, outs as unknown as Parameters<typeof deleteUser>[2]),
      );
      this.#resources = [];
    });
  }

  async #process<T>(command: (session: Session) => Promise<T>): Promise<T> {
    this.#simulator.requests.clear();
    const settings = {
      token: new Secret(this.#simulator.token),
      baseUrl: new URL(this.#simulator.baseUrl),
      adopt: true,
      requestsPerSecond: this.#requestsPerSecond,
      maxRemovals: "100000",
      groupRemoval: undefined,
      tokenOwner: undefined,
      tokenOwnerSaid: true,
      comesFrom: "the test",
      covered: [],
      tokenAdvice: "",
      acceptsOtherWorkspace: false,
    };
    const session = openSession(settings, new RunRegistry(), (line) => this.lines.push(line));
    try {
      return await command(session);
    } finally {
      await session.client.close();
    }
  }

  #each<In, Out>(all: readonly In[], call: (each: In) => Promise<Out>): Promise<Out[]> {
    const { parallel, spacingMs = 0 } = this.#engine;
    const spacing = spacingMs === 0 ? {} : { interval: spacingMs, intervalCap: 1 };
    const queue = new PQueue({ concurrency: parallel, ...spacing });
    return queue.addAll(all.map((each) => () => call(each)));
  }
}
