import type { DiffResult } from "./resource-lifecycle";

/** What a change of one resource comes to: evaluated once for each question of the engine. */
export interface Evaluation {
  diff: DiffResult;
  /** Why the change is refused. */
  refusal: string | undefined;
  /** What a preview says of it in words. */
  lines: string[];
}
