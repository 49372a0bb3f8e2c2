import type { dynamic } from "@pulumi/pulumi";
import { evaluateRole } from "../../provider/lifecycle/role-preview";
import type { RunSettings } from "../../provider/plan/run-settings";
import type { Properties } from "../../provider/state/properties";

// What a preview makes of a NotionRoleAssignment, one question at a time.

type Token = Pick<RunSettings, "tokenOwner" | "tokenOwnerSaid">;

const NOBODYS: Token = { tokenOwner: undefined, tokenOwnerSaid: true };

export function diffRole(olds: Properties, news: Properties, now: number): dynamic.DiffResult {
  return evaluateRole(olds, news, undefined, { ...NOBODYS, now, noticeDays: 7 }).diff;
}

export function tellRole(
  olds: Properties,
  news: Properties,
  who: string,
  run: Token & Pick<RunSettings, "now" | "noticeDays">,
): string[] {
  return evaluateRole(olds, news, who, run).lines;
}

export function refuseRole(
  olds: Properties,
  news: Properties,
  who: string,
  run: Token & Pick<RunSettings, "now">,
): string | undefined {
  return evaluateRole(olds, news, who, { ...run, noticeDays: 7 }).refusal;
}
