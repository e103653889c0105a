import { driftOf } from "./drift";
import type { Finding, ReviewSummary } from "./model";
import { directionOf, isRepointed, isTokenExchanged, moveDirection } from "./resource";
import type { Subject } from "./rule";

/** Counts what the plan does and what the rules found. */
export function summarize(
  { resources, plan, facts, expectation }: Subject,
  findings: readonly Finding[],
): ReviewSummary {
  const actions = { create: 0, update: 0, replace: 0, delete: 0, forget: 0, read: 0, "no-op": 0 };
  let imported = 0;
  let repointed = 0;
  let takenBack = 0;
  let tokensExchanged = 0;
  for (const resource of resources) {
    actions[resource.action] += 1;
    if (resource.entry.change.importing !== undefined) imported += 1;
    if (isRepointed(resource) && resource.action === "update") repointed += 1;
    if (directionOf(resource) === "back") takenBack += 1;
    if (isTokenExchanged(resource)) tokensExchanged += 1;
  }
  const overApi = facts.moves?.length ?? 0;
  const movedBack = (facts.moves ?? []).filter((move) => moveDirection(move, expectation) === "back").length;
  const { "no-op": unchanged, ...counts } = actions;
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity);
  const errors = count("error");
  return {
    ...counts,
    import: imported,
    unchanged,
    drift: plan.drift.filter((entry) => entry.change.action === "delete" || driftOf(entry).length > 0).length,
    repointed: repointed + overApi,
    overApi,
    takenBack: takenBack + movedBack,
    tokensExchanged,
    errors: errors.filter(({ allowed }) => allowed === null).length,
    warnings: count("warning").length,
    infos: count("info").length,
    allowed: errors.filter(({ allowed }) => allowed !== null).length,
  };
}
