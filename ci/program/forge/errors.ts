import { UserError } from "../../../provider/scim/errors";

/** The forge refused a request or failed. */
export class ForgeError extends UserError {}

/** The thing to change is gone: somebody deleted it meanwhile. */
export class GoneError extends ForgeError {}

/** The request may have been done or not: no answer came, or one that does not say. */
export class UncertainError extends ForgeError {}

/** A task, and the permission that it needs. */
export interface Errand {
  /** An infinitive: `comment on pull request 12 of acme/notion`. */
  doing: string;
  /** The permission, by the forge's name. */
  needs: string;
}

/** Pure: a refusal in words. */
export function refusalError(
  forge: string,
  { doing, needs }: Errand,
  status: number,
  said: string,
): ForgeError {
  const met = `${forge} answered ${status}${said === "" ? "" : ` (${said})`}`;
  const closed = CLOSED.find(({ said: words }) => words.test(said))?.remediation;
  const remediation = closed ?? REMEDIATIONS[status]?.(needs) ?? "Read the answer, then run this job again.";
  const Kind = status === 404 ? GoneError : ForgeError;
  return new Kind(`Could not ${doing}: ${met}. ${remediation}`);
}

/** Reasons that no permission overcomes. */
const CLOSED = [
  {
    said: /archived/i,
    remediation: "The repository is archived and takes no changes. Unarchive it, or turn the workflow off.",
  },
  { said: /\bdeleted\b/i, remediation: "Somebody deleted it meanwhile. Run this job again." },
  { said: /\block(ed)?\b/i, remediation: "The conversation is locked. Unlock it, then run this job again." },
];

const REMEDIATIONS: Record<number, (needs: string) => string> = {
  401: () => "The token is invalid or has expired. Replace it.",
  403: (needs) => `The token lacks a permission. It needs ${needs}.`,
  // A forge hides what a token may not see.
  404: (needs) => `It does not exist, or the token may not see it. The token needs ${needs}.`,
  410: () => "Issues are turned off for this repository. Turn them on in its settings.",
};
