import { resourceTypes, serviceProviderConfig } from "./discovery.mts";
import type { Answer, Exchange } from "./exchange.mts";
import { Groups } from "./groups.mts";
import { Listing } from "./listing.mts";
import { Refusal } from "./refusal.mts";
import type { Settings } from "./settings.mts";
import { Users } from "./users.mts";
import type { Workspace } from "./workspace.mts";

/** Which endpoint a request is for, and whether its token lets it in. */
export class ScimService {
  readonly #workspace: Workspace;
  readonly #settings: Settings;
  readonly #users: Users;
  readonly #groups: Groups;

  constructor(workspace: Workspace, settings: Settings) {
    const listing = new Listing();
    this.#workspace = workspace;
    this.#settings = settings;
    this.#users = new Users(workspace, settings, listing);
    this.#groups = new Groups(workspace, settings, listing);
  }

  /** Throws a Refusal. `token` is undefined when none was sent. */
  answer(exchange: Exchange, token: string | undefined): Answer {
    const { method, template } = exchange;
    if (template === "/ServiceProviderConfig" && method === "GET") {
      return serviceProviderConfig(this.#settings.maxPageSize);
    }
    const known = token === undefined ? undefined : this.#workspace.token(token);
    if (known === undefined) {
      throw new Refusal(401, "The token is missing, wrong or no longer valid.", {
        headers: { "www-authenticate": "Bearer" },
      });
    }
    const id = template.endsWith("/{id}") ? (exchange.path.split("/")[2] ?? "") : "";
    switch (`${method} ${template}`) {
      case "GET /ResourceTypes":
        return resourceTypes();
      case "GET /Users":
        return this.#users.list(exchange);
      case "POST /Users":
        return this.#users.create(exchange.body);
      case "GET /Users/{id}":
        return this.#users.get(id);
      case "PATCH /Users/{id}":
        return this.#users.patch(id, exchange.body, known.ownerId);
      case "PUT /Users/{id}":
        return this.#users.replace(id, exchange.body, known.ownerId);
      case "DELETE /Users/{id}":
        return this.#users.remove(id, known.ownerId);
      case "GET /Groups":
        return this.#groups.list(exchange);
      case "POST /Groups":
        return this.#groups.create(exchange.body);
      case "GET /Groups/{id}":
        return this.#groups.get(id);
      case "PATCH /Groups/{id}":
        return this.#groups.patch(id, exchange.body);
      case "PUT /Groups/{id}":
        return this.#groups.replace(id, exchange.body);
      case "DELETE /Groups/{id}":
        return this.#groups.remove(id);
      default:
        if (/^\/(Users|Groups)(\/\{id\})?$/.test(template))
          throw new Refusal(405, `${method} is not allowed here.`);
        throw new Refusal(404, `${exchange.path} does not exist.`);
    }
  }
}
