import type { Refresh } from "../observation";
import type { InputFacts } from "../read/input-facts";
import { inferTiming, type Timing, type TimingOptions } from "./timing";

/** A span of time in milliseconds since 1970. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A refresh whose time is understood. */
export interface TimedRefresh extends Refresh {
  /** The index of its input. */
  readonly input: number;
  /** Equal for what one machine's clock wrote, as far as the names of file and pod tell. */
  readonly clock: string;
  /** From request to answer; undefined where the log gives no time. Without a duration, start and end are the same. */
  readonly span: Span | undefined;
  /** Every span that is possible where unit or meaning of the times had to be assumed; one where they are known. */
  readonly possibleSpans: readonly Span[];
  /** Copies of the record, in other inputs or further down in the same. */
  readonly copies: readonly { readonly input: number; readonly refresh: Refresh }[];
}

/** No request lasts longer, in milliseconds: what claims to is taken for a moment. */
const DAY = 86_400_000;

function spanOf(at: number, duration: number | null, unit: "s" | "ms", timeIs: "start" | "end"): Span {
  const told = (duration ?? 0) * (unit === "s" ? 1000 : 1);
  const length = told > DAY ? 0 : told;
  return timeIs === "start" ? { start: at, end: at + length } : { start: at - length, end: at };
}

/** A log without what rotation appends to its name: `production_json.log.1.gz` goes on in `production_json.log`. */
const unrotated = (name: string): string => name.replace(/(\.log)(?:[.-]\d[\d.-]*)?(?:\.gz)?$/, "$1");

function time(refresh: Refresh, input: number, name: string, timings: readonly Timing[]): TimedRefresh {
  const timing = timings.find((one) => one.field === refresh.durationField);
  const { at, duration } = refresh;
  const known = { ...refresh, input, clock: `${unrotated(name)} ${refresh.pod ?? ""}`, copies: [] };
  if (at === null) return { ...known, span: undefined, possibleSpans: [] };
  if (timing === undefined) {
    const span = { start: at, end: at };
    return { ...known, span, possibleSpans: [span] };
  }
  const units = timing.unitBecause === "assumed" ? (["s", "ms"] as const) : [timing.unit];
  const times = timing.timeBecause === "assumed" ? (["start", "end"] as const) : [timing.timeIs];
  const possibleSpans = units.flatMap((unit) => times.map((timeIs) => spanOf(at, duration, unit, timeIs)));
  return { ...known, span: spanOf(at, duration, timing.unit, timing.timeIs), possibleSpans };
}

/** The timings of an input, one for each field in which it has durations. */
export function timingsOf(facts: InputFacts, options: TimingOptions): readonly Timing[] {
  return (["duration", "duration_s"] as const).flatMap((field) => {
    const durations = facts.refreshes.flatMap((one) =>
      one.durationField === field && one.duration !== null ? [one.duration] : [],
    );
    return durations.length === 0 ? [] : [inferTiming(field, facts.samples, durations, options)];
  });
}

/** A refresh whose time is known. */
export type Placed = TimedRefresh & { readonly span: Span };

export const isPlaced = (refresh: TimedRefresh): refresh is Placed => refresh.span !== undefined;

/** What two copies of one record have in common; undefined where too little is known to tell copies from others. */
function identity(refresh: Refresh): string | undefined {
  const { correlationId, at, status, duration, client, hash } = refresh;
  if (correlationId === null && at === null) return undefined;
  return `${correlationId}\n${at}\n${status}\n${duration}\n${client}\n${hash}`;
}

/** The refreshes of all inputs, in the order of time (those without one last), each once. */
export function timeRefreshes(
  inputs: readonly InputFacts[],
  timings: readonly (readonly Timing[])[],
): readonly TimedRefresh[] {
  const known = new Map<string, { refresh: TimedRefresh; copies: TimedRefresh["copies"][number][] }>();
  const all = inputs.flatMap((facts, input) =>
    facts.refreshes.flatMap((refresh) => {
      const id = identity(refresh);
      const first = id === undefined ? undefined : known.get(id);
      if (first !== undefined) {
        first.copies.push({ input, refresh });
        return [];
      }
      const copies: TimedRefresh["copies"][number][] = [];
      const timed = { ...time(refresh, input, facts.name, timings[input] ?? []), copies };
      if (id !== undefined) known.set(id, { refresh: timed, copies });
      return [timed];
    }),
  );
  const order = (refresh: TimedRefresh): number => refresh.span?.start ?? Number.POSITIVE_INFINITY;
  const by = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return all.sort((a, b) => by(order(a), order(b)) || by(a.input, b.input) || by(a.spot.offset, b.spot.offset));
}
