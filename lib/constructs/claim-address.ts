import { type TerraformElement, TerraformStack } from "cdktf";

const claimed = new WeakMap<TerraformStack, Map<string, TerraformElement>>();

/**
 * Gives an element its Terraform name. cdktf would let two constructs collapse into one resource without a word; here the
 * second is an error that names both.
 *
 * @throws Error when another construct of the stack has the address already, or when Terraform takes no such name.
 */
export function claimAddress(element: TerraformElement, type: string, name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
    throw new Error(
      `"${name}" is not a valid Terraform resource name: use letters, digits, _ and -, starting with a letter or _; newResourceAddress(kind, name, id) creates one`,
    );
  }
  claim(element, `${type}.${name}`);
  element.overrideLogicalId(name);
}

/** As {@link claimAddress} for what has an address but is no resource, such as a `removed` block. */
export function claim(element: TerraformElement, address: string): void {
  const stack = TerraformStack.of(element);
  const addresses = claimed.get(stack) ?? new Map<string, TerraformElement>();
  claimed.set(stack, addresses);
  const holder = addresses.get(address);
  if (holder !== undefined) {
    throw new Error(
      `two constructs have the Terraform address ${address}: ${holder.node.path} and ${element.node.path}; rename one of them`,
    );
  }
  addresses.set(address, element);
}
