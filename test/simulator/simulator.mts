import { createHash } from "node:crypto";
import { ControlHandler } from "./control-handler.mts";
import { readDataFile, writeDataFile } from "./data-file.mts";
import { Faults } from "./faults.mts";
import { type HttpServer, startHttpServer } from "./http-server.mts";
import { RequestLog } from "./request-log.mts";
import { ScimHandler } from "./scim-handler.mts";
import { type Seed, seedData } from "./seed.mts";
import { changeSettings, DEFAULT_SETTINGS, type Settings, type SettingsChanges } from "./settings.mts";
import { Workspace } from "./workspace.mts";

export interface SimulatorOptions extends Partial<Omit<Settings, "rateLimit">> {
  /** Default 0: any free port. */
  port?: number;
  /** Default: "sim_" and 32 hexadecimal digits, another one for each simulator of a process. */
  token?: string;
  /** Default "empty". */
  seed?: Seed;
  /** Keeps the data across restarts; a file that exists is taken in the place of the seed. */
  dataFile?: string;
  /** E-mail of the token's owner; made an owner if not seeded. Default: the first owner, else a token for ever. */
  tokenOwner?: string;
  rateLimit?: { requestsPerSecond: number };
}

let simulatorsStarted = 0;

/** A workspace of Notion behind a real socket. */
export class Simulator {
  readonly workspace: Workspace;
  readonly requests = new RequestLog();
  readonly faults = new Faults();
  readonly token: string;
  readonly #settings: Settings;
  readonly #tokenOwner: string | undefined;
  #server: HttpServer | undefined;
  #port = 0;
  #tokensMade = 0;

  constructor(options: SimulatorOptions) {
    const { port: _, token, seed, dataFile, tokenOwner, ...settings } = options;
    this.#settings = structuredClone(DEFAULT_SETTINGS);
    changeSettings(this.#settings, settings);
    this.#tokenOwner = tokenOwner;
    simulatorsStarted += 1;
    const saved = dataFile === undefined ? undefined : readDataFile(dataFile);
    this.token = token ?? saved?.tokens[0]?.token ?? makeToken(`simulator ${simulatorsStarted}`);
    this.workspace = new Workspace(
      dataFile === undefined ? undefined : (data) => writeDataFile(dataFile, data),
    );
    if (saved === undefined) this.seed(seed ?? "empty");
    else {
      this.workspace.load(saved);
      if (saved.tokens.length === 0 || token !== undefined) this.#giveToken();
    }
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get baseUrl(): string {
    return `${this.origin}/scim/v2`;
  }

  get settings(): Readonly<Settings> {
    return this.#settings;
  }

  /** Changes settings while running. Throws on an unknown one. */
  configure(changes: SettingsChanges): Readonly<Settings> {
    changeSettings(this.#settings, changes);
    return this.#settings;
  }

  /** Replaces the workspace; the token belongs to its owner again. Faults and requests stay. */
  seed(seed: Seed): void {
    this.workspace.load(seedData(seed));
    this.#giveToken();
  }

  /** One more token, of this owner. Without one it never dies. */
  addToken(owner?: string): string {
    this.#tokensMade += 1;
    const token = makeToken(`${this.token} ${this.#tokensMade}`);
    this.workspace.addToken(token, owner);
    return token;
  }

  async listen(port: number): Promise<void> {
    const scim = new ScimHandler(this.workspace, this.#settings, this.requests, this.faults);
    const control = new ControlHandler(this);
    this.#server = await startHttpServer(port, (request, response, url) => {
      const handler = url.pathname.startsWith("/control/") ? control : scim;
      return handler.handle(request, response, url);
    });
    this.#port = this.#server.port;
  }

  /** Nobody listens on the port any more: connections are refused until `comeBack()`. */
  async goDown(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  async comeBack(): Promise<void> {
    if (this.#server === undefined) await this.listen(this.#port);
  }

  /** Ends open connections too. */
  async close(): Promise<void> {
    await this.goDown();
  }

  /** The e-mail of who made the token; undefined in a workspace without an owner. */
  get tokenOwner(): string | undefined {
    const id = this.workspace.token(this.token)?.ownerId;
    return id === undefined ? undefined : this.workspace.member(id)?.userName;
  }

  #giveToken(): void {
    const wanted = this.#tokenOwner;
    if (wanted !== undefined) {
      const member = this.workspace.member(wanted);
      if (member === undefined) this.workspace.add({ userName: wanted, role: "owner" });
      else if (member.role !== "owner") this.workspace.edit(wanted, { role: "owner" });
    }
    this.workspace.addToken(this.token, wanted ?? this.workspace.owners[0]?.id);
  }
}

function makeToken(words: string): string {
  return `sim_${createHash("sha256").update(words).digest("hex").slice(0, 32)}`;
}
