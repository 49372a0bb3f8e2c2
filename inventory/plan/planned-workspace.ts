import { DAY_MS } from "../../provider/model/instant";
import type { Elsewhere } from "../../provider/plan/elsewhere";
import { evaluatePlan } from "../../provider/plan/evaluate";
import { endLine, withoutSpan } from "../../provider/plan/expiration-words";
import { groupLineOf } from "../../provider/plan/groups-words";
import type { RunSettings } from "../../provider/plan/run-settings";
import { attributeWords, lineOf } from "../../provider/plan/step-words";
import { byImportance } from "../../provider/plan/summary";
import { endsWithin } from "../../provider/plan/times";
import type { DeclaredPerson } from "../../provider/state/person";
import {
  asShown,
  type Redacted,
  readPreviewedInputs,
  readPreviewedState,
  settingsOf,
  type WorkspaceInputs,
  type WorkspaceOutputs,
} from "../../provider/state/workspace";
import { NOTHING_PLANNED, type Planned, type PlannedStep } from "./planned";
import type { PreviewStep } from "./preview";

/** What the engine's JSON shows in the place of a secret. */
const SECRET = "[secret]";

/** What else of a preview counts for one of its workspaces. */
export interface Around {
  /** Whether it was read before. */
  isRefreshed: boolean;
  messages: readonly string[];
  /** People that resources of the program declare, as far as the preview lists them. */
  elsewhere: Elsewhere;
  run: RunSettings;
}

/** Pure: the plan of a NotionWorkspace, made again of its states by what the preview made it with. */
export function plannedWorkspace(step: PreviewStep, around: Around): Planned {
  const name = `NotionWorkspace "${step.urn.slice(step.urn.lastIndexOf("::") + 2)}"`;
  const states = statesOf(step);
  if (states === undefined) {
    const hidden = `The people or groups of ${name} are hidden in the preview's JSON as one secret: only the preview's messages are shown.`;
    return { ...NOTHING_PLANNED, incomplete: [hidden] };
  }
  const { messages, run } = around;
  const { inputs } = states;
  const olds = withSecretChanges(
    around.isRefreshed || !states.olds ? states.olds : asShown(states.olds),
    inputs,
    messages,
  );
  const moved = new Set(movedAway(olds, messages));
  const elsewhere = {
    ...around.elsewhere,
    emails: {
      has: (email: string) => moved.has(email) || around.elsewhere.emails.has(email),
      size: moved.size + around.elsewhere.emails.size,
    },
  };
  const evaluated = evaluatePlan(olds, inputs, elsewhere, run);
  // How long it is until an end is another one at each moment.
  const said = new Set(messages.map(withoutSpan));
  const agrees =
    step.op === "delete" ||
    [...evaluated.intro, ...evaluated.lines, ...evaluated.remarks, evaluated.summary].every((line) =>
      said.has(withoutSpan(line)),
    );
  const ends = endsWithin(inputs.people, run.now, run.noticeDays * DAY_MS).map((end) => ({
    text: endLine(end, run.now),
    who: end.email,
  }));
  const endTexts = new Set(ends.map(({ text }) => text));
  return {
    steps: byImportance(evaluated.planned.steps).map((each) =>
      plannedStep(each, inputs.people[each.email], inputs.redacted),
    ),
    groups: evaluated.groups.planned.steps.map((each) => ({
      step: each,
      text: groupLineOf(each, inputs.redacted, olds === undefined),
    })),
    together: evaluated.groups.lines,
    ends,
    remarks: [...evaluated.intro, ...evaluated.remarks]
      .filter((text) => !endTexts.has(text))
      .map((text) => ({ text, who: null })),
    summary: [evaluated.summary],
    incomplete: agrees
      ? []
      : [
          `The preview's messages about ${name} do not match its states now. It was made at another time, ` +
            "with other settings, or with resources beside it that it does not list (`--show-sames` lists them). Make the preview again.",
        ],
  };
}

/** A step with its words, and what is declared of why and until when. */
export function plannedStep(
  step: PlannedStep["step"],
  person: DeclaredPerson | undefined,
  redacted: Redacted = {},
): PlannedStep {
  const hidden = new Set(redacted[step.email]);
  const ended = "ended" in step ? step.ended : undefined;
  const told = (field: "reason" | "approvedBy", value = person?.[field]) =>
    value === undefined ? null : hidden.has(field) ? SECRET : value;
  return {
    step,
    text: lineOf(step, redacted),
    reason: told("reason", ended?.reason ?? person?.reason),
    until: ended?.at ?? person?.roleUntil ?? person?.until ?? null,
    approvedBy: told("approvedBy"),
  };
}

/** What was applied and what is declared; undefined where the JSON hides it. */
function statesOf({
  op,
  old,
  new: next,
}: PreviewStep): { olds: WorkspaceOutputs | undefined; inputs: WorkspaceInputs } | undefined {
  const outputs = old === undefined ? undefined : readPreviewedState(old.outputs);
  if (old !== undefined && outputs === undefined) return undefined;
  if (op.startsWith("delete")) {
    if (outputs === undefined) return undefined;
    // What taking the resource itself out of the program means, as the provider has it.
    const treatment = old?.retainOnDelete ? { onRemove: "retain" as const } : {};
    const people = Object.fromEntries(
      Object.entries(outputs.people).map(([email, person]) => [email, { ...person, ...treatment }]),
    );
    return {
      olds: { ...outputs, people },
      inputs: { ...settingsOf(outputs), undeclared: "ignore", people: {} },
    };
  }
  const inputs = readPreviewedInputs(next?.inputs);
  return inputs === undefined ? undefined : { olds: outputs, inputs };
}

/** People declared by a resource that the preview does not list: the preview has said that they stay. */
function movedAway(olds: WorkspaceOutputs | undefined, messages: readonly string[]): string[] {
  const said = new Set(messages);
  return Object.keys(olds?.people ?? {}).filter((email) =>
    said.has(lineOf({ kind: "managedElsewhere", email, role: undefined, unmanaged: false })),
  );
}

/**
 * Secret values are blinded in both states, so that a change of one looks like none. That there is one stands in what
 * the preview told: then what was applied is made to differ.
 */
function withSecretChanges(
  olds: WorkspaceOutputs | undefined,
  { redacted = {} }: WorkspaceInputs,
  messages: readonly string[],
): WorkspaceOutputs | undefined {
  if (olds === undefined) return undefined;
  const people = { ...olds.people };
  for (const [email, fields] of Object.entries(redacted)) {
    const lines = messages.filter((line) => line.startsWith(`~ ${email}: `));
    const changed = fields.filter((field) =>
      lines.some((line) => line.includes(`${attributeWords(field)} ${SECRET} → ${SECRET}`)),
    );
    const held = people[email];
    if (held === undefined) continue;
    const before = changed
      .filter((field) => Object.hasOwn(held, field))
      .map((field) => [field, `${SECRET} before`]);
    people[email] = { ...held, ...Object.fromEntries(before) };
  }
  return { ...olds, people };
}
