import type { Refresh } from "../observation";
import { limits, type PartResult } from "./part-result";

/** Refreshes further apart than this, in milliseconds, have nothing to do with each other: the life of GitLab's access tokens. */
export const ACCESS_TOKEN_LIFE = 7200_000;

const granted = (refresh: Refresh): boolean => refresh.status >= 200 && refresh.status < 300;

/**
 * Adds a refresh. When too many have gathered, the granted ones that no refused one of the same part could belong to are let go and
 * counted: nearly all, since a race needs a refused one within the life of a token.
 */
export function keepRefresh(part: PartResult, refresh: Refresh): void {
  part.refreshes.push(refresh);
  if (part.refreshes.length < limits.granted + limits.refused) return;
  const refused = part.refreshes.filter((one) => !granted(one));
  const hashes = new Set(refused.map((one) => one.hash));
  const hours = new Set(refused.flatMap((one) => nearHours(one)));
  const newest = refresh.at ?? 0;
  const kept = part.refreshes.filter(
    (one) =>
      !granted(one) ||
      (one.hash !== null && hashes.has(one.hash)) ||
      (one.at !== null && (hours.has(key(one, one.at)) || newest - one.at < ACCESS_TOKEN_LIFE)),
  );
  const cut = kept.length > limits.granted ? kept.slice(-limits.granted) : kept;
  part.notKept.refreshes = (part.notKept.refreshes ?? 0) + part.refreshes.length - cut.length;
  part.refreshes.length = 0;
  for (const one of cut) part.refreshes.push(one);
}

function key(refresh: Refresh, at: number): string {
  return `${refresh.client} ${Math.floor(at / ACCESS_TOKEN_LIFE)}`;
}

function nearHours(refresh: Refresh): readonly string[] {
  if (refresh.at === null) return [];
  return [-1, 0, 1].map((step) => key(refresh, (refresh.at ?? 0) + step * ACCESS_TOKEN_LIFE));
}
