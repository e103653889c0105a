import { type Case, type Located, whoseBy } from "./analyse/case";
import { findRaces } from "./analyse/find-races";
import type { Known } from "./analyse/one-grant";
import { isGranted, isRefused } from "./analyse/pair";
import { timeRefreshes, timingsOf } from "./analyse/timed";
import type { TimingOptions } from "./analyse/timing";
import { whatNext, whatToCollect } from "./conclude/advice";
import { findingsOf } from "./conclude/findings";
import { showInputs } from "./conclude/inputs";
import { Mask, shortClient, shownFile } from "./conclude/mask";
import { inPeriod } from "./conclude/period";
import { iso } from "./conclude/place";
import { showRace } from "./conclude/races";
import { nameRefreshes } from "./conclude/refreshes";
import { byWeight, skippedOf } from "./conclude/skipped";
import { timelineOf } from "./conclude/timeline";
import { summarise, weigh } from "./conclude/verdict";
import type { Diagnosis } from "./diagnosis";
import { VCS_EVENTS } from "./lines/vcs-event";
import type { InputFacts } from "./read/input-facts";

/** An OAuth application of TFE's, and who says so. */
interface Application {
  readonly id: string;
  readonly from: string;
  /** How many of TFE's connections use it. Default: 1, as TFE's and GitLab's instructions have it. */
  readonly connections?: number;
}

/** How to judge. */
export interface DiagnoseOptions extends TimingOptions {
  /** How far the clocks of TFE, of GitLab and of its machines may differ, in milliseconds. */
  readonly tolerance: number;
  /** The OAuth applications of TFE's connections; an option or an inventory's file says so. */
  readonly applications: readonly Application[];
  /** Milliseconds since 1970; undefined for no limit. What has no time is always used. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** Show user names and addresses instead of stand-ins. */
  readonly showNames: boolean;
}

/** What is assumed unless the user says otherwise. */
export const defaultOptions: DiagnoseOptions = {
  durationUnit: "auto",
  timeIs: "auto",
  tolerance: 300_000,
  applications: [],
  since: undefined,
  until: undefined,
  showNames: false,
};

const MOST_RACES = 200;

function locate<T>(inputs: readonly InputFacts[], of: (facts: InputFacts) => readonly T[]): readonly Located<T>[] {
  return inputs.flatMap((facts, input) => of(facts).map((one) => ({ ...one, input })));
}

const byTime = (a: { at: number | null }, b: { at: number | null }): number =>
  a.at === b.at ? 0 : (a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY);

function gather(inputs: readonly InputFacts[], options: DiagnoseOptions): Case {
  const timings = inputs.map((facts) => timingsOf(facts, options));
  const refreshes = timeRefreshes(inputs, timings);
  const symptoms = [...locate(inputs, (facts) => facts.symptoms)].sort(byTime);
  const webhooks = new Map<number, number>();
  for (const facts of inputs) {
    for (const [second, count] of facts.webhooks) webhooks.set(second, (webhooks.get(second) ?? 0) + count);
  }
  return {
    inputs,
    timings,
    refreshes,
    found: findRaces(refreshes, knownOf(symptoms, options), options.tolerance),
    bans: [...locate(inputs, (facts) => facts.bans)].sort(byTime),
    whose: whoseBy(options.applications.map(({ id }) => id)),
    authFailures: [...locate(inputs, (facts) => facts.authFailures)].sort(byTime),
    symptoms,
    grantRefusals: [...locate(inputs, (facts) => facts.grantRefusals)].sort(byTime),
    webhooks: [...webhooks].map(([second, count]) => ({ second, count })).sort((a, b) => a.second - b.second),
    tolerance: options.tolerance,
  };
}

/** What is known about applications beside GitLab's logs: whose they are, and when Terraform Enterprise lost its connection. */
function knownOf(symptoms: Case["symptoms"], { applications }: DiagnoseOptions): Known {
  const sole = whoseBy(applications.filter(({ connections = 1 }) => connections === 1).map(({ id }) => id));
  const errors = symptoms.flatMap(({ kind, at }) =>
    at !== null && (kind === "grant-invalid" || kind === "token-revoked") ? [at] : [],
  );
  return { isOneConnections: (client) => sole(client) === "terraform", errors };
}

/** Diagnoses what was read. The order in which the inputs are given changes nothing but names of equal rank: they are sorted by name. */
export function diagnose(read: readonly InputFacts[], options: DiagnoseOptions = defaultOptions): Diagnosis {
  const sorted = [...read]
    .map((facts) => ({ ...facts, name: shownFile(facts.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const periods = sorted.map((facts) => inPeriod(facts, options.since, options.until));
  const the = gather(
    periods.map(({ facts }) => facts),
    options,
  );
  const names = nameRefreshes(the);
  const mask = new Mask(options.showNames);
  const races = the.found.races.map((race, index) => ({ id: `race-${index + 1}`, race }));
  const causes = [...findingsOf(the, "cause")];
  const context = [...findingsOf(the, "context")];
  const verdict = weigh(the, causes, context);
  const skipped = periods.flatMap(({ facts, outside }) => skippedOf(facts, outside)).sort(byWeight);
  return {
    version: 1,
    verdict,
    summary: summarise(verdict, the, causes, context),
    races: races.slice(0, MOST_RACES).map(({ id, race }) => showRace(the, race, id, names)),
    raceCount: races.length,
    causes,
    context,
    next: [...whatNext(verdict, the, causes, context)],
    collect: [...whatToCollect(verdict, the, context)],
    inputs: [...showInputs(the)],
    skipped,
    totals: totalsOf(the),
    options: {
      clockTolerance: options.tolerance / 1000,
      applications: options.applications.map(({ id, from }) => ({ id: shortClient(id), from: shownFile(from) })),
      since: iso(options.since),
      until: iso(options.until),
      namesShown: options.showNames,
    },
    timeline: timelineOf(the, races, names, mask),
  };
}

function totalsOf(the: Case): Diagnosis["totals"] {
  const sum = (of: (facts: InputFacts) => number): number => the.inputs.reduce((all, facts) => all + of(facts), 0);
  const errors: Diagnosis["totals"]["errors"] = {};
  for (const { kind } of the.symptoms) errors[kind] = (errors[kind] ?? 0) + 1;
  const granted = the.refreshes.filter(isGranted).length;
  const refused = the.refreshes.filter(isRefused).length;
  return {
    bytes: sum((facts) => facts.bytes),
    lines: sum((facts) => facts.lines),
    relevantLines: sum((facts) => facts.relevant),
    refreshes: { granted, refused, failed: the.refreshes.length - granted - refused },
    webhooks: the.webhooks.reduce((all, { count }) => all + count, 0) + sum((facts) => facts.webhooksWithoutTime),
    errors,
  };
}

/** Whether anything was found: what the exit code tells. */
export function foundSomething(diagnosis: Diagnosis): boolean {
  const { races, causes, context, verdict, inputs } = diagnosis;
  // Each of HCP Terraform's VCS events that were asked for is an error.
  if (inputs.some(({ kinds, lines }) => kinds.includes(VCS_EVENTS) && lines > 0)) return true;
  if (races.some((race) => race.whose !== "other") || causes.length > 0) return true;
  return verdict === "insufficient" && context.some((finding) => finding.severity !== "info");
}
