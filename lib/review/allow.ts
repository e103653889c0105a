import { type Problem, UsageError } from "../errors";
import { rules } from "./rules";

/**
 * Pairs `--allow RULE …` with `--reason TEXT`: one reason for all, or one for each in the same order.
 *
 * @throws UsageError when a rule is unknown, or a reason is missing.
 */
export function allowRules(allowed: readonly string[], reasons: readonly string[]): ReadonlyMap<string, string> {
  const problems: Problem[] = [];
  const known = new Set(rules.map(({ id }) => id));
  for (const rule of allowed) {
    if (known.has(rule)) continue;
    problems.push({
      rule: "review/unknown-rule",
      path: "--allow",
      message: `there is no rule "${rule}"`,
      fix: `one of: ${[...known].join(", ")}`,
    });
  }
  const given = reasons.map((reason) => reason.trim());
  const complete = allowed.length === 0 ? given.length === 0 : given.length === 1 || given.length === allowed.length;
  if (!complete || given.includes("")) {
    problems.push({
      rule: "review/no-reason",
      path: "--reason",
      message: `--allow is given ${allowed.length} time(s) and --reason ${given.filter((text) => text !== "").length} time(s)`,
      fix: "give one --reason for all, or one for each --allow, in the same order",
    });
  }
  if (problems.length > 0) throw new UsageError(problems);
  return new Map(allowed.map((rule, index) => [rule, given[given.length === 1 ? 0 : index] ?? ""]));
}
