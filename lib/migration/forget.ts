import type { VcsResource } from "../kinds";
import type { Organization } from "../organization/organization";

/** A wave is done when everything of it that can be moved is on the new connection. */
export function finishedWaves(
  movable: readonly VcsResource[],
  waves: ReadonlyMap<string, string>,
  fresh: ReadonlySet<string>,
): ReadonlySet<string> {
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const record of movable) {
    const wave = waves.get(record.id);
    if (wave === undefined) continue;
    seen.add(wave);
    const token = record.vcsRepo?.oauthTokenId;
    if (token == null || !fresh.has(token)) open.add(wave);
  }
  return new Set([...seen].filter((wave) => !open.has(wave)));
}

/** Whether the organization file has Terraform forget a wave. */
export function isForgotten(organization: Organization, wave: string, done: ReadonlySet<string>): boolean {
  if (organization.forget === "none") return false;
  return organization.forget === "done" ? done.has(wave) : organization.forget.includes(wave);
}
