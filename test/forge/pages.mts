import type { Request, Response } from "express";

/** One page of a list, with the Link header of RFC 8288 that both forges send. */
export function sendPage(request: Request, response: Response, all: object[]): void {
  const size = Math.min(Number(request.query.per_page ?? 20), 100);
  const page = Number(request.query.page ?? 1);
  const end = page * size;
  if (end < all.length) {
    const next = new URL(request.originalUrl, `http://${request.get("host")}`);
    next.searchParams.set("page", String(page + 1));
    response.set("link", `<${next}>; rel="next"`);
  }
  response.json(all.slice(end - size, end));
}
