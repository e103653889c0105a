import type { TokenCheck } from "../../../gitlab/check-token";
import type { ResourceKind } from "../../../kinds";
import { registryModulesInPlace } from "../../../migration/provider-version";
import type { PreflightFacts } from "../facts";
import type { Said } from "../finding";
import type { Check } from "./check";

interface Right {
  readonly permission: string;
  readonly what: string;
  readonly remedy: string;
  /** Asked for only where something of that kind moves. @default always */
  readonly kind?: ResourceKind;
}

/** Permissions as organizations show them ("Organizations API"; go-tfe, `OrganizationPermissions`). */
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
];

/** What the TFE token may do. */
export const tfeRights: Check = {
  name: "tfe-rights",
  check: ({ tfe, resources }) => {
    if (tfe === undefined) return [];
    const { permissions, readOnlyIds } = tfe;
    const kinds = new Set(resources.map(({ kind }) => kind));
    const inOrganization = rights
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
    const readOnly = resources
      .filter(({ id }) => readOnlyIds.has(id))
      .map(({ kind, name }): Said => {
        const remedy = "give the token's team write or admin access to it, or use an owner's token";
        return { subject: name, status: "error", what: `the TFE token may not change this ${kind}`, remedy };
      });
    return [...inOrganization, ...(kinds.has("registry-module") ? [ofModules(permissions)] : []), ...readOnly];
  },
};

/** Owners may change modules, and nobody else may delete an organization. Whether a team with Manage modules may, no documentation says. */
function ofModules(permissions: Readonly<Record<string, boolean>> | undefined): Said {
  const subject = "the TFE token";
  if (permissions?.["can-destroy"] === true)
    return { subject, status: "ok", what: "it is an owner's, so it may change registry modules", remedy: null };
  return {
    subject,
    status: "unknown",
    what: "it is not known to be an owner's; only moving the first registry module shows whether it may change them",
    remedy: "use an owner's token (docs/how-to/registry-modules.md)",
  };
}

/** Which server it is; GitLab tells what is asked; and the provider and the server re-point registry modules in place, where some move. */
export const versions: Check = {
  name: "versions",
  check: (facts) => [ofTfe(facts), ...ofGitlab(facts), ...ofModulesInPlace(facts)],
};

/** What the server says of itself: nothing of what is asked here needs a newer one than another. */
function ofTfe({ organization, server }: PreflightFacts): Said {
  const subject = organization.hostname;
  return server === undefined
    ? { subject, status: "unknown", what: "it does not tell its version", remedy: null }
    : { subject, status: "ok", what: `it is ${server}`, remedy: null };
}

/** Whether GitLab took the token, so that it could be asked for more. */
const isTaken = (check: TokenCheck) => check.type === "usable" || (check.type === "unknown" && check.taken);

/** Before 15.5 a token cannot look at itself ("Personal access tokens API", "Get details on a personal access token"). */
const TOKENS_TELL_SINCE = [15, 5] as const;

function ofGitlab({ token, gitlabVersion }: PreflightFacts): readonly Said[] {
  if (token.type !== "asked" || !isTaken(token.check)) return [];
  const subject = "GitLab";
  const [major = 0, minor = 0] = (gitlabVersion ?? "").split(".").map(Number.parseFloat);
  if (gitlabVersion === undefined)
    return [{ subject, status: "unknown", what: "it does not tell its version", remedy: null }];
  const [oldest, least] = TOKENS_TELL_SINCE;
  if (major > oldest || (major === oldest && minor >= least))
    return [{ subject, status: "ok", what: `it is ${gitlabVersion}`, remedy: null }];
  const what = `it is ${gitlabVersion}: before 15.5, it tells neither what a token may do nor when it expires`;
  return [{ subject, status: "warning", what, remedy: "look at the token's scopes and expiry date in GitLab" }];
}

function ofModulesInPlace({ organization, resources, modulesInPlace }: PreflightFacts): readonly Said[] {
  if (!resources.some(({ kind }) => kind === "registry-module")) return [];
  const subject = "registry modules";
  const remedy = "read docs/how-to/registry-modules.md";
  if (modulesInPlace === false)
    return [{ subject, status: "error", what: "this server cannot re-point them in place", remedy }];
  const byProvider = registryModulesInPlace(organization.terraform.provider);
  const how = byProvider
    ? "Terraform re-points them"
    : `the provider ${organization.terraform.provider} cannot re-point them: repoint apply does, over the API`;
  return modulesInPlace === true
    ? [{ subject, status: "ok", what: how, remedy: null }]
    : [{ subject, status: "unknown", what: `${how}; only moving the first one shows whether this server can`, remedy }];
}

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
