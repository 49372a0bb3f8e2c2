import { UserError } from "../scim/errors";
import { harmless } from "../scim/printable";
import type { Properties } from "./inputs";

/** The program asks for something that the workspace, or another resource, does not allow. */
export class DeclarationError extends UserError {}

/** Notion answered success and did not do, or not wholly do, what was asked. */
export class NotAppliedError extends UserError {}

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

/**
 * An error as it is handed to the engine's host. The engine shows the message at the resource; the host
 * prints `toString()` and `stack` besides, for the stack as a whole, where the same text once more for each
 * resource would bury the rest.
 */
export class HostError extends Error {
  readonly #kind: string;

  /** @param kept what goes into the state with a {@link PartialError}: the host adds it to results only */
  constructor(cause: Error, kept: Properties = {}) {
    super(harmless(cause.message));
    this.#kind = cause.name;
    Object.defineProperty(this, "stack", { value: "see the error of the resource", enumerable: false });
    if (cause instanceof PartialError) {
      const properties = { ...cause.properties, ...kept };
      Object.assign(this, { id: cause.id, properties, reasons: cause.reasons.map(harmless) });
    }
  }

  override toString(): string {
    return this.#kind;
  }
}
