import type { dynamic } from "@pulumi/pulumi";
import { readRunLimits } from "../../config";
import { act } from "../act";
import { DeclarationError, HostError } from "../errors";
import { digest } from "../guard";
import { omitProvider, type Properties } from "../inputs";
import { claims, configure, printLine, settingsSource } from "../session";
import { checkWorkspaceInputs } from "./inputs";
import { diffWorkspace, type Judged, judge } from "./judge";
import { readWorkspace } from "./read";
import type { WorkspaceInputs, WorkspaceOutputs } from "./state";
import { createWorkspace, deleteWorkspace, updateWorkspace } from "./write";

/** Whom the resources of this run declare, for a workspace that decides who leaves. */
const elsewhere = () => claims.emails;

/** Declarations that were checked and whose plan has not been told yet. */
const untold = new Set<string>();

/** The same for the same people, in whichever order the engine hands their properties over. */
const planKey = ({ people }: Properties) => digest(sorted(people ?? {}) as Properties);

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** The provider of a NotionWorkspace, as the engine's host calls it. */
export const workspace: Required<dynamic.ResourceProvider> = {
  configure: async ({ config }) => configure((key) => config.get(key)),
  check: async (olds, news) => {
    const { declaredElsewhere = [], ...declared } = omitProvider(news);
    for (const email of declaredElsewhere as string[]) claims.emails.add(email);
    const result = checkWorkspaceInputs(omitProvider(olds), declared);
    if ((result.failures ?? []).length > 0) return result;
    const inputs = result.inputs as WorkspaceInputs;
    for (const email of Object.keys(inputs.people)) claims.emails.add(email);
    untold.add(planKey(inputs as unknown as Properties));
    // A new one has no diff: what there is to say is said here.
    if ("people" in olds) return result;
    const judged = judge(undefined, inputs, elsewhere(), readRunLimits(settingsSource()));
    tell(judged);
    return { inputs: result.inputs, failures: judged.objections.map((reason) => ({ property: "", reason })) };
  },
  diff: async (_id, olds, news) => {
    const [state, inputs] = [omitProvider(olds), omitProvider(news)] as unknown as [
      WorkspaceOutputs,
      WorkspaceInputs,
    ];
    const judged = judge(state, inputs, elsewhere(), readRunLimits(settingsSource()));
    // The refresh part of a run asks for a diff, too, with what no program declared: nothing is said of that.
    if (untold.delete(planKey(inputs as unknown as Properties))) {
      tell(judged);
      if (judged.objections.length > 0)
        throw new HostError(new DeclarationError(judged.objections.join("\n")));
    }
    return diffWorkspace(state, inputs, judged);
  },
  create: (inputs) =>
    act(
      (session) =>
        createWorkspace(
          session,
          omitProvider(inputs) as unknown as WorkspaceInputs,
          elsewhere(),
          readRunLimits(settingsSource()),
        ),
      inputs,
    ),
  read: (id, props) =>
    act((session) => readWorkspace(session, id, omitProvider(props ?? {}) as unknown as WorkspaceOutputs)),
  update: (_id, olds, news) =>
    act(
      (session) =>
        updateWorkspace(
          session,
          omitProvider(olds) as unknown as WorkspaceOutputs,
          omitProvider(news) as unknown as WorkspaceInputs,
          elsewhere(),
          readRunLimits(settingsSource()),
        ),
      news,
    ),
  delete: (_id, props) =>
    act((session) =>
      deleteWorkspace(
        session,
        omitProvider(props) as unknown as WorkspaceOutputs,
        elsewhere(),
        readRunLimits(settingsSource()),
      ),
    ),
};

function tell({ lines, summary }: Judged): void {
  for (const line of [...lines, summary]) printLine(line);
}
