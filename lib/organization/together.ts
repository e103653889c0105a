import type { Problem } from "../errors";
import { organizationKey } from "./key";
import type { ParsedOrganizationFile } from "./parse";
import { statePlace } from "./state-place";

/** A file of `organizations/` and what reading it gave. */
export interface LoadedOrganizationFile {
  readonly file: string;
  readonly parsed: ParsedOrganizationFile;
}

/** What two organization files must not share, be they otherwise right or wrong. */
export function conflict(one: LoadedOrganizationFile, other: LoadedOrganizationFile): Problem | undefined {
  const both = `${one.file} and ${other.file}`;
  const organization = organizationOf(one);
  // TFE takes an organization's name in any case.
  if (organization !== undefined && organization.toLowerCase() === organizationOf(other)?.toLowerCase()) {
    return {
      rule: "organization/twice",
      message: `${both} are both for ${organization}`,
      fix: "keep one: two states would manage the same resources",
    };
  }
  // Not every file system tells capitals apart.
  if (organizationKey(one).toLowerCase() === organizationKey(other).toLowerCase()) {
    return {
      rule: "organization/twice",
      message: `${both} are both called ${organizationKey(one)}`,
      fix: "rename one: the stack, inventory and state use its name",
    };
  }
  if (one.parsed.type === "wrong" || other.parsed.type === "wrong") return undefined;
  if (statePlace(one.parsed.organization) !== statePlace(other.parsed.organization)) return undefined;
  return {
    rule: "organization/same-state",
    message: `${both} keep their Terraform state in the same place`,
    fix: "give each its own place under backend: otherwise each apply would remove the other's resources",
  };
}

/** For example `acme on app.terraform.io`; undefined where the file does not say. */
function organizationOf({ parsed }: LoadedOrganizationFile): string | undefined {
  const { organization, hostname } = identity(parsed);
  return organization === undefined || hostname === undefined ? undefined : `${organization} on ${hostname}`;
}

/** What a file says it is for, as far as it can be read. */
export function identity(parsed: ParsedOrganizationFile): {
  readonly hostname: string | undefined;
  readonly organization: string | undefined;
} {
  return parsed.type === "read" ? parsed.organization : parsed.identity;
}
