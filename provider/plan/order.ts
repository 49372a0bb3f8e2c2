import { isDemotion } from "../model/role";
import type { Step } from "./step";

/**
 * The order of steps. Look-ups of uncertain people come first. Changes of e-mail free addresses for the next holder. New
 * owners are made before others stop being owners. Removals come last. Steps of one turn run side by side, except e-mails.
 */
export const TURNS = ["checks", "e-mails", "owners", "others", "demotions", "removals"] as const;
export type Turn = (typeof TURNS)[number];

export function turnOf(step: Step): Turn {
  switch (step.kind) {
    case "check":
      return "checks";
    case "updateProfile":
    case "stateOnly":
      return step.changes.some(({ field }) => field === "userName") ? "e-mails" : "others";
    case "join":
      return step.role === "owner" ? "owners" : "others";
    case "changeRole":
      if (step.to === "owner") return "owners";
      return isDemotion(step.from, step.to) ? "demotions" : "others";
    case "remove":
      return "removals";
    case "demote":
      return "demotions";
    default:
      return "others";
  }
}

/** The steps in their turns. Changes of e-mail are ordered so that an address is free before another person gets it. */
export function inOrder(steps: readonly Step[]): Step[] {
  return TURNS.flatMap((turn) => {
    const ours = steps.filter((step) => turnOf(step) === turn);
    return turn === "e-mails" ? freeingFirst(ours) : ours;
  });
}

/** The address that a step gives up, and the one that a person has after it. */
export function addressesOf(step: Step): { from: string | undefined; to: string | undefined } {
  const change =
    step.kind === "updateProfile" || step.kind === "stateOnly"
      ? step.changes.find(({ field }) => field === "userName")
      : undefined;
  if (change !== undefined) return { from: String(change.from), to: String(change.to) };
  return { from: undefined, to: step.kind === "join" ? step.email : undefined };
}

/** Who gives an address up comes before who gets it. */
function freeingFirst(steps: readonly Step[]): Step[] {
  const byFrom = new Map(steps.map((step) => [addressesOf(step).from, step]));
  const done = new Set<Step>();
  const begun = new Set<Step>();
  const visit = (step: Step) => {
    if (done.has(step) || begun.has(step)) return;
    begun.add(step);
    const blocker = byFrom.get(addressesOf(step).to);
    if (blocker !== undefined) visit(blocker);
    done.add(step);
  };
  for (const step of steps) visit(step);
  return [...done];
}
