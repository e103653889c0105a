import type { Refresh } from "../observation";

/** Refreshes further apart than this, in milliseconds, have nothing to do with each other: the life of GitLab's access tokens. */
const ACCESS_TOKEN_LIFE = 7200_000;

const isGranted = (refresh: Refresh): boolean => refresh.status >= 200 && refresh.status < 300;

const period = (at: number): number => Math.floor(at / ACCESS_TOKEN_LIFE);

/**
 * Chooses at most `most` refreshes to keep of too many: the refused ones and the granted ones that they may have lost to (by hash, or by
 * application and time), so that neither crowds out the other; then the rest; of each the newest.
 */
export function thinOut(refreshes: readonly Refresh[], most: number): readonly Refresh[] {
  const refused = refreshes.filter((one) => !isGranted(one));
  const hashes = new Set(refused.flatMap(({ hash }) => (hash === null ? [] : [hash])));
  const near = new Set(
    refused.flatMap(({ at, client }) =>
      at === null ? [] : [-1, 0, 1].map((step) => `${period(at) + step} ${client}`),
    ),
  );
  const mayHaveWon = (one: Refresh): boolean => {
    if (one.hash !== null && hashes.size > 0) return hashes.has(one.hash);
    return one.at !== null && near.has(`${period(one.at)} ${one.client}`);
  };
  const granted = refreshes.filter(isGranted);
  const winners = newest(granted.filter(mayHaveWon));
  const others = newest(granted.filter((one) => !mayHaveWon(one)));
  const fewWinners = winners.slice(0, Math.max(Math.floor(most / 2), most - refused.length));
  const fewRefused = newest(refused).slice(0, most - fewWinners.length);
  const keep = new Set([...fewWinners, ...fewRefused, ...others].slice(0, most));
  return refreshes.filter((one) => keep.has(one));
}

const newest = (refreshes: readonly Refresh[]): readonly Refresh[] =>
  [...refreshes].sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
