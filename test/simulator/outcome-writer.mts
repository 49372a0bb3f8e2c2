import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Outcome } from "./fault-outcome.mts";
import { type ErrorStyle, errorBody } from "./refusal.mts";
import type { RequestEntry } from "./request-log.mts";

/** Writes an outcome to the socket, or ends the socket, and notes the status. */
export async function writeOutcome(
  response: ServerResponse,
  outcome: Outcome,
  entry: RequestEntry,
  usual: { errorStyle: ErrorStyle; requestId: string },
): Promise<void> {
  response.setHeader("x-notion-request-id", usual.requestId);
  const send = (status: number, headers: Record<string, string>, text?: string) => {
    entry.status = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.writeHead(status).end(text);
  };
  switch (outcome.kind) {
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "drop":
      response.socket?.destroy();
      return;
    case "hang":
    case "go-on":
      return;
    case "huge":
      entry.status = 200;
      response.setHeader("content-type", "application/scim+json; charset=utf-8");
      await writeHuge(response.writeHead(200), outcome.bytes);
      return;
    case "text":
      send(outcome.status, { "content-type": outcome.contentType }, outcome.text);
      return;
    case "refusal": {
      const { refusal } = outcome;
      const style = refusal.style ?? usual.errorStyle;
      // A proxy in front of Notion knows nothing of Notion's request ids.
      if (style === "html") response.removeHeader("x-notion-request-id");
      const { contentType, text } = errorBody(refusal, style, usual.requestId);
      send(refusal.status, { ...refusal.headers, "content-type": contentType }, text);
      return;
    }
    case "answer": {
      const { status, headers = {}, body } = outcome.answer;
      if (body === undefined) send(status, headers);
      else {
        const contentType = { "content-type": "application/scim+json; charset=utf-8" };
        send(status, { ...contentType, ...headers }, JSON.stringify(body));
      }
    }
  }
}

/** Valid JSON, written as fast as the client reads, until it has had enough. */
async function writeHuge(response: ServerResponse, bytes: number): Promise<void> {
  await pipeline(Readable.from(hugeJson(bytes)), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}

function* hugeJson(bytes: number): Generator<string> {
  const chunk = "x".repeat(65_536);
  yield '{"padding":"';
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk.slice(0, left);
  yield '"}';
}
