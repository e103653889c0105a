import { type Difference, differencesOf } from "./difference";
import { isArray } from "./json";
import type { ResourceChange } from "./plan-schema";
import { resourceFacts } from "./provider-facts";

/** What somebody changed of a resource outside of Terraform, as the plan found it; empty for what only looks like a change. */
export function driftOf({ type, change }: ResourceChange): readonly Difference[] {
  const absent = resourceFacts.get(type)?.absentBehindGuard;
  return differencesOf(change).filter((difference) => {
    if (isEmpty(difference)) return false;
    return !(absent?.has(difference.path) === true && isBlank(difference.before));
  });
}

/** The provider reads `[]` where it wrote null; Terraform keeps quiet about it too. */
function isEmpty({ before, after, unknown }: Difference): boolean {
  return !unknown && isBlank(before) && isBlank(after);
}

const isBlank = (value: Difference["before"]): boolean =>
  value == null || value === "" || (isArray(value) && value.length === 0);
