import {
  asOfLine,
  asOfRefusal,
  ownerOfEnvironment,
  readRunSettings,
  readSettings,
  type SettingsSource,
} from "../config";
import type { RunSettings } from "../plan/run-settings";
import { RunRegistry } from "./run-registry";
import { openSession, type Session } from "./session";

/** One process of the provider, as the resources see it. */
export interface Process {
  registry: RunRegistry;
  /** What plans go by; the moment is the same for the whole of the process. */
  run(): RunSettings;
  /** Does what needs a session. */
  act<T>(action: (session: Session) => Promise<T>): Promise<T>;
  /** As `act`, for what writes: not while another moment than the present is shown. */
  actNow<T>(action: (session: Session) => Promise<T>): Promise<T>;
  /** Tells the person who runs Pulumi. */
  tell(line: string): void;
}

/** What a process needs of its host. */
export interface ProcessOptions {
  /** Tells the person who runs Pulumi: how the line gets there, and to which resource it belongs, is the host's matter. */
  tell: (line: string) => void;
  /** Called once, before anything can be sent. */
  beforeRequests?: () => void;
  env?: NodeJS.ProcessEnv;
}

/** What the stack, or a provider in the program, says of the settings. */
export type Configuration = Omit<SettingsSource, "env">;

/** One process of the provider: what its resources hold on to, its settings, and a session when one is needed. */
export class ProviderProcess implements Process {
  /** Kept without a session, since a preview needs no token. */
  readonly registry = new RunRegistry();
  readonly #options: ProcessOptions;
  #configuration: Configuration = { config: () => undefined };
  #session: Session | undefined;
  #isCancelled = false;
  /** When this process first asked for the time: a run has one moment. */
  #startedAt: number | undefined;
  /** Whether it is told that another moment than the present is shown. */
  #isAsOfTold = false;

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  /** Takes the look-up alone: settings are read when a request needs them, and what is wrong with them is an error of that. */
  configure(configuration: Configuration): void {
    this.#configuration = configuration;
  }

  /** The run is asked to end: what is under way ends, and nothing else begins. */
  cancel(): void {
    this.#isCancelled = true;
  }

  tell(line: string): void {
    this.#options.tell(line);
  }

  /** @throws {ConfigurationError} when a setting is not what it must be */
  run(): RunSettings {
    this.#startedAt ??= Date.now();
    const run = readRunSettings(this.#source, this.#startedAt);
    // A program cannot take this protection away.
    if (this.#source.provider !== undefined)
      this.registry.sayTokenOwner(ownerOfEnvironment(this.#source.env));
    if (run.asOf !== undefined && !this.#isAsOfTold) this.tell(asOfLine(run.asOf));
    this.#isAsOfTold = true;
    return run;
  }

  /** @throws {ConfigurationError} when a setting is missing or wrong */
  async act<T>(action: (session: Session) => Promise<T>): Promise<T> {
    return action(this.#opened());
  }

  async actNow<T>(action: (session: Session) => Promise<T>): Promise<T> {
    const refusal = asOfRefusal(this.run());
    if (refusal !== undefined) throw refusal;
    return this.act(action);
  }

  get #source(): SettingsSource {
    return { env: this.#options.env ?? process.env, ...this.#configuration };
  }

  /** Made when the first request needs it. */
  #opened(): Session {
    if (this.#session === undefined) {
      const settings = readSettings(this.#source);
      this.run();
      for (const line of settings.covered) this.tell(line);
      this.#session = openSession(settings, this.registry, (line) => this.tell(line), {
        isCancelled: () => this.#isCancelled,
      });
      this.#options.beforeRequests?.();
    }
    return this.#session;
  }
}
