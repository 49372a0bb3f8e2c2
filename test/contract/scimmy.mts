import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import express, { type Request } from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";
import { NOTION_URN } from "./check.mts";

const TOKEN = "scimmy_0123456789abcdef";

/** A SCIM server whose reading of the RFCs is not ours; only where it keeps people is. One in a process. */
export interface Independent {
  baseUrl: string;
  token: string;
  /** userName by id. */
  people: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** What scimmy asks for: somebody by id, everybody, or those whom a filter matches. */
interface Wanted {
  id?: string;
  filter?: { match(entries: Entry[]): Entry[] };
}

type Entry = Record<string, unknown> & { id: string };

/** @param roles whether it knows Notion's extension; without it is a server that knows no roles */
export async function startIndependent(
  userNames: readonly string[],
  { roles }: { roles: boolean },
): Promise<Independent> {
  const { Resources, Schemas, Types } = SCIMMY;
  if (roles) {
    const role = new Types.Attribute("string", "role", {});
    Schemas.User.definition.extend(
      new Types.SchemaDefinition("Notion", NOTION_URN, "A role in the workspace", [role]),
      false,
    );
  }
  const people = new Shelf("userName");
  const groups = new Shelf("displayName");
  Resources.declare(Resources.User, people.handlers);
  Resources.declare(Resources.Group, groups.handlers);

  const app = express();
  app.use("/scim/v2", new SCIMMYRouters({ type: "bearer", handler: mustHold }));
  const server = await new Promise<ReturnType<typeof app.listen>>((resolve) => {
    const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  for (const userName of userNames)
    people.put({ userName, ...(roles ? { [NOTION_URN]: { role: "member" } } : {}) });
  return {
    baseUrl,
    token: TOKEN,
    get people() {
      return new Map([...people.entries.values()].map(({ id, userName }) => [id, String(userName)]));
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function mustHold(request: Request): string {
  if (request.header("authorization") !== `Bearer ${TOKEN}`)
    throw new Error("The token is missing or wrong.");
  return "owner";
}

/** Entries of one kind, no two of them with the same name: what scimmy leaves to its user. */
class Shelf {
  readonly entries = new Map<string, Entry>();
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  readonly handlers = {
    ingress: ({ id }: Wanted, data: object) => this.put(data, id),
    egress: ({ id, filter }: Wanted) => {
      if (id !== undefined) return this.#known(id);
      const all = [...this.entries.values()];
      return filter === undefined ? all : filter.match(all);
    },
    degress: ({ id = "" }: Wanted) => {
      this.#known(id);
      this.entries.delete(id);
    },
  };

  put(data: object, id?: string): Entry {
    const before = id === undefined ? undefined : this.#known(id);
    const now = new Date();
    // scimmy's own object gives its attributes by getters; what is kept is what it would send.
    const given = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
    const created = before === undefined ? now : (before.meta as { created: Date }).created;
    const entry: Entry = { ...given, id: before?.id ?? randomUUID(), meta: { created, lastModified: now } };
    for (const other of this.entries.values()) {
      if (other.id === entry.id || other[this.#name] !== entry[this.#name]) continue;
      throw new SCIMMY.Types.Error(409, "uniqueness", "It is taken.");
    }
    this.entries.set(entry.id, entry);
    return entry;
  }

  #known(id: string): Entry {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new SCIMMY.Types.Error(404, "", "There is no such entry.");
    return entry;
  }
}
