import type { Case } from "../analyse/case";
import type { Finding, Verdict } from "../diagnosis";
import { isRecognised } from "./skipped";

const telling = new Set(["error-grant-invalid", "error-token-revoked", "error-unauthorized", "refused-refresh"]);
/** Kinds of which no verdict can be had, whatever is in them. */
const mute = new Set(["gitlab-production-text", "web-server-log", "other-json"]);

/** Weighs what was found: a race outweighs other causes, unless it is weak and they are not. */
export function weigh(the: Case, causes: readonly Finding[], context: readonly Finding[]): Verdict {
  const { races } = the.found;
  if (races.some((race) => race.certainty === "proven")) return "race-proven";
  if (races.some((race) => race.strength !== "weak")) return "race-likely";
  if (causes.length > 0) return "other-cause";
  if (races.length > 0) return "race-likely";
  if (context.some((finding) => telling.has(finding.rule))) return "insufficient";
  if (the.refreshes.length === 0 && hasUnread(the)) return "insufficient";
  const filled = the.inputs.filter((facts) => facts.bytes > 0 || facts.damage !== null);
  const silent = filled.every((facts) => !isRecognised(facts) || facts.kinds.every((kind) => mute.has(kind)));
  return filled.length > 0 && silent ? "insufficient" : "nothing-found";
}

/** Whether there are token requests that do not tell what they were. */
const hasUnread = (the: Case): boolean =>
  the.inputs.some(({ notUnderstood }) => notUnderstood.has("grant-unknown") || notUnderstood.has("no-status"));

const ofRefreshes = new Set([
  "invalid-client",
  "stale-refresh-token",
  "gitlab-failing",
  "rate-limited",
  "user-blocked",
]);

/** Whether a refresh was refused to TFE and the causes are none for that: a personal access token is never refreshed. */
export function leavesRefusalOpen(causes: readonly Finding[], context: readonly Finding[]): boolean {
  const refused = context.some((finding) => finding.rule === "error-grant-invalid");
  return refused && !causes.some((cause) => ofRefreshes.has(cause.rule));
}

/** The verdict in a sentence or two. */
export function summarise(
  verdict: Verdict,
  the: Case,
  causes: readonly Finding[],
  context: readonly Finding[],
): string {
  const { races } = the.found;
  const losers = races.reduce((sum, race) => sum + race.losers.length, 0);
  const count = races.length === 1 ? "1 race" : `${races.length} races`;
  switch (verdict) {
    case "race-proven":
      return `One refresh of a token made others fail: ${count}, ${losers} refused ${losers === 1 ? "refresh" : "refreshes"}.`;
    case "race-likely":
      return `Probably one refresh of a token made others fail: ${count}, ${losers} refused ${losers === 1 ? "refresh" : "refreshes"}; ${races[0]?.doubts[0] ?? "not certain"}.`;
    case "other-cause": {
      const titles = [...new Set(causes.map((cause) => cause.title))];
      const list = titles.map((title) => title.charAt(0).toLowerCase() + title.slice(1)).join("; ");
      const rest = leavesRefusalOpen(causes, context)
        ? " That does not explain why Terraform Enterprise's refresh was refused: GitLab's production_json.log of the same time does."
        : "";
      return `By these logs it is not the refresh race but this: ${list}.${rest}`;
    }
    case "nothing-found":
      return the.refreshes.length === 0
        ? "These logs hold no refresh of an OAuth token and no error of this sort."
        : `None of ${the.refreshes.length === 1 ? "1 refresh" : `${the.refreshes.length} refreshes`} was refused.`;
    case "insufficient":
      return insufficient(the, context);
  }
}

function insufficient(the: Case, context: readonly Finding[]): string {
  const has = (rule: string): boolean => context.some((finding) => finding.rule === rule);
  if (has("error-grant-invalid") || has("error-token-revoked") || has("error-unauthorized")) {
    return the.refreshes.length === 0
      ? "The error is in the logs, its cause is not: GitLab's logs of the same time have it."
      : "The error is in the logs, its cause is not: among the refreshes there is no race. The token may have been revoked by hand, or be a personal access token; or another node's log has it.";
  }
  if (has("refused-refresh")) {
    return "Refreshes were refused, and these logs do not show what they lost to.";
  }
  if (hasUnread(the)) return "Token requests are in the logs, and not whether they were refreshes or how they ended.";
  return "No log that tells about token refreshes was recognised.";
}
