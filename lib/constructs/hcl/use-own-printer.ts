import {
  TerraformDataSource,
  type TerraformElement,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import { isObject, styleWith } from "./print-body";
import { printHcl } from "./print-hcl";

/**
 * Has the stack of an element print its HCL with Repoint's printer. cdktf's own leaves `removed` blocks out without a word, after
 * which Terraform would destroy what they are about, and does not escape every string that a server may hold.
 *
 * What is a nested block in a resource of somebody else's, its bindings know: they are asked when the text is printed.
 */
export function useOwnPrinter(element: TerraformElement): void {
  const stack = TerraformStack.of(element);
  // A stack that has a printer of its own keeps it: OrganizationStack, or one that was prepared already.
  if (stack.toHclTerraform !== TerraformStack.prototype.toHclTerraform) return;
  stack.toHclTerraform = () => printHcl(stack.toTerraform(), styleWith(blocksIn(stack)));
}

function blocksIn(stack: TerraformStack): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of stack.node.findAll()) {
    const hasBindings =
      node instanceof TerraformResource || node instanceof TerraformDataSource || node instanceof TerraformProvider;
    if (hasBindings) collect(node.toHclTerraform(), found);
  }
  return found;
}

/** In cdktf's fragments a nested block is `{ value, isBlock: true, … }` under its name. */
function collect(fragment: unknown, found: Set<string>): void {
  if (Array.isArray(fragment)) for (const item of fragment) collect(item, found);
  if (!isObject(fragment)) return;
  for (const [key, value] of Object.entries(fragment)) {
    if (isObject(value) && value.isBlock === true) found.add(key);
    collect(value, found);
  }
}
