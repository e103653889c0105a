import type { Migration } from "../../migration/migration";
import type { Context } from "../shared/context";
import { preflightFindings } from "./checks";
import { DEFAULT_LIMITS } from "./limits";
import { readFacts } from "./read-facts";
import { countsLine, countsOf, preflightLines } from "./report";
import { comingWave } from "./subject";

/** How old readings of a preflight may be when a plan goes by them, in milliseconds. */
const A_DAY = 24 * 60 * 60 * 1000;
/** A plan counts the webhooks of at most so many repositories that no preflight has read. */
const FEW = 100;

/**
 * The preflight as the first part of a plan, with what a recent `repoint preflight` has read. Errors of the connections are left to the
 * plan, which refuses them itself.
 *
 * @param skip why its errors are to be passed over; undefined where they stop the plan
 * @returns whether the plan may go on
 */
export async function passesPreflight(
  context: Context,
  migration: Migration,
  skip: string | undefined,
): Promise<boolean> {
  const { say, journal, paths } = context;
  // What goes back needs no rights of the new connection.
  const forward = context.organization.direction === "forward";
  const resources = forward && migration.movingIds.size > 0 ? comingWave(migration).resources : [];
  const facts = await readFacts(context, migration, {
    limits: DEFAULT_LIMITS,
    resources,
    maxAge: A_DAY,
    most: FEW,
    askTfe: resources.length > 0,
  });
  // They are in the plan's own warnings, or it refuses them.
  const findings = preflightFindings({ ...facts, connections: { errors: [], warnings: [] } }).filter(
    ({ check, status }) => check !== "commit-statuses" || status === "error",
  );
  for (const line of preflightLines(findings, false)) say(line);
  say(`Preflight: ${countsLine(findings)}.`);
  const { error } = countsOf(findings);
  if (error === 0) return true;
  const checks = [...new Set(findings.filter(({ status }) => status === "error").map(({ check }) => check))];
  if (skip !== undefined) {
    journal("preflight.skipped", { reason: skip, errors: error, checks });
    say(`These errors are passed over (--skip-preflight): ${skip}`);
    return true;
  }
  say(
    "",
    "No plan was made, because the preflight found errors. Each has its remedy beside it.",
    `Next: repoint preflight ${paths.key}, or repoint plan ${paths.key} --skip-preflight "why"`,
  );
  return false;
}
