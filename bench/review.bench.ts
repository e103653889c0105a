import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownReview } from "../lib/report/markdown-review";
import { readPlan } from "../lib/review/read-plan";
import { reviewPlan } from "../lib/review/review";
import type { Measurement } from "./measurement";

const CHANGES = 10_000;

/**
 * Reviews a plan of 10,000 re-pointed workspaces, read from its bytes and told as Markdown, beside `JSON.parse` of the same
 * text in the same process. Each is the better of two runs.
 *
 * @throws Error when the plan does not pass.
 */
export async function run(): Promise<readonly Measurement[]> {
  const bytes = Buffer.from(planOf(CHANGES));
  const review = best(() => {
    const result = reviewPlan(readPlan(bytes, "plan.json"), undefined);
    if (result.verdict !== "pass") throw new Error(`the plan fails: ${result.findings[0]?.message}`);
    markdownReview(result);
  });
  const memory = process.resourceUsage().maxRSS / 1024;
  const parse = best(() => void JSON.parse(bytes.toString("utf8")));
  return [
    { name: `review of ${CHANGES} changes`, value: review / 1000, unit: "s", aim: 3 },
    { name: "review: as a multiple of JSON.parse of the same plan", value: review / parse, unit: "×" },
    { name: "review: largest resident memory of the process", value: memory, unit: "MiB", aim: 600 },
    { name: "review: the plan's size", value: bytes.length / 1024 / 1024, unit: "MiB" },
  ];
}

/** A plan of a real run with one of its workspaces told `count` times. */
function planOf(count: number): string {
  const file = join(process.cwd(), "__tests__", "review", "fixtures", "repoint.json");
  return JSON.stringify(
    JSON.parse(readFileSync(file, "utf8"), (_, value: unknown) =>
      Array.isArray(value) ? multiplied(value, count) : value,
    ),
  );
}

/** A list of resources with `tfe_workspace.app_1` replaced by many like it; any other list as it is. */
function multiplied(list: readonly unknown[], count: number): readonly unknown[] {
  const isWorkspace = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "address" in value && value.address === "tfe_workspace.app_1";
  const template = list.find(isWorkspace);
  if (template === undefined) return list;
  const text = JSON.stringify(template);
  const copies = Array.from({ length: count }, (_, index): unknown =>
    JSON.parse(
      text
        .replaceAll("app_1", `app_x${index}`)
        .replaceAll("app-1", `app-x${index}`)
        .replaceAll("ws-0000000000000001", `ws-${String(index).padStart(16, "x")}`),
    ),
  );
  return [...list.filter((value) => !isWorkspace(value)), ...copies];
}

/** Milliseconds of the quicker of two runs. */
function best(work: () => void): number {
  const times = [0, 1].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}
