import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnosis } from "../../../lib/diagnose";
import { diagnosed, grantInvalid, modern, text, tfe } from "../../diagnose/support/logs";

const at = (milliseconds: number): string => new Date(Date.UTC(2024, 4, 1, 10) + milliseconds).toISOString();
const plain = (milliseconds: number): string => at(milliseconds).slice(0, 19).replace("T", " ");

/** A burst of webhooks, and the refreshes that follow it: one is granted, all others are refused meanwhile. */
function storm(index: number, losers: number): { readonly gitlab: readonly string[]; readonly tfe: readonly string[] } {
  const begin = index * 1_800_000;
  const hash = `${index}a1b2c3d4`.slice(0, 10).padEnd(10, "0");
  const lost = Array.from({ length: losers }, (_, loser) =>
    modern({
      hash,
      user: "terraform-bot",
      status: 400,
      seconds: 1.5 + (loser % 7),
      time: at(begin + 9_000 + loser * 700),
      id: `lost-${index}-${loser}`,
    }),
  );
  const won = modern({
    hash,
    user: "terraform-bot",
    seconds: 10 + losers * 0.7,
    time: at(begin + 11_000 + losers * 700),
    id: `won-${index}`,
  });
  const hooks = Array.from({ length: losers + 1 }, (_, hook) =>
    tfe('Started POST "/webhooks/vcs/1b2c"', plain(begin - 2000 + (hook % 4) * 1000), "INFO"),
  );
  const errors = Array.from({ length: Math.min(losers, 6) }, (_, error) =>
    tfe(grantInvalid, plain(begin + 12_000 + error * 2500)),
  );
  return { gitlab: [...lost, won], tfe: [...hooks, ...errors] };
}

/** A diagnosis of several races, made by the real pipeline. */
export function races(count: number, losers: number): Promise<Diagnosis> {
  const storms = Array.from({ length: count }, (_, index) => storm(index, losers));
  return diagnosed({
    "production_json.log": text(storms.flatMap(({ gitlab }) => gitlab)),
    "atlas.log": text(storms.flatMap((one) => one.tfe)),
  });
}

/** The support article's sample, which gives no times. */
export function withoutTimes(): Promise<Diagnosis> {
  const file = join(__dirname, "../../diagnose/fixtures/article-elided.txt");
  return diagnosed({ "article.txt": readFileSync(file) });
}

/** Thousands of refreshes that all went well. */
export function quiet(count: number): Promise<Diagnosis> {
  return diagnosed(
    Array.from({ length: count }, (_, index) =>
      modern({ time: at(index * 61_000), hash: index.toString(16).padStart(10, "0") }),
    ),
  );
}

/** Nothing that has to do with tokens. */
export function nothing(): Promise<Diagnosis> {
  return diagnosed({ "other.log": "hello\n" });
}
