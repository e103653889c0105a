/** What takes a lane from one moment to another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Gives every span a lane, such that what overlaps in time lies in different ones. Those that come first in the list are given the
 * upper lanes; each takes the first that is free.
 */
export function lanes(spans: readonly Span[]): readonly number[] {
  const taken: Span[][] = [];
  return spans.map((span) => {
    // In a lane, spans are kept in the order of time, so the one that could be in the way is found by halving.
    for (let lane = 0; ; lane += 1) {
      const row = taken[lane];
      if (row === undefined) {
        taken.push([span]);
        return lane;
      }
      let low = 0;
      let high = row.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((row[middle]?.start ?? 0) <= span.start) low = middle + 1;
        else high = middle;
      }
      const before = row[low - 1];
      const after = row[low];
      if ((before === undefined || before.end <= span.start) && (after === undefined || after.start >= span.end)) {
        row.splice(low, 0, span);
        return lane;
      }
    }
  });
}
