import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { NOTION_SCHEMA } from "../../provider/model/record";
import type { Role } from "../../provider/model/role";
import {
  createReader,
  createWriter,
  type ScimReader,
  type ScimWriter,
  type WriterOptions,
} from "../../provider/scim/client";
import { Secret } from "../../provider/secret";
import type { Simulator } from "../simulator/index.mts";

/** Where a client is pointed at: the simulator, or a server of a test's own. */
export type Target = Pick<Simulator, "baseUrl" | "token">;

type Extra = Partial<Omit<WriterOptions, "baseUrl" | "token">>;

/** Retries that do not make a test wait. */
export const QUICK = { attempts: 3, minDelayMs: 1, maxDelayMs: 5 };
/** How often a fault hits a change so that it hits it in either form of a PATCH. */
export const BOTH_FORMS = 2;
export const ONCE = { attempts: 1 };

/** The options of a client of `target`. */
export function connection(target: Target, extra: Extra = {}): WriterOptions {
  return { baseUrl: new URL(target.baseUrl), token: new Secret(target.token), retry: QUICK, ...extra };
}

/** A reader that is closed with the test. */
export function reader(target: Target, extra?: Extra): ScimReader {
  return closedWithTest(createReader(connection(target, extra)));
}

/** A writer that is closed with the test. */
export function writer(target: Target, extra?: Extra): ScimWriter {
  return closedWithTest(createWriter(connection(target, extra)));
}

function closedWithTest<T extends ScimReader>(client: T): T {
  onTestFinished(() => client.close());
  return client;
}

/** The error that a promise ends with; a success fails the test. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    (value) => new Error(`should have failed, and gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Error && !error.message.startsWith("should have failed")) return error;
  throw error;
}

/** Does nothing until `met` is true. A test that waits in vain ends by its own time limit. */
export async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export interface Served extends Target {
  origin: string;
  requests: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
  /** The most requests that were ever under way at once. */
  mostAtOnce: number;
}

/** Answers a request; `seen` counts from 1. */
export type Answerer = (response: ServerResponse, seen: number, request: Served["requests"][number]) => void;

/** A server for the answers that the simulator does not give. It ends with the test. */
export async function serve(answer: Answerer, token = "test_token"): Promise<Served> {
  let underWay = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    served.mostAtOnce = Math.max(served.mostAtOnce, underWay);
    response.once("close", () => {
      underWay -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const entry = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    served.requests.push(entry);
    answer(response, served.requests.length, entry);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const served: Served = { origin, baseUrl: `${origin}/scim/v2`, token, requests: [], mostAtOnce: 0 };
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return served;
}

/** A server with one answer for everything. */
export function serveAlways(
  status: number,
  body: string | object,
  headers: Record<string, string> = {},
  token?: string,
): Promise<Served> {
  return serve((response) => reply(response, status, body, headers), token);
}

/** Ends an answer; an object is sent as SCIM-JSON. */
export function reply(
  response: ServerResponse,
  status: number,
  body: string | object = "",
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/scim+json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** A user as a server would answer it. */
export function userBody(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, userName: `${id}@example.com`, ...more };
}

/** A page as a server would answer it. */
export function pageBody(Resources: object[], totalResults = Resources.length): object {
  return { totalResults, startIndex: 1, itemsPerPage: Resources.length, Resources };
}

/** The attributes that give a role. */
export const withRole = (role: Role) => ({ [NOTION_SCHEMA]: { role } });
