import type { Applied } from "../state/world";
import { accountsByFormer } from "./email-changes";
import { isDeparture, type Step } from "./step";

// A row from an old file, in another resource than before: it names the former e-mail of an account that no row means any
// more. A wrong guess would remove that account and invite its person a second time.

/** An account that a workspace does not declare any more. */
export interface LeavingAccount {
  /** The e-mail under which the state has it now. */
  key: string;
  /** The day (UTC) on which its former e-mail was changed. */
  on: string;
}

/** Pure: the accounts that leave a workspace, by the e-mails that they had before. A declared expiration is no question of who is who. */
export function leavingFormers(applied: Applied, steps: readonly Step[]): Map<string, LeavingAccount> {
  const leaving = new Set(
    steps.flatMap((step) =>
      isDeparture(step) && !step.unmanaged && step.ended === undefined && step.kind !== "managedElsewhere"
        ? [step.email]
        : [],
    ),
  );
  if (leaving.size === 0) return new Map();
  return new Map(
    [...accountsByFormer(applied)].flatMap(([former, accounts]): [string, LeavingAccount][] => {
      const account = accounts.find(({ key }) => leaving.has(key));
      return account === undefined ? [] : [[former, account]];
    }),
  );
}

/** Pure: the e-mails of people who are new to a workspace; an id says who they are. */
export function newcomersOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) =>
    step.kind === "join" && !step.wasRemoved && step.id === undefined ? [step.email] : [],
  );
}

/** Why a newcomer of one resource may be an account that leaves another one. */
export function formerElsewhereWords(email: string, { key, on }: LeavingAccount): string {
  return (
    `${email} is the former e-mail of ${key} (changed on ${on}), and another resource does not declare ${key} any more. ` +
    `If they are the same person, declare them as ${key} where they are to be, and change the e-mail in the next run. ` +
    `If ${email} is somebody else, take ${key} out in one run and add ${email} in the next.`
  );
}
