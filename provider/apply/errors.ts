import { UserError } from "../scim/errors";

/** The program asks for something that the workspace, or another resource, does not allow. */
export class DeclarationError extends UserError {}

/** The write guard stops a write. */
export class WriteGuardError extends DeclarationError {}

/** Notion answered success and did not do, or not wholly do, what was asked. */
export class NotAppliedError extends UserError {}
