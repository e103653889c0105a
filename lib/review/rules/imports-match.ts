import { textMember } from "../json";
import type { Resource } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** An address holds the object that the inventory recorded under it. */
export const importsMatch: Rule = {
  id: "imports-match",
  severity: "error",
  explanation: "Every import and every object in the state matches the inventory's object at that address.",
  remedy: "take a new inventory and plan again; if the state has another object at that address, forget it first",
  *check({ resources }): Iterable<RuleFinding> {
    for (const resource of resources) {
      const { entry, address, isResource, expected, action } = resource;
      const { importing } = entry.change;
      if (importing === undefined && (expected === undefined || action === "forget" || action === "delete")) continue;
      if (!isResource) {
        yield { address, message: "it would be imported, but only resources are imported" };
        continue;
      }
      const id = textMember(entry.change.before, "id");
      if (expected !== undefined && id !== expected.desired.id) {
        yield {
          address,
          message: `it is ${id ?? "an object without an id"}; the inventory has ${expected.desired.id} (${expected.desired.name}) at this address`,
        };
      }
      if (importing === undefined) continue;
      if (entry.change.generatedConfig) {
        yield { severity: "warning", address, message: "Terraform generated its configuration" };
      }
      if (importing.id === undefined || importing.unknown) {
        const byIdentity = importing.identity !== null && !importing.unknown && expected === undefined;
        if (!byIdentity) yield { address, message: "the plan does not contain its import id" };
      } else if (expected !== undefined && !expected.importIds.includes(importing.id)) {
        yield {
          address,
          message: `its import id is ${importing.id}; expected ${expected.importIds.join(" or ")}`,
        };
      } else if (expected === undefined && !namesObject(importing.id, resource)) {
        yield {
          address,
          message: `its import id is ${importing.id}, but the object that was read is ${id ?? "without an id"}`,
        };
      }
    }
  },
};

/** Whether an import id can mean the object that was read: its id, `ORG/NAME`, or a path that ends in its id. */
function namesObject(importId: string, { entry }: Resource): boolean {
  const { before } = entry.change;
  const id = textMember(before, "id");
  if (id === undefined) return false;
  const byName = `${textMember(before, "organization")}/${textMember(before, "name")}`;
  return importId === id || importId === byName || importId.endsWith(`/${id}`);
}
