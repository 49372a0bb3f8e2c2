/** A group of a workspace, named by its name in Notion: who is in it, and how it is treated. */
export interface WorkspaceGroup {
  /**
   * `add`: the declared people are put into the group, and everybody else in it is left alone. `exact`: the declared people
   * are the whole truth, and everybody else is taken out, once they were shown. There is no default.
   */
  members: "add" | "exact";
  /** E-mails of people who are in the group, beside those whose row names it in `groups`. */
  include?: readonly string[];
  /**
   * The rule of the group: people are in it whose row has this value, or one of these, in each of these columns, such as
   * `{ department: "Engineering" }`. Compared exactly. Columns are `role` and the profile attributes that are one text.
   */
  where?: Readonly<Record<string, string | readonly string[]>>;
  /** E-mails of people that `where` chooses and who are not in the group. Default none. */
  except?: readonly string[];
  /**
   * The name under which this group was declared before. Without it another name is another group, which is created while
   * the former one is no longer declared.
   */
  formerName?: string;
  /** What taking the group out of the declaration does: `retain` it as it is in Notion, or `delete` it. Default `retain`. */
  onRemove?: "retain" | "delete";
  /** Refuses the deletion of the group, in preview and in `up`. Default false. */
  protect?: boolean;
  /**
   * Members who may leave the group in one run: a number, or a share such as `25%`, which never blocks the first five. With
   * `100%` an exact group may be left empty. Default `25%`.
   */
  maxRemovals?: number | string;
  /** Goes on with an exact group although something else writes it, such as an identity provider. Default false. */
  force?: boolean;
}
