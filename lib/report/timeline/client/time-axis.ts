/** Ticks of a time axis, and times as it writes them. All times are milliseconds since 1970, shown in UTC. */
export function timeAxis() {
  const second = 1000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const day = 24 * hour;
  const steps = [
    ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
    ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
    ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
    ...[1, 2, 3, 6, 12].map((count) => count * hour),
    ...[1, 2, 7, 14, 28, 91, 182, 365, 3650].map((count) => count * day),
  ];
  /** `09:00:01.250` as exactly as `step` needs it. */
  function clock(time: number, step: number): string {
    const text = new Date(time).toISOString();
    if (step >= day) return text.slice(0, 10);
    return text.slice(11, step < second ? 23 : step < minute ? 19 : 16);
  }
  /** At most `most` round times from `from` to `to`. */
  function ticks(from: number, to: number, most: number): readonly { readonly at: number; readonly text: string }[] {
    const least = (to - from) / Math.max(most, 1);
    const step = steps.find((one) => one >= least) ?? Math.ceil(least / day) * day;
    const found: { at: number; text: string }[] = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push({ at, text: clock(at, step) });
    return found;
  }
  /** A length of time in the unit that suits it. */
  function length(span: number): string {
    if (span < second) return `${Math.round(span)} ms`;
    if (span < 2 * minute) return `${(span / second).toFixed(span < 10 * second ? 2 : 1)} s`;
    if (span < hour) return `${(span / minute).toFixed(1)} min`;
    return span < day ? `${(span / hour).toFixed(1)} h` : `${(span / day).toFixed(1)} days`;
  }
  return { clock, ticks, length };
}

export type TimeAxis = ReturnType<typeof timeAxis>;
