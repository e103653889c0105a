import { isFree } from "../lines/heading";
import { withoutRotation } from "../lines/rotation";
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
  /** Equal for what one machine's clock wrote, as far as the names of file, machine and pod tell. */
  readonly clock: string;
  /** Equal for what stands in one stretch of the file: no free heading stands between, and the times between do not go elsewhere. */
  readonly stretch: string;
  /** From request to answer; undefined where the log gives no time. Without a duration, start and end are the same. */
  readonly span: Span | undefined;
  /** Every span that is possible where unit or meaning of the times had to be assumed; one where they are known. */
  readonly possibleSpans: readonly Span[];
  /** Copies of the record, in other inputs or further down in the same. */
  readonly copies: readonly { readonly input: number; readonly refresh: Refresh }[];
}

/** By how much, in milliseconds, a duration of whole seconds may have been rounded: GitLab logs fractions. */
const SECOND = 1000;

/** No request lasts longer, in milliseconds: what claims to is taken for a moment. */
const DAY = 86_400_000;

function spanOf(at: number, duration: number | null, unit: "s" | "ms", timeIs: "start" | "end"): Span {
  const told = (duration ?? 0) * (unit === "s" ? 1000 : 1);
  const length = told > DAY ? 0 : told;
  return timeIs === "start" ? { start: at, end: at + length } : { start: at - length, end: at };
}

/**
 * The clock that a record's times are of: that of the file (with what rotation made of it), and in it that of the machine or pod that the
 * line names. A record that was cut out of an export which names machines elsewhere may be of any.
 */
function clockOf(
  { machine, heading, beside, pod, cutOut, spot }: Refresh,
  { name, namesMachines }: InputFacts,
): string {
  const isHidden = machine === null && pod === null && cutOut && namesMachines;
  return [
    withoutRotation(name),
    isFree(heading) ? "" : heading,
    machine ?? "",
    beside,
    pod ?? "",
    isHidden ? `cut ${spot.offset}` : "",
  ].join("\n");
}

/** So far, in milliseconds, do the times of one machine's log not go away and come back: a request lasts a minute. */
const JUMP = 300_000;

/** The stretches of an input, by the places of its refreshes: a new one begins where the time goes elsewhere. */
function stretchesOf({ refreshes }: InputFacts): ReadonlyMap<number, number> {
  const stretches = new Map<number, number>();
  let stretch = 0;
  let last: number | null = null;
  for (const { at, spot } of [...refreshes].sort((a, b) => a.spot.offset - b.spot.offset)) {
    if (at !== null && last !== null && Math.abs(at - last) > JUMP) stretch += 1;
    last = at ?? last;
    stretches.set(spot.offset, stretch);
  }
  return stretches;
}

function time(
  refresh: Refresh,
  input: number,
  facts: InputFacts,
  timings: readonly Timing[],
  stretch: number,
): TimedRefresh {
  const timing = timings.find((one) => one.field === refresh.durationField);
  const { at, duration } = refresh;
  const clock = clockOf(refresh, facts);
  const free = isFree(refresh.heading) ? refresh.heading : "";
  const known = { ...refresh, input, clock, stretch: `${input} ${stretch} ${free}`, copies: [] };
  if (at === null) return { ...known, span: undefined, possibleSpans: [] };
  if (timing === undefined) {
    const span = { start: at, end: at };
    return { ...known, span, possibleSpans: [span] };
  }
  const isRounded = timing.unit === "s" && duration !== null && Number.isInteger(duration);
  const coarseness = known.coarseness + (isRounded ? SECOND : 0);
  const units = timing.unitBecause === "assumed" ? (["s", "ms"] as const) : [timing.unit];
  const times = timing.timeBecause === "assumed" ? (["start", "end"] as const) : [timing.timeIs];
  const possibleSpans = units.flatMap((unit) => times.map((timeIs) => spanOf(at, duration, unit, timeIs)));
  return { ...known, coarseness, span: spanOf(at, duration, timing.unit, timing.timeIs), possibleSpans };
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

/** So much, in milliseconds, may the times of one record's copies differ: an export rounds them. */
const ROUNDING = 1000;

/** Whether two values may be one that was rounded. */
const rounded = (a: number | null, b: number | null): boolean =>
  a === null || b === null || Math.abs(a - b) <= Math.max(0.06, Math.max(a, b) / 20);

const unless = <T>(a: T | null | "", b: T | null | "", same: (a: T, b: T) => boolean): boolean =>
  a === null || a === "" || b === null || b === "" || same(a as T, b as T);
const equal = <T>(a: T, b: T): boolean => a === b;

/** Whether two records are one that was delivered twice, raw and exported: GitLab gives each request a correlation id of its own. */
function isCopy(a: Refresh, b: Refresh): boolean {
  if (a.status !== b.status || !unless(a.client, b.client, equal) || !unless(a.hash, b.hash, equal)) return false;
  if (a.correlationId === null)
    return a.at === b.at && a.duration === b.duration && a.client === b.client && a.hash === b.hash;
  const fits = a.durationField !== b.durationField || rounded(a.duration, b.duration);
  return fits && unless(a.at, b.at, (one, other) => Math.abs(one - other) <= ROUNDING);
}

/** The same for a copy whose export left the correlation id out, in another input: application or token must agree, and the duration be there. */
function isCopyWithoutId(a: Delivered, b: Delivered): boolean {
  const [one, other] = [a.refresh, b.refresh];
  if (a.input === b.input || (one.correlationId !== null && other.correlationId !== null)) return false;
  const isOne = (one.client !== "" && one.client === other.client) || (one.hash !== null && one.hash === other.hash);
  if (!isOne || one.at === null || other.at === null || one.duration === null || other.duration === null) return false;
  return isCopy({ ...one, correlationId: "" }, { ...other, correlationId: "" });
}

interface Delivered {
  readonly input: number;
  readonly refresh: Refresh;
  readonly copies: { readonly input: number; readonly refresh: Refresh }[];
}

/** The records of all inputs, each once, with their copies. */
function delivered(inputs: readonly InputFacts[]): readonly Delivered[] {
  const known = new Map<string, Delivered[]>();
  const bySecond = new Map<number, Delivered[]>();
  return inputs.flatMap((facts, input) =>
    facts.refreshes.flatMap((refresh) => {
      const { correlationId, at } = refresh;
      const one: Delivered = { input, refresh, copies: [] };
      if (correlationId === null && at === null) return [one];
      const key = correlationId ?? `\n${at}`;
      const alike = known.get(key) ?? [];
      // An id that a client chose for all of its requests tells nothing apart; a few are compared.
      const second = at === null ? null : Math.floor(at / ROUNDING);
      const near = second === null ? [] : [-1, 0, 1].flatMap((by) => bySecond.get(second + by) ?? []);
      const first =
        alike.slice(0, 20).find((other) => isCopy(other.refresh, refresh)) ??
        near.find((other) => isCopyWithoutId(other, one));
      if (first !== undefined) {
        first.copies.push({ input, refresh });
        return [];
      }
      known.set(key, [...alike.slice(0, 20), one]);
      if (second !== null) bySecond.set(second, [...(bySecond.get(second) ?? []).slice(0, 20), one]);
      return [one];
    }),
  );
}

/** The refreshes of all inputs, in the order of time (those without one last), each once. */
export function timeRefreshes(
  inputs: readonly InputFacts[],
  timings: readonly (readonly Timing[])[],
): readonly TimedRefresh[] {
  const stretches = inputs.map(stretchesOf);
  const all = delivered(inputs).flatMap(({ input, refresh, copies }) => {
    const facts = inputs[input];
    if (facts === undefined) return [];
    // What an export left out, another copy may have.
    const every = [refresh, ...copies.map((copy) => copy.refresh)];
    const hash = every.find((one) => one.hash !== null)?.hash ?? null;
    const client = every.find((one) => one.client !== "")?.client ?? "";
    const user = every.find((one) => one.user !== null)?.user ?? null;
    const userId = every.find((one) => one.userId !== null)?.userId ?? null;
    const address = every.find((one) => one.address !== null)?.address ?? null;
    const modern = every.some((one) => one.modern);
    const whole = { ...refresh, hash, client, user, userId, address, modern };
    return [
      { ...time(whole, input, facts, timings[input] ?? [], stretches[input]?.get(refresh.spot.offset) ?? 0), copies },
    ];
  });
  const order = (refresh: TimedRefresh): number => refresh.span?.start ?? Number.POSITIVE_INFINITY;
  const by = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return all.sort((a, b) => by(order(a), order(b)) || by(a.input, b.input) || by(a.spot.offset, b.spot.offset));
}
