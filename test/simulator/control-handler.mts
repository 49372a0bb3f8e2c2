import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import * as messages from "./control-messages.mts";
import { type FaultSpec, FaultSpecSchema } from "./fault-spec.mts";
import type { Faults } from "./faults.mts";
import type { Group } from "./person.mts";
import { Refusal } from "./refusal.mts";
import { readBody } from "./request-body.mts";
import type { RequestLog } from "./request-log.mts";
import type { Seed } from "./seed.mts";
import type { Settings, SettingsChanges } from "./settings.mts";
import type { Workspace } from "./workspace.mts";

/** The part of a simulator that calls under /control/ use. */
export interface Controlled {
  readonly workspace: Workspace;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly settings: Readonly<Settings>;
  configure(changes: SettingsChanges): Readonly<Settings>;
  seed(seed: Seed): void;
  addToken(owner?: string): string;
}

type Reply = { status: number; body?: unknown };
type Route = (target: string, body: unknown) => Reply;

/** Calls under /control/ by which another process does what a test in this process does with the Simulator. */
export class ControlHandler {
  readonly #routes: Record<string, Route>;

  constructor(simulator: Controlled) {
    this.#routes = routesOf(simulator);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const reply = await this.#reply(request, url).catch((error: unknown): Reply => failure(error));
    response.writeHead(reply.status, { "content-type": "application/json; charset=utf-8" });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  }

  async #reply(request: IncomingMessage, url: URL): Promise<Reply> {
    const [, , name = "", ...rest] = url.pathname.split("/");
    const target = decodeURIComponent(rest.join("/"));
    const key = `${request.method} ${name}${target === "" ? "" : "/*"}`;
    const route = Object.hasOwn(this.#routes, key) ? this.#routes[key] : undefined;
    if (route === undefined) {
      throw new Refusal(404, `There is no ${key}. There are: ${Object.keys(this.#routes).join(", ")}.`);
    }
    const raw = await readBody(request);
    return route(target, raw === "" ? undefined : JSON.parse(raw));
  }
}

function routesOf(simulator: Controlled): Record<string, Route> {
  const { workspace, faults, requests } = simulator;
  const ok = (body: unknown): Reply => ({ status: 200, body });
  const created = (body: unknown): Reply => ({ status: 201, body });
  const found = <T,>(thing: T | undefined, target: string): T => {
    if (thing === undefined) throw new Refusal(404, `There is no ${target}.`);
    return thing;
  };
  return {
    "POST seed": (_, body) => {
      simulator.seed(messages.SeedSchema.parse(body).seed);
      return ok({ members: workspace.members.length, groups: workspace.groups.length });
    },
    "GET users": () => ok(workspace.members),
    "GET users/*": (target) => ok(found(workspace.member(target), target)),
    "POST users": (_, body) => created(workspace.add(messages.NewMemberSchema.parse(body))),
    "PATCH users/*": (target, body) => {
      found(workspace.member(target), target);
      return ok(workspace.edit(target, messages.MemberChangesSchema.parse(body)));
    },
    "DELETE users/*": (target) => {
      found(workspace.member(target), target);
      workspace.remove(target);
      return { status: 204 };
    },
    "POST accounts": (_, body) => created({ id: workspace.addAccount(messages.AccountSchema.parse(body)) }),
    "DELETE accounts/*": (target) => {
      found(workspace.person(target), target);
      workspace.forget(target);
      return { status: 204 };
    },
    "POST guests": (_, body) =>
      created({ id: workspace.addGuest(messages.GuestSchema.parse(body).userName) }),
    "GET groups": () => ok(workspace.groups),
    "POST groups": (_, body) => {
      const { displayName, members, soleAccess } = messages.NewGroupSchema.parse(body);
      return created(workspace.addGroup(displayName, members, { soleAccess }));
    },
    "PATCH groups/*": (target, body) => {
      found(workspace.group(target), target);
      return ok(workspace.editGroup(target, groupChanges(workspace, body)));
    },
    "POST remade-groups/*": (target) => {
      found(workspace.group(target), target);
      return created(workspace.remakeGroup(target));
    },
    "POST synced-groups/*": (target) => {
      found(workspace.group(target), target);
      return ok(workspace.syncGroup(target));
    },
    "POST pushes": () => {
      workspace.pushSynced();
      return { status: 204 };
    },
    "DELETE groups/*": (target) => {
      found(workspace.group(target), target);
      workspace.removeGroup(target);
      return { status: 204 };
    },
    "GET faults": () => ok({ faults: faults.list(), fired: faults.fired() }),
    "POST faults": (_, body) => created({ faults: addFaults(simulator, body) }),
    "DELETE faults": () => {
      faults.clear();
      return { status: 204 };
    },
    "GET requests": () => ok({ counts: requests.counts, entries: requests.entries }),
    "DELETE requests": () => {
      requests.clear();
      return { status: 204 };
    },
    "GET settings": () => ok(simulator.settings),
    "POST settings": (_, body) => ok(simulator.configure(messages.SettingsChangesSchema.parse(body))),
    "POST tokens": (_, body) =>
      created({ token: simulator.addToken(messages.TokenSchema.parse(body ?? {}).owner) }),
    "POST days": (_, body) => {
      workspace.passDays(messages.DaysSchema.parse(body).days);
      return { status: 204 };
    },
  };
}

/** Members may be named by their e-mails, too; an id that nobody has is taken as it is. */
function groupChanges(workspace: Workspace, body: unknown): Partial<Omit<Group, "id">> {
  const { displayName, members, soleAccess } = messages.GroupChangesSchema.parse(body);
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(members === undefined ? {} : { members: members.map((each) => workspace.member(each)?.id ?? each) }),
    ...(soleAccess === undefined ? {} : { soleAccess }),
  };
}

/** All or none: the whole script is read before any of it is taken. */
function addFaults(simulator: Controlled, body: unknown) {
  const specs: unknown[] = Array.isArray(body) ? body : [body];
  const parsed: FaultSpec[] = specs.map((spec) => FaultSpecSchema.parse(spec));
  return parsed.map((spec) => simulator.faults.add(spec));
}

function failure(error: unknown): Reply {
  if (error instanceof Refusal) return { status: error.status, body: { error: error.message } };
  if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
  if (error instanceof SyntaxError)
    return { status: 400, body: { error: `The body is not JSON: ${error.message}` } };
  return { status: 409, body: { error: error instanceof Error ? error.message : String(error) } };
}
