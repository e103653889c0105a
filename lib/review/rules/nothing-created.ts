import type { Rule, RuleFinding } from "../rule";

/** Resources are imported, never made. */
export const nothingCreated: Rule = {
  id: "nothing-created",
  severity: "error",
  explanation: "No workspace, policy set, registry module or stack is created.",
  remedy: "import the existing object (an `import` block with its id); if it was deleted, take a new inventory",
  *check({ resources }): Iterable<RuleFinding> {
    for (const { address, action, isResource, kind } of resources) {
      if (isResource && action === "create") yield { address, message: `a ${kind} would be created` };
    }
  },
};
