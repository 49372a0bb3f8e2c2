import type { z } from "zod";
import {
  ConflictError,
  type ErrorDetails,
  MalformedAnswerError,
  NotFoundError,
  RateLimitedError,
  RefusedError,
  type ScimError,
  UnauthorizedError,
  UnavailableError,
} from "./errors";
import type { Method } from "./retry";
import { sanitizeLine } from "./sanitize";
import { type HttpResponse, requestIdOf } from "./transport";

/** What an error body says, whichever of the three kinds it is. */
interface ErrorBody {
  scimType?: string | undefined;
  detail?: string | undefined;
  requestId?: string | undefined;
}

export const CHECK_ADDRESS =
  "Check that the base address is that of a SCIM API (notion:baseUrl, NOTION_SCIM_BASE_URL).";
const NOT_ACCEPTED = "Notion does not accept this request as it is.";
const ADDRESS_TAKEN = "The e-mail address belongs to another account; use another one.";
const CONFLICT = "Something that exists already is in its way.";
const NOT_OFFERED = "The server does not offer this; running it again changes nothing.";
const MAY_NOT_READ =
  "The token may not read this: it has to be a SCIM token (Notion: Settings, Identity) of a workspace on the Enterprise plan.";
const MAY_NOT_WRITE =
  "Notion does not allow this: the last owner and the owner of the token in use cannot be changed over SCIM.";

/** Where the title of a web page is looked for. */
const HTML_HEAD_CHARACTERS = 4096;

/**
 * The value of a success answer.
 * @throws {MalformedAnswerError} when it is not JSON or not of the shape that `schema` asks for
 */
export function readAnswer<T>(answer: HttpResponse, schema: z.ZodType<T>, doing: string, wrote: boolean): T {
  const details: ErrorDetails = { doing, status: answer.status, requestId: requestIdOf(answer.header) };
  const malformed = (what: string) =>
    new MalformedAnswerError(
      details,
      `Notion answered ${answer.status} with ${what}`,
      "Check that the base address is that of a SCIM API (notion:baseUrl, NOTION_SCIM_BASE_URL); if it is, try again later.",
      wrote,
    );
  const read = readJson(answer);
  if ("instead" in read) throw malformed(read.instead);
  const parsed = schema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw malformed(
    `JSON of an unexpected shape (at ${issue?.path.join(".") || "the top"}: ${issue?.message})`,
  );
}

/** The error of an answer that is no success: one class for each meaning, decided by status alone. */
export function errorOf(
  answer: HttpResponse,
  request: { method: Method; doing: string; changesEmail: boolean; stalledMs?: number; tokenAdvice: string },
): ScimError {
  const { status } = answer;
  const body = errorBody(answer);
  const details: ErrorDetails = {
    doing: request.doing,
    status,
    scimType: body.scimType,
    requestId: requestIdOf(answer.header) ?? body.requestId,
  };
  const type = body.scimType === undefined ? "" : ` (${body.scimType})`;
  const said = body.detail === undefined ? "" : `, "${body.detail}"`;
  const retryAfter = answer.header("retry-after");
  const wait = retryAfter === undefined ? "" : `, asking to wait (Retry-After: ${sanitizeLine(retryAfter)})`;
  const met = `Notion answered ${status}${type}${said}${wait}`;

  if (status >= 300 && status < 400) {
    return new MalformedAnswerError(
      details,
      `Notion answered ${status}, a redirect${redirectTarget(answer)}, which is never followed`,
      "Set the address of the SCIM API itself (notion:baseUrl, NOTION_SCIM_BASE_URL).",
    );
  }
  if (status === 401) {
    return new UnauthorizedError(
      details,
      met,
      "The token is wrong, was revoked, or its creator left or changed role: " +
        `make a new one (Notion: Settings, Identity, SCIM tokens) and ${request.tokenAdvice}.`,
    );
  }
  const reads = request.method === "GET";
  const read = readJson(answer);
  if (status === 404 && answer.text !== "" && "instead" in read) {
    return new MalformedAnswerError(
      details,
      `Notion answered 404 with ${read.instead}${said}`,
      `Only the API itself can say that somebody is not there. ${CHECK_ADDRESS}`,
    );
  }
  if (status === 404) {
    // A look-up that finds nobody is an answer too, so a read ends here only if there is no API.
    const advice = reads ? CHECK_ADDRESS : "Run `pulumi refresh` to see who is still there.";
    return new NotFoundError(details, met, advice);
  }
  if (status === 409 || (status === 500 && request.changesEmail)) {
    const taken = request.changesEmail ? ADDRESS_TAKEN : CONFLICT;
    const advice = reads ? NOT_ACCEPTED : taken;
    return new ConflictError(details, met, advice);
  }
  if (status === 429) {
    const { stalledMs = 0 } = request;
    return new RateLimitedError(
      details,
      stalledMs === 0 ? met : `${met}, and nothing else for ${Math.ceil(stalledMs / 1000)} s`,
      "Wait and run it again; `pulumi config set notion:requestsPerSecond 2` keeps under the limit.",
    );
  }
  if (status === 501) return new RefusedError(details, met, NOT_OFFERED);
  if (status === 408 || status >= 500) {
    return new UnavailableError(details, met, "Notion's side has a problem; run it again later.", !reads);
  }
  if (status === 403) return new RefusedError(details, met, reads ? MAY_NOT_READ : MAY_NOT_WRITE);
  return new RefusedError(details, met, NOT_ACCEPTED);
}

/** Reads SCIM's error (RFC 7644 section 3.12), that of Notion's other APIs, and a proxy's web page. */
function errorBody(answer: HttpResponse): ErrorBody {
  if (looksLikeHtml(answer)) {
    // A page that is made to keep this process busy has its title further down.
    const title = /<title[^>]*>([^<]*)<\/title>/i.exec(answer.text.slice(0, HTML_HEAD_CHARACTERS))?.[1];
    return { detail: title === undefined ? "a web page" : sanitizeLine(title) };
  }
  const read = readJson(answer);
  if ("instead" in read) return {};
  const { value } = read;
  const field = (key: string) => {
    const found = value !== null && typeof value === "object" ? Reflect.get(value, key) : undefined;
    return typeof found === "string" && found !== "" ? sanitizeLine(found) : undefined;
  };
  return {
    scimType: field("scimType") ?? field("code"),
    detail: field("detail") ?? field("message"),
    requestId: field("request_id"),
  };
}

/** The JSON of an answer, or what it is instead. */
function readJson(answer: HttpResponse): { value: unknown } | { instead: string } {
  const encoding = answer.header("content-encoding") ?? "";
  if (!/^(identity)?$/i.test(encoding))
    return { instead: `a body in the encoding ${sanitizeLine(encoding)}, which nobody asked for` };
  try {
    return { value: JSON.parse(answer.text) };
  } catch {
    return { instead: looksLikeHtml(answer) ? "a web page instead of JSON" : "broken JSON" };
  }
}

export function looksLikeHtml(answer: HttpResponse): boolean {
  return /html/i.test(answer.header("content-type") ?? "") || /^\s*</.test(answer.text);
}

function redirectTarget(answer: HttpResponse): string {
  const location = answer.header("location");
  if (location === undefined || !URL.canParse(location)) return "";
  return ` to ${sanitizeLine(new URL(location).host)}`;
}
