import { UserError } from "../../../provider/scim/errors";

/** The forge did not do what it was asked for. */
export class ForgeError extends UserError {}

/** What was to be changed is not there any more: somebody took it away meanwhile. */
export class GoneError extends ForgeError {}

/** It may have been done or not: no answer came, or one that says nothing of it. */
export class UncertainError extends ForgeError {}

/** What is being done, and what it needs. */
export interface Errand {
  /** An infinitive: `comment on pull request 12 of acme/notion`. */
  doing: string;
  /** The permission that it takes, as the forge names it. */
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
  const remediation =
    closed ?? REMEDIATIONS[status]?.(needs) ?? "Look at what it says, then run this job again.";
  const Kind = status === 404 ? GoneError : ForgeError;
  return new Kind(`Could not ${doing}: ${met}. ${remediation}`);
}

/** Why nobody could do it, whatever the token may. */
const CLOSED = [
  {
    said: /archived/i,
    remediation: "Nothing can be written in an archived repository: unarchive it, or turn the workflow off.",
  },
  { said: /\bdeleted\b/i, remediation: "Somebody deleted it meanwhile: run this job again." },
  { said: /\block(ed)?\b/i, remediation: "The conversation is locked: unlock it, then run this job again." },
];

const REMEDIATIONS: Record<number, (needs: string) => string> = {
  401: () => "The token is not, or no longer, accepted: put a new one in its place.",
  403: (needs) => `The token lacks a permission: ${needs}.`,
  // A forge hides what a token may not see.
  404: (needs) => `It is not there, or the token may not see it: ${needs}.`,
  410: () => "Issues are turned off for this repository: turn them on in its settings.",
};
