import type { Refresh } from "../observation";

/** Refreshes further apart than this, in milliseconds, have nothing to do with each other: the life of GitLab's access tokens. */
const ACCESS_TOKEN_LIFE = 7200_000;

const isGranted = (refresh: Refresh): boolean => refresh.status >= 200 && refresh.status < 300;

const period = (at: number): number => Math.floor(at / ACCESS_TOKEN_LIFE);

/**
 * Chooses at most `most` refreshes to keep of too many: the refused ones first, then the granted ones that a refused one may belong to
 * (by hash, or by application and time), then the newest.
 */
export function thinOut(refreshes: readonly Refresh[], most: number): readonly Refresh[] {
  const refused = refreshes.filter((one) => !isGranted(one));
  const hashes = new Set(refused.flatMap(({ hash }) => (hash === null ? [] : [hash])));
  const near = new Set(
    refused.flatMap(({ at, client }) =>
      at === null ? [] : [-1, 0, 1].map((step) => `${period(at) + step} ${client}`),
    ),
  );
  const rank = (one: Refresh): number => {
    if (!isGranted(one)) return 0;
    if (one.hash !== null && hashes.has(one.hash)) return 1;
    return one.at !== null && near.has(`${period(one.at)} ${one.client}`) ? 2 : 3;
  };
  const ranked = refreshes.map((one) => ({ one, rank: rank(one) }));
  const newestFirst = (a: Refresh, b: Refresh): number => (b.at ?? 0) - (a.at ?? 0);
  const chosen = [...ranked].sort((a, b) => a.rank - b.rank || newestFirst(a.one, b.one)).slice(0, most);
  const keep = new Set(chosen.map(({ one }) => one));
  return refreshes.filter((one) => keep.has(one));
}
