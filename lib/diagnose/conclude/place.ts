import type { Place } from "../diagnosis";
import type { Spot } from "../observation";
import type { InputFacts } from "../read/input-facts";
import { shownName } from "./mask";

/** A time of the model. */
export const iso = (at: number | null | undefined): string | null =>
  at === null || at === undefined || Math.abs(at) > 8.64e15 ? null : new Date(at).toISOString();

/** Turns places of observations into places of the model. */
export function placesIn(inputs: readonly InputFacts[]) {
  return (one: { input: number; spot: Spot; correlationId: string | null }): Place => ({
    input: inputs[one.input]?.name ?? "",
    line: one.spot.line,
    offset: one.spot.offset,
    correlationId: one.correlationId === null ? null : shownName(one.correlationId),
  });
}
