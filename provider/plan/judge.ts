import { DAY_MS } from "../member/instant";
import { objections } from "./movement";
import type { Allowed } from "./objections";
import type { Stranger } from "./people";
import { isExcepted, type Plan, plan } from "./plan";
import type { RunSettings } from "./run-settings";
import { endLines, linesOf, summaryOf } from "./words";
import { appliedOf, declarationOf, type WorkspaceInputs, type WorkspaceOutputs } from "./workspace";

/** What the state of a workspace that is not there yet would say. */
export const NOTHING_APPLIED: WorkspaceOutputs = { people: {}, ids: {} };

/** A plan with everything that is said about it. */
export interface Judged {
  planned: Plan;
  /** What happens to whom, a line each. */
  lines: string[];
  /** What is told besides: ends that are to come, and who is not declared. */
  remarks: string[];
  summary: string;
  objections: string[];
  /** Whether too many would be added if none of them was a member already, which is not known. */
  additionsInDoubt: boolean;
}

/**
 * Pure: what is to happen, in words, and what speaks against it.
 * @param elsewhere whom other resources of the program declare
 * @param looked whether it is known of everybody who joins if they are a member already: those are `strangers`
 */
export function judge(
  olds: WorkspaceOutputs | undefined,
  inputs: WorkspaceInputs,
  elsewhere: ReadonlySet<string>,
  run: RunSettings,
  looked = false,
): Judged {
  const state = olds ?? NOTHING_APPLIED;
  const applied = appliedOf(state);
  const declared = declarationOf(inputs);
  const planned = plan(applied, declared, run.now, elsewhere);
  const allowed = allowedBy(inputs.limits, run);
  // Who is a member already is known before the first write and not before: who is added, and of a first run who is
  // promoted, is judged then.
  const lenient = {
    ...allowed,
    maxAdditions: Number.MAX_SAFE_INTEGER,
    ...(olds === undefined && { maxPromotions: Number.MAX_SAFE_INTEGER }),
  };
  const strictly = objections(planned, applied, declared, run.now, allowed);
  const against = looked ? strictly : objections(planned, applied, declared, run.now, lenient);
  const inDoubt = olds === undefined ? [] : strictly.filter((objection) => !against.includes(objection));
  const lines = linesOf(planned.steps, inputs.concealed);
  const unseen = Object.values(state.strangers ?? {}).filter((stranger) => stranger.unseen).length;
  const mode = inputs.undeclared;
  return {
    planned,
    lines,
    remarks: [
      ...(olds === undefined && lines.length > 0
        ? [
            "Whoever is a member already is taken over, not added, and keeps a role that is more than declared.",
          ]
        : []),
      ...inDoubt.map(
        (objection) =>
          `? Refused before the first write, unless enough of them are members already: ${objection}`,
      ),
      ...endLines(inputs.people, run.now, run.noticeDays * DAY_MS),
      ...(mode === "report" || unseen > 0 ? strangerLines(state.strangers ?? {}, inputs) : []),
    ],
    summary: summaryOf(planned.steps, {
      before: Object.keys(applied.people).length + (applied.gone?.length ?? 0),
      after: Object.keys(inputs.people).length,
      notDeclared: state.others,
    }),
    objections: against,
    additionsInDoubt: inDoubt.length > 0,
  };
}

function strangerLines(
  strangers: Record<string, Stranger>,
  { undeclared, except = [], people }: WorkspaceInputs,
): string[] {
  const acts = undeclared === "remove" || undeclared === "restrict";
  const shown = Object.entries(strangers).filter(
    ([email, { unseen }]) =>
      !Object.hasOwn(people, email) && !isExcepted(email, except) && (!acts || unseen === true),
  );
  const most = 50;
  const lines = shown.slice(0, most).map(([email, { role }]) => {
    const then = acts
      ? `; the next run ${undeclared === "remove" ? "removes them" : "makes them restricted_member"}`
      : "";
    return `? ${email} is in the workspace${role ? ` as ${role}` : ""} and not declared${then}`;
  });
  return shown.length > most ? [...lines, `… and ${shown.length - most} more who are not declared`] : lines;
}

/** What the program allows, and what the settings of this process say over it. */
export function allowedBy(limits: Allowed = {}, { maxRemovals, tokenOwner }: RunSettings): Allowed {
  return {
    ...limits,
    ...(maxRemovals !== undefined && {
      maxRemovals: Number.MAX_SAFE_INTEGER,
      maxDemotions: Number.MAX_SAFE_INTEGER,
      maxLosses: maxRemovals,
    }),
    tokenOwner: limits.tokenOwner ?? tokenOwner,
  };
}
