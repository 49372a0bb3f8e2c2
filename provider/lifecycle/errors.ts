import { UserError } from "../scim/errors";
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

  constructor(id: string, properties: Properties, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(reason);
    this.id = id;
    this.properties = properties;
    this.reasons = [reason];
  }
}
