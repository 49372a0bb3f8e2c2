import type { z } from "zod";
import type {
  GroupChangesSchema,
  MemberChangesSchema,
  NewGroupSchema,
  NewMemberSchema,
} from "./control-messages.mts";
import type { FaultSpec } from "./fault-spec.mts";
import type { Fault } from "./faults.mts";
import type { Group, Member } from "./person.mts";
import type { RequestEntry } from "./request-log.mts";
import type { Seed } from "./seed.mts";
import type { Settings, SettingsChanges } from "./settings.mts";

/** Drives a simulator that runs in another process. */
export class Control {
  readonly #origin: string;

  /** Any address of the simulator; its base URL does. */
  constructor(url: string) {
    this.#origin = new URL(url).origin;
  }

  seed(seed: Seed): Promise<{ members: number; groups: number }> {
    return this.#call("POST", "seed", { seed });
  }

  members(): Promise<Member[]> {
    return this.#call("GET", "users");
  }

  async member(emailOrId: string): Promise<Member | undefined> {
    const wanted = emailOrId.toLowerCase();
    const members = await this.members();
    return members.find(({ id, emails }) => id === wanted || emails.some(({ value }) => value === wanted));
  }

  add(member: z.input<typeof NewMemberSchema>): Promise<Member> {
    return this.#call("POST", "users", member);
  }

  edit(emailOrId: string, changes: z.input<typeof MemberChangesSchema>): Promise<Member> {
    return this.#call("PATCH", `users/${encodeURIComponent(emailOrId)}`, changes);
  }

  remove(emailOrId: string): Promise<void> {
    return this.#call("DELETE", `users/${encodeURIComponent(emailOrId)}`);
  }

  /** A Notion account outside the workspace. */
  addAccount(account: {
    userName: string;
    name?: { formatted?: string; givenName?: string; familyName?: string };
  }): Promise<{ id: string }> {
    return this.#call("POST", "accounts", account);
  }

  forget(emailOrId: string): Promise<void> {
    return this.#call("DELETE", `accounts/${encodeURIComponent(emailOrId)}`);
  }

  addGuest(userName: string): Promise<{ id: string }> {
    return this.#call("POST", "guests", { userName });
  }

  groups(): Promise<Group[]> {
    return this.#call("GET", "groups");
  }

  addGroup(group: z.input<typeof NewGroupSchema>): Promise<Group> {
    return this.#call("POST", "groups", group);
  }

  editGroup(nameOrId: string, changes: z.input<typeof GroupChangesSchema>): Promise<Group> {
    return this.#call("PATCH", `groups/${encodeURIComponent(nameOrId)}`, changes);
  }

  /** Deletes a group and makes it anew by hand: another id. */
  remakeGroup(nameOrId: string): Promise<Group> {
    return this.#call("POST", `remade-groups/${encodeURIComponent(nameOrId)}`);
  }

  /** An identity provider owns the group from now on. */
  syncGroup(nameOrId: string): Promise<Group> {
    return this.#call("POST", `synced-groups/${encodeURIComponent(nameOrId)}`);
  }

  /** The identity provider sets the groups that it owns back. */
  pushSynced(): Promise<void> {
    return this.#call("POST", "pushes");
  }

  removeGroup(nameOrId: string): Promise<void> {
    return this.#call("DELETE", `groups/${encodeURIComponent(nameOrId)}`);
  }

  async addFaults(...faults: FaultSpec[]): Promise<Fault[]> {
    return (await this.#call<{ faults: Fault[] }>("POST", "faults", faults)).faults;
  }

  async faults(): Promise<Fault[]> {
    return (await this.#call<{ faults: Fault[] }>("GET", "faults")).faults;
  }

  clearFaults(): Promise<void> {
    return this.#call("DELETE", "faults");
  }

  requests(): Promise<{ counts: Record<string, number>; entries: RequestEntry[] }> {
    return this.#call("GET", "requests");
  }

  clearRequests(): Promise<void> {
    return this.#call("DELETE", "requests");
  }

  settings(): Promise<Settings> {
    return this.#call("GET", "settings");
  }

  configure(changes: SettingsChanges): Promise<Settings> {
    return this.#call("POST", "settings", changes);
  }

  async addToken(owner?: string): Promise<string> {
    return (await this.#call<{ token: string }>("POST", "tokens", { owner })).token;
  }

  passDays(days: number): Promise<void> {
    return this.#call("POST", "days", { days });
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#origin}/control/${path}`, {
      method,
      // A call now and then: by the next one a busy simulator may just be closing a connection that was kept.
      headers: {
        connection: "close",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /control/${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}
