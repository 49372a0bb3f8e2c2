import { UserError } from "../scim/errors";
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
