import { PartialError } from "../../lifecycle/errors";
import { sanitizeText } from "../../scim/sanitize";
import type { Properties } from "../../state/properties";

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
