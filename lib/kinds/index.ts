import { z } from "zod";
import type { Kind } from "./kind";
import { PolicySetRecord, policySet } from "./policy-set";
import type { Reading } from "./record";
import { RegistryModuleRecord, registryModule } from "./registry-module";
import { StackRecord, stack } from "./stack";
import { WorkspaceRecord, workspace } from "./workspace";

/** One resource (or one that may become one: a workspace without a VCS link is recorded too). */
export const VcsResource = z.discriminatedUnion("kind", [
  WorkspaceRecord,
  PolicySetRecord,
  RegistryModuleRecord,
  StackRecord,
]);
export type VcsResource = z.infer<typeof VcsResource>;
/** One resource as a reading found it. */
export type ResourceReading = Reading<VcsResource>;

/** In the order in which they are read and reported. */
const byKind = {
  workspace,
  "policy-set": policySet,
  "registry-module": registryModule,
  stack,
} satisfies Readonly<Record<VcsResource["kind"], Kind<ResourceReading>>>;

/** Every kind of what refers to a connection's `oauth_token_id`. */
export const kinds = Object.values(byKind);
/** Their names, as files and reports have them. */
export const resourceKinds = kinds.map(({ kind }) => kind);
export const ResourceKind = z.enum(resourceKinds);
export type ResourceKind = z.infer<typeof ResourceKind>;

export const kindOf = (kind: ResourceKind): Kind<ResourceReading> => byKind[kind];

/** The full Terraform address of what the inventory gave a resource name, such as `tfe_workspace.app`. */
export function resourceAddress({ kind, address }: { readonly kind: ResourceKind; readonly address: string }): string {
  return `${byKind[kind].terraformType}.${address}`;
}
