/** What is known of a failed request beyond its status. */
export interface ErrorDetails {
  /** What was being done, and to which person: an infinitive such as `change the role of ada@example.com to owner`. */
  doing: string;
  /** HTTP status, when there was an answer. */
  status?: number | undefined;
  /** SCIM detail error keyword, RFC 7644 section 3.12, such as `uniqueness`. */
  scimType?: string | undefined;
  /** Notion's id of the request, to quote to its support. */
  requestId?: string | undefined;
}

/** An error that is meant for a person: what was met, why it stops, what to do. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The base of every failure to get a usable answer from the SCIM API. */
export class ScimError extends UserError implements ErrorDetails {
  readonly doing: string;
  readonly status: number | undefined;
  readonly scimType: string | undefined;
  readonly requestId: string | undefined;
  readonly met: string;

  /**
   * @param met what was met, a clause without a full stop
   * @param next what the reader can do about it, a whole sentence
   */
  constructor(details: ErrorDetails, met: string, next: string) {
    const request = details.requestId === undefined ? "" : ` [request ${details.requestId}]`;
    super(`Could not ${details.doing}: ${met}${request}. ${next}`);
    this.met = met;
    this.doing = details.doing;
    this.status = details.status;
    this.scimType = details.scimType;
    this.requestId = details.requestId;
  }
}

/** 404: no such user or group. */
export class NotFoundError extends ScimError {}

/** 409, or 500 to a change of e-mail: another account has the address already. */
export class ConflictError extends ScimError {}

/** 401: the token is not, or no longer, accepted. */
export class UnauthorizedError extends ScimError {}

/** 400, 403 and other 4xx: the API understood and will not do it. */
export class RefusedError extends ScimError {}

/** 429 and nothing else for minutes, or with a Retry-After longer than this process waits. */
export class RateLimitedError extends ScimError {}

/** 5xx, a time-out, no connection or a lost one. */
export class UnavailableError extends ScimError {
  /** True when the request may have taken effect although no answer says so. */
  readonly mayHaveActed: boolean;

  constructor(details: ErrorDetails, met: string, next: string, mayHaveActed: boolean) {
    super(details, met, next);
    this.mayHaveActed = mayHaveActed;
  }
}

/** An answer that is not what SCIM promises: a web page (with status 404 too), broken JSON, a missing id, a redirect. */
export class MalformedAnswerError extends ScimError {
  /** True when the request was a write that the server answered with a success status. */
  readonly mayHaveActed: boolean;

  constructor(details: ErrorDetails, met: string, next: string, mayHaveActed = false) {
    super(details, met, next);
    this.mayHaveActed = mayHaveActed;
  }
}

/** A removal that was accepted, while a read still finds the member. */
export class StillThereError extends ScimError {}

/** A listing that moved while it was read and could not be proven complete. */
export class IncompleteListingError extends ScimError {}

/** A write was asked of a client that only reads. */
export class ReadOnlyError extends UserError {}

/** True when `error` is an answer that says that nothing was changed. */
export function isRefusal(error: unknown): boolean {
  return [RefusedError, NotFoundError, ConflictError, UnauthorizedError, RateLimitedError].some(
    (refusal) => error instanceof refusal,
  );
}

/** True when the request behind `error` may have changed the workspace although it failed. */
export function mayHaveActed(error: unknown): boolean {
  return (error instanceof UnavailableError || error instanceof MalformedAnswerError) && error.mayHaveActed;
}
