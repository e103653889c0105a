import type { Case } from "../analyse/case";
import { isGranted, isRefused } from "../analyse/pair";
import type { TimedRefresh } from "../analyse/timed";
import type { TimelineRefresh } from "../diagnosis";
import { type Mask, shortClient, shortHash, shownName } from "./mask";
import { iso, placesIn } from "./place";

/** The refreshes of a case under the ids that the model refers to them by. */
export function nameRefreshes(the: Case): ReadonlyMap<TimedRefresh, string> {
  return new Map(the.refreshes.map((refresh, index) => [refresh, `refresh-${index + 1}`]));
}

/** A refresh as the model has it. */
export function showRefresh(
  the: Case,
  refresh: TimedRefresh,
  id: string,
  race: string | null,
  mask: Mask,
): TimelineRefresh {
  const place = placesIn(the.inputs);
  const { span } = refresh;
  return {
    id,
    outcome: isGranted(refresh) ? "granted" : isRefused(refresh) ? "refused" : "failed",
    status: refresh.status,
    start: iso(span?.start),
    end: iso(span?.end),
    duration: duration(the, refresh),
    client: shortClient(refresh.client),
    tokenHash: shortHash(refresh.hash),
    pod: refresh.pod === null ? null : shownName(refresh.pod),
    who: { user: mask.of("user", refresh.user), address: mask.of("address", refresh.address) },
    race,
    place: place(refresh),
    alsoAt: refresh.copies.map(({ input, refresh: copy }) => place({ ...copy, input })),
  };
}

function duration(the: Case, refresh: TimedRefresh): number | null {
  if (refresh.duration === null) return null;
  const timing = the.timings[refresh.input]?.find((one) => one.field === refresh.durationField);
  return timing?.unit === "ms" ? refresh.duration / 1000 : refresh.duration;
}
