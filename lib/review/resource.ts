import type { ModuleMove } from "../migration/module-move";
import { type Configuration, type ConfiguredResource, configuredResource } from "./configuration";
import { type Difference, differencesOf } from "./difference";
import type { ExpectedResource, ReviewExpectation } from "./expectation";
import { type Json, member, textMember } from "./json";
import type { ChangeKind } from "./model";
import type { PlanAction, ResourceChange } from "./plan-schema";
import { type ResourceFacts, resourceFacts } from "./provider-facts";

/** One resource of the plan with everything that several rules ask of it. */
export interface Resource {
  readonly entry: ResourceChange;
  readonly address: string;
  readonly kind: ChangeKind;
  readonly isResource: boolean;
  readonly facts: ResourceFacts | undefined;
  readonly action: PlanAction;
  /** Empty for what is deleted, forgotten or read. */
  readonly differences: readonly Difference[];
  readonly expected: ExpectedResource | undefined;
  readonly configured: ConfiguredResource | undefined;
  readonly tokenBefore: string | null;
  readonly tokenAfter: TokenAfter;
}

/** The token after the apply. */
export type TokenAfter =
  | { readonly type: "known"; readonly id: string | null }
  /** Known only once the plan is applied. */
  | { readonly type: "unknown" };

export function toResource(
  entry: ResourceChange,
  configuration: Configuration,
  expectation: ReviewExpectation | undefined,
): Resource {
  const facts = entry.mode === "managed" ? resourceFacts.get(entry.type) : undefined;
  const kind = facts?.kind ?? "other";
  const { action, before, after, afterUnknown } = entry.change;
  const compared = action === "create" || action === "update" || action === "no-op" || action === "replace";
  return {
    entry,
    address: entry.address,
    kind,
    isResource: kind !== "other" && kind !== "connection" && kind !== "connection-project",
    facts,
    action,
    differences: compared ? differencesOf(entry.change) : [],
    expected: expectation?.resources.get(entry.address),
    configured: configuredResource(configuration, entry),
    tokenBefore: textMember(vcsRepo(before), "oauth_token_id") ?? null,
    tokenAfter: tokenAfter(after, afterUnknown),
  };
}

function tokenAfter(after: Json, unknown: Json): TokenAfter {
  const repo = vcsRepo(unknown);
  if (unknown === true || member(unknown, "vcs_repo") === true || repo === true) return { type: "unknown" };
  if (member(repo, "oauth_token_id") === true) return { type: "unknown" };
  return { type: "known", id: textMember(vcsRepo(after), "oauth_token_id") ?? null };
}

/** The block that links a resource to its repository: a list of one, but for stacks. */
export function vcsRepo(value: Json | undefined): Json | undefined {
  const block = member(value, "vcs_repo");
  return Array.isArray(block) ? block[0] : block;
}

/** Why a difference of a resource may be there; undefined when it may not. */
export type Permission = "token" | "reconnect" | "configuration-only" | "unread" | "computed";

export function permission(resource: Resource, difference: Difference): Permission | undefined {
  const { facts, expected } = resource;
  if (facts === undefined) return undefined;
  if (difference.path === facts.tokenPath) return "token";
  if (expected?.desired.reconnect === true && /^vcs_repo(?:$|[.[])/.test(difference.path)) return "reconnect";
  const allowed = facts.configurationOnly.get(difference.path) ?? [];
  const wasUnset = difference.before === null || difference.before === undefined;
  if (wasUnset && !difference.unknown && allowed.some((value) => value === difference.after)) {
    return "configuration-only";
  }
  // A run that was killed after an import leaves the gap in the state. Then only the inventory tells what the server has.
  const comparable = resource.entry.change.importing !== undefined || expected !== undefined;
  if (comparable && facts.unread.has(difference.path) && (wasUnset || difference.before === "")) return "unread";
  if (difference.unknown && wasUnset && isUnused(resource, facts.unusedWhile?.get(difference.path))) return "computed";
  if (difference.unknown && facts.computed.has(difference.path.replace(/[.[].*$/, ""))) return "computed";
  return undefined;
}

function isUnused({ entry: { change } }: Resource, flag: string | undefined): boolean {
  return flag !== undefined && member(change.before, flag) === true && member(change.after, flag) === true;
}

/** Whether a resource's token becomes another one. */
export function isRepointed(resource: Resource): boolean {
  return resource.isResource && resource.differences.some(({ path }) => path === resource.facts?.tokenPath);
}

/** Which way a re-pointing goes; undefined for what is none, and where no organization file tells. */
export function directionOf(resource: Resource): "forward" | "back" | undefined {
  const { action, expected } = resource;
  if (expected === undefined || action !== "update" || !isRepointed(resource)) return undefined;
  return expected.desired.token.type === "new" ? "forward" : "back";
}

/** Which way a registry module goes that is re-pointed over the API; null where no organization file tells. */
export function moveDirection(
  { to }: ModuleMove,
  expectation: ReviewExpectation | undefined,
): "forward" | "back" | null {
  if (expectation === undefined) return null;
  return to === null || !expectation.oldTokenIds.has(to) ? "forward" : "back";
}

/** Whether a connection gets another personal access token in place. */
export function isTokenExchanged({ kind, action, differences }: Resource): boolean {
  return kind === "connection" && action === "update" && differences.some(({ path }) => path === "oauth_token");
}

/** The attributes after the change, or before it where there are none after. */
export function lastValues({ entry: { change } }: Resource): Json {
  return change.after ?? change.before;
}

/** What a person calls it: its name, else its address. */
export function displayName(resource: Resource): string {
  const { before, after } = resource.entry.change;
  return resource.expected?.desired.name ?? textMember(after, "name") ?? textMember(before, "name") ?? resource.address;
}
