/** Rows by the order of a column. Each column is sorted once; turning the order round, or a search, sorts numbers alone. */
export function rowOrder(total: number, key: (row: number, column: number) => string | number) {
  const ranks = new Map<number, readonly number[]>();
  const compareTexts = new Intl.Collator("en", { numeric: true }).compare;

  /** Each row's place by a column; rows that are equal share one. */
  function rankBy(column: number): readonly number[] {
    const known = ranks.get(column);
    if (known !== undefined) return known;
    const keys = Array.from({ length: total }, (_, row) => key(row, column));
    const compare = (a: number, b: number): number => {
      const [left = "", right = ""] = [keys[a], keys[b]];
      return typeof left === "number" && typeof right === "number"
        ? left - right
        : compareTexts(String(left), String(right));
    };
    const order = keys.map((_, row) => row).sort(compare);
    const rank: number[] = [];
    order.forEach((row, place) => {
      const previous = order[place - 1];
      rank[row] = previous !== undefined && compare(previous, row) === 0 ? (rank[previous] ?? place) : place;
    });
    ranks.set(column, rank);
    return rank;
  }
  /** Sorts rows in place; those that are equal stay in their own order either way. */
  function sort(rows: number[], column: number, descending: boolean): void {
    const rank = rankBy(column);
    rows.sort((a, b) => (descending ? -1 : 1) * ((rank[a] ?? 0) - (rank[b] ?? 0)) || a - b);
  }
  return { sort };
}
