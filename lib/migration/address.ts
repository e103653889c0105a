import type { ResourceKind } from "../kinds";

/**
 * The Terraform resource name of a resource: its name, readable, and its id, which makes it unique. It is made once, at
 * first sight, and kept in the baseline.
 *
 * Injective for the ids of one kind: an id is letters and digits behind a prefix, so its last `_` part tells them apart.
 */
export function newResourceAddress(_kind: ResourceKind, name: string, id: string): string {
  const readable = name.replace(/[^A-Za-z0-9_]+/g, "_");
  const start = /^[A-Za-z_]/.test(readable) ? readable : `_${readable}`;
  return `${start}_${id.replace(/[^A-Za-z0-9_]/g, "_")}`;
}
