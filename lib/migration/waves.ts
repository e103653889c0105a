import { createHash } from "node:crypto";
import type { ProjectRecord } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { Organization, Wave } from "../organization/organization";
import { CONNECTION_ALONE, LAST_WAVE, ONLY_WAVE } from "../organization/wave-names";
import { matches } from "./select";

/** Every wave's name, in the order in which they are re-pointed. */
export function waveOrder(organization: Organization): readonly string[] {
  if (organization.waves.length === 0) return [ONLY_WAVE];
  const named = organization.waves.map(({ name }) => name);
  return named.includes(LAST_WAVE) ? named : [...named, LAST_WAVE];
}

/** The waves up to and with `through`; all of them when it is not given, none for `through: connection`. */
export function coveredWaves(organization: Organization): ReadonlySet<string> {
  const order = waveOrder(organization);
  if (organization.through === undefined) return new Set(order);
  if (organization.through === CONNECTION_ALONE) return new Set();
  return new Set(order.slice(0, order.indexOf(organization.through) + 1));
}

/** The waves that `direction: back` takes back: those behind `through`, all of them without it. */
export function wavesGoingBack(organization: Organization): ReadonlySet<string> {
  if (organization.direction !== "back") return new Set();
  if (organization.through === undefined) return new Set(waveOrder(organization));
  const covered = coveredWaves(organization);
  return new Set(waveOrder(organization).filter((wave) => !covered.has(wave)));
}

/**
 * The wave of every resource: the first that takes it. Adding a wave behind others moves nothing out of those before it,
 * and no resource's wave depends on which others there are.
 *
 * @returns wave names by resource id.
 */
export function assignWaves(
  organization: Organization,
  records: readonly VcsResource[],
  projects: readonly ProjectRecord[],
): ReadonlyMap<string, string> {
  const last = organization.waves.length === 0 ? ONLY_WAVE : LAST_WAVE;
  return new Map(
    records.map((record) => {
      const wave = organization.waves.find((candidate) => takes(candidate, record, projects));
      return [record.id, wave?.name ?? last];
    }),
  );
}

function takes(wave: Wave, record: VcsResource, projects: readonly ProjectRecord[]): boolean {
  return matches(wave, record, projects) && (wave.percent === undefined || share(wave.name, record.id) < wave.percent);
}

/** A number from 0 to below 100 that depends on the wave's name and the resource's id alone. */
function share(wave: string, id: string): number {
  const hash = createHash("sha256").update(`${wave}\n${id}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100;
}
