import { jsonText } from "../../util/json-text";
import type { Rule, RuleFinding } from "../rule";

/** Registry modules that `repoint apply` re-points over the API, after Terraform's apply. */
export const modulesOverApi: Rule = {
  id: "modules-over-api",
  severity: "error",
  needsOrganizationFile: true,
  explanation:
    "What is re-pointed over the API after Terraform's apply is what the organization file and the inventory give, each from an old connection.",
  remedy: "plan again: `repoint plan`",
  *check({ facts, expectation }): Iterable<RuleFinding> {
    if (expectation === undefined || facts.moves === undefined) return;
    if (jsonText(facts.moves) !== jsonText(expectation.moves)) {
      yield {
        message:
          "the plan would re-point other registry modules over the API than the organization file and the inventory give",
      };
    }
    const known = new Set([...expectation.oldTokenIds, ...expectation.newTokenIds]);
    for (const { path, name, from } of facts.moves) {
      if (from !== null && !known.has(from)) {
        yield {
          address: path,
          message: `registry module ${name} is on the token ${from}, which is of no old connection`,
        };
      }
    }
    if (facts.moves.length === 0) return;
    yield {
      severity: "info",
      message: "registry modules are re-pointed over the API, after Terraform's apply, and enter no state",
      remedy:
        "run the apply with a token of the owners team or of a member of it: HashiCorp documents that changing a module needs one",
    };
    if (expectation.modulesInPlace !== null) return;
    yield {
      severity: "info",
      message:
        "whether this server re-points registry modules in place is not known: one is re-pointed and read back, and the others follow only if its token changed",
      remedy: "nothing to do",
    };
  },
};
