import type { Progress } from "../../cli/progress";
import { count, table } from "../../cli/table";
import { ExternalError } from "../../errors";
import type { PlanMeta } from "../../files/plan-meta";
import { loadInventory, saveInventory } from "../../inventory/inventory-file";
import { readConnections } from "../../inventory/read-connections";
import type { ModulesInPlace } from "../../inventory/schema";
import { kindOf } from "../../kinds";
import { registryModule } from "../../kinds/registry-module";
import type { VcsRepo } from "../../kinds/vcs-repo";
import { linkDifferences } from "../../migration/differences";
import type { ModuleMove } from "../../migration/module-move";
import { rolesOf } from "../../migration/roles";
import { readResource } from "../../tfe/api";
import type { TfeClient } from "../../tfe/client";
import type { Context } from "../shared/context";
import { type ModuleAnswer, OWNERS, patchModule } from "../shared/patch-module";
import { withTfe } from "../shared/refresh-inventory";
import { inventoryOf } from "../shared/review-expectation";

/** How one module came out. */
type Ending =
  | ModuleAnswer
  /** It is where it shall be already: a run that was killed has done it. */
  | { readonly type: "there" }
  /** Somebody changed it since the plan was made. */
  | { readonly type: "changed"; readonly reason: string }
  | { readonly type: "failed"; readonly error: ExternalError }
  /** Not tried, since the one before it settled that. */
  | { readonly type: "left" };

type Ended = readonly { readonly move: ModuleMove; readonly ending: Ending }[];

/**
 * Re-points a plan's registry modules over the API, each as it was planned, and says how each came out. Where it is not known
 * whether the server does that, one goes first; the others follow only if its token changed. What was found out is recorded in the
 * inventory.
 *
 * @throws ExternalError when the server fails: another plan takes what is left
 */
export async function moveModules(context: Context, { moves, planSha256 }: PlanMeta): Promise<void> {
  if (moves.length === 0) return;
  const { journal, say, paths } = context;
  journal("modules.moving", { planSha256, ids: moves.map(({ id }) => id) });
  say(`Re-pointing ${count(moves.length, "registry module")} over the API …`);
  const ended = await withTfe(context, (client, progress) => moveAll(context, client, progress, moves));
  const ids = (...types: readonly Ending["type"][]) =>
    ended.flatMap(({ move, ending }) => (types.includes(ending.type) ? [move.id] : []));
  journal("modules.moved", { planSha256, ids: ids("moved", "there") });
  tell(context, ended);
  const failed = ended.flatMap(({ ending }) => (ending.type === "failed" ? [ending.error] : []));
  const [first] = failed;
  if (first === undefined) return;
  throw new ExternalError(`${count(failed.length, "registry module")} could not be re-pointed: ${first.message}`, {
    cause: first,
    fix: `${first.fix === undefined ? "" : `${first.fix}; `}then repoint plan ${paths.key} finds what is left to do`,
  });
}

async function moveAll(
  context: Context,
  client: TfeClient,
  progress: Progress,
  moves: readonly ModuleMove[],
): Promise<Ended> {
  const known = inventoryOf(context).modulesInPlace;
  const { server } = await client.ping();
  const fresh = moves.some(({ to }) => to === null) ? await freshToken(context, client) : "";
  let proven = known?.server === server && known.inPlace;
  const ended: { move: ModuleMove; ending: Ending }[] = [];
  const one = async (move: ModuleMove): Promise<Ending> => {
    const ending = await moveOne(client, move, move.to ?? fresh);
    ended.push({ move, ending });
    progress.step("registry modules", ended.length, moves.length);
    return ending;
  };
  // What has lost its link may be refused for that alone: it proves nothing, and goes last.
  const waiting = [...moves].sort((a, b) => Number(a.from === null) - Number(b.from === null));
  for (let move = waiting.shift(); move !== undefined; move = proven ? undefined : waiting.shift()) {
    const ending = await one(move);
    if (ending.type === "moved") {
      recordInPlace(context, { server, inPlace: true, module: move.name, answer: "its token changed" });
      proven = true;
    } else if (ending.type === "not-in-place" && move.from !== null && !proven) {
      recordInPlace(context, { server, inPlace: false, module: move.name, answer: ending.answer });
    }
    if (!proven && HOPELESS.has(ending.type)) break;
  }
  if (proven) await Promise.all(waiting.splice(0).map(one));
  progress.end();
  return [...ended, ...waiting.map((move) => ({ move, ending: { type: "left" } as const }))];
}

/** What the next module would meet, too. */
const HOPELESS: ReadonlySet<Ending["type"]> = new Set(["not-in-place", "forbidden", "failed"]);

async function moveOne(client: TfeClient, move: ModuleMove, tokenId: string): Promise<Ending> {
  try {
    const resource = await readResource(client, move.path);
    if (resource === undefined) return { type: "changed", reason: "it no longer exists" };
    if (resource.id !== move.id) return { type: "changed", reason: `${resource.id} now has its name` };
    const { vcsRepo } = registryModule.read(resource);
    if (vcsRepo?.oauthTokenId === tokenId) return { type: "there" };
    const reason = changeSince(move, vcsRepo);
    if (reason !== undefined) return { type: "changed", reason };
    return await patchModule(client, move.path, move.vcsRepo, tokenId);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return { type: "failed", error };
  }
}

/** What differs from what was planned; undefined for nothing. */
function changeSince({ from, vcsRepo: planned }: ModuleMove, now: VcsRepo | null): string | undefined {
  if (now === null) return from === null ? undefined : "its VCS link was removed";
  if (from === null) return "it has a VCS link again";
  if (now.oauthTokenId !== from) return `its token: ${from} → ${now.oauthTokenId ?? "none"}`;
  const differences = linkDifferences({ ...planned, oauthTokenId: from }, now);
  return differences.length === 0 ? undefined : differences.join("; ");
}

/** The new connection's token, which Terraform may have made a moment ago. */
async function freshToken(context: Context, client: TfeClient): Promise<string> {
  const { organization, paths } = context;
  const read = await readConnections(client, organization.organization);
  const connections = read.map((connection) => ({ ...connection, gone: false }));
  const found = rolesOf(organization, { ...inventoryOf(context), connections }).newToken;
  if (found.type === "one") return found.id;
  throw new ExternalError(`no registry module was re-pointed: ${found.reason}`, {
    fix: `repoint verify ${paths.key} says what to do about the connection; then repoint plan ${paths.key}`,
  });
}

/** Records what was found out, at once: a run that is killed has found it out all the same. */
export function recordInPlace({ paths }: Context, modulesInPlace: ModulesInPlace): void {
  const inventory = loadInventory(paths.root, paths.key);
  if (inventory === undefined) return;
  saveInventory(paths.root, paths.key, { ...inventory, modulesInPlace, changedAt: new Date().toISOString() });
}

/** At most this many rows are shown. */
const ROWS = 50;

function tell({ say, paths }: Context, ended: Ended): void {
  const of = (type: Ending["type"]) => ended.filter(({ ending }) => ending.type === type);
  const again = `repoint plan ${paths.key}, then repoint apply ${paths.key}`;
  const moved = of("moved").length;
  if (moved > 0) say(`Re-pointed ${count(moved, "registry module")} over the API, each read back.`);
  const there = of("there").length;
  if (there > 0) say(`${count(there, "registry module")} had already been re-pointed.`);
  const rows = ended.flatMap(({ move, ending }) => {
    const what = whatHappened(ending);
    return what === undefined ? [] : [[`${move.name} (${move.id})`, what]];
  });
  if (rows.length > 0) say(...table(["registry module", "not re-pointed"], rows.slice(0, ROWS)));
  if (rows.length > ROWS) say(`… and ${rows.length - ROWS} more`);
  const left = of("left").length;
  if (left > 0) say(`${count(left, "registry module")} more ${left === 1 ? "was" : "were"} not tried.`);
  if (of("forbidden").length > 0) say(`What to do: ${OWNERS}. Set one in TFE_TOKEN; ${again}.`);
  if (of("not-in-place").length > 0)
    say(
      "What to do: docs/how-to/registry-modules.md. Nothing is lost, and the modules that were not moved work as before.",
    );
  if (of("changed").length > 0) say(`What to do: ${again}. The new plan includes the changes.`);
  if (of("refused").length > 0) say(`What to do: fix what the server reports; ${again}.`);
}

function whatHappened(ending: Ending): string | undefined {
  switch (ending.type) {
    case "moved":
    case "there":
    case "left":
      return undefined;
    case "not-in-place":
      return `the server cannot change it in place: ${ending.answer}`;
    case "changed":
      return `changed since the plan was made: ${ending.reason}`;
    case "forbidden":
      return `the token is not allowed to: ${ending.reason}`;
    case "refused":
      return ending.reason;
    case "failed":
      return ending.error.message;
  }
}

/**
 * After Terraform re-pointed registry modules: one that it reported as done and that has its old token tells that the server
 * answers 200 and does not do it.
 *
 * @param ids of what Terraform re-pointed
 */
export async function learnFromTerraform(context: Context, ids: ReadonlySet<string>): Promise<void> {
  const { resources } = inventoryOf(context);
  const modules = resources.filter(({ kind, id }) => kindOf(kind).overApi && ids.has(id));
  const [first] = modules;
  if (first === undefined) return;
  await withTfe(context, async (client) => {
    const { server } = await client.ping();
    for (const record of modules) {
      const resource = await readResource(client, kindOf(record.kind).path(context.organization.organization, record));
      if (resource === undefined) continue;
      const token = kindOf(record.kind).read(resource).vcsRepo?.oauthTokenId ?? null;
      if (token === (record.vcsRepo?.oauthTokenId ?? null)) continue;
      return recordInPlace(context, { server, inPlace: true, module: record.name, answer: "its token changed" });
    }
    const answer = `Terraform reported success, but the token is still ${first.vcsRepo?.oauthTokenId ?? "none"}`;
    recordInPlace(context, { server, inPlace: false, module: first.name, answer });
  });
}
