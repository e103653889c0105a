import { elements, type Json, member, textMember } from "./json";

/** Addresses of the managed resources in a values representation (`planned_values`, `prior_state.values`), with its modules. */
export function managedAddresses(values: Json | undefined): readonly string[] {
  const addresses: string[] = [];
  const open: (Json | undefined)[] = [member(values, "root_module")];
  for (let module = open.pop(); module !== undefined || open.length > 0; module = open.pop()) {
    for (const resource of elements(member(module, "resources"))) {
      const address = textMember(resource, "address");
      if (address !== undefined && textMember(resource, "mode") === "managed") addresses.push(address);
    }
    open.push(...elements(member(module, "child_modules")));
  }
  return addresses;
}
