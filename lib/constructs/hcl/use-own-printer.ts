import {
  TerraformDataSource,
  type TerraformElement,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import { isObject, ownStyle, type PrintStyle, styleWith } from "./print-body";
import { printHcl, type StyleOf } from "./print-hcl";

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
  stack.toHclTerraform = () => printHcl(stack.toTerraform(), stylesOf(stack));
}

function stylesOf(stack: TerraformStack): StyleOf {
  const blocks = new Map<string, Set<string>>();
  for (const node of stack.node.findAll()) {
    const hasBindings =
      node instanceof TerraformResource || node instanceof TerraformDataSource || node instanceof TerraformProvider;
    if (hasBindings) collectTypes(node.toHclTerraform(), blocks);
  }
  const styles = new Map<string, PrintStyle>([...blocks].map(([type, names]) => [type, styleWith(names)]));
  return (kind, type) => styles.get(`${kind}.${type}`) ?? ownStyle;
}

/** A fragment of cdktf's is `{ resource: { aws_instance: { name: … } } }`. */
function collectTypes(fragment: unknown, blocks: Map<string, Set<string>>): void {
  if (!isObject(fragment)) return;
  for (const [kind, types] of Object.entries(fragment)) {
    if (!isObject(types)) continue;
    for (const [type, content] of Object.entries(types)) {
      const found = blocks.get(`${kind}.${type}`) ?? new Set<string>();
      blocks.set(`${kind}.${type}`, found);
      collect(content, found);
    }
  }
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
