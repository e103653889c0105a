import type { Diagnosis, Place, Race, TimelineError, TimelineRefresh } from "../../diagnose/diagnosis";
import { plural } from "../../util/plural";

/** What a refresh is in the story. */
export const barKinds = ["won", "lost", "later", "granted", "refused", "failed"] as const;
export type BarKind = (typeof barKinds)[number];

export const barWords: Readonly<Record<BarKind, string>> = {
  won: "won",
  lost: "lost",
  later: "refused afterwards",
  granted: "granted",
  refused: "refused",
  failed: "failed",
};

/** A refresh on the timeline. Times are milliseconds since 1970. */
export interface Bar {
  readonly id: string;
  readonly kind: BarKind;
  readonly start: number | null;
  readonly end: number | null;
  readonly status: number;
  readonly race: string | null;
  readonly where: string;
  /** What else is known, for the details: names and values. */
  readonly facts: readonly (readonly [string, string])[];
}

interface RaceView {
  readonly id: string;
  readonly start: number | null;
  readonly end: number | null;
  /** The token was revoked at this moment at the latest. */
  readonly revoked: number | null;
  readonly winner: string;
  /** Whether all of its refreshes have times; if not, it is drawn in the order of the log. */
  readonly timed: boolean;
}

interface ErrorMark {
  readonly at: number;
  readonly text: string;
  readonly race: string | null;
}

/** What the timeline's script draws. */
export interface TimelineData {
  readonly bars: readonly Bar[];
  readonly races: readonly RaceView[];
  /** Second and how many. */
  readonly webhooks: readonly (readonly [number, number])[];
  readonly errors: readonly ErrorMark[];
  readonly words: Readonly<Record<BarKind, string>>;
}

export function timelineData({ races, timeline }: Diagnosis): TimelineData {
  const winners = new Set(races.map(({ winner }) => winner));
  const losers = new Set(races.flatMap((race) => race.losers));
  const counts = new Map(races.map((race) => [race.id, race.loserCount]));
  const bars = timeline.refreshes.map((refresh): Bar => {
    const { id, race, status, place } = refresh;
    const start = instant(refresh.start);
    const end = instant(refresh.end) ?? start;
    const allNamed = race !== null && (counts.get(race) ?? 0) <= losersNamed(races, race);
    const kind = barKind(refresh, winners.has(id), losers.has(id), allNamed);
    return { id, kind, start: start ?? end, end, status, race, where: placeText(place), facts: facts(refresh) };
  });
  const untimed = new Set(bars.flatMap(({ race, start }) => (race !== null && start === null ? [race] : [])));
  return {
    bars,
    races: races.map(({ id, start, end, revokedBy, winner }) => ({
      id,
      start: instant(start),
      end: instant(end),
      revoked: instant(revokedBy),
      winner,
      timed: start !== null && end !== null && !untimed.has(id),
    })),
    webhooks: timeline.webhooks.map(({ at, count }) => [Date.parse(at), count] as const),
    errors: timeline.errors.flatMap((error) => {
      const at = instant(error.at);
      return at === null ? [] : [{ at, text: errorText(error), race: error.race }];
    }),
    words: barWords,
  };
}

function losersNamed(races: readonly Race[], id: string): number {
  return races.find((race) => race.id === id)?.losers.length ?? 0;
}

/** @param allNamed whether the race names all of its losers; if not, a refused refresh of it is taken for one of them. */
function barKind({ outcome, race }: TimelineRefresh, won: boolean, lost: boolean, allNamed: boolean): BarKind {
  if (won) return "won";
  if (lost) return "lost";
  if (outcome === "refused" && race !== null) return allNamed ? "later" : "lost";
  return outcome;
}

function facts(refresh: TimelineRefresh): readonly (readonly [string, string])[] {
  const { race, status, duration, client, tokenHash, pod, who, place, alsoAt } = refresh;
  const all: readonly (readonly [string, string | null])[] = [
    ["Race", race],
    ["Status", String(status)],
    ["Began", refresh.start],
    ["Answered", refresh.end],
    ["Took", duration === null ? null : `${duration.toFixed(3)} s`],
    ["Application", client === "" ? null : client],
    ["Refresh token's hash", tokenHash],
    ["Pod", pod],
    ["User", who.user],
    ["Address", who.address],
    ["Correlation id", place.correlationId],
    ["In the logs", placeText(place)],
    ["Also in", alsoAt.length === 0 ? null : alsoAt.map(placeText).join(", ")],
  ];
  return all.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

export function errorText({ kind, component, place }: TimelineError): string {
  return `Terraform Enterprise${component === null ? "" : ` (${component})`}: ${kind.replaceAll("-", " ")}, ${placeText(place)}`;
}

export function placeText({ input, line }: Place): string {
  return `${input}:${line}`;
}

/** How a race is called in lists: `race-1 · 3 losers · proven`. */
export function raceTitle({ id, loserCount, certainty, start }: Race): string {
  return [
    id,
    plural(loserCount, "loser"),
    certainty,
    start === null ? "no times" : start.slice(0, 19).replace("T", " "),
  ].join(" · ");
}

function instant(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
