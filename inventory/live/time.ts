import { type Phase, phaseOf } from "../../provider/plan/times";

/** The time that a membership or a role is for, as it is declared. */
export interface Time {
  from?: string | undefined;
  until?: string | undefined;
  reason?: string | undefined;
  approvedBy?: string | undefined;
}

/** A time among the properties of a resource or a person; undefined where nothing is said of any. */
export function timeIn(
  values: Record<string, unknown>,
  names: { from: string; until: string },
): Time | undefined {
  const [from, until] = [textIn(values, names.from), textIn(values, names.until)];
  if (from === undefined && until === undefined) return undefined;
  return { from, until, reason: textIn(values, "reason"), approvedBy: textIn(values, "approvedBy") };
}

export function textIn(values: Record<string, unknown>, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** Where now is in the time of a membership or a role. */
export function phaseAt({ time }: { time?: Time | undefined }, now: number): Phase {
  return phaseOf(now, time?.from, time?.until);
}
