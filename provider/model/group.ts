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
