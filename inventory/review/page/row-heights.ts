/** How high rows are that were seen, and about how high the others: what stands where in a list that is drawn in parts. */
export class RowHeights<Row extends object> {
  #rows: readonly Row[] = [];
  #known = new WeakMap<Row, number>();
  /** Where each row begins, and at last where the list ends; undefined: to be computed. */
  #offsets: Float64Array | undefined;
  #least = 0;

  /** @param least how high a row is at least: what is taken for those that were not seen */
  show(rows: readonly Row[], least: number): void {
    this.#rows = rows;
    this.#least = least;
    this.#offsets = undefined;
  }

  /** Nothing is known any more: in a window of another width text takes other lines. */
  forget(): void {
    this.#known = new WeakMap();
    this.#offsets = undefined;
  }

  /** Whether that is news. */
  set(index: number, height: number): boolean {
    const row = this.#rows[index];
    if (row === undefined || Math.abs((this.#known.get(row) ?? this.#least) - height) < 0.5) return false;
    this.#known.set(row, height);
    this.#offsets = undefined;
    return true;
  }

  /** Where a row begins; of the one behind the last, where the list ends. */
  offset(index: number): number {
    if (this.#offsets === undefined) {
      this.#offsets = new Float64Array(this.#rows.length + 1);
      for (const [at, row] of this.#rows.entries()) {
        this.#offsets[at + 1] = (this.#offsets[at] ?? 0) + (this.#known.get(row) ?? this.#least);
      }
    }
    return this.#offsets[index] ?? 0;
  }

  /** The row at a place, or the nearest. */
  indexAt(place: number): number {
    let [low, high] = [0, Math.max(this.#rows.length - 1, 0)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.offset(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
