import type { Sample } from "../read/part-result";

/** How the durations and times of one field of one input are to be read, and why. */
export interface Timing {
  readonly field: "duration" | "duration_s";
  readonly unit: "s" | "ms";
  readonly unitBecause: "option" | "field" | "values" | "assumed";
  readonly timeIs: "start" | "end";
  readonly timeBecause: "option" | "version" | "order" | "assumed";
}

/** What the user said about it. */
export interface TimingOptions {
  readonly durationUnit: "auto" | "ms" | "s";
  readonly timeIs: "auto" | "start" | "end";
}

/** GitLab ends a web request after 60 s; queueing may add some. Longer durations are not seconds. */
const LONGEST_REQUEST = 90;
/** The median request takes some tens or hundreds of milliseconds: a value from here on is no median in seconds. */
const LEAST_MEDIAN_MS = 3;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** So many values tell more than an assumption. */
const ENOUGH = 5;

/** The unit by the field's name, unless ordinary requests' values contradict it. What no request lasts is doubted. */
function unitOfNew(ordinary: readonly number[], refreshes: readonly number[]): Pick<Timing, "unit" | "unitBecause"> {
  if (ordinary.length >= ENOUGH && median(ordinary) > LEAST_MEDIAN_MS * 5) return { unit: "ms", unitBecause: "values" };
  const odd = ordinary.length < ENOUGH && refreshes.some((value) => value > LONGEST_REQUEST);
  return { unit: "s", unitBecause: odd ? "assumed" : "field" };
}

function unitOfOld(ordinary: readonly number[], refreshes: readonly number[]): Pick<Timing, "unit" | "unitBecause"> {
  const values = [...ordinary, ...refreshes];
  const tooLong = values.filter((value) => value > LONGEST_REQUEST).length;
  if (tooLong >= Math.max(1, values.length / 100)) return { unit: "ms", unitBecause: "values" };
  // No median of any requests is below a millisecond.
  if (values.length >= ENOUGH && median(values) < 1) return { unit: "s", unitBecause: "values" };
  if (ordinary.length < ENOUGH) return { unit: "s", unitBecause: "assumed" };
  return { unit: median(ordinary) < LEAST_MEDIAN_MS ? "s" : "ms", unitBecause: "values" };
}

/** How often a later line has an earlier time: lines are written when a request ends, so its end's times hardly ever go back. */
function setbacks(samples: readonly Sample[], time: (sample: Sample & { at: number }) => number): number {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, ...sample } of samples) {
    if (at === null) continue;
    const now = time({ ...sample, at });
    if (now < last) count += 1;
    last = now;
  }
  return count;
}

function timeOf(
  field: Timing["field"],
  unit: Timing["unit"],
  samples: readonly Sample[],
): Pick<Timing, "timeIs" | "timeBecause"> {
  const factor = unit === "s" ? 1000 : 1;
  const asEnd = setbacks(samples, (sample) => sample.at);
  const asStart = setbacks(samples, (sample) => sample.at + sample.duration * factor);
  const enough = field === "duration" ? 5 : 20;
  if (asEnd + asStart >= enough && asEnd * 3 < asStart) return { timeIs: "end", timeBecause: "order" };
  if (asEnd + asStart >= enough && asStart * 3 < asEnd) return { timeIs: "start", timeBecause: "order" };
  return field === "duration" ? { timeIs: "start", timeBecause: "assumed" } : { timeIs: "end", timeBecause: "version" };
}

/**
 * Infers the unit of a field's durations and whether `time` is a request's start or its end.
 *
 * GitLab documents the old `duration` in milliseconds, yet logs in which it is seconds are known, so the values decide; `time` was the
 * start while that field was in use. `duration_s` is seconds by name, and `time` is the end.
 *
 * @param samples requests of the input in the order of its lines.
 * @param refreshes the refreshes' own durations.
 */
export function inferTiming(
  field: Timing["field"],
  samples: readonly Sample[],
  refreshes: readonly number[],
  options: TimingOptions,
): Timing {
  const ours = samples.filter((sample) => sample.field === field);
  const ordinary = ours.filter((sample) => !sample.token).map((sample) => sample.duration);
  const unitOf = field === "duration" ? unitOfOld : unitOfNew;
  const unit =
    options.durationUnit === "auto"
      ? unitOf(ordinary, refreshes)
      : { unit: options.durationUnit, unitBecause: "option" as const };
  const time =
    options.timeIs === "auto"
      ? timeOf(field, unit.unit, ours)
      : { timeIs: options.timeIs, timeBecause: "option" as const };
  return { field, ...unit, ...time };
}
