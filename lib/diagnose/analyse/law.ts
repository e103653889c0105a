import type { Placed, Span, TimedRefresh } from "./timed";
import { overlap } from "./winners";

/** What the law of docs/explanation/the-race.md ("What convicts") asks of a pair, rule by rule. */

/** GitLab ends a web request after a minute, and a client that waited for it repeats, in milliseconds. */
export const REPEAT = 60_000;

/** For so long after a race, in milliseconds, its application's refusals are what it left behind: an access token of GitLab's lives 7200 s. */
export const AFTERMATH = 7200_000;

/** Why a pair does not prove a race. */
export const doubt = {
  unnamed: "the log does not name the application, so the two may belong to different ones",
  grant:
    "nothing in the log ties the two to one grant: two users behind one address, or two connections that share the application, look the same",
  either401: "this GitLab answers 401 both to a used refresh token and to a wrong application secret",
  addresses: "the two came from different addresses, so they may belong to two grants",
  machines:
    "the two were logged by different machines, whose clocks may differ by more than the overlap (if NTP keeps them in step: --clock-tolerance 100ms)",
  parts:
    "the two are in different parts of the file, which may be the logs of different machines, whose clocks may differ by more than the overlap (if NTP keeps them in step: --clock-tolerance 100ms)",
  coarse:
    "the log's times are too coarse to tell whether the two overlap (whole seconds, or the times of a log shipper)",
  assumed:
    "the overlap depends on an assumed unit or meaning of the times (see inputs; --duration-unit and --time-is set it)",
  repeated:
    "the refused request began after the other had been answered: a client that loses the answer and repeats its request looks the same",
  often: "the application refreshes so often that an overlap may be chance",
  noTime: "the log gives no time for the two, so only their order suggests a race",
  noTimeOfHash: "the log gives no time for the two, so it may also be a used token that was sent again later",
  noDuration: "the log gives no duration for one of the two, so only their nearness in time suggests a race",
} as const;

/**
 * Whether two requests of an application are of one grant, which is one user's authorization of it. `same`: one token, or one user named for
 * both. Two named users are two grants. So are two addresses, unless one user is named for both, who may have two machines (`doubtful`).
 * `unknown`: nothing speaks against it, and nothing ties them. GitLab names no user in a token request that a program sends, since it has no
 * session (`auth_user` in app/controllers/oauth/tokens_controller.rb).
 */
export function grantOf(a: TimedRefresh, b: TimedRefresh): "same" | "doubtful" | "unknown" | "other" {
  if (a.hash !== null && a.hash === b.hash) return "same";
  if (a.user !== null && b.user !== null && a.user !== b.user) return "other";
  if (a.userId !== null && b.userId !== null && a.userId !== b.userId) return "other";
  const isOneUser = (a.user !== null && a.user === b.user) || (a.userId !== null && a.userId === b.userId);
  if (a.address === null || b.address === null || a.address === b.address) return isOneUser ? "same" : "unknown";
  return isOneUser ? "doubtful" : "other";
}

/** Whether something else than their records ties two refreshes of one application to one grant. */
export type IsOneGrant = (winner: TimedRefresh, loser: TimedRefresh) => boolean;

/** What makes any pair of the two doubtful, whatever brought them together. @param isOneGrant what else than the two records may tell. */
export function commonDoubts(winner: TimedRefresh, loser: TimedRefresh, isOneGrant: IsOneGrant): readonly string[] {
  const isOneToken = winner.hash !== null && winner.hash === loser.hash;
  const grant = grantOf(winner, loser);
  const isUntied = grant === "unknown" && loser.client !== "" && !isOneGrant(winner, loser);
  return [
    ...(loser.client === "" && !isOneToken ? [doubt.unnamed] : []),
    ...(isUntied ? [doubt.grant] : []),
    ...(loser.status === 401 ? [doubt.either401] : []),
    ...(grant === "doubtful" ? [doubt.addresses] : []),
  ];
}

const shifted = (span: Span, by: number): Span => ({ start: span.start + by, end: span.end + by });

/** How two requests lie in time, when clocks of different machines differ by at most `tolerance` milliseconds. */
export interface Timed {
  /** `together` for certain, or `maybe`; else the refused one came `before` the other, or `after` it. */
  readonly relation: "together" | "maybe" | "before" | "after";
  /** Milliseconds from the end of the granted one to the beginning of the refused one; negative where they overlap. */
  readonly gap: number;
  readonly doubts: readonly string[];
}

/** @param loser the refused request @param winner the granted one */
export function relationOf(winner: Placed, loser: Placed, tolerance: number): Timed {
  const isOneMachine = winner.clock === loser.clock;
  const isOneClock = isOneMachine && (winner.stretch === loser.stretch || winner.input !== loser.input);
  const slack = Math.max(winner.coarseness, loser.coarseness) + (isOneClock ? 0 : tolerance);
  const unsure = isOneClock ? doubt.coarse : isOneMachine ? doubt.parts : doubt.machines;
  const gap = loser.span.start - winner.span.end;
  const meets = (a: Span, b: Span): boolean => overlap(a, b) > 0;
  const always = winner.possibleSpans.every((a) => loser.possibleSpans.every((b) => meets(a, b)));
  const surely = [-slack, slack].every((by) => meets(winner.span, shifted(loser.span, by)));
  if (meets(winner.span, loser.span) && surely && always) return { relation: "together", gap, doubts: [] };
  const doubts = [...(always ? [] : [doubt.assumed]), ...(surely || slack === 0 ? [] : [unsure])];
  const around = { start: loser.span.start - slack, end: loser.span.end + slack };
  if (meets(winner.span, loser.span) || (slack > 0 && meets(winner.span, around)))
    return { relation: "maybe", gap, doubts };
  return { relation: gap >= 0 ? "after" : "before", gap, doubts: isOneClock ? [] : [unsure] };
}
