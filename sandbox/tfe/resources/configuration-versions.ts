import { page } from "../api/page";
import { one } from "../api/relationship";
import { type Call, includes, type Route, route } from "../api/route";
import type { ConfigurationVersion } from "../state/records";
import { findWorkspace } from "./find-workspace";

const ingressId = (id: string) => id.replace(/^cv-/, "ia-");

export function showConfigurationVersion({ id, source, ingress }: ConfigurationVersion): unknown {
  return {
    id,
    type: "configuration-versions",
    attributes: { source, status: "uploaded", "auto-queue-runs": true, speculative: false, error: null },
    relationships: { "ingress-attributes": one("ingress-attributes", ingress === null ? null : ingressId(id)) },
    links: { self: `/api/v2/configuration-versions/${id}` },
  };
}

/** The commit that a configuration was read at, if it is a repository's. */
export function showIngress({ id, ingress }: ConfigurationVersion): readonly unknown[] {
  if (ingress === null) return [];
  const { identifier, branch, cloneUrl, isPullRequest = false } = ingress;
  return [
    {
      id: ingressId(id),
      type: "ingress-attributes",
      attributes: {
        branch: branch === "" ? "main" : branch,
        "clone-url": cloneUrl,
        "commit-sha": "0123456789abcdef0123456789abcdef01234567",
        identifier,
        "is-pull-request": isPullRequest,
        "on-default-branch": branch === "",
      },
    },
  ];
}

/** Newest first. */
function list(call: Call) {
  const { id } = findWorkspace(call);
  const versions = [...(call.state.configurationVersions.get(id) ?? [])].reverse();
  const wanted = includes(call, "ingress_attributes", "ingress-attributes");
  return page(call, versions, showConfigurationVersion, (shown) => (wanted ? shown.flatMap(showIngress) : []));
}

export const configurationVersionRoutes: readonly Route[] = [
  route("GET", "/workspaces/:id/configuration-versions", list),
];
