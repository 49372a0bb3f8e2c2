interface Cell<Style> {
  column: string;
  style: Style;
}

/**
 * How a file writes its cells. A cell that has to be written anew follows the others: so a file keeps its
 * looks, and a change and its way back end where they began.
 */
export class Habits<Style> {
  readonly #byColumn = new Map<string, Cell<Style>[]>();
  readonly #byKind = new Map<string, Cell<Style>[]>();

  /** @param kind cells of one kind could be written in the same ways */
  note(cell: Cell<Style>, kind: string): void {
    for (const [cells, key] of [
      [this.#byColumn, `${kind} ${cell.column}`],
      [this.#byKind, kind],
    ] as const) {
      const known = cells.get(key) ?? [];
      // The second is there for the first, who does not look at itself.
      if (known.length < 2) cells.set(key, [...known, cell]);
    }
  }

  /** The style of others of its kind, in the same column or else anywhere. */
  of(column: string, kind: string, self?: Cell<Style>): Style | undefined {
    const others = (cells: Cell<Style>[] = []) => cells.find((each) => each !== self);
    return (others(this.#byColumn.get(`${kind} ${column}`)) ?? others(this.#byKind.get(kind)))?.style;
  }
}
