import { z } from "zod";
import type { ConnectionRecord, RegistryModuleRecord, VcsRepo } from "../inventory/schema";
import { VcsRepo as VcsRepoSchema } from "../inventory/schema";

/** A registry module that is re-pointed over the API, after Terraform's apply: it is in no state. */
export const ModuleMove = z.strictObject({
  id: z.string(),
  name: z.string(),
  wave: z.string(),
  /** Where it is patched, below `/api/v2/`. */
  path: z.string(),
  /** Its link as it shall be, but for the token. */
  vcsRepo: VcsRepoSchema.omit({ oauthTokenId: true }),
  /** The token that it has now; null when it has lost its link, and is linked again as last seen. */
  from: z.string().nullable(),
  /** The token that it shall have; null for the new connection's while that does not exist. */
  to: z.string().nullable(),
});
export type ModuleMove = z.infer<typeof ModuleMove>;

/** What addresses a module in the registry. */
export interface ModuleName {
  readonly registryName: string;
  readonly namespace: string;
  readonly name: string;
  readonly provider: string;
}

/** Where a module is read and patched, below `/api/v2/` (HCP Terraform API, "Registry modules"). */
export function modulePath(organization: string, { registryName, namespace, name, provider }: ModuleName): string {
  const parts = ["organizations", organization, "registry-modules", registryName, namespace, name, provider];
  return parts.map(encodeURIComponent).join("/");
}

export function modulePathOf(organization: string, { name, settings }: RegistryModuleRecord): string {
  return modulePath(organization, { ...settings, name });
}

/**
 * What re-points a module in place: the request of `hashicorp/tfe` 0.80 (`updateRegistryModuleVCSRepo`; go-tfe #1376), which leaves
 * out what is empty, and holds everything else as it is.
 */
export function modulePatch(vcsRepo: Omit<VcsRepo, "oauthTokenId">, tokenId: string): unknown {
  const { identifier, branch, tags, sourceDirectory, tagPrefix } = vcsRepo;
  const hasBranch = branch !== undefined && branch !== "";
  const repo = {
    ...(hasBranch ? { branch } : {}),
    // Left out, it stays; a server that does not tell it may publish from tags all the same.
    ...(tags === undefined || tags === hasBranch ? {} : { tags }),
    identifier,
    "oauth-token-id": tokenId,
    ...(sourceDirectory ? { "source-directory": sourceDirectory } : {}),
    ...(tagPrefix ? { "tag-prefix": tagPrefix } : {}),
  };
  return { data: { type: "registry-modules", attributes: { "vcs-repo": repo } } };
}

/** Why {@link onlyToken} does not name one. */
export type TokenFound =
  | { readonly type: "one"; readonly id: string }
  | { readonly type: "not-one"; readonly reason: string };

/** The one token of the new connection. */
export function onlyToken(connections: readonly ConnectionRecord[]): TokenFound {
  const tokens = connections.flatMap((connection) => connection.tokens.map(({ id }) => id));
  const [id] = tokens;
  if (id !== undefined && tokens.length === 1) return { type: "one", id };
  const found = connections.map((connection) => `${connection.id} with ${connection.tokens.length} token(s)`);
  return {
    type: "not-one",
    reason: `the new connection must be one with one token; there is ${found.join(", ") || "none"}`,
  };
}
