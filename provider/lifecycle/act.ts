import { HostError } from "./errors";
import { type Properties, providerIn } from "./inputs";
import { type Session, session } from "./session";

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
