import { count, table } from "../../cli/table";
import { readJournal } from "../../files/journal";
import { readVerification, VERIFICATION_VERSION, writeVerification } from "../../files/verification";
import type { DecisionOptions } from "../../migration/decide";
import { Migration } from "../../migration/migration";
import type { Standing, Verification, VerifiedResource } from "../../migration/verify";
import { verify } from "../../migration/verify";
import { jsonText } from "../../util/json-text";
import type { Text } from "../../util/plain-text";
import { lastPlanned } from "../apply/apply-plan-file";
import { type Context, restorationPending } from "../shared/context";
import { continueCommand } from "../shared/continue-command";
import { forgetStep } from "../shared/forget-step";
import type { GitlabFindings, GitlabProblem } from "../shared/gitlab-findings";
import { refuseMalformedTokens } from "../shared/gitlab-tokens";
import { unfinishedRollback } from "../shared/interrupted-apply";
import { recordPat } from "../shared/pat-life";
import { type Refreshed, refreshInventory } from "../shared/refresh-inventory";
import { unfinishedRotation } from "../shared/rotations";
import { skippedKinds } from "../shared/skipped-kinds";
import { keptBack, takenBack } from "../shared/taken-back";
import type { Delivery } from "./check-deliveries";
import { checkGitlab } from "./check-gitlab";
import { type DeliveriesAsked, findDeliveries } from "./deliveries";

/** What the plan that was applied asked for beside the organization file; nothing goes by the organization file alone. */
export type VerifyRequest = DecisionOptions;

export interface Verified extends Verification {
  readonly refreshed: Refreshed;
  readonly gitlab: GitlabFindings;
  /** How the last pushes arrived; undefined where that was not asked for. */
  readonly deliveries: readonly Delivery[] | undefined;
  /** Whether everything that a plan can do is as it should be. */
  readonly ok: boolean;
  /** Whether nothing more is to be planned, and something is left that only hands can move. */
  readonly handsNeeded: boolean;
  /** Whether no old connection is left to be retired. */
  readonly retired: boolean;
}

/** Reads everything anew and compares it with the baselines and with what the last plan was made from. */
export async function runVerify(
  context: Context,
  request: VerifyRequest,
  webhooks?: DeliveriesAsked,
): Promise<Verified> {
  refuseMalformedTokens(context);
  // A check takes nothing into Terraform's care.
  const refreshed = await refreshInventory(context, { adopt: "nothing" });
  const asked = Object.keys(request).length > 0;
  const migration = asked ? Migration.decide(context.organization, refreshed.inventory, request) : refreshed.migration;
  const last = lastPlanned(context);
  const known = readVerification(context.paths.verification);
  const proven = new Set(known !== undefined && known.planSha256 === last?.planSha256 ? known.proven : []);
  const back = request.back === undefined ? takenBack(readJournal(context.paths.journal).entries) : undefined;
  const goOn = request.back === undefined ? begunBefore(context) : undefined;
  const verification = verify(migration, {
    planned: last?.inventory,
    proven,
    ...(back === undefined ? {} : { takenBack: back }),
    ...(goOn === undefined ? {} : { goOn }),
  });
  const { inventory, webhookUrls } = refreshed;
  const { findings, check } = await checkGitlab(context, inventory, verification.resources, webhookUrls);
  // A token that no connection holds yet is none to be watched.
  if (check !== undefined && migration.roles.newConnections.length > 0)
    recordPat(context, inventory, check, new Date());
  const moved = new Set(verification.resources.flatMap(({ id, standing }) => (standing === "moved" ? [id] : [])));
  const arrived =
    webhooks === undefined
      ? undefined
      : await findDeliveries(
          context,
          inventory.resources.filter(({ id }) => moved.has(id)),
          webhookUrls,
          migration.roles.newConnections.map(({ id }) => id),
          webhooks,
        );
  const gitlab = {
    ...findings,
    problems: [...findings.problems, ...unfinished(context), ...(arrived?.problems ?? [])],
    notes: [...findings.notes, ...(arrived?.notes ?? [])],
  };
  const disagree = refreshed.crossChecks.some(({ found, counted }) => found !== counted);
  const ok =
    !disagree &&
    verification.connection.length === 0 &&
    gitlab.problems.length === 0 &&
    verification.resources.every(({ standing }) => standing !== "failed");
  const has = (wanted: Standing) => verification.resources.some(({ standing }) => standing === wanted);
  const retired = context.organization.from.every(
    (id) => !refreshed.inventory.connections.some((connection) => connection.id === id && !connection.gone),
  );
  const verified = {
    ...verification,
    refreshed,
    gitlab,
    deliveries: arrived?.deliveries,
    ok,
    retired,
    handsNeeded: has("manual") && !isUnderWay(has),
  };
  keep(context, verified, last?.planSha256 ?? null, proven);
  return verified;
}

/** A rotation that did not finish may have left the old token in TFE, which nothing else shows. */
function unfinished({ paths }: Context): readonly GitlabProblem[] {
  const rotation = unfinishedRotation(paths.journal);
  if (rotation === undefined) return [];
  return [
    {
      message: `the rotation of ${rotation.at} did not finish: TFE may still hold the old token`,
      todo: `repoint rotate ${paths.key}, with the new token`,
    },
  ];
}

function isUnderWay(has: (wanted: Standing) => boolean): boolean {
  return has("not-reached") || has("deferred") || has("stayed") || has("taken-back");
}

/** The command that goes on with what was begun, and comes before any plan; undefined where nothing was. */
function begunBefore(context: Context): string | undefined {
  const { key } = context.paths;
  if (restorationPending(context)) return `repoint restore ${key}`;
  const waves = unfinishedRollback(context);
  return waves === undefined ? undefined : continueCommand(context, waves);
}

/** Keeps what was found, for `status` and for the verifications that follow. */
function keep(context: Context, verified: Verified, planSha256: string | null, proven: ReadonlySet<string>): void {
  const { resources, ok } = verified;
  const right = resources.filter(({ standing }) => ["moved", "restored", "taken-back"].includes(standing));
  const failed = resources.filter(({ standing }) => standing === "failed");
  writeVerification(context.paths.verification, {
    version: VERIFICATION_VERSION,
    at: new Date().toISOString(),
    ok,
    planSha256,
    proven: [...new Set([...proven, ...right.map(({ id }) => id)])].sort(),
    failed: failed.map(({ kind, id, name, wave, detail, byPlan }) => ({ kind, id, name, wave, detail, byPlan })),
    problems: problemsOf(verified).map(({ message }) => message),
  });
  context.journal("verify.finished", { ok, planSha256, failed: failed.length });
}

/** What is wrong beside single resources, each with what to do. */
function problemsOf({ refreshed, connection, gitlab }: Verified): readonly { message: string; todo: string }[] {
  const disagreeing = refreshed.crossChecks.filter(({ found, counted }) => found !== counted);
  return [
    ...disagreeing.map(({ connectionId, found, counted }) => ({
      message: `TFE counts ${count(counted, "affected workspace")} on ${connectionId}, but ${found} were found`,
      todo: "verify again; if the counts still differ, the token cannot see every workspace: use an owner's",
    })),
    ...connection,
    ...gitlab.problems,
  ];
}

/**
 * Verifies what an apply did and says what was found. What only hands can move is no fault of the apply.
 *
 * @returns the exit code: 0 when all that plans can do is well, 1 when something is not
 */
export async function verifyAndReport(context: Context, request: VerifyRequest): Promise<0 | 1> {
  context.say("Verifying: reading everything again …");
  const verified = await runVerify(context, request);
  context.say(...tell(context, verified, request));
  if (verified.ok && verified.handsNeeded && request.back === undefined)
    context.say(
      `The apply did everything in its plan. repoint verify ${context.paths.key} exits 1 until the resources under MANUAL are moved.`,
    );
  return verified.ok ? 0 : 1;
}

const standings = [
  "moved",
  "restored",
  "not-reached",
  "deferred",
  "stayed",
  "taken-back",
  "skipped",
  "manual",
  "failed",
] as const;

const words: Readonly<Record<Standing, string>> = {
  moved: "on the new connection, nothing else differs",
  restored: "back on the old connection, nothing else differs",
  "not-reached": "still on the old connection: their wave comes later",
  deferred: "still on the old connection: the last plan left them for a later one",
  stayed: "still on the old connection, which they never left",
  "taken-back": "back on the old connection, nothing else differs",
  skipped: "left as they are",
  manual: "to be moved manually: no plan can move them",
  failed: "NOT as they should be",
};

/** At most this many rows are shown; `--json` has them all. */
const ROWS = 50;

/** One row a resource, the first of them: from which token to which, and how it stands. */
export function resourceTable({ resources }: Verified, columns?: number): readonly Text[] {
  if (resources.length === 0) return ["Nothing was found that was first seen on an old connection."];
  const rows = resources.slice(0, ROWS).map(({ kind, name, id, wave, from, to, standing, detail }) => {
    const token = from === to ? (from ?? "none") : `${from ?? "none"} → ${to ?? "none"}`;
    return [wave ?? "", kind, `${name} (${id})`, token, `${standing}: ${detail}`];
  });
  const more = resources.length > ROWS ? [`… and ${resources.length - ROWS} more: --json lists all of them`] : [];
  return [...table(["wave", "kind", "resource", "token", "how it stands"], rows, columns), ...more];
}

/** What a verification found, for people. */
export function tell(context: Context, verified: Verified, request: VerifyRequest = {}): readonly string[] {
  const lines: string[] = [...counts(context, verified)];
  for (const line of skippedKinds(verified.refreshed.inventory)) lines.push(line);
  const misses = verified.resources.filter(
    ({ standing }) => standing === "failed" || (standing === "manual" && verified.handsNeeded),
  );
  lines.push(...alike(misses));
  const changed = verified.resources.filter(({ earlier }) => earlier.length > 0);
  for (const { name, id, earlier } of changed.slice(0, ROWS)) {
    lines.push(
      `NOTE  ${name} (${id}) was changed after it was first seen, and planned as it is: ${earlier.join("; ")}`,
    );
  }
  if (changed.length > ROWS) lines.push(`… and ${changed.length - ROWS} more: --json lists all of them`);
  const later = verified.resources.filter((resource) => resource.later.length > 0);
  for (const { name, id, later: changes } of later.slice(0, ROWS)) {
    lines.push(
      `NOTE  ${name} (${id}) was moved with nothing else changed; somebody changed it later: ${changes.join("; ")}`,
    );
  }
  if (later.length > ROWS) lines.push(`… and ${later.length - ROWS} more: --json lists all of them`);
  const byOthers = verified.resources.filter(({ standing, todo }) => standing === "skipped" && todo !== undefined);
  for (const { kind, name, id, detail, todo } of byOthers.slice(0, ROWS))
    lines.push(`NOTE  ${kind} ${name} (${id}): ${detail}; ${todo}`);
  if (byOthers.length > ROWS) lines.push(`… and ${byOthers.length - ROWS} more: --json lists all of them`);
  const problems = problemsOf(verified);
  for (const { message, todo } of problems.slice(0, ROWS)) {
    lines.push(`FAIL  ${message}`, `      what to do: ${todo}`);
  }
  if (problems.length > ROWS) lines.push(`… and ${problems.length - ROWS} more: --json lists all of them`);
  for (const { project, ids } of verified.gitlab.orphans) {
    lines.push(
      `NOTE  ${project} has ${count(ids.length, "webhook")} of the old connection that nothing here uses any more (${ids.join(", ")}): delete ${ids.length === 1 ? "it" : "them"} in GitLab, under Settings > Webhooks`,
    );
  }
  const { looked, fine } = verified.gitlab.webhooks;
  if (looked > 0)
    lines.push(`GitLab delivers pushes for ${fine} of the ${count(looked, "resource")} whose webhooks were looked at.`);
  for (const warning of verified.refreshed.migration.connections.warnings) lines.push(`NOTE  ${warning}`);
  for (const note of verified.gitlab.notes) lines.push(`NOTE  ${note}`);
  lines.push("", nextStep(context, verified, request));
  return lines;
}

/** One line each for what stands alike. */
function counts(context: Context, { resources }: Verified): readonly string[] {
  const back = takenBack(readJournal(context.paths.journal).entries);
  const wordsOf = ({ standing, wave, later }: VerifiedResource): string => {
    const at = standing === "taken-back" ? back.get(wave ?? "") : undefined;
    const said = at === undefined ? words[standing] : `taken back by the rollback of ${at}, nothing else differs`;
    if (later.length === 0) return said;
    return said.replace("nothing else differs", "moved with nothing else changed; somebody changed them later");
  };
  const numbers = new Map<string, number>();
  const rank = ({ standing, later }: VerifiedResource) => 2 * standings.indexOf(standing) + Math.min(later.length, 1);
  for (const resource of [...resources].sort((a, b) => rank(a) - rank(b))) {
    const said = wordsOf(resource);
    numbers.set(said, (numbers.get(said) ?? 0) + 1);
  }
  return [...numbers].map(([said, number]) => `${String(number).padStart(6)}  ${said}`);
}

/** What is wrong in the same way stands together, and the long texts once. */
function alike(misses: readonly VerifiedResource[]): readonly string[] {
  const groups = new Map<string, VerifiedResource[]>();
  for (const miss of misses) {
    const key = jsonText([miss.standing, miss.detail, miss.byHand?.shared ?? miss.todo]);
    groups.set(key, [...(groups.get(key) ?? []), miss]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const together = group.length > 1;
    const shown = group.slice(0, ROWS).map(({ kind, name, id, byHand }) => {
      const own = together && byHand !== undefined ? `: ${byHand.own}` : "";
      return `        ${kind} ${name} (${id})${own}`;
    });
    const more = group.length > ROWS ? [`        … and ${group.length - ROWS} more: --json lists all of them`] : [];
    const todo = together ? (first.byHand?.shared ?? first.todo) : first.todo;
    return [
      "",
      `${first.standing === "manual" ? "MANUAL" : "FAIL"}  ${first.detail}:`,
      ...shown,
      ...more,
      ...(todo === undefined ? [] : [`      what to do: ${todo}`]),
    ];
  });
}

function nextStep(context: Context, verified: Verified, request: VerifyRequest): string {
  const { paths } = context;
  const { resources, handsNeeded, ok } = verified;
  const has = (wanted: Standing) => resources.some(({ standing }) => standing === wanted);
  if (request.back === undefined && restorationPending(context))
    return `${ok ? "All well so far." : "Not everything is as it should be."} Next: repoint restore ${paths.key} (one was started: what it unlinked is not linked again yet)`;
  if (!ok) return `Not everything is as it should be. Where it stands: repoint status ${paths.key}`;
  if (request.back !== undefined) return "All well: the rollback is complete.";
  if (verified.retired) return "All well, and the old connection is gone.";
  if (has("restored")) return "All well: everything that direction: back covers is on the old connection.";
  const kept = has("taken-back")
    ? keptBack(context, verified.refreshed.inventory, readJournal(paths.journal).entries)
    : undefined;
  if (kept !== undefined) return `All well: what was rolled back is on the old connection. Next: ${kept}`;
  if (isUnderWay(has)) return `All well so far. Next: repoint status ${paths.key} says which wave comes now`;
  const forget = has("moved") ? forgetStep(context) : undefined;
  if (!handsNeeded && !has("moved")) return "All well.";
  const steps = [
    ...(forget === undefined ? [] : [forget]),
    ...(handsNeeded ? ["move the listed resources manually"] : []),
    `repoint retire ${paths.key}`,
  ];
  return `${handsNeeded ? "What plans can do is done." : "All well."} Next: ${steps.join("; then ")}`;
}
