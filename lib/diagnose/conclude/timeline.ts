import type { Case } from "../analyse/case";
import type { FoundRace } from "../analyse/find-races";
import type { TimedRefresh } from "../analyse/timed";
import type { Diagnosis } from "../diagnosis";
import { type Mask, shownName } from "./mask";
import { iso, placesIn } from "./place";
import { errorsOf } from "./races";
import { showRefresh } from "./refreshes";

const MOST_REFRESHES = 2000;
const MOST_SECONDS = 2000;
const MOST_ERRORS = 1000;

/** Races with the ids that the model refers to them by. */
export type NamedRaces = readonly { readonly id: string; readonly race: FoundRace }[];

/** The first `most` items in order of preference, put back into their own order. */
function pick<T>(items: readonly T[], most: number, preferred: (item: T) => boolean): readonly T[] {
  if (items.length <= most) return items;
  const first = items.filter(preferred);
  const rest = items.filter((item) => !preferred(item));
  const chosen = new Set([...first, ...rest].slice(0, most));
  return items.filter((item) => chosen.has(item));
}

/** Whether webhooks of a second are near a race. */
function nearRace(races: NamedRaces): (one: { second: number }) => boolean {
  const minutes = new Set<number>();
  for (const { race } of races) {
    if (race.span === undefined) continue;
    const last = Math.floor(race.span.end / 60_000) + 1;
    for (let minute = Math.max(Math.floor(race.span.start / 60_000) - 2, last - 240); minute <= last; minute += 1)
      minutes.add(minute);
  }
  return ({ second }) => minutes.has(Math.floor(second / 60));
}

export function timelineOf(
  the: Case,
  races: NamedRaces,
  names: ReadonlyMap<TimedRefresh, string>,
  mask: Mask,
): Diagnosis["timeline"] {
  const raceOf = new Map<TimedRefresh, string>();
  const raceOfError = new Map<Case["symptoms"][number], string>();
  for (const { id, race } of races) {
    for (const member of [race.winner, ...race.losers, ...race.later]) if (!raceOf.has(member)) raceOf.set(member, id);
    for (const error of errorsOf(the, race)) if (!raceOfError.has(error)) raceOfError.set(error, id);
  }
  const refreshes = pick(the.refreshes, MOST_REFRESHES, (one) => raceOf.has(one));
  const webhooks = pick(the.webhooks, MOST_SECONDS, nearRace(races));
  const errors = pick(the.symptoms, MOST_ERRORS, (one) => raceOfError.has(one));
  const place = placesIn(the.inputs);
  return {
    refreshes: refreshes.map((one) => showRefresh(the, one, names.get(one) ?? "", raceOf.get(one) ?? null, mask)),
    refreshesLeftOut: the.refreshes.length - refreshes.length,
    webhooks: webhooks.flatMap(({ second, count }) => {
      const at = iso(second * 1000);
      return at === null ? [] : [{ at, count }];
    }),
    webhookSecondsLeftOut: the.webhooks.length - webhooks.length,
    errors: errors.map((one) => ({
      at: iso(one.at),
      kind: one.kind,
      component: one.component === null ? null : shownName(one.component),
      race: raceOfError.get(one) ?? null,
      place: place(one),
    })),
    errorsLeftOut: the.symptoms.length - errors.length,
  };
}
