import { writtenAs } from "./configuration";
import { isArray, isObject, type Json, type JsonObject, member, sameJson } from "./json";

/** One argument that is not written as it would be synthesized. */
export interface ArgumentDifference {
  /** Such as `vcs_repo.oauth_token_id`. */
  readonly path: string;
  /**
   * `missing`: the synthesized configuration has it, the plan's has not. `added`: the other way round. `other`: both have it,
   * and not the same. `unshown`: it refers to the right thing, and only that: the plan does not show whether the value is
   * computed from it.
   */
  readonly type: "missing" | "added" | "other" | "unshown";
  /** What it should refer to, where it is `unshown`. */
  readonly reference?: string;
}

/** Meta-arguments: a plan shows them elsewhere or not at all. */
const META = new Set(["//", "lifecycle", "depends_on", "provider", "for_each", "count", "connection", "provisioner"]);

/**
 * Compares a block as it would be synthesized, in Terraform's JSON syntax, with the `expressions` that a plan has of it.
 * Whatever stands on either side alone is a difference.
 */
export function* compareArguments(synthesized: JsonObject, planned: JsonObject, at = ""): Iterable<ArgumentDifference> {
  const names = Object.keys(synthesized).filter((name) => !META.has(name));
  for (const name of names)
    yield* compare(synthesized[name] ?? null, planned[name], at === "" ? name : `${at}.${name}`);
  const known = new Set(names);
  for (const name of Object.keys(planned)) {
    if (!known.has(name)) yield { path: at === "" ? name : `${at}.${name}`, type: "added" };
  }
}

function* compare(synthesized: Json, planned: Json | undefined, path: string): Iterable<ArgumentDifference> {
  if (planned === undefined) yield { path, type: "missing" };
  else if (isObject(synthesized) && member(planned, "constant_value") === undefined) {
    // A block that may be there more than once is a list in a plan.
    const [block, ...more] = isArray(planned) ? planned : [planned];
    if (!isObject(block) || more.length > 0) yield { path, type: "other" };
    else yield* compareArguments(synthesized, block, path);
  } else yield* compareValue(synthesized, planned, path);
}

function* compareValue(synthesized: Json, planned: Json, path: string): Iterable<ArgumentDifference> {
  const reference = typeof synthesized === "string" ? /^\$\{([^{}]+)\}$/.exec(synthesized)?.[1] : undefined;
  const written = writtenAs(planned);
  if (reference !== undefined) {
    if (written.type !== "reference" || written.to !== reference) yield { path, type: "other" };
    else if (!written.shown) yield { path, type: "unshown", reference };
    return;
  }
  // The text of a configuration in JSON, or the value of one in HCL.
  const constant = isObject(planned) && planned.references === undefined ? planned.constant_value : undefined;
  const same =
    constant !== undefined &&
    [inNormalForm(synthesized), plainValue(synthesized)].some((value) => sameJson(value, constant));
  if (!same) yield { path, type: "other" };
}

/** Terraform holds every text in Unicode's normal form C (cty, `NormalizeString`). */
function inNormalForm(value: Json): Json {
  return mapTexts(value, (text) => text.normalize("NFC"));
}

/** The value that a literal of Terraform's JSON syntax stands for: `$${` and `%%{` are escapes. */
function plainValue(value: Json): Json {
  return mapTexts(value, (text) =>
    text
      .normalize("NFC")
      .replace(/\$\$\{/g, "${")
      .replace(/%%\{/g, "%{"),
  );
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (isArray(value)) return value.map((element) => mapTexts(element, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}
