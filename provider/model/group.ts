/** Somebody in a group. A group's answer names them by id; the e-mail is known where the members were read, too. */
export interface GroupMember {
  readonly id: string;
  readonly email?: string;
}

/** A group as it was read. */
export interface GroupRecord {
  readonly id: string;
  /** As Notion writes it: names are compared exactly, case included. */
  readonly name: string;
  readonly members: readonly GroupMember[];
  /** False where the list of members may be cut: nobody is judged absent, or put out, by it. */
  readonly complete: boolean;
}

/** One change of one group that the group writer applies. Ids are Notion's. */
export type GroupChange =
  | { readonly kind: "create"; readonly name: string; readonly memberIds: readonly string[] }
  | { readonly kind: "rename"; readonly id: string; readonly name: string }
  | { readonly kind: "addMembers"; readonly id: string; readonly ids: readonly string[] }
  | { readonly kind: "removeMembers"; readonly id: string; readonly ids: readonly string[] }
  | { readonly kind: "delete"; readonly id: string };
