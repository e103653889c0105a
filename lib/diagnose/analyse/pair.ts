import type { TimedRefresh } from "./timed";

/** A refused refresh, the granted one that made it fail, and how that is known. */
export interface Pair {
  readonly winner: TimedRefresh;
  readonly loser: TimedRefresh;
  readonly basis: "hash" | "overlap" | "sequence";
  /** Why the pair is not certain; empty when it is. */
  readonly doubts: readonly string[];
}

export const isGranted = (refresh: TimedRefresh): boolean => refresh.status >= 200 && refresh.status < 300;
/** Doorkeeper answered 401 before 5.1 and answers 400 since. */
export const isRefused = (refresh: TimedRefresh): boolean => refresh.status === 400 || refresh.status === 401;

/** 401 of a GitLab that answers an invalid grant with 400: it does not accept the application's id or secret. */
export const isInvalidClient = (refresh: TimedRefresh): boolean => refresh.status === 401 && refresh.modern;

/** Whether a refusal may be that of a refresh token which another request had used. */
export const mayHaveLost = (refresh: TimedRefresh): boolean =>
  isRefused(refresh) && !isInvalidClient(refresh) && refresh.carriedToken;

/** Whether both refreshes may be of one token, as far as hashes tell. */
export const mayShareToken = (a: TimedRefresh, b: TimedRefresh): boolean =>
  a.hash === null || b.hash === null || a.hash === b.hash;

export function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
