import { z } from "zod";
import { isEmail } from "./model/email";
import { instantOf, whyNoInstant } from "./model/instant";
import { DEFAULT_LIMIT, isShare } from "./plan/limits";
import type { RunSettings } from "./plan/run-settings";
import { UserError } from "./scim/errors";
import { REMOVAL_FORMS, type RemovalForm } from "./scim/group-messages";
import { Secret, SHORTEST_REDACTED } from "./secret";
import { isLimit } from "./state/limits";

/** Where Notion's SCIM API is unless something else is configured. */
export const DEFAULT_BASE_URL = "https://api.notion.com/scim/v2";

interface Setting {
  key?: string;
  env?: string;
  /** Whether it leads into a workspace: a provider in the program then comes before the environment. */
  ofWorkspace?: true;
}

/** Every setting: its key in the stack's configuration and its environment variable, which comes first. */
export const SETTINGS = {
  scimToken: { key: "notion:scimToken", env: "NOTION_SCIM_TOKEN", ofWorkspace: true },
  scimTokenEnv: { key: "notion:scimTokenEnv" },
  baseUrl: { key: "notion:baseUrl", env: "NOTION_SCIM_BASE_URL", ofWorkspace: true },
  adopt: { key: "notion:adopt" },
  requestsPerSecond: { key: "notion:requestsPerSecond" },
  maxRemovals: { key: "notion:maxRemovals", env: "NOTION_MAX_REMOVALS" },
  groupRemoval: { key: "notion:groupRemoval", env: "NOTION_GROUP_REMOVAL" },
  tokenOwner: { key: "notion:tokenOwner", env: "NOTION_TOKEN_OWNER", ofWorkspace: true },
  noticeDays: { key: "notion:noticeDays", env: "NOTION_NOTICE_DAYS" },
  asOf: { env: "NOTION_AS_OF" },
  otherWorkspace: { env: "NOTION_OTHER_WORKSPACE" },
} as const satisfies Record<string, Setting>;

export interface Settings {
  token: Secret;
  baseUrl: URL;
  /** Whether an existing member is adopted if the resource itself does not say. Default true. */
  adopt: boolean;
  /** The most requests started per second; undefined: no limit, but waits when Notion asks for it. */
  requestsPerSecond: number | undefined;
  /** The people that one run may remove or demote: a number, or a share of the workspace's members. Default 25%. */
  maxRemovals: string;
  /** The only request form that takes people out of groups; undefined: the first one that works. */
  groupRemoval: RemovalForm | undefined;
  /** The e-mail of the token's owner; no run removes or demotes them. undefined: not known. */
  tokenOwner: string | undefined;
  /** Whether notion:tokenOwner is set, also to `unknown`. */
  tokenOwnerSaid: boolean;
  /** Where token and address come from, as in `NOTION_SCIM_TOKEN and notion:baseUrl`. */
  comesFrom: string;
  /** The settings of the stack that a variable with another value overrides, one sentence each, without values. */
  covered: string[];
  /** What to do with a new token, as in `set NOTION_SCIM_TOKEN`. */
  tokenAdvice: string;
  /** Whether to accept a workspace that holds nobody of the state. */
  acceptsOtherWorkspace: boolean;
}

/** A setting is missing or is not what it must be. */
export class ConfigurationError extends UserError {}

/** Where settings come from: the environment, and a look-up in the stack's configuration. */
export interface SettingsSource {
  env: NodeJS.ProcessEnv;
  config: (key: string) => string | undefined;
  /**
   * The name of a provider in the program, whose settings `config` looks up. Those that lead into a workspace come before the
   * environment, which would lead several providers into one. Limits stay the operator's. Default: the stack's
   * configuration, which comes after the environment.
   */
  provider?: string;
}

const adopt = z.enum(["true", "false"]).transform((value) => value === "true");
const maxRemovals = z.string().refine(isLimit);
const requestsPerSecond = z.coerce.number().positive().max(1000);

/**
 * Reads all settings. The environment comes first because the engine shows refresh and destroy the
 * configuration of the previous update: a token that was changed in the configuration alone would not be
 * seen there.
 * @throws {ConfigurationError} naming the setting and the command that sets it
 */
export function readSettings(source: SettingsSource): Settings {
  const token = findToken(source);
  const baseUrl = parseBaseUrl(find(source, SETTINGS.baseUrl) ?? DEFAULT_BASE_URL);
  return {
    token: readToken(token.text, baseUrl),
    tokenAdvice: token.advice,
    baseUrl,
    adopt: parse(adopt, source, SETTINGS.adopt, "true or false") ?? true,
    requestsPerSecond: parse(
      requestsPerSecond,
      source,
      SETTINGS.requestsPerSecond,
      "a number above 0, at most 1000",
    ),
    maxRemovals: readMaxRemovals(source) ?? DEFAULT_LIMIT,
    groupRemoval: parse(
      z.enum(REMOVAL_FORMS),
      source,
      SETTINGS.groupRemoval,
      `one of ${REMOVAL_FORMS.join(", ")}`,
    ),
    comesFrom: `${token.origin} and ${originOf(source, SETTINGS.baseUrl)}`,
    covered: [SETTINGS.scimToken, SETTINGS.baseUrl].flatMap((setting) => coveredBy(source, setting)),
    acceptsOtherWorkspace:
      parse(z.literal("accept"), source, SETTINGS.otherWorkspace, "accept, for one run") !== undefined,
    ...readTokenOwner(source),
  };
}

/** A token with where it comes from, and what to do with a new one. */
interface FoundToken {
  text: string;
  origin: string;
  advice: string;
}

/** @throws {ConfigurationError} where there is none */
function findToken(source: SettingsSource): FoundToken {
  const { provider, env } = source;
  const said = find(source, SETTINGS.scimToken);
  const variable = find(source, SETTINGS.scimTokenEnv);
  const isInEnvironment = provider === undefined && env[SETTINGS.scimToken.env]?.trim();
  if (variable !== undefined && !isInEnvironment) {
    const text = env[variable]?.trim();
    if (text) return { text, origin: variable, advice: `set ${variable}` };
    throw new ConfigurationError(
      `The environment variable ${variable} is not set. ${nameOf(source, SETTINGS.scimTokenEnv)} says that it holds the SCIM token. Set it, or name another variable.`,
    );
  }
  if (said !== undefined) {
    const origin = originOf(source, SETTINGS.scimToken);
    const isOfProvider = provider !== undefined && source.config(SETTINGS.scimToken.key)?.trim();
    const advice = isOfProvider
      ? `set ${origin}. \`pulumi up\` uses it at once; refresh and destroy need --run-program until then`
      : `set ${SETTINGS.scimToken.env}`;
    return { text: said, origin, advice };
  }
  if (provider !== undefined)
    throw new ConfigurationError(
      `The provider "${provider}" has no SCIM token. Give it scimTokenEnv, the name of an environment variable that holds one.`,
    );
  throw new ConfigurationError(
    "No SCIM token is set. Run `pulumi config set --secret notion:scimToken` and paste it, " +
      "or set the environment variable NOTION_SCIM_TOKEN.",
  );
}

/** On this machine a mock server may have a token of any length; it is not hidden then. */
function readToken(text: string, baseUrl: URL): Secret {
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new ConfigurationError("The SCIM token holds a space or an invisible character; copy it again.");
  }
  const token = new Secret(text);
  if (token.canBeRedacted || isLoopback(baseUrl.hostname)) return token;
  throw new ConfigurationError(
    `The SCIM token is too short to be hidden in errors and logs: it has fewer than ${SHORTEST_REDACTED} characters. ` +
      "Copy the whole token. A shorter one is accepted for a server on this machine alone (http://127.0.0.1).",
  );
}

/** How long before an end a preview begins to tell of it, in days, where nothing is said. */
const DEFAULT_NOTICE_DAYS = 7;

/** The moment that a run is for. */
export interface Clock {
  /** In milliseconds since 1970. */
  now: number;
  /** What NOTION_AS_OF says, where that is not the present. */
  asOf: string | undefined;
}

/**
 * Reads which moment a run is for.
 * @param present milliseconds since 1970, unless NOTION_AS_OF names another moment
 * @throws {ConfigurationError} when NOTION_AS_OF is no instant
 */
export function readClock(env: NodeJS.ProcessEnv, present: number): Clock {
  const asOf = env[SETTINGS.asOf.env]?.trim() || undefined;
  const why = asOf === undefined ? undefined : whyNoInstant(asOf);
  if (why !== undefined) throw new ConfigurationError(`${SETTINGS.asOf.env} ${why}.`);
  return { now: (asOf === undefined ? undefined : instantOf(asOf, "from")) ?? present, asOf };
}

const noticeDays = z.coerce.number().int().min(0).max(3660);

/**
 * Reads only what a plan goes by, which needs no token.
 * @param present milliseconds since 1970, unless NOTION_AS_OF names another moment
 * @throws {ConfigurationError} when a setting is not what it must be
 */
export function readRunSettings(source: SettingsSource, present: number): RunSettings {
  const limit = readMaxRemovals(source);
  return {
    maxRemovals: limit === undefined || isShare(limit) ? undefined : Number(limit),
    ...readTokenOwner(source),
    noticeDays:
      parse(noticeDays, source, SETTINGS.noticeDays, "a whole number of days from 0") ?? DEFAULT_NOTICE_DAYS,
    ...readClock(source.env, present),
  };
}

/** What a run says first that shows another moment than the present. */
export function asOfLine(asOf: string): string {
  return `! ${SETTINGS.asOf.env} is ${asOf}: this preview shows what a run would do then. Unset it to write.`;
}

/** Why nothing is written: another moment than the present is shown. undefined where it is the present. */
export function asOfRefusal({ asOf }: Pick<RunSettings, "asOf">): ConfigurationError | undefined {
  if (asOf === undefined) return undefined;
  return new ConfigurationError(
    `${SETTINGS.asOf.env} is ${asOf}: it shows what a run would do then, and nothing is written. Unset it to write.`,
  );
}

function readMaxRemovals(source: SettingsSource): string | undefined {
  return parse(maxRemovals, source, SETTINGS.maxRemovals, "a whole number, or a share such as 25%");
}

/** What says on purpose that nobody knows whose token it is. */
const UNKNOWN_OWNER = "unknown";

const tokenOwner = z.string().refine((text) => text === UNKNOWN_OWNER || isEmail(text));

function readTokenOwner(source: SettingsSource): Pick<Settings, "tokenOwner" | "tokenOwnerSaid"> {
  const said = parse(
    tokenOwner,
    source,
    SETTINGS.tokenOwner,
    `the e-mail of the token's owner, or ${UNKNOWN_OWNER}`,
  );
  return { tokenOwner: said === UNKNOWN_OWNER ? undefined : said, tokenOwnerSaid: said !== undefined };
}

/** The token's owner as the environment names them, beside whom a provider in the program names. */
export function ownerOfEnvironment(env: NodeJS.ProcessEnv): string | undefined {
  return readTokenOwner({ env, config: () => undefined }).tokenOwner;
}

/** The name by which the value that counts was set. */
function originOf(source: SettingsSource, setting: Required<Setting>): string {
  const { env, config, provider } = source;
  const [inEnvironment, configured] = [env[setting.env]?.trim(), config(setting.key)?.trim()];
  if (inEnvironment && (provider === undefined || !configured)) return setting.env;
  return configured ? nameOf(source, setting) : `the default of ${setting.key}`;
}

/** A setting as the program, or the stack's configuration, names it. */
function nameOf({ provider }: SettingsSource, { key }: { key: string }): string {
  return provider === undefined ? key : `${key.replace(/^notion:/, "")} of the provider "${provider}"`;
}

/** The variable that hides another value of the stack's configuration. */
function coveredBy({ env, config, provider }: SettingsSource, setting: Required<Setting>): string[] {
  if (provider !== undefined) return [];
  const [covering, covered] = [env[setting.env]?.trim(), config(setting.key)?.trim()];
  return covering && covered && covering !== covered
    ? [`${setting.env} is used in place of ${setting.key} of the stack, which is another value.`]
    : [];
}

function find({ env, config, provider }: SettingsSource, setting: Setting): string | undefined {
  const isProvidersFirst = provider !== undefined && setting.ofWorkspace === true;
  const fromEnv = setting.env === undefined ? undefined : env[setting.env]?.trim();
  const configured = setting.key === undefined ? undefined : config(setting.key)?.trim();
  return (isProvidersFirst ? configured || fromEnv : fromEnv || configured) || undefined;
}

function parse<T>(
  schema: z.ZodType<T>,
  source: SettingsSource,
  setting: Setting,
  allowed: string,
): T | undefined {
  const text = find(source, setting);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const { key, env } = setting;
  if (env !== undefined && source.env[env]?.trim() === text)
    throw new ConfigurationError(`${env} is "${text}"; allowed is ${allowed}.`);
  const remediation = source.provider === undefined ? ` Run \`pulumi config set ${key} …\`.` : "";
  throw new ConfigurationError(
    `${nameOf(source, { key: String(key) })} is "${text}"; allowed is ${allowed}.${remediation}`,
  );
}

function parseBaseUrl(text: string): URL {
  const refuse = (why: string) =>
    new ConfigurationError(
      `The address of the SCIM API (notion:baseUrl, NOTION_SCIM_BASE_URL) ${why}. The usual one is ${DEFAULT_BASE_URL}.`,
    );
  if (!URL.canParse(text)) throw refuse("is not a URL");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw refuse("must not hold a user name or password");
  if (url.search !== "" || url.hash !== "") throw refuse("must not hold a query or fragment");
  if (url.protocol === "https:") return url;
  // The token travels with every request: in clear text it goes no further than this machine.
  if (url.protocol === "http:" && isLoopback(url.hostname)) return url;
  throw refuse(`must begin with https:// (http:// is accepted for this machine's own addresses alone)`);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
