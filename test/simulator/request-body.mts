import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.mts";

export const JSON_TYPES: readonly string[] = ["application/json", "application/scim+json"];

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Refusal(413, "The body is too large.", { scimType: "tooMany" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
}
