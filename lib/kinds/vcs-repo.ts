import { z } from "zod";
import type { Attributes } from "../tfe/attributes";

const text = z.string();
const optionalText = z.string().nullable();

/**
 * The VCS link of a resource as the API reports it. Absent keys are ones that the kind of resource does not have.
 * `branch` "" is the repository's default branch.
 */
export const VcsRepo = z.strictObject({
  identifier: text,
  branch: text.optional(),
  ingressSubmodules: z.boolean().optional(),
  /** null when the link goes through a GitHub App installation. */
  oauthTokenId: optionalText,
  githubAppInstallationId: optionalText.optional(),
  /** Workspaces and stacks: the regular expression of Git tags that start runs; null or "" for none. */
  tagsRegex: optionalText.optional(),
  /** Stacks: which files are fetched. */
  sparseCheckoutPattern: optionalText.optional(),
  /** Stacks: whether pushes start nothing. */
  triggerDisabled: z.boolean().optional(),
  /** Registry modules. */
  displayIdentifier: text.optional(),
  /** Registry modules: whether versions are published from Git tags. */
  tags: z.boolean().optional(),
  /** Registry modules in a monorepo. */
  sourceDirectory: optionalText.optional(),
  tagPrefix: optionalText.optional(),
});
export type VcsRepo = z.infer<typeof VcsRepo>;

/** What every kind's link has. */
export function readLink(repo: Attributes): VcsRepo {
  return {
    identifier: repo.required("identifier"),
    branch: repo.text("branch"),
    oauthTokenId: repo.optional("oauth-token-id"),
    githubAppInstallationId: repo.optional("github-app-installation-id"),
  };
}

/** A link whose repository's submodules may be fetched too. */
export function readLinkWithSubmodules(repo: Attributes | null): VcsRepo | null {
  return repo === null ? null : { ...readLink(repo), ingressSubmodules: repo.flag("ingress-submodules") };
}
