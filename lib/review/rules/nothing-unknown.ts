import { permission } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** What is unknown at plan time may turn out to force a replacement when it is applied. */
export const nothingUnknown: Rule = {
  id: "nothing-unknown",
  severity: "error",
  explanation: "Only the new connection's ids are unknown until the apply.",
  remedy: "pass the value through a variable: an unknown token or name can replace connections and unlink workspaces",
  *check({ resources }): Iterable<RuleFinding> {
    for (const resource of resources) {
      if (resource.facts === undefined || resource.action === "replace") continue;
      const unknown = resource.differences.filter(
        (difference) => difference.unknown && !mayBeUnknown(resource, difference),
      );
      if (unknown.length > 0) {
        const paths = unknown.map(({ path }) => (path === "" ? "the whole resource" : path));
        yield { address: resource.address, message: `known only after the apply: ${paths.join(", ")}` };
      }
    }
  },
};

function mayBeUnknown(
  resource: Parameters<typeof permission>[0],
  difference: Parameters<typeof permission>[1],
): boolean {
  const allowed = permission(resource, difference);
  if (resource.kind === "connection") return resource.action === "create" && allowed === "computed";
  if (resource.kind === "connection-project") {
    return resource.action === "create" && (allowed === "computed" || difference.path === "oauth_client_id");
  }
  return allowed === "computed" || allowed === "token";
}
