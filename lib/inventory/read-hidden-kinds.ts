import { Attributes } from "../tfe/attributes";
import type { TfeClient } from "../tfe/client";
import { readIfThere } from "../tfe/json-api";
import type { ResourceKind } from "./schema";

/** Any of these in the entitlement set says that an organization may have the kind (HCP Terraform API, "Organizations"). */
const entitlements: Readonly<Record<ResourceKind, readonly string[]>> = {
  workspace: ["operations", "state-storage"],
  "policy-set": ["sentinel", "policy-enforcement"],
  "registry-module": ["private-module-registry"],
  stack: ["stacks"],
};

/**
 * Of kinds whose list answers 404, those that the organization may have all the same, so that the 404 says: this token may not
 * see them. When the entitlements cannot be read either, that is all of them.
 *
 * @throws ExternalError when the server fails.
 */
export async function readHiddenKinds(
  client: TfeClient,
  organization: string,
  unavailable: readonly ResourceKind[],
): Promise<readonly ResourceKind[]> {
  if (unavailable.length === 0) return [];
  const path = `organizations/${encodeURIComponent(organization)}`;
  const set = await readIfThere(client, `${path}/entitlement-set`);
  if (set === undefined) return unavailable;
  const entitled = new Attributes(set);
  return unavailable.filter((kind) => entitlements[kind].some((name) => entitled.flag(name)));
}
