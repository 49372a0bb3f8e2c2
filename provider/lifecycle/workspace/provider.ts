import type { Holding } from "../../apply/context";
import { DeclarationError } from "../../apply/errors";
import { NOBODY_ELSEWHERE } from "../../plan/elsewhere";
import { type EvaluatedPlan, evaluatePlan } from "../../plan/evaluate";
import { leavingFormers, newcomersOf } from "../../plan/former-elsewhere";
import { allPrivilegedTimes, grantChanges } from "../../plan/grants";
import type { Plan } from "../../plan/plan";
import { membershipPhase } from "../../plan/times";
import { unmanagedLines } from "../../plan/unmanaged";
import { keptIds } from "../../state/group";
import type { Properties } from "../../state/properties";
import {
  actsOnUnmanaged,
  asShown,
  settingsOf,
  toApplied,
  toDeclared,
  type WorkspaceInputs,
  type WorkspaceOutputs,
} from "../../state/workspace";
import type { Applied } from "../../state/world";
import { refuseExchange } from "../email-refusals";
import type { Process } from "../process";
import type { ResourceLifecycle } from "../resource-lifecycle";
import { NOTHING_BESIDE, twoHolders } from "../run-registry";
import { apart, besideOf, declaredOtherwise } from "./beside";
import { claimOf, formersOfNew, retainedIn } from "./claims";
import { diffWorkspace } from "./diff";
import { importWorkspace } from "./import";
import { checkWorkspaceInputs } from "./inputs";
import { readWorkspace } from "./read";
import { newGroupLines } from "./read-groups";
import { createWorkspace, deleteWorkspace, updateWorkspace } from "./write";

/** A NotionWorkspace, as the hosts call it. */
export function workspaceProvider(process: Process): ResourceLifecycle {
  const { registry, act, actNow, run } = process;
  /** What everything else of the program declares, as far as this run knows whenever it is asked: each who joins asks. */
  const elsewhere = (inputs: WorkspaceInputs) => {
    const key = planKey(inputs);
    return () => registry.elsewhere(key);
  };
  /** Whether this run has looked by itself. */
  let refreshed = false;
  /** What the refresh of this run has told already. */
  const told = new Set<string>();
  /** Declarations that were checked and whose plan has not been told yet, the latest last. */
  const untold: string[] = [];
  const tell = ({ intro, lines, remarks, summary }: EvaluatedPlan) => {
    for (const line of [...intro, ...lines, ...remarks, summary]) if (!told.has(line)) process.tell(line);
  };
  /**
   * What the engine goes on with of a declaration that was checked. A policy may have remediated it since: what counts is
   * what is left of it.
   * @returns its key, whether it is one that the program declares, and whether it is another one than was checked
   */
  const settle = (inputs: WorkspaceInputs, state?: WorkspaceOutputs) => {
    const key = planKey(inputs);
    const at = untold.includes(key) ? untold.indexOf(key) : untold.length - 1;
    const [checked] = untold.splice(at, at < 0 ? 0 : 1);
    if (checked === undefined) return { key, isDeclared: false, isRemediated: false };
    const { beside = NOTHING_BESIDE } = registry.workspaces.get(checked) ?? {};
    registry.workspaces.delete(checked);
    registry.workspaces.set(key, claimOf(inputs, beside, run().now, state));
    return { key, isDeclared: true, isRemediated: checked !== key };
  };
  /** What check answers for these sentences. */
  const refusing = (reasons: readonly string[]) => {
    registry.isRefused ||= reasons.length > 0;
    return reasons.map((reason) => ({ property: "", reason }));
  };
  /** Accounts of rows that another resource of the program has, too: a sentence each. */
  const shared = ({ ids }: Applied, { people }: WorkspaceInputs, { heldAs }: Plan): string[] => {
    const { now } = run();
    return [...heldAs].flatMap(([email, key]) => {
      const [id, row] = [ids[key], people[email]];
      if (id === undefined || row === undefined || membershipPhase(row, now) !== "during") return [];
      const mine: Holding = { kind: "NotionWorkspace", email };
      const named = registry.accounts.get(id);
      const other =
        registry.hold(id, mine) ??
        (named === undefined || named === email
          ? undefined
          : ({ kind: registry.declaredIds.has(id) ? "NotionUser" : "resource", email: named } as const));
      return other === undefined ? [] : [twoHolders(id, mine, other)];
    });
  };
  /** Changes of e-mail that another resource makes impossible in the same run: a sentence each. */
  const exchanged = ({ ids }: Applied, { heldAs }: Plan): string[] => {
    const moves = [...heldAs].flatMap(([to, from]) => {
      const id = ids[from];
      return id === undefined || from === to ? [] : [{ id, from, to }];
    });
    const others = [...registry.moves.values()];
    for (const move of moves) registry.moves.set(move.id, move);
    return moves.flatMap((move) => refuseExchange(move, others) ?? []);
  };
  /** The state as it is handed over; its people are expected in the workspace. */
  const known = (properties: Properties) => {
    const whole = properties as unknown as WorkspaceOutputs;
    const state = refreshed ? whole : asShown(whole);
    for (const [email, id] of Object.entries(state.ids ?? {})) {
      registry.stateIds.add(id);
      registry.heldAs.set(email, id);
    }
    registry.retain(retainedIn(state), state.ids ?? {});
    for (const [email, id] of Object.entries(state.leftTo ?? {}))
      if (!registry.heldAs.has(email)) registry.heldAs.set(email, id);
    for (const [name, group] of Object.entries(state.groups ?? {}))
      registry.groupsOfState.set(group.id, { name, kept: keptIds(group) });
    registry.sayTokenOwner(state.limits?.tokenOwner);
    return state;
  };
  return {
    check: async (olds, news) => {
      const { told, declared } = apart(news);
      registry.declareAccounts(told.accountsElsewhere);
      if (told.declaredInAll !== undefined) registry.arrivals.expect(told.declaredInAll);
      for (const [address, later] of Object.entries(told.handedOn ?? {}))
        registry.handedOn.set(address, later);
      for (const [former, email] of formersOfNew(olds, declared)) registry.formerOfNew.set(former, email);
      const beside = besideOf(told, run().now);
      const result = checkWorkspaceInputs(olds, declared);
      const inputs = result.inputs as WorkspaceInputs;
      const key = planKey(inputs);
      if (!("people" in olds) || (result.failures ?? []).length > 0) registry.arrivals.note(key);
      if ((result.failures ?? []).length > 0) {
        registry.isRefused = true;
        return result;
      }
      const otherwise = declaredOtherwise(inputs, told);
      if (otherwise.length > 0) return { inputs: result.inputs, failures: refusing(otherwise) };
      const withChanges = { ...inputs, ...changesOf(olds, inputs, run().now) };
      registry.workspaces.set(key, claimOf(inputs, beside, run().now));
      registry.sayTokenOwner(inputs.limits?.tokenOwner);
      untold.push(key);
      // A new one has no diff: what there is to say is said here.
      if ("people" in olds) return { inputs: withChanges };
      const evaluated = evaluatePlan(undefined, inputs, registry.elsewhere(key), run());
      tell(evaluated);
      const against = [...evaluated.violations, ...registry.passing(newcomersOf(evaluated.planned.steps))];
      return { inputs: withChanges, failures: refusing(against) };
    },
    diff: async (_id, olds, news) => {
      const [state, inputs] = [known(olds), inputsOf(news)];
      // The refresh part of a run also asks for a diff, of inputs that no program declared: it gets no lines.
      const { key, isDeclared } = settle(inputs, state);
      const evaluated = evaluatePlan(state, inputs, registry.elsewhere(key), run());
      if (isDeclared) {
        registry.arrivals.note(key);
        tell(evaluated);
        const applied = toApplied(state);
        const { planned } = evaluated;
        const against = [
          ...evaluated.violations,
          ...shared(applied, inputs, planned),
          ...exchanged(applied, planned),
          ...registry.passing(newcomersOf(planned.steps), leavingFormers(applied, planned.steps)),
        ];
        if (refusing(against).length > 0) throw new DeclarationError(against.join("\n"));
      }
      return diffWorkspace(state, inputs, evaluated);
    },
    create: async (properties) => {
      await registry.arrivals.settled();
      return actNow((session) => {
        const inputs = inputsOf(properties);
        const { key, isRemediated } = settle(inputs);
        if (isRemediated) tell(evaluatePlan(undefined, inputs, registry.elsewhere(key), run()));
        return createWorkspace(session, inputs, () => registry.elsewhere(key), run());
      });
    },
    read: (id, props) => {
      refreshed = true;
      // No state has it yet: it is imported.
      if (Object.keys(props).length === 0) return act((session) => importWorkspace(session, id, run().now));
      return act(async (session) => {
        const { outs, result } = await readWorkspace(session, id, known(props));
        // No run changes an unmanaged member that none has named, and these lines may be all that a person sees before the next.
        for (const line of [...newlyFoundLines(outs, run().now), ...newGroupLines(outs)]) {
          told.add(line);
          process.tell(line);
        }
        return result;
      });
    },
    update: async (_id, olds, news) => {
      // What another resource declares, or is refused for, may keep this one from writing.
      await registry.arrivals.settled();
      const inputs = inputsOf(news);
      return actNow((session) => updateWorkspace(session, known(olds), inputs, elsewhere(inputs), run()));
    },
    delete: (_id, props) =>
      actNow((session) => deleteWorkspace(session, known(props), registry.elsewhere(""), run())),
  };
}

/** The lines that name unmanaged members that a refresh has found, if the next run may change them. */
function newlyFoundLines(outs: WorkspaceOutputs, now: number): string[] {
  if (!actsOnUnmanaged(outs.undeclared)) return [];
  const declared = { ...toDeclared({ ...settingsOf(outs), people: {} }), people: outs.outside ?? {} };
  return unmanagedLines(toApplied(outs), declared, now, NOBODY_ELSEWHERE);
}

/** How the inputs change what people may do: policies see no more than the inputs. */
function changesOf(
  olds: Properties,
  inputs: WorkspaceInputs,
  now: number,
): Pick<WorkspaceInputs, "changed" | "privileged"> {
  const { people = {}, onRemove, privileged: past = {} } = olds as Partial<WorkspaceInputs>;
  const changed = grantChanges(people, inputs.people, inputs.onRemove ?? onRemove, now);
  const privileged = allPrivilegedTimes(past, people, inputs.people, now);
  return { ...(changed && { changed }), ...(privileged && { privileged }) };
}

const inputsOf = (properties: Properties) => properties as unknown as WorkspaceInputs;

/** The same for the same people, in whichever order the engine hands them over. */
const planKey = ({ people }: Pick<WorkspaceInputs, "people">) =>
  JSON.stringify(Object.keys(people ?? {}).sort());
