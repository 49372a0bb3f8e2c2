import { asOfRefusal } from "../config";
import { type Properties, providerIn } from "../state/properties";
import { HostError } from "./errors";
import { runSettings, type Session, session } from "./session";

/**
 * Runs what talks to Notion; its error is handed over as the engine's host wants it.
 * @param properties those of a resource that may end up in the state although the action failed
 */
export async function act<T>(
  action: (session: Session) => Promise<T>,
  properties: Properties = {},
): Promise<T> {
  try {
    return await action(session());
  } catch (error) {
    throw error instanceof Error ? new HostError(error, providerIn(properties)) : error;
  }
}

/**
 * As {@link act}, for what writes: not while NOTION_AS_OF shows another moment than the present.
 * @param properties those of a resource that may end up in the state although the action failed
 */
export async function actNow<T>(
  action: (session: Session) => Promise<T>,
  properties: Properties = {},
): Promise<T> {
  return act(async (session) => {
    const refusal = asOfRefusal(runSettings());
    if (refusal !== undefined) throw refusal;
    return action(session);
  }, properties);
}
