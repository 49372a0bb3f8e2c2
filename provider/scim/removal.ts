import pRetry from "p-retry";
import { mayHaveActed, NotFoundError, ScimError, StillThereError } from "./errors";
import type { HttpClient } from "./http-client";
import { leavesOpen } from "./retry";

/** How a member who is not there any more has gone: by this removal, or before it. */
export type Removal = "removed" | "gone already";

/** How often a member whose removal was accepted is looked for before it is an error that they are still there. */
const PROOF_READS = 4;

/** Whom to remove, by which path, and whether a read still finds them. */
export interface RemovalRequest {
  path: string;
  who: string;
  /** @param doing for the read's errors */
  isThere: (doing: string) => Promise<boolean>;
}

/**
 * DELETE, and the proof of it. No answer to a DELETE says that somebody lost their access, be it a success, a web
 * page with status 200 or 404, or one that got lost: they are gone when a read of them is answered by 404.
 * @throws {StillThereError} when they still are
 */
export async function removeUser(http: HttpClient, removal: RemovalRequest): Promise<Removal> {
  const { path, who, isThere } = removal;
  const doing = `remove ${who}`;
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
    `Notion answered ${status}, and they are still a member`,
    "Look at the member in Notion's settings, and run it again.",
  );
  const unproven = failure !== undefined && mayHaveActed(failure) ? failure : stillThere;
  await pRetry(
    async () => {
      if (await isThere(`make sure that ${who} is gone`)) throw unproven;
    },
    {
      ...http.backoff,
      retries: Math.min(PROOF_READS, http.attempts) - 1,
      shouldRetry: ({ error }) => error === stillThere,
    },
  );
  // Somebody who is not found after an answer that was lost was removed by that request.
  return failure instanceof NotFoundError && !leftOpen ? "gone already" : "removed";
}
