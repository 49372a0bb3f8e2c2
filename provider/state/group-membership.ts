import { z } from "zod";
import { UNKNOWN } from "../model/unknown";
import { list, oneOf, optional, orUnknown, redacted, text } from "./fields";
import { differIn, type Properties } from "./properties";

/** What taking a membership out of the program does. */
export const MEMBERSHIP_ON_REMOVE = ["remove", "retain"] as const;

/** What a program may say of a NotionGroupMembership. */
export const membershipInputsSchema = z.strictObject({
  groupId: orUnknown(text),
  userId: orUnknown(text),
  onRemove: optional(oneOf(MEMBERSHIP_ON_REMOVE)),
  redacted,
});
export type MembershipInputs = z.infer<typeof membershipInputsSchema>;

/** What the state keeps of a NotionGroupMembership. */
export const membershipSchema = z.strictObject({
  groupId: z.string(),
  userId: z.string(),
  onRemove: z.exactOptional(z.enum(MEMBERSHIP_ON_REMOVE)),
  redacted: z.exactOptional(list(z.string())),
  /** Whether the person was in the group before this resource. */
  adopted: z.boolean(),
});
export type MembershipOutputs = z.infer<typeof membershipSchema>;

/** A person in a group, by Notion's ids. */
export type Membership = Pick<MembershipOutputs, "groupId" | "userId">;

/** The id of a resource for a membership. */
export const membershipId = ({ groupId, userId }: Membership) => `${groupId}/${userId}`;

/** The group and the person of a resource's id; undefined where it is none. */
export function membershipOf(id: string): Membership | undefined {
  const [groupId = "", userId = "", ...rest] = id.split("/");
  return groupId === "" || userId === "" || rest.length > 0 ? undefined : { groupId, userId };
}

/** The membership that inputs are for; undefined while it is not known. */
export function declaredMembership({ groupId, userId }: Properties): Membership | undefined {
  const isKnown = [groupId, userId].every((id) => typeof id === "string" && id !== UNKNOWN);
  return isKnown ? { groupId: String(groupId), userId: String(userId) } : undefined;
}

/** The ids that are others than in the state: a membership of another person is another one. */
export function otherIds(state: Properties, inputs: Properties): (keyof Membership)[] {
  return (["groupId", "userId"] as const).filter((key) => state[key] !== inputs[key]);
}

/** Whether what is declared of the resource is otherwise than before. */
export function settingsDiffer(state: Properties, inputs: Properties): boolean {
  return differIn(["onRemove", "redacted"], state, inputs);
}
