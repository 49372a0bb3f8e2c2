import { pageBody, reply, type Served, serve, userBody } from "./connect";

/** What a server makes of a filter by an attribute: finds people, finds nobody, returns everybody, or a status. */
export type Filtering = "finds" | "nobody" | "everybody" | number;

export interface OtherServer extends Served {
  people: Record<string, unknown>[];
  /** The filters that were asked for, and `all` for a listing. */
  asked: () => string[];
}

/** A SCIM server that is not Notion: it knows its people by `email eq` and `userName eq` in its own way. */
export async function otherServer(
  email: Filtering,
  userName: Filtering,
  people: Record<string, unknown>[] = [],
  pageSize = 100,
): Promise<OtherServer> {
  const server = await serve((response, _, { method, url, body }) => {
    const query = new URL(url, "http://127.0.0.1").searchParams;
    const filter = /^(email|userName) eq "(.*)"$/.exec(query.get("filter") ?? "");
    const start = Number(query.get("startIndex") ?? 1) - 1;
    const page = () => reply(response, 200, pageBody(people.slice(start, start + pageSize), people.length));
    if (method === "POST") {
      const wish = JSON.parse(body);
      if (people.some((each) => each.userName === wish.userName)) return reply(response, 409, {});
      const made = userBody(`u${people.length + 1}`, wish);
      people.push(made);
      return reply(response, 201, made);
    }
    const id = /\/Users\/(.+)$/.exec(url)?.[1];
    if (id !== undefined) {
      const one = people.find((each) => each.id === id);
      return one === undefined ? reply(response, 404, {}) : reply(response, 200, one);
    }
    if (filter === null) return page();
    const [, attribute, wanted] = filter;
    const how = attribute === "email" ? email : userName;
    if (typeof how === "number") return reply(response, how, { detail: `${how} to ${attribute}` });
    if (how === "everybody") return page();
    const found = how === "finds" ? people.filter((each) => each.userName === wanted) : [];
    return reply(response, 200, pageBody(found));
  });
  const asked = () =>
    server.requests
      .filter(({ method, url }) => method === "GET" && !/Users\//.test(url))
      .map(({ url }) => /filter=(\w+)/.exec(url)?.[1] ?? "all");
  return Object.assign(server, { people, asked });
}

/** So many people, `p1@example.com` first. */
export const people = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    userBody(`u${index + 1}`, { userName: `p${index + 1}@example.com` }),
  );
