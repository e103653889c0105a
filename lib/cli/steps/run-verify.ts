import type { DecisionOptions } from "../../migration/decide";
import type { Standing, Verification } from "../../migration/verify";
import { verify } from "../../migration/verify";
import { count, table } from "../table";
import { plannedInventory } from "./apply";
import { checkGitlab } from "./check-gitlab";
import type { Context } from "./context";
import type { GitlabFindings } from "./gitlab-findings";
import { refuseMalformedTokens } from "./gitlab-tokens";
import { type Refreshed, refreshInventory } from "./refresh";
import { skippedKinds } from "./skipped-kinds";

/** What the plan that was applied asked for beside the wish; nothing goes by the wish alone. */
export type VerifyRequest = DecisionOptions;

export interface Verified extends Verification {
  readonly refreshed: Refreshed;
  readonly gitlab: GitlabFindings;
  /** Whether everything that a plan can do is as it should be. */
  readonly ok: boolean;
  /** Whether nothing more is to be planned, and something is left that only hands can move. */
  readonly handsNeeded: boolean;
  /** Whether no old connection is left to be retired. */
  readonly retired: boolean;
}

/** Reads everything anew and compares it with the baselines and with what the last plan was made from. */
export async function runVerify(context: Context, request: VerifyRequest): Promise<Verified> {
  refuseMalformedTokens(context);
  // A check takes nothing into Terraform's care.
  const refreshed = await refreshInventory(context, { adopt: false });
  const verification = verify(context.organization, refreshed.inventory, {
    planned: plannedInventory(context),
    ...request,
  });
  const gitlab = await checkGitlab(context, refreshed.inventory, verification.attachments, refreshed.webhookUrls);
  const disagree = refreshed.crossChecks.some(({ found, counted }) => found !== counted);
  const ok =
    !disagree &&
    verification.connection.length === 0 &&
    gitlab.problems.length === 0 &&
    verification.attachments.every(({ standing }) => standing !== "miss");
  const has = (wanted: Standing) => verification.attachments.some(({ standing }) => standing === wanted);
  const retired = context.organization.from.every(
    (id) => !refreshed.inventory.connections.some((connection) => connection.id === id && !connection.gone),
  );
  return { ...verification, refreshed, gitlab, ok, retired, handsNeeded: has("by-hand") && !has("pending") };
}

/** Verifies and says what was found. @returns the exit code: 0 when all is well, 1 when something is not */
export async function verifyAndTell(context: Context, request: VerifyRequest): Promise<0 | 1> {
  context.say("Verifying: reading everything again …");
  const verified = await runVerify(context, request);
  context.say(tell(context, verified, request));
  return verified.ok ? 0 : 1;
}

const words: Readonly<Record<Standing, string>> = {
  moved: "on the new connection, nothing else differs",
  restored: "back on the old connection, nothing else differs",
  pending: "still on the old connection: their wave is not reached, or they were put off, or never left it",
  noted: "left as they are, on purpose",
  "by-hand": "still on the old connection, to be moved by hand: no plan can (docs/registry-modules.md)",
  miss: "NOT as they should be",
};

/** At most this many rows are shown; `--json` has them all. */
const ROWS = 50;

/** One row an attachment, the first of them: from which token to which, and how it stands. */
export function attachmentTable({ attachments }: Verified): string {
  if (attachments.length === 0) return "Nothing was found that was first seen on an old connection.";
  const rows = attachments.slice(0, ROWS).map(({ kind, name, id, from, to, standing, detail }) => {
    const token = from === to ? (from ?? "none") : `${from ?? "none"} → ${to ?? "none"}`;
    return [kind, `${name} (${id})`, token, `${standing}: ${detail}`];
  });
  const more = attachments.length > ROWS ? `\n… and ${attachments.length - ROWS} more: --json lists all of them` : "";
  return table(["kind", "attachment", "token", "how it stands"], rows) + more;
}

/** What a verification found, for people. */
export function tell(context: Context, verified: Verified, request: VerifyRequest = {}): string {
  const lines: string[] = [];
  for (const standing of ["moved", "restored", "pending", "noted", "by-hand", "miss"] as const) {
    const number = verified.attachments.filter((attachment) => attachment.standing === standing).length;
    if (number > 0) lines.push(`${String(number).padStart(6)}  ${words[standing]}`);
  }
  for (const line of skippedKinds(verified.refreshed.inventory)) lines.push(line);
  const misses = verified.attachments.filter(
    ({ standing }) => standing === "miss" || (standing === "by-hand" && verified.handsNeeded),
  );
  if (misses.length > 0) {
    const rows = misses
      .slice(0, ROWS)
      .map(({ kind, name, id, detail, todo }) => [kind, `${name} (${id})`, detail, todo ?? ""]);
    lines.push("", table(["kind", "attachment", "what", "what to do"], rows));
    if (misses.length > ROWS) lines.push(`… and ${misses.length - ROWS} more: --json lists all of them`);
  }
  const changed = verified.attachments.filter(({ earlier }) => earlier.length > 0);
  for (const { name, id, earlier } of changed.slice(0, ROWS)) {
    lines.push(
      `NOTE  ${name} (${id}) was changed after it was first seen, and planned as it is: ${earlier.join("; ")}`,
    );
  }
  if (changed.length > ROWS) lines.push(`… and ${changed.length - ROWS} more: --json lists all of them`);
  for (const { connectionId, found, counted } of verified.refreshed.crossChecks) {
    if (found === counted) continue;
    lines.push(`MISS  TFE counts ${count(counted, "affected workspace")} on ${connectionId}, ${found} were found.`);
  }
  const problems = [...verified.connection, ...verified.gitlab.problems];
  for (const { message, todo } of problems.slice(0, ROWS)) {
    lines.push(`MISS  ${message}`, `      what to do: ${todo}`);
  }
  if (problems.length > ROWS) lines.push(`… and ${problems.length - ROWS} more: --json lists all of them`);
  for (const { project, ids } of verified.gitlab.orphans) {
    lines.push(
      `NOTE  ${project} has ${count(ids.length, "webhook")} of the old connection that nothing here uses any more (${ids.join(", ")}): delete ${ids.length === 1 ? "it" : "them"} in GitLab, under Settings > Webhooks`,
    );
  }
  for (const note of verified.gitlab.notes) lines.push(`NOTE  ${note}`);
  lines.push("", nextStep(context, verified, request));
  return lines.join("\n");
}

function nextStep(context: Context, verified: Verified, request: VerifyRequest): string {
  const { organization, paths } = context;
  const { attachments, handsNeeded, ok } = verified;
  const has = (wanted: Standing) => attachments.some(({ standing }) => standing === wanted);
  if (!ok) return `Not everything is as it should be. Where it stands: repoint status ${paths.key}`;
  if (request.back !== undefined) return "All well: what was asked for is back.";
  if (verified.retired) return "All well, and the old connection is gone.";
  if (has("pending")) return `All well so far. Next: repoint status ${paths.key} says which wave comes now`;
  const release =
    organization.release === "none" && has("moved") ? "release: done in the wish, repoint plan and apply, then " : "";
  const hands = handsNeeded ? "move by hand what is listed, then " : "";
  if (release === "" && hands === "" && !has("moved")) return "All well.";
  return `${handsNeeded ? "What plans can do is done." : "All well."} Next: ${release}${hands}repoint retire ${paths.key}`;
}
