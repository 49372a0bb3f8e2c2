import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import { githubRoutes } from "./github.mts";
import { gitlabRoutes } from "./gitlab.mts";
import { Repository } from "./repository.mts";

/** What goes wrong with the next request that fits; used up by it. */
export interface Fault {
  /** `POST /repos/acme/notion/issues/1/comments`, or the beginning of it. */
  request: string;
  status: number;
  headers?: Record<string, string>;
  /** Whether the request is carried out although the answer says otherwise. Default false. */
  done?: boolean;
  body?: unknown;
}

/** A forge on 127.0.0.1 with one repository, `acme/notion`, that speaks GitHub's and GitLab's API as far as it is used. */
export class TestForge {
  readonly repository = new Repository();
  readonly requests: string[] = [];
  readonly faults: Fault[] = [];
  /** Called before each request is answered, as another client would come in between. */
  before: ((request: string) => void) | undefined;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

export async function startForge(): Promise<TestForge> {
  const app = express();
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const forge = new TestForge(server);
  app.use(express.json({ limit: "20mb" }));
  app.use((request: Request, response: Response, next: NextFunction) => {
    const line = `${request.method} ${decodeURIComponent(request.path)}`;
    forge.requests.push(line);
    forge.before?.(line);
    const index = forge.faults.findIndex((fault) => line.startsWith(fault.request));
    const [fault] = index < 0 ? [] : forge.faults.splice(index, 1);
    if (fault === undefined) return next();
    const fail = () => {
      response.status(fault.status).set(fault.headers ?? {});
      return fault.body === undefined ? response.end() : response.json(fault.body);
    };
    if (fault.done !== true) return void fail();
    // The work is done, and its answer lost: whatever it would have said, this is sent in its place.
    const { json } = response;
    response.json = () => {
      response.json = json;
      fail();
      return response;
    };
    next();
  });
  app.use("/repos/acme/notion", githubRoutes(forge.repository));
  app.get("/user", (request, response) => {
    const account = forge.repository.accounts.get(
      request.get("authorization")?.replace(/^(token|bearer) /i, "") ?? "",
    );
    if (account === undefined) response.status(401).json({ message: "Bad credentials" });
    else if (account.type === "Bot")
      response.status(403).json({ message: "Resource not accessible by integration" });
    else response.json({ id: account.id, login: account.login, type: account.type });
  });
  app.use("/api/v4", gitlabRoutes(forge.repository));
  app.use((_request, response) => void response.status(404).json({ message: "Not Found" }));
  return forge;
}
