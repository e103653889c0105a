import { z } from "zod";
import { Attributes } from "../tfe/attributes";
import type { Resource } from "../tfe/resource";
import { VcsRepo } from "./vcs-repo";

/** A Stack component configuration of the private registry, which HCP Terraform alone has. Only those with a VCS link are recorded. */
export const StackComponentRecord = z.strictObject({
  /** `comp-…`. */
  id: z.string(),
  name: z.string(),
  vcsRepo: VcsRepo,
});
export type StackComponentRecord = z.infer<typeof StackComponentRecord>;

/** As the API has it (HCP Terraform API, "Stack component configurations"); undefined for one without a VCS link. */
export function stackComponent(resource: Resource): StackComponentRecord | undefined {
  const a = new Attributes(resource);
  const vcsRepo = componentRepo(a.object("vcs-repo"));
  return vcsRepo === null ? undefined : { id: resource.id, name: a.required("name"), vcsRepo };
}

/** The documentation shows no branch: versions come from Git tags. */
function componentRepo(repo: Attributes | null): VcsRepo | null {
  if (repo === null) return null;
  return {
    identifier: repo.required("identifier"),
    oauthTokenId: repo.optional("oauth-token-id"),
    githubAppInstallationId: repo.optional("github-app-installation-id"),
    sourceDirectory: repo.optional("source-directory"),
    tagPrefix: repo.optional("tag-prefix"),
  };
}
