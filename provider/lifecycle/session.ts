import { GroupGuard } from "../apply/group-guard";
import { GroupWriter } from "../apply/group-writer";
import { MemberWriter } from "../apply/member-writer";
import { WriteGuard } from "../apply/write-guard";
import { asOfLine, readRunSettings, readSettings, type Settings, type SettingsSource } from "../config";
import { GroupDirectory } from "../directory/group-directory";
import { MemberDirectory } from "../directory/member-directory";
import { endWithEngine } from "../engine-watch";
import type { RunSettings } from "../plan/run-settings";
import { TOKEN_OWNER_HINT } from "../plan/token-owner";
import { createWriter, type ScimWriter } from "../scim/client";
import type { ClientOptions } from "../scim/http-client";
import { sanitizeText } from "../scim/sanitize";
import { RunRegistry } from "./run-registry";

/** What one process of the provider works with: the settings, the client, what is known of the members. */
export interface Session {
  settings: Settings;
  client: ScimWriter;
  directory: MemberDirectory;
  registry: RunRegistry;
  writer: MemberWriter;
  groups: GroupDirectory;
  groupGuard: GroupGuard;
  groupWriter: GroupWriter;
  /** Tells the person who runs Pulumi; a line becomes an info message of the run. */
  log: (line: string) => void;
  /** Tells once that owners are not demoted or removed, as soon as the run manages one and nobody said whose token it uses. */
  tellOfOwners: (role: string | undefined) => void;
}

/**
 * Makes a session: nothing is sent before something is asked of it.
 * @param options for the client, beside what the settings say: time limits, how often to repeat
 */
export function openSession(
  settings: Settings,
  registry = new RunRegistry(),
  say = printLine,
  options: Pick<ClientOptions, "timeouts" | "retry"> = {},
): Session {
  const log = (line: string) => say(registry.redactor.scrub(line));
  const client = createWriter({ ...options, ...settings, log });
  const { acceptsOtherWorkspace, comesFrom } = settings;
  const expected = acceptsOtherWorkspace ? new Set<string>() : registry.stateIds;
  const directory = new MemberDirectory(client, { log, place: { expected, comesFrom } });
  registry.redactor.token = settings.token;
  registry.redactor.emailOf = (id) => directory.known(id)?.userName;
  const writeGuard = new WriteGuard(directory, settings, registry);
  const writer = new MemberWriter(client, directory, writeGuard, { log, added: registry.added });
  const groups = new GroupDirectory(client, directory, { log });
  const groupGuard = new GroupGuard();
  const groupWriter = new GroupWriter(client, { members: directory, groups }, groupGuard, log);
  let isTold = false;
  const tellOfOwners = (role: string | undefined) => {
    if (role !== "owner" || isTold || writeGuard.knowsTokenOwner) return;
    isTold = true;
    log(TOKEN_OWNER_HINT);
  };
  return {
    settings,
    client,
    directory,
    registry,
    writer,
    groups,
    groupGuard,
    groupWriter,
    log,
    tellOfOwners,
  };
}

/** Tells the person who runs Pulumi: what the provider prints becomes a message of the run. */
export function printLine(line: string): void {
  console.log(sanitizeText(line));
}

/** What the resources of this run hold on to; kept without a session, since a preview needs no token. */
export const registry = new RunRegistry();

let config: SettingsSource["config"] = () => undefined;
let current: Session | undefined;

/**
 * Takes the stack's configuration. The engine's host calls this lazily, goes on without waiting for it and
 * minds not what it throws, so it only keeps the look-up; settings are read when a request needs them.
 */
export function configure(lookUp: SettingsSource["config"]): void {
  config = lookUp;
}

/** When this process first asked for the time: a run has one moment. */
let startedAt: number | undefined;

function settingsSource(): SettingsSource {
  return { env: process.env, config };
}

/** Whether it is told that another moment than the present is shown. */
let isAsOfTold = false;

/**
 * What the plans of this process go by.
 * @throws {ConfigurationError} when a setting is not what it must be
 */
export function runSettings(): RunSettings {
  startedAt ??= Date.now();
  const run = readRunSettings(settingsSource(), startedAt);
  if (run.asOf !== undefined && !isAsOfTold) printLine(asOfLine(run.asOf));
  isAsOfTold = true;
  return run;
}

/**
 * The session of this process, made when the first request needs it.
 * @throws {ConfigurationError} when a setting is missing or wrong
 */
export function session(): Session {
  if (current === undefined) {
    const settings = readSettings(settingsSource());
    for (const line of settings.covered) printLine(line);
    current = openSession(settings, registry);
    endWithEngine();
  }
  return current;
}
