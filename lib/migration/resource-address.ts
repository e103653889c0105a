import type { ResourceKind } from "../inventory/schema";

/** The Terraform resource type of each kind. */
export const resourceTypes = {
  workspace: "tfe_workspace",
  "policy-set": "tfe_policy_set",
  "registry-module": "tfe_registry_module",
  stack: "tfe_stack",
} as const satisfies Readonly<Record<ResourceKind, string>>;

/** The full Terraform address of what the inventory gave a resource name, such as `tfe_workspace.app`. */
export function resourceAddress({ kind, address }: { readonly kind: ResourceKind; readonly address: string }): string {
  return `${resourceTypes[kind]}.${address}`;
}
