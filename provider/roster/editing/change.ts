import { type FileProblem, formatProblem } from "../file-text";

/** Cells by column, as they are read: without quotes and escapes. `""` clears a cell: not managed any more. */
export type RosterFields = Readonly<Record<string, string>>;

/** A wish for one person of a roster file, in the roster's own words. */
export type RosterChange =
  | {
      /** Sets and clears cells of a person who is there; the others stay. `userName` among them is a new address. */
      kind: "set";
      userName: string;
      fields: RosterFields;
    }
  | {
      /** A new person: at the end, or where they belong if the file is sorted by userName. */
      kind: "add";
      fields: RosterFields & { readonly userName: string };
    }
  | {
      /** Takes out the row or item, with the comment on its own lines; comments above it stay. */
      kind: "remove";
      userName: string;
    };

/** A roster that is not edited, and everything that stands in the way. Nothing was changed. */
export class RosterEditError extends Error {
  override readonly name = "RosterEditError";

  readonly file: string;
  readonly problems: readonly FileProblem[];

  constructor(file: string, problems: readonly FileProblem[]) {
    const lines = problems.map((problem) => `  ${formatProblem(file, problem)}`);
    super(`${file} is not edited:\n${lines.join("\n")}`);
    this.file = file;
    this.problems = problems;
  }
}

/** What stands in the way of an edit; becomes a {@link RosterEditError}. */
export class NotEditable extends Error {
  readonly problem: FileProblem;

  constructor(problem: FileProblem) {
    super(problem.message);
    this.problem = problem;
  }
}
