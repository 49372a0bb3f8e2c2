import { foldEmail } from "../model/email";
import type { Applied } from "../state/world";
import { endsOwner, takesAway } from "./impact";
import type { Plan } from "./plan";
import { isScheduled } from "./schedule";
import { isDeparture, type Step, takesBack } from "./step";
import { isOfTokenOwner, untoldTokenOwnerWords } from "./token-owner";
import type { AllowedLimits } from "./violations";
import { needsOf } from "./waits";

/** A step that is not carried out, and why: the person is named, and everything else goes on. */
export interface HeldBack {
  step: Step;
  reason: string;
}

/**
 * Pure: the steps that may not be carried out although nobody edited anything: what Notion says by now, and what strikes
 * by the clock alone, stops nobody but those concerned, and those who need their steps.
 * @param allowed for the token's owner
 */
export function heldBackOf(planned: Plan, applied: Applied, allowed: AllowedLimits): HeldBack[] {
  const leaving = leavingAt(planned, applied);
  const isTheirs = isOfTokenOwner(allowed.tokenOwner, applied, planned.heldAs);
  const held = planned.steps.flatMap((step): HeldBack[] => {
    const reason =
      (isAboutIdentity(step) ? planned.unclear.get(step.email) : undefined) ??
      whyScheduledStays(step, applied, { ...allowed, tokenOwner: isTheirs(step) ? step.email : undefined }) ??
      whyNotFree(step, leaving);
    return reason === undefined ? [] : [{ step, reason }];
  });
  return held.length === 0 ? [] : withDependents(held, planned);
}

/** Steps other than those about known people: departures, expirations, and roles given in Notion that are taken back. */
const isAboutIdentity = (step: Step) =>
  !isDeparture(step) &&
  !(step.kind === "changeRole" && ((step.ended !== undefined && isScheduled(step)) || takesBack(step)));

function whyScheduledStays(
  step: Step,
  { people, protect = false }: Applied,
  allowed: AllowedLimits,
): string | undefined {
  if (!isScheduled(step) || !takesAway(step)) return undefined;
  const ofToken = whyTokenOwnerStays(step.email, endsOwner(step), allowed);
  if (ofToken !== undefined) return ofToken;
  if (isDeparture(step) && (people[step.email]?.protect ?? protect)) {
    return `${step.email} keeps their access past its expiration: they are protected (protect: true). Remove protect or the expiration.`;
  }
  return undefined;
}

/**
 * Pure: why an end that was declared is not carried out: whose token is used is not known, or it is theirs.
 * @param isOwner whether it would end the role of an owner
 */
export function whyTokenOwnerStays(
  email: string,
  isOwner: boolean,
  { tokenOwner, tokenOwnerSaid = true }: Pick<AllowedLimits, "tokenOwner" | "tokenOwnerSaid">,
): string | undefined {
  if (!tokenOwnerSaid && isOwner)
    return untoldTokenOwnerWords([email], "keeps their access past its expiration");
  if (tokenOwner === undefined || email !== foldEmail(tokenOwner)) return undefined;
  return `${email} keeps their access past its expiration: they own the SCIM token in use (notion:tokenOwner), which would end with it. Use a token of another owner.`;
}

/** The addresses of accounts that leave, each with its key in the state. */
function leavingAt({ steps }: Plan, { people }: Applied): ReadonlyMap<string, string> {
  return new Map(
    steps.flatMap((step) =>
      isDeparture(step) && !step.unmanaged
        ? [[people[step.email]?.userName ?? step.email, step.email] as const]
        : [],
    ),
  );
}

/** A person who joins under the e-mail of a leaving account would be taken for that account. */
function whyNotFree({ kind, email }: Step, leaving: ReadonlyMap<string, string>): string | undefined {
  const holder = kind === "join" ? leaving.get(email) : undefined;
  if (holder === undefined) return undefined;
  return (
    `${email} does not join yet: it is the e-mail of ${holder}, who leaves in this run. Run \`pulumi up\` again. ` +
    `Notion may give ${email} their account then, with its content: if they are two people, use another e-mail.`
  );
}

/** What needs a step that is held back is held back, too. */
function withDependents(held: readonly HeldBack[], planned: Plan): HeldBack[] {
  const all = [...held];
  const steps = new Set(held.map(({ step }) => step));
  const whyWaits = needsOf(planned);
  for (let before = -1; before < steps.size; ) {
    before = steps.size;
    for (const step of planned.steps) {
      const reason = steps.has(step) ? undefined : whyWaits(step, steps);
      if (reason === undefined) continue;
      all.push({ step, reason });
      steps.add(step);
    }
  }
  return all;
}
