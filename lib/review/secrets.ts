import { createHash } from "node:crypto";
import { looksSecret, masked } from "../util/secret";
import type { Configuration } from "./configuration";
import { isArray, isObject, type Json, member, members } from "./json";
import type { Change, Plan } from "./plan-schema";
import { resourceFacts } from "./provider-facts";

/** Shorter values are too common to be told from other texts. */
const MIN_LENGTH = 8;

/** So many are searched for one by one. */
const FEW = 20;

/** The secrets of one plan: it finds them in texts and takes them out. */
export class Secrets {
  private readonly values: readonly string[];
  private readonly hidden: readonly string[];
  private readonly beginnings: ReadonlySet<string>;

  /** @param others what is not to be shown, though it may stand in clear where it is no secret. */
  constructor(values: readonly string[], others: readonly string[]) {
    const longEnough = (value: string): boolean => value.length >= MIN_LENGTH;
    this.values = [...new Set(values.filter(longEnough).flatMap((value) => [value, ...derived(value)]))];
    this.hidden = [...new Set([...this.values, ...others.filter(longEnough)])];
    this.beginnings = new Set(this.hidden.map((value) => value.slice(0, MIN_LENGTH)));
  }

  /** Whether a text holds a secret of this plan, or looks like one. */
  in(text: string): boolean {
    return (this.mayBeIn(text) && this.values.some((value) => text.includes(value))) || looksSecret(text);
  }

  /** The text without its secrets. */
  mask(text: string): string {
    return masked(text, this.mayBeIn(text) ? this.hidden : []);
  }

  /** Whether a text is worth a search: with thousands of secrets, beside a fleet's sensitive variables say, most are not. */
  private mayBeIn(text: string): boolean {
    if (this.hidden.length <= FEW) return this.hidden.length > 0;
    for (let at = 0; at <= text.length - MIN_LENGTH; at += 1) {
      if (this.beginnings.has(text.slice(at, at + MIN_LENGTH))) return true;
    }
    return false;
  }
}

/** What Terraform's functions make of a text without another's help: these give it away, or let it be guessed. */
function derived(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const hashes = ["md5", "sha1", "sha256", "sha512"].flatMap((algorithm) =>
    (["hex", "base64"] as const).map((encoding) => createHash(algorithm).update(bytes).digest(encoding)),
  );
  const texts = [
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(value),
    [...value].reverse().join(""),
    value.toUpperCase(),
    value.toLowerCase(),
  ];
  return [...hashes, ...texts.filter((text) => text !== value)];
}

/** An object's id in TFE, an OAuth token's too: no secret, though a configuration may call it sensitive. */
const objectId = /^(?:apool|mod|oc|org|ot|polset|prj|st|team|user|var|varset|ws)-[A-Za-z0-9]{16,}$/;

/**
 * Collects the plan's secrets: what resources of a re-pointing mark as sensitive, and the values of variables that hold tokens.
 * Outputs add none: one that holds a whole connection is sensitive as a whole, with the connection's name and addresses. What
 * resources of other types mark is masked, but may well be a common text: a variable's value `eu-central-1`, say.
 */
export function secretsOf(plan: Plan, configuration: Configuration): Secrets {
  const values: string[] = [];
  const sensitiveVariables = new Set(
    members(configuration.root.variables)
      .filter(([, variable]) => member(variable, "sensitive") === true)
      .map(([name]) => name),
  );
  for (const [name, value] of plan.variables) {
    collect(value, sensitiveVariables.has(name), values);
  }
  const others: string[] = [];
  for (const { type, mode, change } of [...plan.changes, ...plan.drift]) {
    const into = mode === "managed" && resourceFacts.has(type) ? values : others;
    collectMarked(change.before, change.beforeSensitive, into);
    collectMarked(change.after, change.afterSensitive, into);
  }
  const secret = (value: string): boolean => !objectId.test(value);
  return new Secrets(values.filter(secret), others.filter(secret));
}

/**
 * Calls back for every text of a change that the plan does not mark as sensitive, keys included, with its attribute. Where
 * one side is sensitive, Terraform prints neither.
 *
 * @param planned the planned change of what drifted: only its marks are those of the configuration.
 */
export function forEachClearText(
  change: Change,
  see: (text: string, attribute: string) => void,
  planned: Change = change,
): void {
  const marks = [change, planned].flatMap(({ beforeSensitive, afterSensitive }) => [beforeSensitive, afterSensitive]);
  clearTexts(change.before, marks, "", see);
  clearTexts(change.after, marks, "", see);
}

function collect(value: Json | undefined, all: boolean, into: string[]): void {
  if (typeof value === "string") {
    if (all || looksSecret(value)) into.push(value);
  } else if (isArray(value)) for (const element of value) collect(element, all, into);
  else if (isObject(value)) for (const element of Object.values(value)) collect(element, all, into);
}

function collectMarked(value: Json | undefined, marks: Json | undefined, into: string[]): void {
  if (marks === true) collect(value, true, into);
  else if (isArray(marks)) {
    for (const [index, mark] of marks.entries()) collectMarked(isArray(value) ? value[index] : undefined, mark, into);
  } else if (isObject(marks)) {
    for (const [key, mark] of Object.entries(marks)) collectMarked(member(value, key), mark, into);
  }
}

function clearTexts(
  value: Json | undefined,
  marks: readonly (Json | undefined)[],
  attribute: string,
  see: (text: string, attribute: string) => void,
): void {
  if (marks.includes(true)) return;
  if (typeof value === "string") see(value, attribute);
  else if (isArray(value)) {
    for (const [index, element] of value.entries()) {
      const inner = marks.map((mark) => (isArray(mark) ? mark[index] : undefined));
      clearTexts(element, inner, attribute, see);
    }
  } else if (isObject(value)) {
    for (const [key, element] of Object.entries(value)) {
      const outer = attribute === "" ? key : attribute;
      see(key, outer);
      const inner = marks.map((mark) => member(mark, key));
      clearTexts(element, inner, outer, see);
    }
  }
}
