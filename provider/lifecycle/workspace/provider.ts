import type { dynamic } from "@pulumi/pulumi";
import { type Judged, judge } from "../../plan/judge";
import { membershipPhase, roleAt } from "../../plan/times";
import { asShown, type WorkspaceInputs, type WorkspaceOutputs } from "../../plan/workspace";
import { DeclarationError, HostError } from "../errors";
import { omitProvider, type Properties } from "../inputs";
import type { Process } from "../process";
import { diffWorkspace } from "./diff";
import { checkWorkspaceInputs } from "./inputs";
import { readWorkspace } from "./read";
import { createWorkspace, deleteWorkspace, updateWorkspace } from "./write";

/** The provider of a NotionWorkspace, as the engine's host calls it. */
export function workspaceProvider(process: Process): Required<dynamic.ResourceProvider> {
  const { claims, act, actNow, run } = process;
  /** Whom the resources of this run declare, for a workspace that decides who leaves. */
  const elsewhere = () => claims.emails;
  /** Whether this run has looked by itself. */
  let refreshed = false;
  const stateOf = (properties: Properties) => {
    const state = omitProvider(properties) as unknown as WorkspaceOutputs;
    return refreshed ? state : asShown(state);
  };
  /** Declarations that were checked and whose plan has not been told yet. */
  const untold = new Set<string>();
  const tell = ({ lines, remarks, summary }: Judged) => {
    for (const line of [...lines, ...remarks, summary]) process.tell(line);
  };
  /** The state as it is handed over; its people are expected in the workspace. */
  const known = (properties: Properties) => {
    const state = stateOf(properties);
    for (const id of Object.values(state.ids ?? {})) claims.stateIds.add(id);
    return state;
  };
  return {
    configure: async ({ config }) => process.configure((key) => config.get(key)),
    check: async (olds, news) => {
      const { declaredElsewhere = [], ...declared } = omitProvider(news);
      for (const email of declaredElsewhere as string[]) claims.emails.add(email);
      const result = checkWorkspaceInputs(omitProvider(olds), declared);
      if ((result.failures ?? []).length > 0) return result;
      const inputs = result.inputs as WorkspaceInputs;
      // Whoever's time has not begun or is over is as if not declared.
      for (const [email, person] of Object.entries(inputs.people)) {
        if (membershipPhase(person, run().now) !== "during") continue;
        claims.emails.add(email);
        if (roleAt(person, run().now) !== undefined) claims.emailsWithRole.add(email);
      }
      untold.add(planKey(inputs as unknown as Properties));
      // A new one has no diff: what there is to say is said here.
      if ("people" in olds) return result;
      const judged = judge(undefined, inputs, elsewhere(), run());
      tell(judged);
      return {
        inputs: result.inputs,
        failures: judged.objections.map((reason) => ({ property: "", reason })),
      };
    },
    diff: async (_id, olds, news) => {
      const [state, inputs] = [known(olds), inputsOf(news)];
      const judged = judge(state, inputs, elsewhere(), run());
      // The refresh part of a run asks for a diff, too, with what no program declared: nothing is said of that.
      if (untold.delete(planKey(inputs as unknown as Properties))) {
        tell(judged);
        if (judged.objections.length > 0)
          throw new HostError(new DeclarationError(judged.objections.join("\n")));
      }
      return diffWorkspace(state, inputs, judged);
    },
    create: (inputs) =>
      actNow((session) => createWorkspace(session, inputsOf(inputs), elsewhere(), run()), inputs),
    read: (id, props) => {
      refreshed = true;
      return act((session) => readWorkspace(session, id, known(props ?? {})));
    },
    update: (_id, olds, news) =>
      actNow((session) => updateWorkspace(session, known(olds), inputsOf(news), elsewhere(), run()), news),
    delete: (_id, props) => actNow((session) => deleteWorkspace(session, known(props), elsewhere(), run())),
  };
}

const inputsOf = (properties: Properties) => omitProvider(properties) as unknown as WorkspaceInputs;

/**
 * The same for the same people, in whichever order the engine hands them over. Not what is said of them: between check
 * and diff a policy may remediate that, and then the plan that is told and judged is the one that will be carried out.
 */
const planKey = ({ people }: Properties) => JSON.stringify(Object.keys(people ?? {}).sort());
