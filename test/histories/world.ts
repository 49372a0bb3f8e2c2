import { Stack } from "../lifecycle/workspace/stack";
import type { Simulator } from "../simulator/index.mts";
import { PLACES, type Roster, type Row } from "./roster";

export const DAY_MS = 86_400_000;

/** Those whom nothing but the program's own mistakes may touch: the token's owner. */
export const TOKEN_OWNER = "olivia";
/** No name is the end of another one: who is named in a text is found by their address. */
export const HUMANS = ["ada", "bea", "cy", "dan", "eve", "fay", "bertil"] as const;

/** An account of the simulated workspace at one moment. */
export interface Account {
  id: string;
  userName: string;
  member: boolean;
  role: string | undefined;
  title: string | undefined;
  active: boolean;
}

export type Accounts = ReadonlyMap<string, Account>;

/** What a command printed, and when. */
interface Print {
  text: string;
}

/** People who are who they are, whatever their addresses and accounts, and what they and others did so far. */
export class World {
  readonly stack: Stack;
  now = Date.parse("2026-12-01T09:00:00.000Z");
  file: Roster;
  /** Every version with which a run was started. */
  readonly versions: Roster[] = [];
  /** The last version that a run carried out without an error. */
  accepted: Roster | undefined;
  /** Whose each account is: account id to human being. */
  readonly owners = new Map<string, string>();
  /** The addresses under which the program has managed an account, in order. */
  readonly managedAs = new Map<string, string[]>();
  /** The row under which the program managed an account last; several while a run that met trouble may have carried out one or not. */
  readonly lastRows = new Map<string, readonly Row[]>();
  /** How many prints there were when an account was seen as nobody's for the first time. */
  readonly unmanagedSince = new Map<string, number>();
  readonly prints: Print[] = [];
  readonly log: string[] = [];
  /** How often something was done in Notion by hand. */
  hands = 0;
  readonly #addresses = new Map<string, number>();
  #twins = 0;

  readonly simulator: Simulator;
  /** How many workspace resources the program has. */
  readonly places: number;
  /** Whether rows have Notion's id, where it is known. */
  readonly withIds: boolean;

  constructor(simulator: Simulator, places: number, withIds: boolean, file: Roster) {
    this.simulator = simulator;
    this.places = places;
    this.withIds = withIds;
    this.stack = new Stack(simulator);
    this.file = file;
  }

  get day(): number {
    return Math.round((this.now - Date.parse("2026-12-01T09:00:00.000Z")) / DAY_MS);
  }

  /** A moment so many days from now, as a roster has it; runs fall on the same time of the day. */
  moment(days: number): string {
    return new Date(this.now + days * DAY_MS).toISOString();
  }

  accounts(): Accounts {
    return new Map(
      this.simulator.workspace.people.map(({ id, userName, standing, role, title, active }) => [
        id,
        { id, userName, member: standing === "member", role, title: title || undefined, active },
      ]),
    );
  }

  membersOf(human: string): Account[] {
    return [...this.accounts().values()].filter(({ id, member }) => member && this.owners.get(id) === human);
  }

  isMember(id: string | undefined): boolean {
    return id !== undefined && this.accounts().get(id)?.member === true;
  }

  memberAt(userName: string): Account | undefined {
    return [...this.accounts().values()].find((account) => account.member && account.userName === userName);
  }

  rowOf(human: string): Row | undefined {
    return this.file.rows.find((row) => row.human === human);
  }

  /** An address that nobody ever had. */
  freshAddress(human: string, kind = ""): string {
    const count = (this.#addresses.get(human) ?? 0) + 1;
    this.#addresses.set(human, count);
    return count === 1 && kind === "" ? `${human}@example.com` : `${human}.${kind}${count}@example.com`;
  }

  /** Somebody whom the file's words make another human being than its author meant. */
  twinOf(human: string): string {
    this.#twins += 1;
    return `${human}/${this.#twins}`;
  }

  /** The ids that the state has, by the address under which it has them. */
  stateIds(): Map<string, string> {
    return new Map(
      PLACES.flatMap((name) => {
        const outs = this.stack.state.get(`workspace ${name}`)?.outs as
          | { ids?: Record<string, string> }
          | undefined;
        return Object.entries(outs?.ids ?? {});
      }),
    );
  }

  /** Whether some print since then names this address. */
  heard(userName: string, since = 0): boolean {
    return this.prints.slice(since).some(({ text }) => text.includes(userName));
  }

  say(line: string): void {
    this.log.push(`day ${this.day}`.padEnd(8) + line);
  }

  detail(lines: readonly string[]): void {
    for (const line of lines) this.log.push(`          ${line}`);
  }

  /** Keeps note of who is nobody's by now, and under which address the program has whom. */
  takeNote(): void {
    const state = this.stateIds();
    const managed = new Set(state.values());
    for (const { id, member } of this.accounts().values()) {
      if (!member || managed.has(id)) this.unmanagedSince.delete(id);
      else if (!this.unmanagedSince.has(id)) this.unmanagedSince.set(id, this.prints.length);
    }
    for (const [userName, id] of state) {
      const before = this.managedAs.get(id) ?? [];
      if (before.at(-1) !== userName) this.managedAs.set(id, [...before, userName]);
    }
  }
}
