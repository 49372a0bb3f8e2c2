import pRetry from "p-retry";
import { mayHaveActed, NotFoundError, ScimError, StillThereError } from "./errors";
import type { HttpClient } from "./http-client";
import { leavesOpen } from "./retry";

/** How a member who is not there any more has gone: by this removal, or before it. */
export type Removal = "removed" | "gone already";

/** How often a member whose removal was accepted is looked for before it is an error that they are still there. */
const PROOF_READS = 4;

/** What to remove, by which path, and whether a read still finds it. */
export interface RemovalRequest {
  path: string;
  /** For errors: `remove ada@example.com`. */
  doing: string;
  /** What the read must show. */
  looking: string;
  /** What is wrong where it is there still: `they are still a member`. */
  stays: string;
  isThere: (doing: string) => Promise<boolean>;
}

/**
 * DELETE of a member or a group, and its proof. No answer to a DELETE proves that a person lost their access: not a
 * success, not a web page with status 200 or 404, and not a lost answer. They are gone when a read answers 404.
 * @throws {StillThereError} when they still are
 */
export async function removeEntry(http: HttpClient, removal: RemovalRequest): Promise<Removal> {
  const { path, doing, looking, stays, isThere } = removal;
  let leftOpen = false;
  let failure: ScimError | undefined;
  let status: number | undefined;
  try {
    ({ status } = await http.send({ method: "DELETE", path, doing }, (failed) => {
      leftOpen ||= leavesOpen(failed);
    }));
  } catch (error) {
    if (!(error instanceof ScimError && (error.status === 404 || mayHaveActed(error)))) throw error;
    failure = error;
    status = error.status;
  }
  const stillThere = new StillThereError(
    { doing, status },
    `Notion answered ${status}, and ${stays}`,
    "Look in Notion's settings, and run it again.",
  );
  const unproven = failure !== undefined && mayHaveActed(failure) ? failure : stillThere;
  await pRetry(
    async () => {
      if (await isThere(looking)) throw unproven;
    },
    {
      ...http.backoff,
      retries: Math.min(PROOF_READS, http.attempts) - 1,
      shouldRetry: ({ error }) => error === stillThere,
    },
  );
  // A member who is not found after a lost answer was removed by that request.
  return failure instanceof NotFoundError && !leftOpen ? "gone already" : "removed";
}
