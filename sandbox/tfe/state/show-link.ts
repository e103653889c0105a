import type { Attachable, ResourceKind, VcsRepo } from "./records";
import type { TfeState } from "./tfe-state";

/** The keys that the documentation shows for the links of each kind; the state may hold more. */
const SHOWN: Readonly<Record<ResourceKind, readonly (keyof VcsRepo)[]>> = {
  workspace: [
    "branch",
    "github-app-installation-id",
    "identifier",
    "ingress-submodules",
    "oauth-token-id",
    "tags-regex",
    "webhook-url",
  ],
  "policy-set": [
    "branch",
    "github-app-installation-id",
    "identifier",
    "ingress-submodules",
    "oauth-token-id",
    "webhook-url",
  ],
  "registry-module": [
    "branch",
    "github-app-installation-id",
    "identifier",
    "ingress-submodules",
    "oauth-token-id",
    "source-directory",
    "tag-prefix",
    "tags",
    "webhook-url",
  ],
  stack: [
    "branch",
    "github-app-installation-id",
    "identifier",
    "oauth-token-id",
    "sparse-checkout-pattern",
    "tags-regex",
    "trigger-disabled",
  ],
  "stack-component": ["identifier", "oauth-token-id", "source-directory", "tag-prefix"],
};

/** A link as the API shows it, with what follows from its connection. */
export function showLink(state: TfeState, kind: ResourceKind, { vcsRepo }: Attachable): unknown {
  if (vcsRepo === null) return null;
  const own = Object.fromEntries(SHOWN[kind].flatMap((key) => (key in vcsRepo ? [[key, vcsRepo[key]]] : [])));
  const client = state.clients.get(state.tokens.get(vcsRepo["oauth-token-id"] ?? "")?.clientId ?? "");
  return {
    ...own,
    "display-identifier": vcsRepo.identifier,
    "repository-http-url": `${client?.attributes["http-url"] ?? "https://github.com"}/${vcsRepo.identifier}`,
    "service-provider": client?.attributes["service-provider"] ?? "github_app",
  };
}
