import type { Answer, Exchange } from "./exchange.mts";
import { shuffled } from "./random.mts";
import { Refusal } from "./refusal.mts";
import type { Settings } from "./settings.mts";

const LIST_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/** Pages by record number (RFC 7644 section 3.4.2.4), each request in another order when the order moves. */
export class Listing {
  #requests = 0;

  page<T>(
    exchange: Exchange,
    settings: Settings,
    entries: readonly T[],
    show: (entry: T) => Record<string, unknown>,
  ): Answer {
    this.#requests += 1;
    const moves = settings.order === "moving" || exchange.shuffle === true;
    const ordered = moves ? shuffled(entries, this.#requests) : entries;
    const startIndex = Math.max(1, integer(exchange.query, "startIndex", 1));
    const count = Math.max(0, integer(exchange.query, "count", settings.maxPageSize));
    const page = ordered.slice(startIndex - 1, startIndex - 1 + Math.min(count, settings.maxPageSize));
    return {
      status: 200,
      body: {
        schemas: [LIST_URN],
        totalResults: entries.length,
        startIndex,
        itemsPerPage: page.length,
        Resources: page.map(show),
      },
    };
  }
}

function integer(query: Record<string, string>, key: string, otherwise: number): number {
  const text = query[key];
  if (text === undefined) return otherwise;
  if (!/^-?\d{1,9}$/.test(text)) {
    throw new Refusal(400, `${key} must be an integer.`, { scimType: "invalidValue" });
  }
  return Number(text);
}
