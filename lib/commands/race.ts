import { Command, InvalidArgumentError, Option } from "commander";
import { failureRate, gitlabLog, type RaceOutcome, simulateRace, tfeLog } from "../../sandbox/race";
import type { Io } from "../cli/io";
import { print, printJson } from "../cli/print";
import { span } from "../cli/span";
import { count, table } from "../cli/table";
import { writeFileAtomic } from "../files/atomic";
import type { Text } from "../util/plain-text";
import { outputPath } from "./shared/output-path";

interface Options {
  readonly webhooks: number;
  readonly latency: number;
  readonly workers: number;
  readonly runs: number;
  readonly seed: number;
  readonly previousRefreshToken?: boolean;
  readonly log?: string;
  readonly tfeLog?: string;
  readonly gitlab: "new" | "old";
  readonly json?: boolean;
}

/** `repoint race`: what a burst of webhooks does to an OAuth connection, and to one with a personal access token. */
export function raceCommand(io: Io): Command {
  return new Command("race")
    .description("simulate what a burst of webhooks does to an OAuth connection, and to one with a PAT")
    .option("--webhooks <n>", "webhooks that arrive at once", whole(10_000), 50)
    .addOption(
      new Option("--latency <span>", "how long GitLab takes to answer a refresh, such as 500ms or 60s")
        .argParser(span)
        .default(60_000, "60s"),
    )
    .option("--workers <n>", "how many webhooks Terraform Enterprise processes at once", whole(1_000), 10)
    .option("--runs <n>", "bursts for each number in the table", whole(1_000), 20)
    .option("--seed <n>", "the same seed gives the same numbers", whole(1_000_000), 1)
    .option("--previous-refresh-token", "GitLab revokes a token only when its successor is first used")
    .option("--log <file>", "write the production_json.log that GitLab would have written")
    .option("--tfe-log <file>", "write what Terraform Enterprise would have logged")
    .option("--gitlab <version>", "the log's format: new (18), or old (13, as in the support article)", format, "new")
    .option("--json", "print one JSON object")
    .action((options: Options) => {
      const outcome = simulate(options);
      writeLogs(io, options, outcome.one);
      if (options.json === true) printJson(io.stdout, inJson(options, outcome));
      else print(io.stdout, ...inWords(options, outcome));
    });
}

interface Simulated {
  readonly latencies: readonly number[];
  /** One a burst: the failure rates of an OAuth connection by latency, and that of one with a PAT. */
  readonly rows: readonly { readonly burst: number; readonly oauth: readonly number[]; readonly pat: number }[];
  /** The burst that was asked for, once. */
  readonly one: RaceOutcome;
}

function simulate({ webhooks, latency, workers, runs, seed, previousRefreshToken = false }: Options): Simulated {
  const latencies = upTo(latency, [100, 1_000, 5_000, 20_000, 60_000]);
  const common = { workers, seed, previousRefreshToken };
  const rate = (connection: "oauth" | "pat", burst: number, latencyMs: number) =>
    failureRate({ ...common, webhooks: burst, latencyMs, connection }, runs);
  const rows = upTo(webhooks, [1, 5, 10, 25, 50, 100]).map((burst) => ({
    burst,
    oauth: latencies.map((latencyMs) => rate("oauth", burst, latencyMs)),
    pat: rate("pat", burst, latency),
  }));
  const one = simulateRace({ ...common, webhooks, latencyMs: latency, connection: "oauth" });
  return { latencies, rows, one };
}

function writeLogs(io: Io, { seed, gitlab, log, tfeLog: atlas }: Options, one: RaceOutcome): void {
  const options = { seed, from: new Date("2026-01-15T09:00:00.000Z"), format: gitlab };
  if (log !== undefined) writeFileAtomic(outputPath(io, log), gitlabLog(one, options));
  if (atlas !== undefined) writeFileAtomic(outputPath(io, atlas), tfeLog(one, options));
}

function inJson({ webhooks, latency }: Options, { latencies, rows, one: { failed, lost } }: Simulated) {
  const oauth = rows.map(({ burst, oauth: failureRates }) => ({ webhooks: burst, failureRates }));
  const pat = rows.at(-1)?.pat ?? 0;
  const burst = { webhooks, latencyMs: latency, failed, lost };
  return { version: 1, latenciesMs: latencies, oauth, pat, burst };
}

/** For people, within 80 columns unless a file's name is long. */
function inWords(options: Options, { latencies, rows, one }: Simulated): readonly Text[] {
  const { webhooks, runs, workers } = options;
  const last = rows.at(-1);
  const labels = [...latencies.map((ms) => `OAuth, refresh ${spanInWords(ms)}`), "PAT"];
  const width = Math.max(...labels.map(({ length }) => length));
  const bars = [...(last?.oauth ?? []), last?.pat ?? 0].map(bar);
  return [
    "Terraform Enterprise refreshes its OAuth token for every webhook. GitLab lets",
    ...(options.previousRefreshToken === true
      ? ["refreshes of a token win until one of its successors is used, and refuses the", "others."]
      : ["one refresh of a token win and refuses the others."]),
    "",
    `Share of webhooks that fail, in simulated time (${count(runs, "burst")} each, ${workers} at once),`,
    "by how long a refresh takes:",
    "",
    ...table(
      ["webhooks", ...latencies.map(spanInWords), "PAT"],
      rows.map(({ burst, oauth, pat }) => [burst, ...oauth.map(percent), percent(pat)]),
    ),
    "",
    `${count(webhooks, "webhook")}:`,
    ...labels.map((label, index) => `  ${label.padEnd(width)}  ${bars[index]}`),
    "",
    `In one such burst ${one.failed} of ${count(webhooks, "webhook")} failed${one.lost ? ", and the connection counts" : "."}`,
    ...(one.lost ? ["as revoked from then on."] : []),
    "A personal access token is never refreshed: 0.",
    "",
    ...next(options),
  ];
}

function next({ log, tfeLog: atlas, gitlab }: Options): readonly string[] {
  const written = [log, atlas].filter((file) => file !== undefined);
  if (written.length === 0)
    return ["Next: repoint race --log production_json.log", "      repoint diagnose production_json.log"];
  // The old format does not tell the unit of its durations, nor which moment its times are.
  const said = gitlab === "old" && log !== undefined ? "--duration-unit s --time-is start " : "";
  return [`Written: ${written.join(", ")}`, `Next: repoint diagnose ${said}${written.join(" ")}`];
}

function upTo(most: number, steps: readonly number[]): readonly number[] {
  return [...steps.filter((step) => step < most), most];
}

const percent = (rate: number): string => `${Math.round(rate * 100)} %`;
const spanInWords = (ms: number): string => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`);
const bar = (rate: number): string => `${"█".repeat(Math.round(rate * 40)).padEnd(40, "·")} ${percent(rate)}`;

const whole =
  (most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1 || number > most) {
      throw new InvalidArgumentError(`expected a whole number from 1 to ${most}`);
    }
    return number;
  };

function format(value: string): "new" | "old" {
  if (value === "new" || value === "old") return value;
  throw new InvalidArgumentError("expected new or old");
}
