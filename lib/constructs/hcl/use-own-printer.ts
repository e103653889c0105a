import {
  TerraformDataSource,
  type TerraformElement,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import { isObject, ownStyle, type PrintStyle, styleWith } from "./print-body";
import { printHcl, type StyleOf } from "./print-hcl";

/** How jsii marks its classes: every copy and version of cdktf has it, and its fork too. */
const RTTI = Symbol.for("jsii.rtti");

/**
 * Has the stack of an element print its HCL with Repoint's printer. cdktf's own leaves `removed` blocks out without a word, after
 * which Terraform would destroy what they are about, and does not escape every string that a server may hold.
 *
 * What is a nested block in a resource of somebody else's, its bindings know: they are asked when the text is printed.
 */
export function useOwnPrinter(element: TerraformElement): void {
  const stack = TerraformStack.of(element);
  if (!printsAsCdktf(stack)) return;
  stack.toHclTerraform = () => printHcl(stack.toTerraform(), stylesOf(stack));
}

/**
 * Whether a stack's printer is cdktf's. An app may have a cdktf of its own beside the one that this library uses, so neither
 * `instanceof` nor a comparison with the prototype tells. A stack with another printer keeps it: OrganizationStack, one that was
 * prepared already, or one whose class overrides it, where {@link refuseOtherPrinter} speaks up.
 */
function printsAsCdktf(stack: TerraformStack): boolean {
  for (
    let holder: unknown = stack;
    typeof holder === "object" && holder !== null;
    holder = Reflect.getPrototypeOf(holder)
  ) {
    if (Object.hasOwn(holder, "toHclTerraform"))
      return Object.hasOwn(holder, "constructor") && isCdktfs(holder.constructor);
  }
  return false;
}

/** A class of an app's own inherits the mark, and does not have it itself. */
function isCdktfs(stackClass: unknown): boolean {
  if (typeof stackClass !== "function" || !Object.hasOwn(stackClass, RTTI)) return false;
  const rtti: unknown = Reflect.get(stackClass, RTTI);
  return isObject(rtti) && typeof rtti.fqn === "string" && /^cdkt[fn]\.TerraformStack$/.test(rtti.fqn);
}

/**
 * What a block of ours says to a printer that would leave it out.
 *
 * @throws Error always
 */
export function refuseOtherPrinter(element: TerraformElement): never {
  throw new Error(
    `${element.node.path}: its stack's printer omits import and removed blocks from the HCL, so Terraform would destroy resources. Synthesize JSON (without --hcl), which Terraform also reads, or remove toHclTerraform from the stack's class`,
  );
}

function stylesOf(stack: TerraformStack): StyleOf {
  const blocks = new Map<string, Set<string>>();
  for (const node of stack.node.findAll()) {
    if (
      TerraformResource.isTerraformResource(node) ||
      TerraformDataSource.isTerraformDataSource(node) ||
      TerraformProvider.isTerraformProvider(node)
    ) {
      collectTypes(node.toHclTerraform(), blocks);
    }
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
