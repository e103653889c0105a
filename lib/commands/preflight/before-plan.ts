import { secretsOf } from "../../cli/secrets";
import { count } from "../../cli/table";
import { masked } from "../../util/secret";
import type { Context } from "../shared/context";
import { renewCommand } from "../shared/pat-life";
import type { Refreshed } from "../shared/refresh-inventory";
import { preflightFindings } from "./checks";
import type { PreflightFinding } from "./finding";
import { DEFAULT_LIMITS } from "./limits";
import { readFacts } from "./read-facts";
import { ageLines, countsLine, countsOf, preflightLines } from "./report";
import { comingWave } from "./subject";

/** How old readings of a preflight may be when a plan goes by them, in milliseconds. */
const A_DAY = 24 * 60 * 60 * 1000;
/** A plan counts the webhooks of at most so many repositories that no preflight has read. */
const FEW = 100;

/**
 * The preflight as the first part of a plan, with what a recent `repoint preflight` has read. Errors of the connections are left to the
 * plan, which refuses them itself. What goes back needs no rights of the new connection, and is never stopped by its token.
 *
 * @param skip why its errors are to be passed over; undefined where they stop the plan
 * @returns whether the plan may go on
 */
export async function passesPreflight(
  context: Context,
  { migration, readOnlyIds, server }: Pick<Refreshed, "migration" | "readOnlyIds" | "server">,
  skip: string | undefined,
): Promise<boolean> {
  const { say, journal, paths, organization } = context;
  if (organization.direction === "back") return true;
  const moves = migration.movingIds.size > 0;
  const facts = await readFacts(context, migration, {
    limits: DEFAULT_LIMITS,
    resources: moves ? comingWave(migration).resources : [],
    maxAge: A_DAY,
    most: FEW,
    server,
    askTfe: moves,
    readOnlyIds,
  });
  // They are in the plan's own warnings, or it refuses them.
  const findings = preflightFindings({ ...facts, connections: { errors: [], warnings: [] } })
    .filter(({ check, status }) => check !== "commit-statuses" || status === "error")
    .map((finding) => (moves || migration.roles.newConnections.length === 0 ? finding : withoutHurry(finding)));
  for (const line of preflightLines(findings, false)) say(line);
  const expiry = findings.find(({ check }) => check === "token-expiry");
  if (expiry?.status === "ok") say(`The PAT in ${expiry.subject}: ${expiry.what}.`);
  else if (expiry !== undefined && migration.roles.newConnections.length > 0)
    say(`To exchange the PAT of the new connection: ${renewCommand(paths.key)}`);
  const { error, warning } = countsOf(findings);
  say(`Preflight: ${countsLine(findings)}.`, ...ageLines(facts.repositories, facts.now));
  if (error === 0) {
    if (warning > 0) say("Warnings do not stop the plan: read them before you apply it.");
    return true;
  }
  const checks = [...new Set(findings.filter(({ status }) => status === "error").map(({ check }) => check))];
  if (skip !== undefined) {
    const reason = masked(skip.trim(), secretsOf(context.io));
    journal("preflight.skipped", { reason, errors: error, checks });
    say(`The plan is made in spite of ${count(error, "error")} (--skip-preflight): ${reason}`);
    return true;
  }
  say(
    "",
    "The preflight found errors, so no plan was made. TFE and GitLab are as they were. Each error says what to do.",
    `Next: do that, then repoint plan ${paths.key}. To plan in spite of it: repoint plan ${paths.key} --skip-preflight "why"`,
  );
  return false;
}

/** Where nothing moves, a token that ends soon is to be renewed, and keeps nothing from being done. */
function withoutHurry(finding: PreflightFinding): PreflightFinding {
  return finding.check === "token-expiry" && finding.status === "error" ? { ...finding, status: "warning" } : finding;
}
