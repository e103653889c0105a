import type { Json } from "./json";
import type { Shape } from "./shape";

/** A resource in a values representation (`planned_values`, `prior_state.values`). */
interface StateResource {
  readonly address: string;
  readonly mode: string | undefined;
  readonly type: string | undefined;
  readonly values: Json | undefined;
  /** Whether it is what is left of a replacement that was broken off, and not the resource itself. */
  readonly deposed: boolean;
}

/** The resources of a values representation, those of its modules too. */
export function stateResources(values: Json | undefined, path: string, shape: Shape): readonly StateResource[] {
  const found: StateResource[] = [];
  const open = [{ module: shape.optionalObject(values, path).root_module, at: `${path}.root_module` }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { at } = next;
    const module = shape.optionalObject(next.module, at);
    for (const [index, value] of shape.optionalArray(module.resources, `${at}.resources`).entries()) {
      const where = `${at}.resources[${index}]`;
      const resource = shape.object(value, where);
      found.push({
        address: shape.text(resource.address, `${where}.address`),
        mode: shape.optionalText(resource.mode, `${where}.mode`),
        type: shape.optionalText(resource.type, `${where}.type`),
        values: resource.values,
        deposed: shape.optionalText(resource.deposed_key, `${where}.deposed_key`) !== undefined,
      });
    }
    for (const [index, child] of shape.optionalArray(module.child_modules, `${at}.child_modules`).entries()) {
      open.push({ module: child, at: `${at}.child_modules[${index}]` });
    }
  }
  return found;
}

/** The managed resources among them: their values by address, undefined where only a deposed object is left. */
export function managedValues(resources: readonly StateResource[]): ReadonlyMap<string, Json | undefined> {
  const values = new Map<string, Json | undefined>();
  for (const resource of resources) {
    if (resource.mode !== "managed") continue;
    if (!resource.deposed) values.set(resource.address, resource.values);
    else if (!values.has(resource.address)) values.set(resource.address, undefined);
  }
  return values;
}

/** Connections that were looked up (`data.tfe_oauth_client`): their attributes. */
export function lookedUpConnections(resources: readonly StateResource[]): readonly Json[] {
  return resources.flatMap(({ mode, type, values }) =>
    mode === "data" && type === "tfe_oauth_client" && values !== undefined ? [values] : [],
  );
}
