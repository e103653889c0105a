import { printable } from "../util/plain-text";

/** Where a resource comes from, for the comment above its block. */
export interface Origin {
  /** Its project's name; null where it has none. */
  readonly projectName: string | null;
  readonly wave: string;
  /** The connection that it comes from; null where that is unknown. */
  readonly connection: string | null;
}

/** One line, whatever a name holds: `ws-… · project Platform · wave canary · from GitLab (oc-…)`. */
export function describeOrigin(id: string, origin: Origin): string {
  const parts = [
    id,
    ...(origin.projectName === null ? [] : [`project ${origin.projectName}`]),
    `wave ${origin.wave}`,
    ...(origin.connection === null ? [] : [`from ${origin.connection}`]),
  ];
  // `${` is safe: Terraform reads no templates in comments, nor in the `//` property of a resource. cdktf reads its own.
  return printable(parts.join(" · ")).replaceAll("{TfToken[", "{ TfToken[");
}
