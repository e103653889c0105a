import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { failureRate, gitlabLog, simulateRace, tfeLog } from "../../sandbox/race";
import { writeFileAtomic } from "../files/atomic";
import type { Io } from "./io";
import { table } from "./table";

interface Options {
  readonly webhooks: number;
  readonly latency: number;
  readonly workers: number;
  readonly runs: number;
  readonly seed: number;
  readonly log?: string;
  readonly tfeLog?: string;
  readonly gitlab: "new" | "old";
  readonly json?: boolean;
}

/** `repoint race`: what a burst of webhooks does to an OAuth connection, and to one with a personal access token. */
export function raceCommand(io: Io): Command {
  return new Command("race")
    .description("the race laboratory: what a burst of webhooks does to an OAuth connection, and to one with a PAT")
    .option("--webhooks <n>", "webhooks that arrive at once", whole, 50)
    .option("--latency <span>", "how long GitLab takes to answer a refresh, such as 500ms or 60s", milliseconds, 60_000)
    .option("--workers <n>", "how many webhooks Terraform Enterprise works on at once", whole, 10)
    .option("--runs <n>", "bursts for each number in the table", whole, 20)
    .option("--seed <n>", "the same seed gives the same numbers", whole, 1)
    .option("--log <file>", "write the production_json.log that GitLab would have written")
    .option("--tfe-log <file>", "write what Terraform Enterprise would have logged")
    .option("--gitlab <version>", "the log's format: new (18), or old (13, as in the support article)", format, "new")
    .option("--json", "print one JSON object")
    .action((options: Options) => {
      const { webhooks, latency, workers, runs, seed } = options;
      const bursts = upTo(webhooks, [1, 5, 10, 25, 50, 100]);
      const latencies = upTo(latency, [100, 1_000, 5_000, 20_000, 60_000]);
      const rate = (connection: "oauth" | "pat", burst: number, latencyMs: number) =>
        failureRate({ webhooks: burst, latencyMs, workers, connection, seed }, runs);
      const rates = bursts.map((burst) => ({
        burst,
        rates: latencies.map((latencyMs) => rate("oauth", burst, latencyMs)),
      }));
      const pat = rate("pat", webhooks, latency);
      const one = simulateRace({ webhooks, latencyMs: latency, workers, connection: "oauth", seed });
      const from = new Date("2026-01-15T09:00:00.000Z");
      const logOptions = { seed, from, format: options.gitlab };
      if (options.log !== undefined) writeFileAtomic(resolve(io.cwd, options.log), gitlabLog(one, logOptions));
      if (options.tfeLog !== undefined) writeFileAtomic(resolve(io.cwd, options.tfeLog), tfeLog(one, logOptions));
      if (options.json === true) {
        const { failed, lost } = one;
        const oauth = rates.map(({ burst, rates: list }) => ({ webhooks: burst, failureRates: list }));
        io.stdout.write(
          `${JSON.stringify({ version: 1, latenciesMs: latencies, oauth, pat, burst: { webhooks, latencyMs: latency, failed, lost } })}\n`,
        );
        return;
      }
      const lines = [
        "Terraform Enterprise refreshes its OAuth token for every webhook. GitLab lets one refresh of a token win and refuses the",
        `others. Share of webhooks that fail, in simulated time (${runs} bursts each, ${workers} at once):`,
        "",
        table(
          ["webhooks", ...latencies.map((ms) => `refresh ${span(ms)}`)],
          rates.map(({ burst, rates: list }) => [burst, ...list.map(percent)]),
        ),
        "",
        `${webhooks} webhooks:`,
        ...latencies.map(
          (ms, index) => `  OAuth, refresh ${span(ms).padEnd(6)} ${bar(rates.at(-1)?.rates[index] ?? 0)}`,
        ),
        `  PAT                   ${bar(pat)}`,
        "",
        `In this burst ${one.failed} of ${webhooks} webhooks failed${one.lost ? ", and the connection counts as revoked from then on" : ""}. A personal access token is never refreshed: 0.`,
      ];
      const written = [options.log, options.tfeLog].filter((file) => file !== undefined);
      if (written.length > 0)
        lines.push("", `Written: ${written.join(", ")}. Next: repoint diagnose ${written.join(" ")}`);
      else lines.push("", "Next: repoint race --log production_json.log, then repoint diagnose production_json.log");
      io.stdout.write(`${lines.join("\n")}\n`);
    });
}

function upTo(most: number, steps: readonly number[]): readonly number[] {
  return [...steps.filter((step) => step < most), most];
}

const percent = (rate: number): string => `${Math.round(rate * 100)} %`;
const span = (ms: number): string => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`);
const bar = (rate: number): string => `${"█".repeat(Math.round(rate * 40)).padEnd(40, "·")} ${percent(rate)}`;

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 100_000) {
    throw new InvalidArgumentError("expected a whole number from 1 to 100000");
  }
  return number;
}

function milliseconds(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value);
  if (match === null) throw new InvalidArgumentError("expected a time such as 500ms, 60s or 2m");
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as "ms" | "s" | "m"];
}

function format(value: string): "new" | "old" {
  if (value === "new" || value === "old") return value;
  throw new InvalidArgumentError("expected new or old");
}
