/** Edits of a text, by positions of the text as it was. What nobody asked for stays byte for byte. */
export class Splices {
  readonly #deletions: { start: number; end: number }[] = [];
  readonly #insertions: { at: number; text: string }[] = [];

  delete(start: number, end: number): void {
    if (end > start) this.#deletions.push({ start, end });
  }

  /** Several at one place stand in the order in which they were asked for. */
  insert(at: number, text: string): void {
    this.#insertions.push({ at, text });
  }

  replace(start: number, end: number, text: string): void {
    this.delete(start, end);
    this.insert(start, text);
  }

  apply(text: string): string {
    const pieces: string[] = [];
    const deletions = this.#deletions.sort((a, b) => a.start - b.start);
    let next = 0;
    let at = 0;
    const keepUntil = (end: number) => {
      for (let deletion = deletions[next]; deletion && deletion.start < end; deletion = deletions[next]) {
        if (deletion.start > at) pieces.push(text.slice(at, deletion.start));
        at = Math.max(at, Math.min(deletion.end, end));
        if (deletion.end > end) break;
        next += 1;
      }
      if (at < end) pieces.push(text.slice(at, end));
      at = Math.max(at, end);
    };
    for (const insertion of this.#insertions.sort((a, b) => a.at - b.at)) {
      keepUntil(insertion.at);
      pieces.push(insertion.text);
    }
    keepUntil(text.length);
    return pieces.join("");
  }
}
