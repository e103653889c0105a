import { knownDataSources, resourceFacts } from "../provider-facts";
import type { Rule, RuleFinding } from "../rule";

/** A re-pointing needs a handful of resource types; anything else in the plan is another matter. */
export const knownTypes: Rule = {
  id: "known-types",
  severity: "error",
  explanation: `The plan touches only ${[...resourceFacts.keys()].join(", ")}, reads only connections and runs no provisioner.`,
  remedy: "plan re-pointing separately from other changes",
  *check({ resources, expectation, configuration }): Iterable<RuleFinding> {
    for (const { address, entry, action } of resources) {
      if (entry.mode === "data") {
        if (knownDataSources.has(entry.type)) {
          yield {
            severity: expectation === undefined ? "warning" : "error",
            address,
            message: `it is read only when the plan is applied${entry.actionReason === undefined ? "" : ` (${entry.actionReason})`}`,
          };
        } else {
          yield {
            address,
            message: "it would be read when the plan is applied, and nobody has reviewed what that read does",
          };
        }
      } else if (!resourceFacts.has(entry.type) && (action !== "no-op" || expectation !== undefined)) {
        yield {
          address,
          message: `re-pointing needs no ${entry.type}; planned: ${entry.change.actions.join(", ")}`,
        };
      }
    }
    const staying = new Set(resources.flatMap(({ configured }) => configured ?? []));
    for (const { configured, action } of resources) {
      if (configured !== undefined && action !== "no-op") staying.delete(configured);
    }
    for (const module of configuration.modules) {
      if (module.parent !== undefined && expectation !== undefined) {
        yield {
          message: `the configuration calls a module, module.${module.path.join(".module.")}; the synthesized configuration calls none`,
        };
      }
      for (const block of module.resources.values()) {
        const { address, provisioners } = block;
        // Data may have been read, and programs run for it, when the plan was made: no change tells of it.
        if (expectation !== undefined && !isKnown(address)) {
          yield {
            address,
            message: "the configuration has it, but the synthesized configuration has nothing of this type",
          };
        }
        if (provisioners > 0) {
          const rests = expectation === undefined && !isKnown(address) && staying.has(block);
          yield {
            severity: rests ? "warning" : "error",
            address,
            message: `it has a provisioner, which may run any command${rests ? " when it is created or destroyed" : ""}`,
          };
        }
      }
    }
  },
};

/** By a block's address in its module: `tfe_workspace.app` or `data.tfe_oauth_client.new`. */
function isKnown(address: string): boolean {
  const [first = "", second = ""] = address.split(".");
  return first === "data" ? knownDataSources.has(second) : resourceFacts.has(first);
}
