import { z } from "zod";
import type { Answer, Exchange } from "./exchange.mts";
import { type FaultName, type FaultSpec, FaultSpecSchema, faultKind } from "./fault-spec.mts";

/** A fault in the script. `fired` grows as it hits. */
export interface Fault {
  readonly id: number;
  readonly spec: FaultSpec;
  /** Requests that it matched, those of `after` included. */
  readonly matched: number;
  readonly fired: number;
}

type Entry = { -readonly [K in keyof Fault]: Fault[K] };

/** The script of what goes wrong. A request meets one fault at most: the first one added, those before the server acts ahead of those after. */
export class Faults {
  #entries: Entry[] = [];
  #lastId = 0;

  /** Throws when the script can't be meant so: an unknown name, path or parameter. */
  add(spec: FaultSpec): Fault {
    const parsed = FaultSpecSchema.safeParse(spec);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error), { cause: parsed.error });
    this.#lastId += 1;
    const entry: Entry = { id: this.#lastId, spec: parsed.data, matched: 0, fired: 0 };
    this.#entries.push(entry);
    return entry;
  }

  /** How often a fault, or any at all, has fired since the last `clear()`. */
  fired(name?: FaultName): number {
    return this.#entries
      .filter(({ spec }) => name === undefined || spec.name === name)
      .reduce((sum, { fired }) => sum + fired, 0);
  }

  /** Those that have not yet fired as often as they should; one with times "always" until it fired once. */
  get pending(): readonly Fault[] {
    return this.list().filter(({ spec, fired }) => fired < (spec.times === "always" ? 1 : (spec.times ?? 1)));
  }

  list(): readonly Fault[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#entries = [];
  }

  /** The fault that is due at this stage of a request, counted as fired. `answer` is that of the server. */
  take(stage: "before" | "after", exchange: Exchange, answer?: Answer): Fault | undefined {
    for (const entry of this.#entries) {
      const { spec } = entry;
      if (stageOf(spec) !== stage || !matches(spec, exchange)) continue;
      if (answer !== undefined && !applies(spec.name, exchange, answer)) continue;
      if (entry.fired >= (spec.times === "always" ? Number.POSITIVE_INFINITY : (spec.times ?? 1))) continue;
      entry.matched += 1;
      if (entry.matched <= (spec.after ?? 0)) continue;
      entry.fired += 1;
      return entry;
    }
    return undefined;
  }
}

function stageOf(spec: FaultSpec): "before" | "after" {
  return spec.acted === true ? "after" : faultKind(spec.name).stage;
}

function matches(spec: FaultSpec, exchange: Exchange): boolean {
  const { methods, templates } = faultKind(spec.name);
  const { method, path, template, query } = exchange;
  if (spec.method === undefined ? methods && !methods.includes(method) : spec.method !== method) return false;
  if (spec.path === undefined) {
    if (templates && !templates.includes(template)) return false;
  } else if (spec.path !== template && spec.path !== path) return false;
  return spec.filtered === undefined || spec.filtered === (query.filter !== undefined);
}

export interface Page {
  startIndex: number;
  totalResults: number;
  Resources: Record<string, unknown>[];
}

/** Undefined when the answer is no listing. */
export function pageOf(answer: Answer): Page | undefined {
  const { body } = answer;
  return body && !Array.isArray(body) && Array.isArray(body.Resources)
    ? (body as unknown as Page)
    : undefined;
}

/** Whether a fault that works on the answer has anything to work on. */
function applies(name: FaultName, exchange: Exchange, answer: Answer): boolean {
  const page = pageOf(answer);
  switch (name) {
    case "shrinking_list":
    case "growing_list":
      return page !== undefined && page.startIndex + page.Resources.length - 1 < page.totalResults;
    case "duplicate_entry":
      return page !== undefined && page.startIndex > 1 && page.Resources.length > 0;
    case "short_page":
      return page !== undefined && page.Resources.length > 1;
    case "empty_page":
      return page !== undefined && page.Resources.length > 0;
    case "unknown_role":
      return page === undefined
        ? answer.body !== undefined && answer.status < 300
        : page.Resources.length > 0;
    case "no_content":
      return answer.status < 300 && exchange.method !== "GET";
    case "truncated_json":
      return answer.body !== undefined;
    default:
      return true;
  }
}
