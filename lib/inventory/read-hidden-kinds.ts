import { kindOf, type ResourceKind } from "../kinds";
import { readEntitlements } from "../tfe/api";
import { Attributes } from "../tfe/attributes";
import type { TfeClient } from "../tfe/client";

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
  const set = await readEntitlements(client, organization);
  if (set === undefined) return unavailable;
  const entitled = new Attributes(set);
  return unavailable.filter((kind) => kindOf(kind).entitlements.some((name) => entitled.flag(name)));
}
