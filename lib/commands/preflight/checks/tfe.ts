import type { ResourceKind } from "../../../kinds";
import { registryModulesInPlace } from "../../../migration/provider-version";
import type { Said } from "../finding";
import type { Check } from "./check";

interface Right {
  readonly permission: string;
  readonly what: string;
  readonly remedy: string;
  /** Asked for only where something of that kind moves. @default always */
  readonly kind?: ResourceKind;
}

/** Permissions as organizations show them ("Organizations API"; go-tfe, `OrganizationPermissions`). Only owners may delete one. */
const rights: readonly Right[] = [
  {
    permission: "can-update-oauth",
    what: "manage VCS settings",
    remedy: "give the token's team Manage VCS settings, or use an owner's token",
  },
  {
    permission: "can-update-sentinel",
    what: "change policy sets",
    remedy: "give the token's team Manage policies, or use an owner's token",
    kind: "policy-set",
  },
  {
    permission: "can-destroy",
    what: "change registry modules, as owners may",
    remedy: "use an owner's token (docs/how-to/registry-modules.md)",
    kind: "registry-module",
  },
];

/** What the TFE token may do. Rights on single workspaces show only when one is changed. */
export const tfeRights: Check = {
  name: "tfe-rights",
  check: ({ tfe, resources }) => {
    if (tfe === undefined) return [];
    const { permissions } = tfe;
    const kinds = new Set(resources.map(({ kind }) => kind));
    return rights
      .filter(({ kind }) => kind === undefined || kinds.has(kind))
      .map(({ permission, what, remedy }): Said => {
        const may = permissions?.[permission];
        const subject = "the TFE token";
        if (may === undefined)
          return { subject, status: "unknown", what: `TFE does not show whether it may ${what}`, remedy };
        return may
          ? { subject, status: "ok", what: `it may ${what}`, remedy: null }
          : { subject, status: "error", what: `it may not ${what}`, remedy };
      });
  },
};

/** The provider and the server re-point registry modules in place, where some move. */
export const versions: Check = {
  name: "versions",
  check: ({ organization, resources, modulesInPlace }) => {
    if (!resources.some(({ kind }) => kind === "registry-module")) return [];
    const subject = "registry modules";
    const remedy = "docs/how-to/registry-modules.md says what to do";
    if (modulesInPlace === false)
      return [{ subject, status: "error", what: "this server cannot re-point them in place", remedy }];
    const byProvider = registryModulesInPlace(organization.terraform.provider);
    const how = byProvider
      ? "Terraform re-points them"
      : `the provider ${organization.terraform.provider} cannot re-point them: repoint apply does, over the API`;
    return modulesInPlace === true
      ? [{ subject, status: "ok", what: how, remedy: null }]
      : [{ subject, status: "unknown", what: `${how}; whether the server can, the first one shows`, remedy }];
  },
};

/** Which connection it is: address, scope, name, SSH key (docs/reference/organization-file.md#which-connection-is-it). */
export const connections: Check = {
  name: "connections",
  check: ({ connections: { errors, warnings } }) => {
    const subject = "connections";
    const found = [
      ...errors.map(({ message, fix }): Said => ({ subject, status: "error", what: message, remedy: fix ?? null })),
      ...warnings.map((what): Said => ({ subject, status: "warning", what, remedy: null })),
    ];
    if (found.length > 0) return found;
    return [
      { subject, status: "ok", what: "the old and the new one are what the organization file says", remedy: null },
    ];
  },
};

/** TFE names its commit statuses after organization and connection, and GitLab does not show who waits for one. */
export const commitStatuses: Check = {
  name: "commit-statuses",
  check: ({ resources }) =>
    resources.some(({ kind }) => kind === "workspace")
      ? [
          {
            subject: "commit statuses",
            status: "unknown",
            what: "TFE's commit statuses come from another user after the move; whether anything in GitLab waits for those of the old one cannot be read",
            remedy: "look for external status checks and merge rules that name Terraform in the repositories' settings",
          },
        ]
      : [],
};
