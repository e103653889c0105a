import type { Case } from "../analyse/case";
import type { FoundRace } from "../analyse/find-races";
import type { TimedRefresh } from "../analyse/timed";
import type { Race } from "../diagnosis";
import { shortClient } from "./mask";
import { iso, placesIn } from "./place";

/** Webhooks from so long before a race on, in milliseconds, are counted with it. */
const BEFORE = 60_000;
const MOST_LOSERS = 100;
const MOST_EVIDENCE = 20;

const ruleOf: Readonly<Record<Race["basis"], string>> = {
  hash: "refresh-race-hash",
  overlap: "refresh-race-overlap",
  sequence: "refresh-race-sequence",
  "granted-twice": "refresh-granted-twice",
};

function explain(race: FoundRace): string {
  const many = race.losers.length === 1 ? "1 refresh was" : `${race.losers.length} refreshes were`;
  switch (race.basis) {
    case "hash":
      return race.certainty === "proven"
        ? `${many} refused while another refresh with the same refresh token (the same refresh_token_hash) was in progress. The winner used the token up.`
        : `${many} refused with a refresh token that another refresh used (the same refresh_token_hash).`;
    case "overlap":
      return `${many} refused while another refresh of the same application was in progress, which GitLab granted.${race.certainty === "proven" ? " Both belong to one grant: both name the same user, or the application belongs to one connection, which Terraform Enterprise lost at that time." : ""}`;
    case "sequence":
      return `${many} refused close to a granted one, in time or in the log.`;
    case "granted-twice":
      return "GitLab granted one refresh token more than once. Each new token replaces the previous one.";
  }
}

/** A race as the model has it. */
export function showRace(the: Case, race: FoundRace, id: string, names: ReadonlyMap<TimedRefresh, string>): Race {
  const { span, winner, losers } = race;
  const name = (refresh: TimedRefresh): string => names.get(refresh) ?? "";
  return {
    id,
    rule: ruleOf[race.basis],
    certainty: race.certainty,
    strength: race.strength,
    basis: race.basis,
    whose: the.whose(winner.client),
    explanation: explain(race),
    doubts: [...race.doubts],
    client: shortClient(winner.client),
    start: iso(span?.start),
    end: iso(span?.end),
    revokedBy: iso(winner.span?.end),
    winner: name(winner),
    losers: losers.slice(0, MOST_LOSERS).map(name),
    loserCount: losers.length,
    laterRefusals: race.later.length,
    webhooks: webhooksOf(the, race),
    errors: errorsOf(the, race).length,
    evidence: [winner, ...losers].slice(0, MOST_EVIDENCE).map(placesIn(the.inputs)),
  };
}

function webhooksOf(the: Case, { span }: FoundRace): Race["webhooks"] {
  if (the.webhooks.length === 0 || span === undefined) return null;
  const near = the.webhooks.filter(
    ({ second }) => second * 1000 + 999 >= span.start - BEFORE && second * 1000 <= span.end,
  );
  return {
    count: near.reduce((sum, { count }) => sum + count, 0),
    peakPerSecond: near.reduce((most, { count }) => Math.max(most, count), 0),
  };
}

/** The errors in TFE's logs that are near enough to a race to come from it. */
export function errorsOf(the: Case, { span }: FoundRace): Case["symptoms"] {
  if (span === undefined) return [];
  return the.symptoms.filter(
    ({ at, kind }) =>
      (kind === "grant-invalid" || kind === "token-revoked" || kind === "unauthorized") &&
      at !== null &&
      at >= span.start - the.tolerance &&
      at <= span.end + the.tolerance,
  );
}
