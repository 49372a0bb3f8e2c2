import { GoneError, UncertainError } from "./forge/errors";
import type { Comment, Forge } from "./forge/forge";
import { isMarked, isSameText } from "./text/marker";

export type CommentOutcome = "written" | "edited" | "unchanged";

/**
 * One comment with the marker and this body on the pull request: edited where it is there, written where not.
 * After writing it looks again: of two runs at once both may have written, then the older comment stays, with the
 * later body, and the other goes.
 */
export async function upsertComment(
  forge: Forge,
  pullRequest: number,
  marker: string,
  body: string,
): Promise<CommentOutcome> {
  const marked = async () =>
    (await forge.comments(pullRequest))
      .filter((comment) => isMarked(comment.body, marker))
      .sort((a, b) => a.id - b.id);
  const [there, ...others] = await marked();
  for (const { id } of others) await remove(forge, pullRequest, id);
  if (there !== undefined) {
    const outcome = await edit(forge, pullRequest, there, body);
    // Taken away meanwhile: the plan is said all the same, in a new one.
    if (outcome !== "gone") return outcome;
  }
  const written = await forge.addComment(pullRequest, body).catch((error: unknown) => {
    // It may stand there: looked for before it is written a second time.
    if (error instanceof UncertainError) return undefined;
    throw error;
  });
  const [first, ...later] = await marked();
  if (first === undefined) {
    // A list that does not show yet what was just written proves nothing against it.
    if (written === undefined) await forge.addComment(pullRequest, body);
    return "written";
  }
  for (const { id } of later) await remove(forge, pullRequest, id);
  if (first.id !== written?.id) await edit(forge, pullRequest, first, body);
  return "written";
}

async function edit(
  forge: Forge,
  pullRequest: number,
  there: Comment,
  body: string,
): Promise<"edited" | "unchanged" | "gone"> {
  if (isSameText(there.body, body)) return "unchanged";
  try {
    await forge.editComment(pullRequest, there.id, body);
    return "edited";
  } catch (error) {
    if (error instanceof GoneError) return "gone";
    throw error;
  }
}

async function remove(forge: Forge, pullRequest: number, id: number): Promise<void> {
  try {
    await forge.removeComment(pullRequest, id);
  } catch (error) {
    if (!(error instanceof GoneError)) throw error;
  }
}
