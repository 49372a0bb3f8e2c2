/** One thing that a forge shows at a line, or a test report as a test. */
export interface Result {
  /** One of the rules, by its id. */
  rule: string;
  level: "error" | "warning" | "note";
  message: string;
  /** Its line in the file; null: none in particular. */
  line: number | null;
  /** What it is about, the same in the next run. */
  key: string;
}

/** A document as single results. */
export interface Results {
  /** What each kind of result means, by id. */
  rules: Readonly<Record<string, string>>;
  /** The roster, as a path from the folder of the repository; null where none was given. */
  file: string | null;
  /** From which level on a result is a failed test: what a plan would do is none. */
  failsFrom: "warning" | "error";
  results: Result[];
}
