import { expect, onTestFinished } from "vitest";
import { readSettings } from "../../provider/config";
import { PartialError } from "../../provider/lifecycle/errors";
import { checkInputs } from "../../provider/lifecycle/inputs";
import { openSession, type Session } from "../../provider/lifecycle/session";
import type { ClientOptions } from "../../provider/scim/http-client";
import type { Properties } from "../../provider/state/properties";
import { type RoleInputs, roleInputsSchema } from "../../provider/state/role-assignment";
import { type UserInputs, userInputsSchema } from "../../provider/state/user";
import { QUICK, type Target } from "../scim/connect";

/** The moment of a run, where a test is not about the clock. */
export const NOW = Date.parse("2026-12-01T09:00:00Z");

export interface Run extends Session {
  /** What the person who runs Pulumi is told. */
  lines: string[];
}

export interface RunOptions {
  /** Of the process, beside token and address. Default: it is unknown on purpose whose the token is. */
  env?: Record<string, string>;
  /** The stack's configuration beside token and address. */
  config?: Record<string, string>;
  client?: Pick<ClientOptions, "timeouts" | "retry">;
}

/** A provider process of its own: it knows nothing of what others before it read or did. */
export function startRun(target: Target, { config = {}, client = {}, env: more = {} }: RunOptions = {}): Run {
  const env = {
    NOTION_SCIM_TOKEN: target.token,
    NOTION_SCIM_BASE_URL: target.baseUrl,
    ...(config["notion:tokenOwner"] === undefined && { NOTION_TOKEN_OWNER: "unknown" }),
    ...more,
  };
  const lines: string[] = [];
  const settings = readSettings({ env, config: (key) => config[key] });
  const session = openSession(settings, undefined, (line) => lines.push(line), { retry: QUICK, ...client });
  onTestFinished(() => session.client.close());
  return { ...session, lines };
}

/** What the engine hands to create and update: a program's words as check leaves them. */
export function userInputs(news: Properties): UserInputs & Properties {
  return checked(checkInputs(userInputsSchema, news)) as UserInputs & Properties;
}

/** As {@link userInputs}. */
export function roleInputs(news: Properties): RoleInputs & Properties {
  return checked(checkInputs(roleInputsSchema, news)) as RoleInputs & Properties;
}

function checked({ inputs, failures }: ReturnType<typeof checkInputs>): unknown {
  expect(failures).toEqual([]);
  return inputs;
}

/** What the state holds after the engine took `properties`, which must not hold undefined anywhere. */
export function state<T extends object>(properties: object | undefined): T & Properties {
  const kept: T & Properties = JSON.parse(JSON.stringify(properties));
  expect(properties).toStrictEqual(kept);
  return kept;
}

/** What the engine keeps of a create or an update that went well. */
export async function kept<T extends object>(
  result: Promise<{ id?: string; outs?: T }>,
): Promise<{ id: string; outs: T & Properties }> {
  const { id = "", outs } = await result;
  return { id, outs: state<T>(outs) };
}

/** The error of a promise that must fail so that the engine keeps the resource. */
export async function partialFailure(promise: Promise<unknown>): Promise<PartialError> {
  const error = await promise.then(
    () => new Error("should have failed"),
    (reason: unknown) => reason,
  );
  if (error instanceof PartialError) return error;
  throw error;
}

/** What the engine does for a resource of the state that the program goes on declaring. */
export function declaredInState(claim: Run["registry"]["users"], id: string, wish: string): void {
  claim.declare(wish);
  claim.want(id, wish);
}
