import type { Problem } from "../errors";
import { organizationKey } from "./key";
import type { ParsedWish } from "./parse";
import { statePlace } from "./state-place";

/** A file of `organizations/` and what reading it gave. */
export interface LoadedWish {
  readonly file: string;
  readonly parsed: ParsedWish;
}

/** What two wishes must not share, be they otherwise right or wrong. */
export function conflict(one: LoadedWish, other: LoadedWish): Problem | undefined {
  const both = `${one.file} and ${other.file}`;
  const organization = organizationOf(one);
  // TFE takes an organization's name in any case.
  if (organization !== undefined && organization.toLowerCase() === organizationOf(other)?.toLowerCase()) {
    return {
      rule: "wish/twice",
      message: `${both} are both for ${organization}`,
      fix: "keep one: two states would fight over the same attachments",
    };
  }
  // Not every file system tells capitals apart.
  if (organizationKey(one).toLowerCase() === organizationKey(other).toLowerCase()) {
    return {
      rule: "wish/twice",
      message: `${both} are both called ${organizationKey(one)}`,
      fix: "rename one: its name is that of its stack, its inventory and its state",
    };
  }
  if (one.parsed.type === "wrong" || other.parsed.type === "wrong") return undefined;
  if (statePlace(one.parsed.organization) !== statePlace(other.parsed.organization)) return undefined;
  return {
    rule: "wish/same-state",
    message: `${both} keep their Terraform state in the same place`,
    fix: "give each a place of its own under backend: applied in turn, each would take out what the other holds",
  };
}

/** For example `acme on app.terraform.io`; undefined where the file does not say. */
function organizationOf({ parsed }: LoadedWish): string | undefined {
  const { organization, hostname } = identity(parsed);
  return organization === undefined || hostname === undefined ? undefined : `${organization} on ${hostname}`;
}

/** What a file says it is for, as far as it can be read. */
export function identity(parsed: ParsedWish): {
  readonly hostname: string | undefined;
  readonly organization: string | undefined;
} {
  return parsed.type === "read" ? parsed.organization : parsed.identity;
}
