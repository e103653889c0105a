import { one, related } from "../api/relationship";
import type { Call } from "../api/route";
import type { Organization } from "../state/records";

const PERMISSIONS = [
  "can-create-module",
  "can-create-team",
  "can-create-workspace",
  "can-destroy",
  "can-manage-modules",
  "can-manage-run-tasks",
  "can-manage-vcs-settings",
  "can-traverse",
  "can-update",
  "can-update-api-token",
  "can-update-oauth",
  "can-update-sentinel",
];

/** An organization as the API shows it. */
export function showOrganization(organization: Organization, { state, user }: Pick<Call, "state" | "user">): unknown {
  const { name, externalId, attributes, defaultAgentPoolId, defaultProjectId } = organization;
  const may = (permission: string) =>
    !state.denied.has(permission) && (permission !== "can-destroy" || user.rights === "all");
  return {
    id: name,
    type: "organizations",
    attributes: {
      ...attributes,
      name,
      "external-id": externalId,
      "saml-enabled": false,
      "two-factor-conformant": true,
      "is-unified": false,
      "trial-expires-at": null,
      "remaining-testable-count": 5,
      permissions: Object.fromEntries(PERMISSIONS.map((permission) => [permission, may(permission)])),
    },
    relationships: {
      "default-project": one("projects", defaultProjectId),
      "default-agent-pool": one("agent-pools", defaultAgentPoolId),
      "entitlement-set": one("entitlement-sets", externalId),
      "oauth-tokens": related(`/organizations/${name}/oauth-tokens`),
    },
    links: { self: `/api/v2/organizations/${name}` },
  };
}
