import { UserError } from "../scim/errors";
import { sanitizeText } from "../scim/sanitize";
import type { Properties } from "../state/properties";

/**
 * A resource exists but is not as declared. The engine keeps it in the state as it really is, prints
 * `reasons`, and calls update the next time.
 */
export class PartialError extends UserError {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: string[];

  /** @param cause what went wrong; of several things a sentence each */
  constructor(id: string, properties: Properties, cause: unknown) {
    const reasons = Array.isArray(cause)
      ? cause.map(String)
      : [cause instanceof Error ? cause.message : String(cause)];
    super(reasons.join("\n"));
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

/** What the host prints of a {@link HostError}: `toString()`, a colon and `stack`. */
const REPEATED = { words: "pulumi-notion", stack: "see the error of the resource" };

/**
 * An error as it is handed to the engine's host. The engine shows the message at the resource; the host prints the
 * error besides, for the stack as a whole, where the same text once more for each resource would bury the rest.
 */
export class HostError extends Error {
  /** @param kept what goes into the state with a {@link PartialError}: the host adds it to results only */
  constructor(cause: Error, kept: Properties = {}) {
    super(sanitizeText(cause.message));
    Object.defineProperty(this, "stack", { value: REPEATED.stack, enumerable: false });
    if (cause instanceof PartialError) {
      const properties = { ...cause.properties, ...kept };
      Object.assign(this, { id: cause.id, properties, reasons: cause.reasons.map(sanitizeText) });
    }
  }

  override toString(): string {
    return REPEATED.words;
  }
}

/** Keeps this process from printing the errors that the engine shows at their resources. */
export function printErrorsOnce(): void {
  const print = console.error;
  console.error = (...texts: unknown[]) => {
    if (texts[0] !== `${REPEATED.words}: ${REPEATED.stack}`) print(...texts);
  };
}

/** What a setting that is not what it must be makes of a call: an error for the host, without a stack. */
export function forHost<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new HostError(error) : error;
  }
}
