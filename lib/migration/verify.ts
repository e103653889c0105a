import type { Problem } from "../errors";
import type { Inventory } from "../inventory/schema";
import { kindOf, type VcsResource } from "../kinds";
import type { ManualSteps } from "../kinds/kind";
import { organizationKey } from "../organization/key";
import type { Decision } from "./decide";
import { differences } from "./differences";
import { componentByHand, stepsByHand } from "./manual-steps";
import type { Migration } from "./migration";
import type { Situation } from "./roles";
import { assignWaves, waveOrder } from "./waves";

/**
 * How one resource stands.
 * - `moved`: on the new connection, and nothing else differs.
 * - `restored`: where its baseline says (after a rollback).
 * - `not-reached`: still on the old connection because its wave comes later.
 * - `deferred`: still on the old connection because the last plan left it for a later one.
 * - `stayed`: still on the old connection, which it never left, and the organization file goes back.
 * - `taken-back`: still on the old connection, where a finished rollback put it; the organization file would move it again.
 * - `skipped`: not ours to move; with a `todo` where somebody else decided about it, perhaps not on purpose.
 * - `manual`: not where it is to be, and no plan moves it in place; `todo` says how.
 * - `failed`: not as it should be; `todo` says what to do.
 */
export type Standing =
  | "moved"
  | "restored"
  | "not-reached"
  | "deferred"
  | "stayed"
  | "taken-back"
  | "skipped"
  | "manual"
  | "failed";

export interface VerifiedResource {
  readonly kind: VcsResource["kind"] | "stack-component";
  readonly id: string;
  readonly name: string;
  readonly standing: Standing;
  readonly from: string | null;
  readonly to: string | null;
  readonly detail: string;
  readonly todo: string | undefined;
  /** Where hands are to do it, `todo` in two parts: what those that stand alike share, and what differs. */
  readonly byHand?: Omit<ManualSteps, "whole">;
  /** Whether another plan and apply is what to do. */
  readonly byPlan: boolean;
  /** What had changed in its VCS link between the first sight and the last plan, which left it so. */
  readonly earlier: readonly string[];
  /** What somebody changed after it was moved, and moved right: it is no fault of the re-pointing. */
  readonly later: readonly string[];
  /** The wave that it belongs to; null when it is in none. */
  readonly wave: string | null;
}

export interface Verification {
  readonly resources: readonly VerifiedResource[];
  /** What is wrong with the connection itself; empty when it is usable. */
  readonly connection: readonly { readonly message: string; readonly todo: string }[];
}

/** What is needed beyond the organization file and a fresh inventory. */
export interface VerifyOptions {
  /** The inventory that the last plan was made from: what differs from it has changed since. */
  readonly planned: Inventory | undefined;
  /**
   * Ids of what an earlier verification found moved with nothing else changed, since that plan was applied: what differs now,
   * somebody changed later. @default none
   */
  readonly proven?: ReadonlySet<string>;
  /** Waves that finished rollbacks took back, and nothing moved forward since, with when (RFC 3339). @default none */
  readonly takenBack?: ReadonlyMap<string, string>;
  /** What has to be done before a plan, where something else was begun and is not done. @default a plan is what to do */
  readonly goOn?: string;
}

/** Compares every resource with its baseline: old → new, and nothing else. Pure. */
export function verify(migration: Migration, options: VerifyOptions): Verification {
  const { organization, inventory, roles } = migration;
  const before = new Map(options.planned?.resources.map((record) => [record.id, record]));
  const { proven = new Set<string>(), takenBack = new Map<string, string>(), goOn } = options;
  const key = organizationKey(organization);
  const waves = assignWaves(organization, inventory.resources, inventory.projects);
  const again = goOn ?? (migration.options.back === undefined ? undefined : `repoint rollback ${key} again`);
  const resources = migration.decided.flatMap(({ record, decision }): VerifiedResource[] => {
    const judged = judge(record, decision, {
      fresh: roles.newTokenIds,
      old: roles.oldTokenIds,
      before: before.get(record.id),
      proven,
      key,
      again,
      goOn,
      takenBack,
      byHand: stepsByHand(record, migration),
    });
    if (judged === undefined) return [];
    return [
      {
        kind: record.kind,
        id: record.id,
        name: record.name,
        from: record.baseline?.vcsRepo.oauthTokenId ?? null,
        to: record.vcsRepo?.oauthTokenId ?? null,
        byPlan: false,
        earlier: [],
        later: [],
        wave: waves.get(record.id) ?? null,
        ...judged,
      },
    ];
  });
  const order = new Map(waveOrder(organization).map((wave, index) => [wave, index]));
  const rank = ({ wave }: VerifiedResource) => order.get(wave ?? "") ?? order.size;
  resources.sort((a, b) => rank(a) - rank(b));
  return {
    resources: [...resources, ...components(migration)],
    connection: checkConnection(migration, goOn),
  };
}

/** Stack components on an old connection. */
function components(situation: Situation): readonly VerifiedResource[] {
  const { inventory, roles } = situation;
  return inventory.stackComponents.flatMap(({ id, name, vcsRepo }) => {
    const token = vcsRepo.oauthTokenId;
    if (token === null || !roles.oldTokenIds.has(token)) return [];
    const { whole, ...byHand } = componentByHand(vcsRepo, situation);
    return [
      {
        kind: "stack-component",
        id,
        name,
        standing: "manual",
        from: token,
        to: token,
        detail: "no API re-points a Stack component",
        todo: whole,
        byHand,
        byPlan: false,
        earlier: [],
        later: [],
        wave: null,
      },
    ];
  });
}

interface Known {
  readonly fresh: ReadonlySet<string>;
  readonly old: ReadonlySet<string>;
  readonly before: VcsResource | undefined;
  readonly proven: ReadonlySet<string>;
  readonly key: string;
  /** What goes on with what was begun; undefined where the organization file decides. */
  readonly again: string | undefined;
  /** As {@link VerifyOptions.goOn}. */
  readonly goOn: string | undefined;
  readonly takenBack: ReadonlyMap<string, string>;
  /** What a person would do, where only hands can move it. */
  readonly byHand: ManualSteps;
}

type Judged = Pick<VerifiedResource, "standing" | "detail" | "todo"> &
  Partial<Pick<VerifiedResource, "byPlan" | "earlier" | "later" | "byHand">>;

function judge(record: VcsResource, decision: Decision, known: Known): Judged | undefined {
  const token = record.vcsRepo?.oauthTokenId ?? null;
  const onOld = token !== null && known.old.has(token);
  const plan = (detail: string, how = ""): Judged => ({
    standing: "failed",
    detail,
    todo: known.again ?? `repoint plan ${known.key}, review it, then repoint apply ${known.key}${how}`,
    byPlan: true,
  });
  switch (decision.type) {
    case "unconcerned":
      return onOld && !record.gone ? cameToOld(known) : undefined;
    case "impossible":
      return { standing: "failed", detail: decision.reason, todo: decision.fix };
    case "adopt-first":
      if (onOld && known.takenBack.has(decision.wave)) {
        const detail = `no plan has included it yet, and a rollback took its wave "${decision.wave}" back`;
        return { standing: "stayed", detail, todo: undefined };
      }
      return plan(`uses the old connection and belongs to wave "${decision.wave}", but no plan has included it yet`);
    case "over-api":
    case "manage": {
      const left = (detail: string): Judged => {
        const judged = plan(detail, decision.type === "over-api" ? ", with an owner's token" : "");
        const isBack = known.again === undefined && known.takenBack.has(decision.wave);
        return isBack ? { ...judged, todo: rollbackAgain(known, decision.wave) } : judged;
      };
      if (token === null) return left("has lost its VCS link");
      if (decision.token.type === "id") {
        if (token !== decision.token.id) return left("is not back on its old connection");
        return unchanged(record, known, "restored");
      }
      if (onOld && known.takenBack.has(decision.wave)) return tookBack(record, decision.wave, known);
      if (!known.fresh.has(token)) return left("is not on the new connection yet");
      return unchanged(record, known, "moved");
    }
    case "forget":
    case "leave":
      switch (decision.why) {
        case "foreign":
          return onOld && !record.gone ? cameToOld(known) : undefined;
        case "done":
          return unchanged(record, known, "moved");
        case "never-moved":
          // A module that came back over the API is in no plan from then on.
          if (kindOf(record.kind).overApi && onOld && known.fresh.has(known.before?.vcsRepo?.oauthTokenId ?? ""))
            return unchanged(record, known, "restored");
          return { standing: onOld ? "stayed" : "skipped", detail: decision.reason, todo: undefined };
        case "later-wave":
          return { standing: onOld ? "not-reached" : "skipped", detail: decision.reason, todo: undefined };
        case "deferred":
          return { standing: onOld ? "deferred" : "skipped", detail: decision.reason, todo: undefined };
        case "gone":
        case "managedElsewhere":
        case "not-selected":
          return { standing: "skipped", detail: decision.reason, todo: undefined };
        case "by-hand":
          return { standing: "skipped", detail: decision.reason, todo: "if this was a mistake, link it again in TFE" };
        case "immovable":
          return onOld
            ? { standing: "manual", detail: decision.reason, ...forHands(known) }
            : { standing: "skipped", detail: decision.reason, todo: undefined };
        case "auto-destroy":
          return { standing: "manual", detail: decision.reason, ...forHands(known) };
        case "needs-hands":
          return {
            standing: "failed",
            detail: decision.reason,
            ...(known.goOn === undefined ? forHands(known) : { todo: known.goOn }),
          };
      }
  }
}

function forHands({ byHand: { whole, ...byHand } }: Known): Pick<Judged, "todo" | "byHand"> {
  return { todo: whole, byHand };
}

function rollbackAgain({ key }: Known, wave: string): string {
  return `repoint rollback ${key} --wave ${wave} again`;
}

/** Where a finished rollback has put it: right by that, whatever the organization file says of the next plan. */
function tookBack(record: VcsResource, wave: string, known: Known): Judged {
  const again = known.again ?? rollbackAgain(known, wave);
  const judged = unchanged(record, { ...known, again }, "taken-back");
  if (judged.standing === "failed" || (judged.later ?? []).length > 0) return judged;
  return { ...judged, detail: `taken back by the rollback of ${known.takenBack.get(wave)}, nothing else differs` };
}

/** No plan moves it, for its baseline has no old connection to come from; and yet the old connection cannot be retired. */
function cameToOld({ key }: Known): Judged {
  return {
    standing: "failed",
    detail: "uses the old connection now, but did not when it was first seen",
    todo: `link it to the new connection in TFE: repoint retire ${key} refuses while it uses the old one`,
  };
}

function unchanged(record: VcsResource, known: Known, standing: "moved" | "restored" | "taken-back"): Judged {
  const { found, earlier } = differences(record, known.before);
  if (found.length > 0 && !mayBeOurs(record, known)) {
    const detail = "moved correctly; somebody changed it later";
    return { standing, detail, todo: undefined, earlier, later: found };
  }
  if (found.length > 0) {
    return {
      standing: "failed",
      detail: `more than the token differs: ${found.join("; ")}`,
      todo:
        known.goOn === undefined
          ? `set it back in TFE; or, if the change is intended, run ${known.again ?? `repoint plan ${known.key}`} to accept it`
          : `first ${known.goOn}; then, if the change was a mistake, set it back in TFE`,
    };
  }
  return { standing, detail: "nothing else differs", todo: undefined, earlier };
}

/**
 * Whether a difference may come from the re-pointing: from the apply of the last plan, and only until a verification has seen
 * that it changed nothing else. What was on its token already when that plan was made, that plan did not touch.
 */
function mayBeOurs(record: VcsResource, { before, proven }: Known): boolean {
  if (before === undefined) return true;
  return before.vcsRepo?.oauthTokenId !== record.vcsRepo?.oauthTokenId && !proven.has(record.id);
}

function checkConnection(
  { organization, inventory, roles, connections }: Migration,
  goOn: string | undefined,
): Verification["connection"] {
  const found = roles.newConnections;
  const [connection] = found;
  const key = organizationKey(organization);
  const { errors } = connections;
  const inWords = ({ file, path, message, fix = "correct it" }: Problem) => ({
    message,
    todo: file === undefined ? fix : `in ${file}${path === undefined ? "" : `, ${path}`}: ${fix}`,
  });
  if (connection === undefined) {
    // One that is only referred to is made by nobody here, and its absence is said already.
    if (organization.connection.existing !== undefined) return errors.map(inWords);
    // A plan records what is not recorded, too.
    const others = errors.filter(({ rule }) => rule !== "plan/not-recorded");
    const todo = `${goOn === undefined ? "" : `${goOn}; then `}repoint plan ${key}, then repoint apply ${key}, which creates it`;
    return [...others.map(inWords), { message: "the new connection does not exist yet", todo }];
  }
  const problems = errors.map(inWords);
  if (found.length > 1) {
    problems.push({
      message: `${found.length} connections are called "${organization.connection.name}": ${found.map(({ id }) => id).join(", ")}`,
      todo: "keep the one that `terraform state show` prints; delete the others when nothing uses them",
    });
  }
  const hadKey = inventory.connections.some(
    ({ id, tokens }) => organization.from.includes(id) && tokens.some(({ hasSshKey }) => hasSshKey),
  );
  if (hadKey && !connection.tokens.some(({ hasSshKey }) => hasSshKey)) {
    problems.push({
      message: "the old connection has an SSH key (for submodules), but the new one has none",
      todo: `repoint ssh-key ${key} --file PRIVATE_KEY_FILE`,
    });
  }
  return problems;
}
