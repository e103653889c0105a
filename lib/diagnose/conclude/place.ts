import type { Place } from "../diagnosis";
import type { Spot } from "../observation";
import type { InputFacts } from "../read/input-facts";

/** A time of the model. */
export const iso = (at: number | null | undefined): string | null =>
  at === null || at === undefined || Math.abs(at) > 8.64e15 ? null : new Date(at).toISOString();

/** Identifiers are short; whatever is not is cut, so that no log line gets into the output by way of one. */
function plainId(id: string | null): string | null {
  return id === null ? null : id.replace(/[^\w./:+=-]/g, "").slice(0, 64);
}

/** Turns places of observations into places of the model. */
export function placesIn(inputs: readonly InputFacts[]) {
  return (one: { input: number; spot: Spot; correlationId: string | null }): Place => ({
    input: inputs[one.input]?.name ?? "",
    line: one.spot.line,
    offset: one.spot.offset,
    correlationId: plainId(one.correlationId),
  });
}
