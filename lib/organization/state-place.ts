import { normalize } from "node:path/posix";
import { jsonText } from "../util/json-text";
import { organizationKey } from "./key";
import type { Organization } from "./organization";

/** Where an organization's Terraform state lies: two with the same place would take each other's resources out. */
export function statePlace(organization: Organization): string {
  const { type, settings } = organization.backend;
  const of = (...keys: readonly string[]) => jsonText([type, ...keys.map((key) => settings[key] ?? "")]);
  switch (type) {
    case "local":
      return jsonText([type, normalize(localStatePath(organization))]);
    case "http":
      return of("address");
    case "s3":
      return of("endpoint", "endpoints", "bucket", "key");
    case "gcs":
      return of("bucket", "prefix");
    case "azurerm":
      return of("storage_account_name", "container_name", "key");
    case "remote":
    case "cloud":
      // Two ways to the same service.
      return jsonText([
        "workspace",
        settings.hostname ?? "app.terraform.io",
        settings.organization,
        workspaceName(settings.workspaces),
      ]);
  }
}

/** The file of a `local` backend's state, relative to the project. */
export function localStatePath(organization: Organization): string {
  const { path } = organization.backend.settings;
  return typeof path === "string" ? path : `terraform.${organizationKey(organization)}.tfstate`;
}

function workspaceName(workspaces: unknown): unknown {
  return typeof workspaces === "object" && workspaces !== null && "name" in workspaces ? workspaces.name : undefined;
}
