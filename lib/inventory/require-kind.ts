import { ExternalError } from "../errors";
import { kinds } from "../kinds";
import type { Resource } from "../tfe/resource";
import { shown } from "../util/secret";

export const NO_TFE =
  "check that the host is Terraform Enterprise or HCP Terraform and that no proxy changes its answers";

/** How TFE makes the ids of each type. Terraform's addresses are told apart by them. */
const ids: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(kinds.map(({ type, id }) => [type, id])),
  projects: /^prj-[A-Za-z0-9]+$/,
  "oauth-clients": /^oc-[A-Za-z0-9]+$/,
  "oauth-tokens": /^ot-[A-Za-z0-9]+$/,
};

/** @throws ExternalError when a list holds what is not of its kind, by its type or its id */
export function requireKind(resources: readonly Pick<Resource, "id" | "type">[], type: string, list: string): void {
  for (const resource of resources) {
    if (resource.type !== type)
      throw new ExternalError(
        `the server's answer is invalid: in the list of ${list}, ${resource.id} has the type ${shown(resource.type)}`,
        { fix: NO_TFE },
      );
    if (ids[type]?.test(resource.id) === false)
      throw new ExternalError(`the server sent an invalid id: ${shown(resource.id)} in the list of ${list}`, {
        fix: NO_TFE,
      });
  }
}
