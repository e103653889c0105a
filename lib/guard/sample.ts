import { isDeepStrictEqual } from "node:util";
import type { Json } from "../util/json";
import { isObject } from "./same-value";

/** What the provider reads of a workspace (provider 0.79, resource_tfe_workspace.go, `resourceTFEWorkspaceRead`). */
export const ATTRIBUTES = [
  "name",
  "allow-destroy-plan",
  "assessments-enabled",
  "auto-apply",
  "auto-apply-run-trigger",
  "auto-destroy-activity-duration",
  "auto-destroy-at",
  "description",
  "execution-mode",
  "file-triggers-enabled",
  "global-remote-state",
  "hyok-enabled",
  "inherits-project-auto-destroy",
  "operations",
  "queue-all-runs",
  "resource-count",
  "source-name",
  "source-url",
  "speculative-enabled",
  "structured-run-output-enabled",
  "tag-names",
  "terraform-version",
  "trigger-patterns",
  "trigger-prefixes",
  "working-directory",
] as const;
const LINK = [
  "identifier",
  "branch",
  "ingress-submodules",
  "oauth-token-id",
  "github-app-installation-id",
  "tags-regex",
];
/** The relationships that it reads. */
export const RELATIONSHIPS = ["organization", "project", "ssh-key", "agent-pool"];
const TAGS = "effective-tag-bindings";

/** A workspace as one answer shows it, with what came along. */
export interface Shown {
  readonly data: Json;
  readonly included: Json | undefined;
}

/**
 * The first attribute, of those that the provider reads, in which a list and a single answer disagree about a workspace; undefined for
 * none. What is absent is the same as null to the provider.
 */
export function disagreement(listed: Shown, single: Shown): string | undefined {
  const [left, right] = [partsOf(listed), partsOf(single)];
  return Object.keys(left).find((name) => {
    // Where a list has no tags, each workspace is asked for its own.
    if (name === TAGS && left[name] === null) return false;
    return !isDeepStrictEqual(left[name], right[name]);
  });
}

function partsOf({ data, included }: Shown): Readonly<Record<string, Json>> {
  const link = at(data, "attributes", "vcs-repo");
  return {
    id: at(data, "id"),
    ...Object.fromEntries(ATTRIBUTES.map((name) => [name, at(data, "attributes", name)])),
    "vcs-repo": isObject(link),
    ...Object.fromEntries(LINK.map((name) => [`vcs-repo.${name}`, at(link, name)])),
    ...Object.fromEntries(RELATIONSHIPS.map((name) => [name, at(data, "relationships", name, "data", "id")])),
    [TAGS]: tagsOf(data, included),
  };
}

/** Each tag with what the provider reads of it: key, value, and whether it is inherited (`helpers.NewTagInfo`). */
function tagsOf(data: Json, included: Json | undefined): Json {
  const named = at(data, "relationships", TAGS, "data");
  if (!Array.isArray(named)) return null;
  const all = (Array.isArray(included) ? included : []).filter((item) => at(item, "type") === TAGS);
  return named
    .map((name: Json) => {
      const tag = all.find((item) => at(item, "id") === at(name, "id")) ?? null;
      return [
        at(tag, "attributes", "key"),
        at(tag, "attributes", "value"),
        at(tag, "links", "inherited-from") !== null,
      ];
    })
    .sort((a, b) => String(a[0]).localeCompare(String(b[0])));
}

function at(value: Json | undefined, ...path: readonly string[]): Json {
  let found: Json = value ?? null;
  for (const key of path) found = isObject(found) && Object.hasOwn(found, key) ? (found[key] ?? null) : null;
  return found;
}
