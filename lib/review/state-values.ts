import { elements, type Json, member, textMember } from "./json";

/** A resource in a values representation (`planned_values`, `prior_state.values`). */
interface StateResource {
  readonly address: string;
  readonly mode: string | undefined;
  readonly type: string | undefined;
  readonly values: Json | undefined;
}

/** The resources of a values representation, those of its modules too. */
export function stateResources(values: Json | undefined): readonly StateResource[] {
  const found: StateResource[] = [];
  const open = [member(values, "root_module")];
  while (open.length > 0) {
    const module = open.pop();
    for (const resource of elements(member(module, "resources"))) {
      const address = textMember(resource, "address");
      if (address === undefined) continue;
      found.push({
        address,
        mode: textMember(resource, "mode"),
        type: textMember(resource, "type"),
        values: member(resource, "values"),
      });
    }
    open.push(...elements(member(module, "child_modules")));
  }
  return found;
}

/** Addresses of the managed resources among them. */
export function managedAddresses(resources: readonly StateResource[]): readonly string[] {
  return resources.filter(({ mode }) => mode === "managed").map(({ address }) => address);
}

/** Connections that were looked up (`data.tfe_oauth_client`): their attributes. */
export function lookedUpConnections(resources: readonly StateResource[]): readonly Json[] {
  return resources.flatMap(({ mode, type, values }) =>
    mode === "data" && type === "tfe_oauth_client" && values !== undefined ? [values] : [],
  );
}
