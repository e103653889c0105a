import { AFTERMATH, type IsOneGrant } from "./law";
import { groupBy, isGranted, isRefused } from "./pair";
import { isPlaced, type Placed, type TimedRefresh } from "./timed";
import { Winners } from "./winners";

/** What is known from elsewhere about the applications in GitLab's logs. */
export interface Known {
  /** Whether an application is that of one connection of Terraform Enterprise's, and of no other: a connection holds one grant. */
  readonly isOneConnections: (client: string) => boolean;
  /** When Terraform Enterprise logged that its refresh was refused, or its token revoked. Milliseconds since 1970, in order. */
  readonly errors: readonly number[];
}

/**
 * Ties refreshes of an application that is one connection's, at a time at which Terraform Enterprise lost that connection, while nothing in the
 * logs shows a second grant: the row C26 of the law.
 *
 * @param tolerance how far the clocks of GitLab and Terraform Enterprise may differ, in milliseconds.
 */
export function oneGrant(refreshes: readonly TimedRefresh[], known: Known, tolerance: number): IsOneGrant {
  const byClient = groupBy(refreshes, ({ client }) => client);
  const soleUntil = new Map<string, number>();
  return (winner, loser) => {
    const { client } = winner;
    if (!isPlaced(winner) || !isPlaced(loser) || !known.isOneConnections(client)) return false;
    const until = soleUntil.get(client) ?? showsOneUntil(byClient.get(client) ?? []);
    soleUntil.set(client, until);
    return winner.span.start < until && isLostAt(winner, loser, known.errors, tolerance);
  };
}

/** Whether Terraform Enterprise logged an error when the two had been answered, and none in the hours before. */
function isLostAt(winner: Placed, loser: Placed, errors: readonly number[], tolerance: number): boolean {
  const start = Math.min(winner.span.start, loser.span.start) - tolerance;
  const end = Math.max(winner.span.end, loser.span.end) + tolerance;
  return errors.some((at) => at >= start && at <= end) && !errors.some((at) => at < start && at >= start - AFTERMATH);
}

/**
 * Up to which time the refreshes of an application look like those of one grant. They come from one address and one user; a granted one begins
 * when the one before it has its answer; and none is refused away from a granted one, since a grant that is refused so is lost already.
 */
function showsOneUntil(refreshes: readonly TimedRefresh[]): number {
  const isMixed = <T>(of: (refresh: TimedRefresh) => T | null): boolean =>
    new Set(refreshes.map(of).filter((value) => value !== null)).size > 1;
  if (isMixed((one) => one.address) || isMixed((one) => one.user) || isMixed((one) => one.userId))
    return Number.NEGATIVE_INFINITY;
  const placed = refreshes.filter(isPlaced);
  const winners = new Winners(placed);
  if (placed.some((one) => isGranted(one) && winners.overlapping(one.span).length > 1)) return Number.NEGATIVE_INFINITY;
  return placed
    .filter((one) => isRefused(one) && winners.overlapping(one.span).length === 0)
    .reduce((first, { span }) => Math.min(first, span.end), Number.POSITIVE_INFINITY);
}
