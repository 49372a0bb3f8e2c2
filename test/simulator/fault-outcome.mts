import type { Answer, Exchange } from "./exchange.mts";
import { faultKind } from "./fault-spec.mts";
import { type Fault, type Page, pageOf } from "./faults.mts";
import { NOTION_URN } from "./person.mts";
import { type ErrorStyle, Refusal } from "./refusal.mts";
import type { Workspace } from "./workspace.mts";

const HUGE_BYTES = 50 * 1024 * 1024;

/** What a fault makes of a request: an end of the connection, other bytes, or another answer. */
export type Outcome =
  | { kind: "reset" }
  | { kind: "drop" }
  | { kind: "hang" }
  | { kind: "huge"; bytes: number }
  | { kind: "text"; status: number; contentType: string; text: string }
  | { kind: "answer"; answer: Answer }
  | { kind: "refusal"; refusal: Refusal }
  /** The server goes on with this in the place of the request. */
  | { kind: "go-on"; exchange: Exchange };

interface Scene {
  exchange: Exchange;
  workspace: Workspace;
  /** The server's own answer; undefined before it acted. */
  answer: Answer | undefined;
  /** Asks the server something else. */
  ask: (exchange: Exchange) => Answer;
}

export function outcomeOf(fault: Fault, scene: Scene): Outcome {
  const { spec } = fault;
  const { exchange, answer } = scene;
  const { status } = faultKind(spec.name);
  if (status !== undefined) return { kind: "refusal", refusal: faultRefusal(fault, status) };
  switch (spec.name) {
    case "refuse_connection":
      return { kind: "reset" };
    case "drop_before":
    case "drop_after":
      return { kind: "drop" };
    case "hang_before":
    case "hang_after":
      return { kind: "hang" };
    case "huge_answer":
      return { kind: "huge", bytes: spec.bytes ?? HUGE_BYTES };
    case "html_ok":
      return {
        kind: "text",
        status: 200,
        contentType: "text/html; charset=utf-8",
        text: "<!DOCTYPE html>\n<html><head><title>One moment</title></head><body>Checking your browser.</body></html>\n",
      };
    case "redirect":
      return {
        kind: "answer",
        answer: { status: 307, headers: { location: target(spec.location ?? "", exchange) } },
      };
    case "truncated_json": {
      const text = JSON.stringify(answer?.body ?? {});
      const half = text.slice(0, Math.ceil(text.length / 2));
      return {
        kind: "text",
        status: answer?.status ?? 200,
        contentType: "application/scim+json",
        text: half,
      };
    }
    case "wrong_shape": {
      const text = JSON.stringify(spec.body === undefined ? { data: [], ok: true } : spec.body);
      return { kind: "text", status: answer?.status ?? 200, contentType: "application/scim+json", text };
    }
    case "moved_page":
      return { kind: "go-on", exchange: { ...exchange, shuffle: true } };
    case "ignored_change":
      return { kind: "go-on", exchange: { ...exchange, method: "GET", body: undefined } };
    case "no_content":
      return { kind: "answer", answer: { status: 204 } };
    case "empty_list":
      return { kind: "answer", answer: { status: 200, body: { ...listBody([], 1), totalResults: 0 } } };
    case "unknown_role":
      return { kind: "answer", answer: withRole(fault, answer ?? { status: 200 }) };
    default:
      return { kind: "answer", answer: withOtherPage(fault, scene) };
  }
}

function withOtherPage({ spec, fired }: Fault, { exchange, workspace, answer, ask }: Scene): Answer {
  const page = answer && pageOf(answer);
  if (answer === undefined || page === undefined) return answer ?? { status: 200 };
  const { Resources, startIndex } = page;
  const served = (entries: Page["Resources"]): Answer => ({
    ...answer,
    body: { ...answer.body, ...listBody(entries, startIndex) },
  });
  switch (spec.name) {
    case "shrinking_list": {
      const ids = Resources.map(({ id }) => id);
      const member =
        spec.userName === undefined
          ? workspace.members.find(({ id, role }) => ids.includes(id) && role !== "owner")
          : workspace.member(spec.userName);
      if (member) workspace.remove(member.id);
      return answer;
    }
    case "growing_list": {
      const userName = spec.userName ?? `joined.meanwhile.${fired}.${workspace.members.length}@example.com`;
      if (workspace.member(userName) === undefined) workspace.add({ userName }, "start");
      return answer;
    }
    case "duplicate_entry": {
      const query = { ...exchange.query, startIndex: String(startIndex - 1), count: "1" };
      const before = pageOf(ask({ ...exchange, query }))?.Resources ?? [];
      return served([...before, ...Resources.slice(before.length)]);
    }
    case "short_page":
      return served(Resources.slice(0, spec.count ?? Math.floor(Resources.length / 2)));
    default:
      return served([]);
  }
}

function listBody(entries: Page["Resources"], startIndex: number): Record<string, unknown> {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    startIndex,
    itemsPerPage: entries.length,
    Resources: entries,
  };
}

function withRole({ spec }: Fault, answer: Answer): Answer {
  const role = { role: spec.role ?? "temporary_member" };
  const page = pageOf(answer);
  if (page === undefined) return { ...answer, body: { ...answer.body, [NOTION_URN]: role } };
  const wanted = spec.userName ?? page.Resources[0]?.userName;
  const Resources = page.Resources.map((user) =>
    user.userName === wanted ? { ...user, [NOTION_URN]: role } : user,
  );
  return { ...answer, body: { ...answer.body, Resources } };
}

/** 500, 429 and 529 come from Notion's own layer, 502 to 504 from the proxy in front of it. */
function faultRefusal({ spec }: Fault, status: number): Refusal {
  const notion = [429, 500, 529].includes(status);
  const proxy = [502, 503, 504].includes(status);
  const usual: ErrorStyle | undefined = notion ? "notion" : proxy ? "html" : undefined;
  const style = spec.style ?? usual;
  const nowMs = Date.now() + (spec.clockSkewSeconds ?? 0) * 1000;
  const headers: Record<string, string> = {};
  if (spec.clockSkewSeconds !== undefined) headers.date = new Date(nowMs).toUTCString();
  if (spec.retryAfter !== undefined) {
    headers["retry-after"] =
      spec.retryAfterAs === "date"
        ? new Date(nowMs + spec.retryAfter * 1000).toUTCString()
        : String(spec.retryAfter);
  }
  const message = spec.message ?? spec.name.replaceAll("_", " ");
  return new Refusal(status, message, {
    headers,
    ...(style === undefined ? {} : { style }),
    ...(status === 409 ? { scimType: "uniqueness" } : {}),
  });
}

function target(location: string, exchange: Exchange): string {
  const url = new URL(location);
  if (url.pathname === "/") url.pathname = `/scim/v2${exchange.path}`;
  return url.href;
}
