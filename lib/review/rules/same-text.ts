import {
  formatPath,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  type JsonPath,
  member,
  sameJson,
  textMember,
} from "../json";
import type { Rule, RuleFinding, Subject } from "../rule";

/** At most so many places are named. */
const NAMED = 5;

/**
 * The plan was made from the text that the organization file and the inventory give. This alone sees what a plan does not show:
 * `lifecycle`, the backend, `removed`, `moved` and `import` blocks that have done their work.
 */
export const sameText: Rule = {
  id: "same-text",
  severity: "error",
  needsOrganizationFile: true,
  explanation:
    "The plan was made from the configuration synthesized from the current organization file and inventory, including what a plan does not show: lifecycle, backend, removed and moved blocks.",
  remedy: "plan again: `repoint plan`",
  isComparable: (subject) => hashes(subject) !== undefined || texts(subject) !== undefined,
  *check(subject): Iterable<RuleFinding> {
    const { now, then } = hashes(subject) ?? {};
    if (now !== then) {
      yield {
        message: `the plan was made from the configuration ${then?.slice(0, 12)}…; the organization file and the inventory now give ${now?.slice(0, 12)}…`,
      };
    }
    const compared = texts(subject);
    if (compared === undefined) return;
    const paths = [...differences(inOrder(compared.synthesized), inOrder(compared.given), [])];
    if (paths.length === 0) return;
    const harmless = paths.every((path) => isLostPrecondition(path, compared.given));
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : "";
    yield {
      ...(harmless ? { severity: "warning" } : {}),
      message: `${compared.file} differs from the synthesized configuration: ${paths.slice(0, NAMED).map(formatPath).join(", ")}${more}`,
      remedy:
        "synthesize and plan again: `repoint plan`, or `npx cdktf synth`; if the plan was made from another file, give it: --configuration FILE",
    };
  },
};

/** A precondition only refuses: without it, a plan does nothing that it would not do with it. One in its place may be anything. */
function isLostPrecondition(path: JsonPath, given: JsonObject): boolean {
  const [kind, type, name, lifecycle, condition] = path;
  if (path.length !== 5 || kind !== "resource" || lifecycle !== "lifecycle" || condition !== "precondition")
    return false;
  const resource = member(member(member(given, "resource"), String(type)), String(name));
  return member(member(resource, "lifecycle"), "precondition") === undefined;
}

function hashes({ facts, expectation }: Subject): { readonly now: string; readonly then: string } | undefined {
  const now = expectation?.configurationSha256;
  const then = facts.configurationSha256;
  return now === undefined || then === undefined ? undefined : { now, then };
}

function texts({ facts, expectation }: Subject) {
  const synthesized = expectation?.configuration;
  return synthesized === undefined || facts.configuration === undefined
    ? undefined
    : { synthesized, given: facts.configuration.json, file: facts.configuration.file };
}

/** Blocks that say which object they are about: Terraform takes them in any order. */
const UNORDERED = ["import", "moved", "removed"];

function inOrder(configuration: JsonObject): JsonObject {
  const sorted = (value: Json | undefined) =>
    isArray(value) ? value.toSorted((a, b) => (addressIn(a) < addressIn(b) ? -1 : 1)) : value;
  const blocks = UNORDERED.flatMap((key) => {
    const value = sorted(configuration[key]);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...configuration, ...Object.fromEntries(blocks) };
}

const addressIn = (block: Json): string => textMember(block, "to") ?? textMember(block, "from") ?? "";

/** Where two texts differ; comments and cdktf's notes on how it was made, under `//`, do not count. */
function* differences(a: Json | undefined, b: Json | undefined, path: JsonPath): Iterable<JsonPath> {
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (key !== "//") yield* differences(a[key], b[key], [...path, key]);
    }
  } else if (isArray(a) && isArray(b) && a.length === b.length) {
    for (const [index, value] of a.entries()) yield* differences(value, b[index], [...path, index]);
  } else if (!sameJson(a, b)) yield path;
}
