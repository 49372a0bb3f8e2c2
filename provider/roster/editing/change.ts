/** Cells by column, as they are read: without quotes and escapes. `""` clears a cell: not managed any more. */
export type RosterFields = Readonly<Record<string, string>>;

/** A wish for one person of a roster file, in the roster's own words. */
export type RosterChange =
  | {
      /** Sets and clears cells of somebody who is there; the others stay. `userName` among them is a new address. */
      kind: "set";
      userName: string;
      fields: RosterFields;
    }
  | {
      /** Somebody new: at the end, or where they belong if the file is sorted by userName. */
      kind: "add";
      fields: RosterFields & { readonly userName: string };
    }
  | {
      /** Takes out the row or item, with the comment on its own lines; comments above it stay. */
      kind: "remove";
      userName: string;
    };

/** A roster that is not edited: lists why, each with its line where there is one. Nothing was changed. */
export class RosterEditError extends Error {
  override readonly name = "RosterEditError";

  readonly file: string;
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(`${file} is not edited:\n${problems.map((problem) => `  ${file}, ${problem}`).join("\n")}`);
    this.file = file;
    this.problems = problems;
  }
}

/** What stands in the way of an edit, with its line; becomes a {@link RosterEditError}. */
export class NotEditable extends Error {}
