import { PROVIDER_CONSTRAINT } from "../util/tfe-provider";
import { type Backend, backendTypes, type Organization } from "./organization";
import type { OrganizationFile } from "./schema";

/** Fills in every default. The organization file has passed its schema and its rules. */
export function normalise(organizationFile: OrganizationFile, file: string): Organization {
  const url = withoutSlash(organizationFile.gitlab.url);
  const { exclude = [], ...select } = organizationFile.select ?? {};
  return {
    file,
    hostname: organizationFile.hostname.toLowerCase(),
    organization: organizationFile.organization,
    gitlab: {
      url,
      apiUrl: withoutSlash(organizationFile.gitlab.apiUrl ?? `${url}/api/v4`),
      serviceProvider: organizationFile.gitlab.serviceProvider,
      movedFrom: [organizationFile.gitlab.movedFrom ?? []].flat().map(withoutSlash),
    },
    connection: {
      name: organizationFile.connection.name ?? "",
      scope: organizationFile.connection.scope ?? "organization",
      agentPool: organizationFile.connection.agentPool,
      existing: organizationFile.connection.existing,
      tokenVariable: organizationFile.connection.tokenVariable ?? "gitlab_pat",
    },
    from: organizationFile.from,
    select: { ...select, exclude },
    managedElsewhere: organizationFile.managedElsewhere ?? [],
    waves: organizationFile.waves ?? [],
    through: organizationFile.through,
    direction: organizationFile.direction ?? "forward",
    forget: organizationFile.forget ?? "none",
    backend: backendOf(organizationFile.backend),
    terraform: { provider: organizationFile.terraform?.provider ?? PROVIDER_CONSTRAINT },
    allowAutoDestroyReset: organizationFile.allowAutoDestroyReset ?? false,
    limits: { maxChanges: organizationFile.limits?.maxChanges },
  };
}

function backendOf(backend: OrganizationFile["backend"]): Backend {
  const type = backendTypes.find((candidate) => backend?.[candidate] !== undefined) ?? "local";
  return { type, settings: backend?.[type] ?? {} };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
