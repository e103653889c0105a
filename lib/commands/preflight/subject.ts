import type { VcsResource } from "../../kinds";
import type { Decision } from "../../migration/decide";
import type { Migration } from "../../migration/migration";
import { assignWaves, waveOrder } from "../../migration/waves";

/** What a preflight is about. */
export interface PreflightSubject {
  /** In words, for people: `the wave "canary"`. */
  readonly what: string;
  readonly resources: readonly VcsResource[];
}

/** What the next apply moves; where nothing moves now, the next wave that still has something to move. Pure. */
export function comingWave(migration: Migration): PreflightSubject {
  const { organization, inventory, decided, movingIds } = migration;
  const forward = organization.direction === "forward";
  const now = forward ? decided.filter(({ record }) => movingIds.has(record.id)).map(({ record }) => record) : [];
  if (!forward) return { what: "nothing: direction: back moves resources to the old connection alone", resources: [] };
  if (now.length > 0) return { what: "what the next plan moves", resources: now };
  const open = everything(migration).resources.filter(({ vcsRepo }) => !isNew(migration, vcsRepo?.oauthTokenId));
  const waves = assignWaves(organization, open, inventory.projects);
  const next = waveOrder(organization).find((name) => open.some(({ id }) => waves.get(id) === name));
  if (next === undefined) return { what: "nothing: no wave has anything left to move", resources: [] };
  return { what: `the wave "${next}"`, resources: open.filter(({ id }) => waves.get(id) === next) };
}

/** What moves, has moved, or will move: every wave. Pure. */
export function everything({ decided }: Migration): PreflightSubject {
  const resources = decided.filter(({ decision }) => isOfWave(decision)).map(({ record }) => record);
  return { what: "every wave", resources };
}

const isNew = ({ roles }: Migration, tokenId: string | null | undefined) => roles.newTokenIds.has(tokenId ?? "");

function isOfWave(decision: Decision): boolean {
  switch (decision.type) {
    case "manage":
    case "adopt-first":
    case "over-api":
      return true;
    case "leave":
    case "forget":
      return ["later-wave", "deferred", "done", "auto-destroy"].includes(decision.why);
    default:
      return false;
  }
}
