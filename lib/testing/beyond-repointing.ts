import { kinds } from "../kinds";
import { isObject, type Json, type JsonObject } from "../review/json";

const CONNECTION = "tfe_oauth_client";
const LINK = "tfe_project_oauth_client";
const types: ReadonlySet<string> = new Set(kinds.map(({ terraformType }) => terraformType));
/** Blocks that change nothing by themselves. */
const harmless: ReadonlySet<string> = new Set(["//", "terraform", "provider", "variable", "locals", "output", "data"]);

/**
 * What a synthesized configuration would do beside re-pointing: a sentence each, none where it re-points only. Re-pointing is to make a
 * connection and its project links, to import what is linked with another token, and to forget.
 *
 * @param configuration in Terraform's JSON syntax
 */
export function beyondRepointing(configuration: JsonObject): readonly string[] {
  const imports = blocks(configuration.import).map(({ to }) => text(to));
  const found = Object.keys(configuration)
    .filter((block) => !harmless.has(block) && !["resource", "import", "removed"].includes(block))
    .map((block) => `it has a block \`${block}\``);
  const declared = new Set<string>();
  for (const [type, instances] of Object.entries(object(configuration.resource))) {
    for (const [name, body] of Object.entries(object(instances))) {
      const address = `${type}.${name}`;
      declared.add(address);
      found.push(...ofResource(type, object(body), imports.includes(address)).map((what) => `${address} ${what}`));
    }
  }
  for (const to of imports) if (!declared.has(to)) found.push(`the import of ${to} has no resource`);
  for (const { from, lifecycle } of blocks(configuration.removed)) {
    if (!blocks(lifecycle).some(({ destroy }) => destroy === false)) found.push(`removing ${text(from)} destroys it`);
  }
  return found;
}

function ofResource(type: string, body: JsonObject, isImported: boolean): readonly string[] {
  if (type === LINK) return [];
  if (type !== CONNECTION && !types.has(type)) return ["is no connection, and nothing that uses one"];
  const protects = blocks(body.lifecycle).some((lifecycle) => lifecycle.prevent_destroy === true);
  const problems = protects ? [] : ["may be destroyed: its lifecycle has no prevent_destroy"];
  if (type === CONNECTION) return problems;
  if (!isImported) problems.push("is created: no import block names it");
  if (!blocks(body.vcs_repo).some(({ oauth_token_id: token }) => typeof token === "string" && token !== ""))
    problems.push("has no vcs_repo with an oauth_token_id");
  return problems;
}

const object = (value: Json | undefined): JsonObject => (value !== undefined && isObject(value) ? value : {});
/** A block may be written as an object or as a list of them. */
const blocks = (value: Json | undefined): readonly JsonObject[] => [value ?? []].flat().filter(isObject);
const text = (value: Json | undefined): string =>
  typeof value === "string" ? value.replace(/^\$\{(.*)\}$/, "$1") : "";
