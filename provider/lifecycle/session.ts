import { GroupGuard } from "../apply/group-guard";
import { GroupWriter } from "../apply/group-writer";
import { MemberWriter } from "../apply/member-writer";
import { MembershipQueue } from "../apply/membership-queue";
import { WriteGuard } from "../apply/write-guard";
import type { Settings } from "../config";
import { GroupDirectory } from "../directory/group-directory";
import { MemberDirectory } from "../directory/member-directory";
import { TOKEN_OWNER_HINT } from "../plan/token-owner";
import { createWriter, type ScimWriter } from "../scim/client";
import type { ClientOptions } from "../scim/http-client";
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
  memberships: MembershipQueue;
  /** Tells the person who runs Pulumi; a line becomes an info message of the run. */
  log: (line: string) => void;
  /** Tells once that owners are not demoted or removed, as soon as the run manages one and nobody said whose token it uses. */
  tellOfOwners: (role: string | undefined) => void;
  /** Whether the run is asked to end. */
  isCancelled: () => boolean;
}

/** What a session is told beside the settings. */
export interface SessionOptions extends Pick<ClientOptions, "timeouts" | "retry"> {
  isCancelled?: () => boolean;
}

/**
 * Makes a session: nothing is sent before something is asked of it.
 * @param say tells the person who runs Pulumi
 */
export function openSession(
  settings: Settings,
  registry = new RunRegistry(),
  say: (line: string) => void,
  { isCancelled = () => false, ...options }: SessionOptions = {},
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
  const groups = new GroupDirectory(client, directory, {
    log,
    place: { expected: acceptsOtherWorkspace ? new Map() : registry.groupsOfState, comesFrom },
  });
  const groupGuard = new GroupGuard(settings.maxRemovals);
  const groupWriter = new GroupWriter(client, { members: directory, groups }, groupGuard, log, (id) =>
    registry.nameOf(id),
  );
  const memberships = new MembershipQueue(groups, groupWriter, (id) => registry.keptIn(id));
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
    memberships,
    log,
    tellOfOwners,
    isCancelled,
  };
}
