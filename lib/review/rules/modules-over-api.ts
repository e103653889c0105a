import { jsonText } from "../../util/json-text";
import type { Rule, RuleFinding } from "../rule";

/** Registry modules that `repoint apply` re-points over the API, after Terraform's apply. */
export const modulesOverApi: Rule = {
  id: "modules-over-api",
  severity: "error",
  needsOrganizationFile: true,
  explanation:
    "The changes over the API after Terraform's apply match the organization file and the inventory, and each starts from an old connection.",
  remedy: "plan again: `repoint plan`",
  *check({ facts, expectation }): Iterable<RuleFinding> {
    if (expectation === undefined || facts.moves === undefined) return;
    if (jsonText(facts.moves) !== jsonText(expectation.moves)) {
      yield {
        message: "the registry modules to re-point over the API differ from the organization file and the inventory",
      };
    }
    const known = new Set([...expectation.oldTokenIds, ...expectation.newTokenIds]);
    for (const { path, name, from } of facts.moves) {
      if (from !== null && !known.has(from)) {
        yield {
          address: path,
          message: `registry module ${name} uses the token ${from}, which belongs to no old connection`,
        };
      }
    }
    if (facts.moves.length === 0) return;
    yield {
      severity: "info",
      message: "registry modules are re-pointed over the API, after Terraform's apply, and enter no state",
      remedy:
        "run the apply with a token of the owners team or of one of its members: HashiCorp documents that changing a module needs one",
    };
    if (expectation.modulesInPlace !== null) return;
    yield {
      severity: "info",
      message:
        "it is unknown whether this server re-points registry modules in place: Repoint tries one and reads it back, and continues only if its token changed",
      remedy: "nothing to do",
    };
  },
};
