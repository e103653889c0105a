import { unprocessable } from "../api/errors";
import type { Attributes } from "../state/records";

/**
 * A default agent pool needs the default execution mode `agent`; another mode takes it away.
 *
 * @param named the pool that the request names.
 * @throws ApiError 422 when it names one without the mode
 */
export function requireAgentMode(
  attributes: Attributes,
  owner: { defaultAgentPoolId: string | null },
  named: string | null | undefined,
  { label, pointer }: { readonly label: string; readonly pointer: string },
): void {
  if (attributes["default-execution-mode"] === "agent") return;
  if (named) throw unprocessable(`${label} must not be specified unless using 'agent' execution mode`, pointer);
  owner.defaultAgentPoolId = null;
}
