import { isArray, isObject, type Json, member, members } from "../json";
import type { Rule, RuleFinding, Subject } from "../rule";
import { forEachClearText } from "../secrets";

/** Promise 4, as far as a plan can show it. */
export const noSecret: Rule = {
  id: "no-secret",
  severity: "error",
  explanation: "Terraform prints no token or other secret: every one is marked as sensitive.",
  remedy: "pass it only through a variable with `sensitive = true`; if it was printed or committed, revoke it",
  *check(subject): Iterable<RuleFinding> {
    const { plan, secrets, configuration } = subject;
    const sensitive = new Set(
      members(configuration.root.variables).flatMap(([name, variable]) =>
        member(variable, "sensitive") === true ? [name] : [],
      ),
    );
    for (const [name, value] of plan.variables) {
      if (!sensitive.has(name) && textsOf(value).some((text) => secrets.in(text))) {
        yield { message: `the variable ${name} contains a secret but is not declared sensitive` };
      }
    }
    const planned = new Map(plan.changes.map(({ address, change }) => [address, change]));
    for (const { address, change, previousAddress } of [...plan.changes, ...plan.drift]) {
      const where = new Set<string>();
      const see = (text: string, path: string): void => {
        if (secrets.in(text)) where.add(path);
      };
      forEachClearText(change, see, planned.get(address));
      if (secrets.in(address) || secrets.in(previousAddress ?? "")) where.add("its address");
      if (secrets.in(change.importing?.id ?? "")) where.add("its import id");
      if (where.size > 0) yield { address, message: `a secret is in plain text in ${[...where].join(", ")}` };
    }
    for (const { name, change } of plan.outputs) {
      let found = false;
      forEachClearText(change, (text) => {
        found ||= secrets.in(text);
      });
      if (found) yield { message: `the output ${name} contains a secret but is not marked as sensitive` };
    }
    yield* inConfiguration(subject);
  },
};

/** The configuration is committed and shown in merge requests; a default of a variable is part of it. */
function* inConfiguration({ plan, secrets }: Subject): Iterable<RuleFinding> {
  const found = new Set<string>();
  const walk = (value: Json, place: string): void => {
    if (typeof value === "string") {
      if (secrets.in(value)) found.add(place);
    } else if (isArray(value)) for (const element of value) walk(element, place);
    else if (isObject(value)) {
      const { address } = value;
      const inner = typeof address === "string" ? address : place;
      for (const element of Object.values(value)) walk(element, inner);
    }
  };
  for (const [key, value] of members(plan.configuration)) walk(value, key);
  for (const place of found) yield { message: `the configuration contains a secret (${place})` };
}

function textsOf(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  return isArray(value) || isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}
