import type { VcsRepo } from "../../kinds/vcs-repo";
import { quoted } from "../../util/json-text";
import type { Difference } from "../difference";
import { type Json, member } from "../json";
import { permission, type Resource, vcsRepo } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** Promise 2: a resource changes in its `oauth_token_id` alone. */
export const tokenOnly: Rule = {
  id: "token-only",
  severity: "error",
  explanation: "A resource changes in place, and only in its oauth_token_id.",
  remedy: "write the resource's current values into its configuration; `repoint inventory` and `repoint plan` do this",
  *check({ resources }): Iterable<RuleFinding> {
    for (const resource of resources) {
      if (!resource.isResource || resource.action === "create" || resource.action === "replace") continue;
      // What is unknown is another rule's.
      const wrong = resource.differences.filter(
        (difference) => !difference.unknown && permission(resource, difference) === undefined,
      );
      if (wrong.length > 0) yield { address: resource.address, message: describe(wrong) };
      if (resource.action === "update" && resource.differences.length === 0) {
        yield { address: resource.address, message: "it would be updated, although no attribute differs" };
      }
      yield* link(resource);
    }
  },
};

const SHOWN = 5;

function describe(wrong: readonly Difference[]): string {
  const paths = wrong.slice(0, SHOWN).map(({ path }) => path);
  const more = wrong.length > SHOWN ? ` and ${wrong.length - SHOWN} more` : "";
  return `it would change ${paths.join(", ")}${more}, not only its token`;
}

/** Attributes of `vcs_repo` and what the inventory calls them. */
const linkAttributes = [
  ["identifier", "identifier"],
  ["branch", "branch"],
  ["ingress_submodules", "ingressSubmodules"],
  ["tags_regex", "tagsRegex"],
  ["github_app_installation_id", "githubAppInstallationId"],
  ["display_identifier", "displayIdentifier"],
  ["tags", "tags"],
  ["source_directory", "sourceDirectory"],
  ["tag_prefix", "tagPrefix"],
] as const satisfies readonly (readonly [string, keyof VcsRepo])[];

/** The link after the apply is the one of the inventory, also where an import does not read it. */
function* link(resource: Resource): Iterable<RuleFinding> {
  const { expected, entry, address, action } = resource;
  if (action !== "update" && action !== "no-op") return;
  if (expected === undefined) {
    for (const difference of resource.differences) {
      if (permission(resource, difference) !== "unread") continue;
      yield {
        severity: "warning",
        address,
        message: `an import does not read ${difference.path}, so the plan cannot show whether ${quoted(difference.after)} is a change`,
        remedy: "make sure that it matches the server",
      };
    }
    return;
  }
  const after = vcsRepo(entry.change.after);
  const recorded = expected.desired.vcsRepo;
  for (const [attribute, key] of linkAttributes) {
    const value = recorded[key];
    // What the provider does to what it does not know is for verify to see.
    if (resource.facts?.linkLacks?.has(attribute) === true) continue;
    if (value === undefined || normal(member(after, attribute)) === normal(value)) continue;
    yield {
      address,
      message: `after the apply its vcs_repo ${attribute} would be ${normal(member(after, attribute))}; the inventory has ${normal(value)}`,
    };
  }
}

/** Absent, null and "" are one in every attribute of a link. */
function normal(value: Json | undefined): string {
  return value === undefined || value === null ? '""' : quoted(value);
}
