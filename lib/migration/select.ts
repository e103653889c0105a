import type { Inventory, ProjectRecord } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { Matcher, Organization } from "../organization/organization";
import { fitsGlob } from "../util/glob";

/** Whether a resource fits every condition of a matcher. A condition that is not given always holds. */
export function matches(matcher: Matcher, record: VcsResource, projects: readonly ProjectRecord[]): boolean {
  const { kinds, ids, names } = matcher;
  return (
    (kinds === undefined || kinds.includes(record.kind)) &&
    (ids === undefined || ids.includes(record.id)) &&
    (names === undefined || names.some((glob) => fitsGlob(glob, record.name))) &&
    (matcher.projects === undefined || inProject(matcher.projects, record, projects)) &&
    (matcher.tags === undefined || hasTag(matcher.tags, record)) &&
    (matcher.sourceNames === undefined || hasSource(matcher.sourceNames, record))
  );
}

function inProject(wanted: readonly string[], record: VcsResource, projects: readonly ProjectRecord[]): boolean {
  const id = record.projectId;
  if (id === null) return false;
  if (wanted.includes(id)) return true;
  const name = namesOf(projects).get(id);
  return name !== undefined && wanted.some((glob) => fitsGlob(glob, name));
}

/** Names by id, made once for each list: with thousands of projects, looking one up for each resource would be slow. */
const projectNames = new WeakMap<readonly ProjectRecord[], ReadonlyMap<string, string>>();

function namesOf(projects: readonly ProjectRecord[]): ReadonlyMap<string, string> {
  const known = projectNames.get(projects);
  if (known !== undefined) return known;
  const made = new Map(projects.map(({ id, name }) => [id, name]));
  projectNames.set(projects, made);
  return made;
}

/** A tag is a name or, since key-value tags, `key=value`, which the API lists as `key:value`. */
function hasTag(wanted: readonly string[], record: VcsResource): boolean {
  const { settings } = record;
  if (!("tagNames" in settings)) return false;
  return wanted.some((glob) =>
    settings.tagNames.some((tag) => fitsGlob(glob, tag) || fitsGlob(glob.replace("=", ":"), tag)),
  );
}

function hasSource(wanted: readonly string[], record: VcsResource): boolean {
  const source = "sourceName" in record.settings && record.settings.sourceName;
  return source !== null && source !== false && source !== "" && wanted.some((glob) => fitsGlob(glob, source));
}

/** Whether a resource was first seen on an old connection of the organization file; re-pointing it does not change that. */
export function onOldConnection(organization: Organization, inventory: Inventory, record: VcsResource): boolean {
  const { baseline } = record;
  if (baseline === undefined) return false;
  if (baseline.connectionId !== null) return organization.from.includes(baseline.connectionId);
  const token = baseline.vcsRepo.oauthTokenId;
  return (
    token !== null &&
    inventory.connections.some(({ id, tokens }) => organization.from.includes(id) && tokens.some((t) => t.id === token))
  );
}

/** Whether the organization file's `select` takes a resource. */
export function isSelected(
  organization: Organization,
  record: VcsResource,
  projects: readonly ProjectRecord[],
): boolean {
  const { exclude, ...conditions } = organization.select;
  return matches(conditions, record, projects) && !exclude.some((matcher) => matches(matcher, record, projects));
}

/** Whether the organization file leaves a resource to another configuration (`managedElsewhere`). */
export function isManagedElsewhere(
  organization: Organization,
  record: VcsResource,
  projects: readonly ProjectRecord[],
): boolean {
  return organization.managedElsewhere.some((matcher) => matches(matcher, record, projects));
}
