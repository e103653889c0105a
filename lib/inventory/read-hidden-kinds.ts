import { kindOf, type ResourceKind } from "../kinds";
import { Attributes } from "../tfe/attributes";
import type { TfeClient } from "../tfe/client";
import { readIfThere } from "../tfe/json-api";

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
  return unavailable.filter((kind) => kindOf(kind).entitlements.some((name) => entitled.flag(name)));
}
