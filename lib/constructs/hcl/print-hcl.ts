import { addressStyle, isObject, ownStyle, type PrintStyle, printBlock, valuesOnly } from "./print-body";
import { printString } from "./print-string";

type Json = Readonly<Record<string, unknown>>;

/** How a provider, a data source or a resource of a type is printed. */
export type StyleOf = (kind: "provider" | "data" | "resource", type: string) => PrintStyle;

const known: ReadonlySet<string> = new Set(
  "// terraform provider variable locals data resource import moved removed output".split(" "),
);

/**
 * Prints a stack's Terraform JSON as HCL: the same configuration, formatted as `terraform fmt` would, each import block right
 * above the resource that it imports, and a comment above each resource.
 *
 * @returns the text, and what cdktf keeps about the stack in a file beside it.
 * @throws Error when the stack holds what is not printed here, such as modules: left out, Terraform would destroy what is in them.
 */
export function printHcl(
  json: unknown,
  styleOf: StyleOf = () => ownStyle,
): { readonly hcl: string; readonly metadata: unknown } {
  const stack = isObject(json) ? json : {};
  const unknown = Object.keys(stack).filter((key) => !known.has(key));
  if (unknown.length > 0) {
    throw new Error(
      `Repoint's HCL printer does not print ${unknown.join(", ")} blocks; synthesize JSON (without --hcl), which Terraform also reads`,
    );
  }
  const imports = new Map(
    asBlocks(stack.import).map((block) => [
      typeof block.to === "string" ? block.to : "",
      printBlock("import", block, addressStyle),
    ]),
  );
  const parts: string[] = [];
  if (isObject(stack.terraform)) parts.push(printBlock("terraform", stack.terraform));
  for (const [name, content] of entries(stack.provider)) {
    const style = styleOf("provider", name);
    for (const block of asBlocks(content)) parts.push(printBlock(`provider ${printString(name)}`, block, style));
  }
  for (const [name, content] of entries(stack.variable)) parts.push(printVariable(name, content));
  if (isObject(stack.locals)) parts.push(printBlock("locals", stack.locals, valuesOnly));
  for (const kind of ["data", "resource"] as const) {
    for (const [type, instances] of entries(stack[kind])) {
      const style = styleOf(kind, type);
      for (const [name, content] of entries(instances)) {
        if (!isObject(content)) continue;
        const address = `${type}.${name}`;
        const imported = kind === "resource" ? imports.get(address) : undefined;
        const block = printBlock(`${kind} ${printString(type)} ${printString(name)}`, content, style);
        const comment = commentOf(content);
        parts.push(...(imported === undefined ? [] : [`${comment}${imported}`]));
        parts.push(imported === undefined ? `${comment}${block}` : block);
        imports.delete(address);
      }
    }
  }
  parts.push(...imports.values());
  for (const name of ["moved", "removed"]) {
    for (const block of asBlocks(stack[name])) parts.push(printBlock(name, block, addressStyle));
  }
  for (const [name, content] of entries(stack.output)) {
    if (isObject(content)) parts.push(printBlock(`output ${printString(name)}`, content));
  }
  // `metadata.json`: Terraform does not read it, cdktf's command line does, for the providers and to tell a remote backend.
  const metadata = { "//": stack["//"], terraform: stack.terraform };
  return { hcl: `${parts.join("\n\n")}\n`, metadata };
}

function printVariable(name: string, content: unknown): string {
  // A variable's type is an expression: `string`, not `"string"`.
  return printBlock(`variable ${printString(name)}`, isObject(content) ? content : {}, {
    ...ownStyle,
    bare: new Set(["type"]),
  });
}

function commentOf(content: Json): string {
  const note = content["//"];
  return isObject(note) && typeof note.origin === "string" ? `# ${note.origin}\n` : "";
}

function asBlocks(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}
