import { relative } from "node:path";
import { Command } from "commander";
import type { Io } from "../cli/io";
import { print } from "../cli/print";
import { count, table } from "../cli/table";
import { type JournalEntry, readJournal } from "../files/journal";
import { orphanOf, type Worker, workerOf } from "../files/lock";
import { pausedLine, pausedSince } from "../files/pause";
import { type PlanMeta, readPlanMeta } from "../files/plan-meta";
import { describeOpenFile } from "../files/secret-files";
import { readVerification, type VerificationRecord } from "../files/verification";
import { loadInventory } from "../inventory/inventory-file";
import type { Inventory } from "../inventory/schema";
import { Migration } from "../migration/migration";
import { type MigrationStatus, stillDeferred } from "../migration/status";
import type { Organization } from "../organization/organization";
import { CONNECTION_ALONE } from "../organization/wave-names";
import { movesText } from "../report/moves-words";
import { Moves } from "../review/moves";
import type { Text } from "../util/plain-text";
import { organizationFileSha256 } from "./plan/make-plan-file";
import { type Context, openContext, type ProjectOptions, ROOT_OPTION, restorationPending } from "./shared/context";
import { continueCommand, wavesOf } from "./shared/continue-command";
import { forgetStep } from "./shared/forget-step";
import { interruptedApply } from "./shared/interrupted-apply";
import { leftoverLocks } from "./shared/lock-workspaces";
import { recordedLife } from "./shared/pat-life";
import { unfinishedRotation } from "./shared/rotations";
import { openFilesOf } from "./shared/secret-files";
import { keptBack } from "./shared/taken-back";
import { stateTrouble, unsavedState } from "./shared/terraform-state";

/** `repoint status ORG`: one screen that says where the migration stands. Asks no server. */
export function statusCommand(io: Io): Command {
  return new Command("status")
    .description("print where the migration stands, from the inventory and the journal; contacts no server")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .action((name: string, options: ProjectOptions) => {
      const context = openContext(io, name, options);
      print(io.stdout, ...screen(context));
    });
}

function screen(context: Context): readonly Text[] {
  const { organization, paths } = context;
  const inventory = loadInventory(paths.root, paths.key);
  const head = `${organization.organization} on ${organization.hostname}`;
  const worker = workerOf(paths.lock);
  if (inventory === undefined) {
    const next = worker === undefined ? `repoint inventory ${paths.key}` : waitFor(worker, context);
    return [`${head}: no inventory yet.`, "", `Next: ${next}`];
  }
  const { status, connections } = Migration.decide(organization, inventory);
  const lines: Text[] = [`${head}, by inventory/${paths.key}.json, which last changed at ${inventory.changedAt}`, ""];
  const old = status.oldConnections.map(({ id, name, known, gone }) =>
    known ? `${name ?? ""} (${id})${gone ? ", gone" : ""}`.trim() : `${id}, not in the inventory`,
  );
  lines.push(`old connection   ${old.join("; ")}`);
  const { newConnection } = status;
  lines.push(
    `new connection   ${newConnection === undefined ? "not in the inventory yet" : `${newConnection.name ?? ""} (${newConnection.id})`.trim()}`,
  );
  if (newConnection !== undefined) lines.push(`PAT              ${recordedLife(inventory, paths.key, Date.now())}`);
  for (const { path, message, fix } of connections.errors) {
    lines.push(
      `WRONG    ${path === undefined ? "" : `${path}: `}${message}`,
      `         what to do: ${fix ?? "correct it"}`,
    );
  }
  for (const warning of connections.warnings) lines.push(`NOTE     ${warning}`);
  for (const open of openFilesOf(context)) lines.push(`WARNING  ${describeOpenFile(open)}`);
  const unsaved = unsavedState(context);
  if (unsaved !== undefined) lines.push(`WARNING  ${unsaved}`);
  const paused = pausedSince(paths.pause);
  if (paused !== undefined) lines.push(pausedLine(paths.key, paused));
  lines.push("");
  const verification = readVerification(paths.verification);
  const { entries, unreadableLines } = readJournal(paths.journal);
  const untouched = nothingMoved(status, entries);
  const failedIn = (name: string) =>
    untouched ? 0 : (verification?.failed.filter(({ wave }) => wave === name).length ?? 0);
  const rows = status.waves.map((wave) => {
    const failed = failedIn(wave.name);
    return [
      wave.name,
      wave.moved,
      wave.total,
      `${stateOf(wave)}${failed > 0 ? `, ${failed} failed the last verification` : ""}`,
    ];
  });
  lines.push(
    ...(rows.length === 0 ? ["Nothing that the organization file moves."] : table(["wave", "moved", "of", ""], rows)),
  );
  for (const [reason, number] of status.left) lines.push(`left: ${number}, ${reason}`);
  const waiting = waitingWorkspaces(organization, inventory, entries);
  if (waiting.length > 0) lines.push(deferral(waiting));
  if (status.cameToOld.length > 0) {
    lines.push(
      `NOTE     moved to the old connection since the first inventory: ${listed(status.cameToOld)}. No plan moves them: link them to the new connection in TFE before you retire the old one`,
    );
  }
  if (verification !== undefined) lines.push("", ...lastVerification(verification));
  const locked = [...leftoverLocks(context)];
  if (locked.length > 0) {
    const names = locked.map((id) => inventory.resources.find((record) => record.id === id)?.name ?? id);
    const many = count(locked.length, "workspace");
    lines.push(
      worker === undefined
        ? `${many} may still be locked by a run that was interrupted (${listed(names)}): repoint plan ${paths.key} unlocks them`
        : `${many} may be locked by Repoint now (${listed(names)}): the run that locked them unlocks them, or else the next repoint plan ${paths.key} does`,
    );
  }
  const recent = entries
    .filter(({ event }) => event !== "plan.reviewed")
    .slice(-5)
    .map(({ at, event }) => [at, event]);
  if (recent.length > 0) lines.push("", "last in the journal", ...table(["when", "what"], recent));
  if (unreadableLines.length > 0) {
    const more = unreadableLines.length > 10 ? `, and ${unreadableLines.length - 10} more` : "";
    lines.push(`(lines ${unreadableLines.slice(0, 10).join(", ")}${more} of the journal cannot be read)`);
  }
  const wrong = connections.errors.some(({ file }) => file !== undefined)
    ? `correct ${organization.file} as said above, then repoint plan ${context.paths.key}`
    : connections.errors[0]?.fix;
  lines.push(
    "",
    `Next: ${worker === undefined ? nextStep(context, { status, inventory, entries, waiting: waiting.length > 0, wrong }) : waitFor(worker, context)}`,
  );
  return lines;
}

/** At most this many names are shown. */
const NAMES = 10;

function deferral(names: readonly string[]): string {
  return `deferred to a later plan, since they were busy: ${listed(names)}`;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, NAMES).join(", ")}${names.length > NAMES ? ` and ${names.length - NAMES} more` : ""}`;
}

function lastVerification({ at, ok, failed, problems }: VerificationRecord): readonly string[] {
  if (ok) return [`last verification ${at}: all well`];
  const shown = failed.slice(0, NAMES).map(({ kind, name, id, detail }) => `  ${kind} ${name} (${id}): ${detail}`);
  return [
    `last verification ${at}: ${count(failed.length + problems.length, "thing")} not as they should be`,
    ...shown,
    ...(failed.length > NAMES ? [`  … and ${failed.length - NAMES} more`] : []),
    ...problems.map((problem) => `  ${problem}`),
  ];
}

/** What the journal says of the last apply and the verifications since; by their order, as clocks may be wrong. */
function verificationOf(entries: readonly JournalEntry[]): "none" | "missing" | "failed" | "passed" {
  const last = entries.filter(({ event }) => event.startsWith("apply.") || event === "verify.finished").at(-1);
  if (last?.event === "verify.finished") return last.ok === true ? "passed" : "failed";
  return last?.event === "apply.finished" || last?.event === "apply.failed" ? "missing" : "none";
}

/** What the last plan deferred and no apply has taken since. */
function waitingWorkspaces(
  organization: Organization,
  inventory: Inventory,
  entries: readonly JournalEntry[],
): readonly string[] {
  // A rotation leaves everything for later that is due to move, busy or not.
  const plan = entries.filter(({ event, rotation }) => event === "plan.made" && rotation !== true).at(-1);
  const ids = Array.isArray(plan?.deferred) ? plan.deferred.map(String) : [];
  return stillDeferred(organization, inventory, new Set(ids), plan?.direction === "back" ? "back" : "forward");
}

/** Whether no apply was begun yet, here or elsewhere: what a verification finds then is what plan and apply are for. */
function nothingMoved({ waves }: MigrationStatus, entries: readonly JournalEntry[]): boolean {
  return entries.every(({ event }) => event !== "apply.started") && waves.every(({ moved }) => moved === 0);
}

/** Whether all that failed is what the next plan does. */
function needsPlanAlone(verification: VerificationRecord | undefined): boolean {
  return (
    verification !== undefined &&
    verification.problems.length === 0 &&
    verification.failed.every(({ byPlan }) => byPlan)
  );
}

function stateOf({ moved, total, reached, goesBack }: MigrationStatus["waves"][number]): string {
  if (total === 0) return "empty: no resource matches";
  if (goesBack) return moved === 0 ? "back (direction: back)" : "to go back (direction: back)";
  if (moved === total) return "done";
  return moved > 0 ? "under way" : reached ? "next" : "later";
}

interface Standing {
  readonly status: MigrationStatus;
  readonly inventory: Inventory;
  readonly entries: readonly JournalEntry[];
  /** Whether workspaces were deferred. */
  readonly waiting: boolean;
  /** What to do about a connection that is not as it should be. */
  readonly wrong: string | undefined;
}

function waitFor({ command, pid, since, elsewhere }: Worker, { io, paths }: Context): string {
  if (elsewhere === undefined) return `${command}, process ${pid}, has been at work since ${since}: wait for it`;
  return `${command}, process ${pid} on ${elsewhere}, has been at work since ${since}, as far as can be told from here: wait for it; if ${elsewhere} is gone for good, delete ${relative(io.cwd, paths.lock)}`;
}

function nextStep(context: Context, { status, inventory, entries, waiting, wrong }: Standing): string {
  const { organization, paths } = context;
  const orphan = orphanOf(paths.lock);
  if (orphan !== undefined)
    return `wait for ${orphan.text}, which an interrupted run started and which is still running, or end it with kill ${orphan.pid}; nothing else may start before that`;
  if (restorationPending(context))
    return `repoint restore ${paths.key} (one was started: what it unlinked is not linked again yet)`;
  const trouble = stateTrouble(context);
  if (trouble !== undefined)
    return trouble.from === undefined
      ? `restore the last good Terraform state (${trouble.what}): ${trouble.commands.join(" && ")}`
      : `repoint plan ${paths.key}, once the disk has space: ${trouble.what}, and it restores the last good state`;
  const interrupted = interruptedApply(context);
  if (interrupted !== undefined)
    return `${continueCommand(context, wavesOf(interrupted), interrupted.rotation)} (an apply was interrupted)`;
  const unknown = status.oldConnections.filter(({ known }) => !known).map(({ id }) => id);
  if (unknown.length > 0)
    return `repoint inventory ${paths.key} lists the available ids; correct from: in ${organization.file} (${unknown.join(", ")})`;
  if (wrong !== undefined) return wrong;
  const rotation = unfinishedRotation(paths.journal);
  if (rotation !== undefined)
    return `repoint rotate ${paths.key} (the rotation of ${rotation.at} did not finish: TFE may still hold the old token)`;
  const meta = readPlanMeta(paths.planMeta);
  if (meta?.changes === true) return withPlan(context, meta, entries);
  const failed = entries.filter(({ event }) => /^apply\.(finished|failed)$|^plan\.made$/.test(event)).at(-1);
  const begun = entries.filter(({ event }) => event === "apply.started").at(-1);
  if (failed?.event === "apply.failed" && begun !== undefined)
    return `${continueCommand(context, wavesOf(begun), begun.rotation)} (the last apply failed: it finds what is left to do)`;
  const verified = verificationOf(entries);
  if (verified === "missing") return `repoint verify ${paths.key} (nothing has verified the last apply yet)`;
  if (verified === "failed" && !nothingMoved(status, entries) && !needsPlanAlone(readVerification(paths.verification)))
    return `repoint verify ${paths.key} says what to do about each failure; go on when it passes`;
  const takenBack = keptBack(context, inventory, entries);
  if (takenBack !== undefined) return takenBack;
  const goingBack = status.waves.filter(({ goesBack }) => goesBack);
  if (goingBack.some(({ moved }) => moved > 0))
    return `repoint plan ${paths.key} (direction: back: it takes back ${goingBack.map(({ name, moved }) => `${name} (${moved})`).join(", ")})`;
  if (goingBack.length > 0 && status.waves.every(({ goesBack, moved, total }) => goesBack || moved === total))
    return `nothing: what direction: back covers is back. To go forward again, change it in ${organization.file}`;
  const open = status.waves.find(({ moved, total }) => moved < total);
  if (verified === "failed" || status.unadopted > 0 || open?.reached === true)
    return `repoint plan ${paths.key}${waiting ? " --lock-workspaces" : ""}`;
  // The connection comes first, and only a plan makes it.
  if (open !== undefined && organization.through === CONNECTION_ALONE && status.newConnection === undefined)
    return `repoint plan ${paths.key} (it creates the connection alone)`;
  if (open !== undefined)
    return `set through: ${open.name} in ${context.organization.file}, then repoint plan ${paths.key}`;
  if (status.oldConnections.every(({ gone }) => gone))
    return "nothing: the old connection is gone. Keep the inventory.";
  const forget = forgetStep(context);
  return [
    ...(forget === undefined ? [] : [forget]),
    ...(status.byHand > 0
      ? [`move ${count(status.byHand, "resource")} manually (repoint verify ${paths.key} says how)`]
      : []),
    `repoint retire ${paths.key}`,
  ].join("; then ");
}

/** What a saved plan asks for: which way it goes, and whether it may be applied. */
function withPlan(context: Context, meta: PlanMeta, entries: readonly JournalEntry[]): string {
  const { paths } = context;
  const review = entries
    .filter((entry) => entry.event === "plan.reviewed" && entry.planSha256 === meta.planSha256)
    .at(-1);
  const moves = Moves.safeParse(review?.moves).data;
  const ways = moves === undefined ? [] : movesText(moves);
  const way = ways.length === 0 ? "" : `; it ${ways.join("; it ")}`;
  if (meta.waves !== null)
    return `${continueCommand(context, meta.waves)} to take back ${meta.waves.join(", ")}, or repoint plan ${paths.key} to go forward (a rollback made a plan at ${meta.madeAt} and ended before it was confirmed; apply does not accept that plan${way})`;
  if (meta.rotation)
    return `repoint rotate ${paths.key} (a rotation made a plan at ${meta.madeAt} and ended before it was confirmed; apply does not accept that plan)`;
  if (meta.organizationFileSha256 !== organizationFileSha256(context.organization))
    return `repoint plan ${paths.key} (the organization file has changed since the plan of ${meta.madeAt} was saved)`;
  if (review?.verdict === "fail")
    return `repoint review ${paths.key} says why the review of the plan of ${meta.madeAt} fails and what to do; then repoint plan ${paths.key}`;
  return `repoint review ${paths.key}, then repoint apply ${paths.key} (a plan of ${meta.madeAt} is saved${way})`;
}
