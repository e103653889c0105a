import { modulePatch, registryModule } from "../kinds/registry-module";
import type { ModuleMove } from "../migration/module-move";
import { quoted } from "../util/json-text";
import type { Difference } from "./difference";
import type { ConnectionEnds } from "./ends";
import type { ReviewExpectation } from "./expectation";
import { type Json, textMember } from "./json";
import type { AttributeChange, ReviewedChange } from "./model";
import { directionOf, displayName, lastValues, moveDirection, permission, type Resource } from "./resource";
import type { Secrets } from "./secrets";

/** Longer values are cut in reports. */
const MAX_TEXT = 2000;

/** Whether a resource is listed: whatever the plan imports, changes, reads or forgets. */
export function isListed({ action, entry }: Resource): boolean {
  return action !== "no-op" || entry.change.importing !== undefined;
}

/** A resource as the reports show it, without secrets. */
export function reviewedChange(
  resource: Resource,
  found: readonly string[],
  ends: ConnectionEnds,
  expectation: ReviewExpectation | undefined,
  secrets: Secrets,
): ReviewedChange {
  const { entry, expected, kind, action, isResource } = resource;
  const values = lastValues(resource);
  const id = textMember(entry.change.before, "id") ?? null;
  const projectId = textMember(values, "project_id");
  const project =
    expected?.desired.origin.projectName ??
    (id === null ? undefined : expectation?.projectOf.get(id)) ??
    (projectId === undefined ? undefined : (expectation?.projectOf.get(projectId) ?? projectId));
  const mask = (text: string): string => secrets.mask(text);
  const optional = (text: string | null | undefined): string | null => (text == null ? null : mask(text));
  return {
    address: mask(entry.address),
    kind,
    name: mask(displayName(resource)),
    id: optional(id),
    project: optional(project),
    wave: optional(expected?.desired.origin.wave),
    direction: directionOf(resource) ?? null,
    from: isResource ? maskEnd(ends.from(resource), mask) : null,
    to: isResource && action !== "forget" && action !== "delete" ? maskEnd(ends.to(resource), mask) : null,
    action,
    importId: optional(entry.change.importing?.id),
    reason: optional(entry.actionReason),
    attributes: resource.differences.map((difference) => attributeChange(resource, difference, mask)),
    request: null,
    findings: [...found],
  };
}

/** A registry module that is re-pointed over the API, with the very request that is sent. */
export function reviewedMove(
  move: ModuleMove,
  found: readonly string[],
  expectation: ReviewExpectation | undefined,
  secrets: Secrets,
): ReviewedChange {
  const mask = (text: string): string => secrets.mask(text);
  const { id, name, wave, path, vcsRepo, from, to } = move;
  const end = (tokenId: string): End =>
    expectation?.connectionOfToken.get(tokenId) ?? { name: null, connectionId: null, tokenId };
  const created = expectation?.connection.type === "create" ? expectation.connection.name : null;
  const fresh = { name: created, connectionId: null, tokenId: null };
  const body = quoted(modulePatch(vcsRepo, to ?? KNOWN_AFTER_APPLY));
  return {
    address: mask(path),
    kind: registryModule.kind,
    name: mask(name),
    id: mask(id),
    project: null,
    wave: mask(wave),
    direction: moveDirection(move, expectation),
    from: maskEnd(from === null ? null : end(from), mask),
    to: maskEnd(to === null ? fresh : end(to), mask),
    action: "update",
    importId: null,
    reason: null,
    attributes: [
      {
        path: "vcs-repo.oauth-token-id",
        before: from === null ? "(absent)" : shown(from, mask),
        after: to === null ? KNOWN_AFTER_APPLY : shown(to, mask),
        expected: true,
      },
    ],
    request: mask(`PATCH /api/v2/${path} ${body}`),
    findings: [...found],
  };
}

const KNOWN_AFTER_APPLY = "(known after apply)";

type End = ReviewedChange["from"];

function maskEnd(end: End, mask: (text: string) => string): End {
  if (end === null) return null;
  const part = (text: string | null): string | null => (text === null ? null : mask(text));
  return { name: part(end.name), connectionId: part(end.connectionId), tokenId: part(end.tokenId) };
}

function attributeChange(resource: Resource, difference: Difference, mask: (text: string) => string): AttributeChange {
  const { sensitive, unknown, before, after, path } = difference;
  return {
    path: mask(path),
    before: sensitive && before != null ? "(sensitive)" : shown(before, mask),
    after: unknown ? KNOWN_AFTER_APPLY : sensitive && after != null ? "(sensitive)" : shown(after, mask),
    expected: isExpected(resource, difference),
  };
}

function isExpected(resource: Resource, difference: Difference): boolean {
  if (resource.isResource) return permission(resource, difference) !== undefined;
  if (resource.kind === "connection" && resource.action === "update") return difference.path === "oauth_token";
  return resource.facts !== undefined && resource.action === "create";
}

function shown(value: Json | undefined, mask: (text: string) => string): string {
  if (value === undefined) return "(absent)";
  const text = mask(typeof value === "string" ? quoted(mask(value)) : quoted(value));
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} more characters)`;
}
