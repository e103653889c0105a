import type { ResourceKind } from "../../kinds";

/** A line for each kind that the server does not list. */
export function skippedKinds({ unavailableKinds }: { readonly unavailableKinds: readonly ResourceKind[] }): string[] {
  return unavailableKinds.map(
    (kind) =>
      `Skipped: ${kind}s. The server answers 404: the organization is not entitled to them, or the token cannot see them.`,
  );
}
