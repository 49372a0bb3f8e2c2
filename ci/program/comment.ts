import { GoneError, UncertainError } from "./forge/errors";
import type { Comment, Forge } from "./forge/forge";
import { isMarked, isSameText } from "./text/marker";

export type CommentOutcome = "written" | "edited" | "unchanged";

/**
 * Keeps one comment with the marker and this body on the pull request: edits it, or writes it if there is none.
 * After writing it looks again: two runs at once may both have written. Then the older comment stays, with the later
 * body, and the other is removed.
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
    // Somebody deleted it meanwhile: write a new one.
    if (outcome !== "gone") return outcome;
  }
  const written = await forge.addComment(pullRequest, body).catch((error: unknown) => {
    // It may have been written: look for it before writing it a second time.
    if (error instanceof UncertainError) return undefined;
    throw error;
  });
  const [first, ...later] = await marked();
  if (first === undefined) {
    // A list may not show yet what was just written.
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
