import { z } from "zod";
import { flag, list, oneOf, optional, orUnknown, redacted, text } from "./fields";
import { GROUP_ON_REMOVE } from "./group";
import { differIn, type Properties } from "./properties";

/** What a program may say of a NotionGroup. */
export const groupInputsSchema = z.strictObject({
  displayName: orUnknown(text),
  adopt: optional(flag),
  onRemove: optional(oneOf(GROUP_ON_REMOVE)),
  redacted,
});
export type GroupInputs = z.infer<typeof groupInputsSchema>;

/** What the state keeps of a NotionGroup. */
export const groupSchema = z.strictObject({
  /** As it is in Notion. */
  displayName: z.string(),
  adopt: z.exactOptional(z.boolean()),
  onRemove: z.exactOptional(z.enum(GROUP_ON_REMOVE)),
  redacted: z.exactOptional(list(z.string())),
  /** Notion's id. The id of a resource that is only read is what the program asked by. */
  groupId: z.string(),
  /** Whether the group was there before this resource. */
  adopted: z.boolean(),
  /** The name that was written last, while a refresh has found another one. */
  lastApplied: z.exactOptional(z.strictObject({ displayName: z.string() })),
});
export type GroupOutputs = z.infer<typeof groupSchema>;

/** What stands of the name in the state, under another name than the program has for it. */
export const BESIDE_NAME = ["lastApplied"] as const satisfies readonly (keyof GroupOutputs)[];

/** What makes a difference although nothing is written by it. */
const SETTINGS = ["onRemove", "redacted"] as const;

/** Whether what is declared of the resource, and not of the group, is otherwise than before. */
export function settingsDiffer(state: Properties, inputs: Properties): boolean {
  return differIn(SETTINGS, state, inputs);
}

/** The state of a group that has the declared name. */
export function outputs(inputs: GroupInputs, groupId: string, adopted: boolean): GroupOutputs {
  return { ...inputs, groupId, adopted };
}

/** The state with the name that a refresh found. */
export function withFoundName(state: GroupOutputs, displayName: string): GroupOutputs {
  const { lastApplied, ...kept } = state;
  const written = lastApplied?.displayName ?? state.displayName;
  return {
    ...kept,
    displayName,
    ...(written !== displayName && { lastApplied: { displayName: written } }),
  };
}

/** What a program would declare to have a group just so. */
export function declaredIn({
  groupId: _,
  adopted: __,
  lastApplied: ___,
  ...inputs
}: GroupOutputs): GroupInputs {
  return inputs;
}

/** A NotionGroup of a state, some of which may be hidden or not known yet: the name there, and the one that was written last. */
export function namesIn({ displayName, lastApplied }: Properties): { found: unknown; written: unknown } {
  return { found: displayName, written: Object(lastApplied).displayName ?? displayName };
}
