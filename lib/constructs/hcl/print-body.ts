import { jsonText } from "../../util/json-text";
import { printString } from "./print-string";

/** Nested blocks of the resources and settings that a stack of ours may hold. */
const ownBlocks: ReadonlySet<string> = new Set([
  "lifecycle",
  "vcs_repo",
  "test_config",
  "workspaces",
  "backend",
  "cloud",
  "required_providers",
  "validation",
  "organization_access",
  "project_access",
  "workspace_access",
  "connection",
  "provisioner",
  "precondition",
  "postcondition",
]);

/** Blocks whose label is a key of their content: `{ "backend": { "s3": { … } } }` is `backend "s3" { … }`. */
const labelled: ReadonlySet<string> = new Set(["backend", "provisioner", "dynamic"]);

/** Arguments of any resource (Terraform's own, no provider can have them) whose strings are addresses or keywords, not text. */
const bareNames: ReadonlySet<string> = new Set(["provider", "depends_on", "ignore_changes", "replace_triggered_by"]);

/** What JSON does not tell of itself. */
export interface PrintStyle {
  /** Keys that are nested blocks; every other key is an attribute. */
  readonly blocks: ReadonlySet<string>;
  /** Keys whose strings are addresses or keywords. */
  readonly bare: ReadonlySet<string>;
}

export const ownStyle: PrintStyle = { blocks: ownBlocks, bare: bareNames };

/** The style of a resource of somebody else's, whose blocks are named; those of Terraform itself come to them. */
export function styleWith(blocks: Iterable<string>): PrintStyle {
  const common = ["lifecycle", "precondition", "postcondition", "connection", "provisioner", "dynamic"];
  return { ...ownStyle, blocks: new Set([...common, ...blocks]) };
}

/** `import`, `moved` and `removed` blocks: their ends are addresses. */
export const addressStyle: PrintStyle = { blocks: new Set(["lifecycle"]), bare: new Set(["to", "from", "provider"]) };

/** `locals`: whatever stands in them is a value. */
export const valuesOnly: PrintStyle = { blocks: new Set(), bare: new Set() };

type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One block, formatted as `terraform fmt` would. */
export function printBlock(header: string, content: Json, style: PrintStyle = ownStyle): string {
  const body = printBody(content, style);
  return body.length === 0 ? `${header} {\n}` : `${header} {\n${indent(body)}\n}`;
}

function printBody(content: Json, style: PrintStyle): string {
  const keys = Object.keys(content)
    .filter((key) => key !== "//" && content[key] !== undefined && content[key] !== null)
    .sort();
  const attributes = keys.filter((key) => !isBlock(key, content[key], style));
  const parts = printAttributes(attributes.map((key) => [key, printValue(content[key], style.bare.has(key))]));
  for (const key of keys) {
    const value = content[key];
    if (!isBlock(key, value, style)) continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isObject(item)) parts.push(...printNested(key, item, style));
    }
  }
  return parts.join("\n\n");
}

function printNested(key: string, item: Json, style: PrintStyle): readonly string[] {
  if (!labelled.has(key)) return [printBlock(key, item, style)];
  const inside = insideOf(key, style);
  return Object.entries(item).flatMap(([label, content]) =>
    (Array.isArray(content) ? content : [content]).map((each: unknown) =>
      printBlock(`${key} ${printString(label)}`, isObject(each) ? each : {}, inside),
    ),
  );
}

/** Keywords and blocks that only such a block has. */
function insideOf(key: string, style: PrintStyle): PrintStyle {
  if (key === "provisioner") return { ...style, bare: new Set([...style.bare, "when", "on_failure"]) };
  if (key !== "dynamic") return style;
  return { blocks: new Set([...style.blocks, "content"]), bare: new Set([...style.bare, "iterator"]) };
}

function isBlock(key: string, value: unknown, { blocks }: PrintStyle): boolean {
  return blocks.has(key) && (isObject(value) || (Array.isArray(value) && value.every(isObject) && value.length > 0));
}

/** Attributes on consecutive lines have their `=` in one column; one that takes several lines stands alone. */
function printAttributes(attributes: readonly (readonly [string, string])[]): string[] {
  const single = attributes.filter(([, value]) => !value.includes("\n"));
  const width = Math.max(0, ...single.map(([key]) => key.length));
  const parts = single.length === 0 ? [] : [single.map(([key, value]) => `${key.padEnd(width)} = ${value}`).join("\n")];
  return [
    ...parts,
    ...attributes.filter(([, value]) => value.includes("\n")).map(([key, value]) => `${key} = ${value}`),
  ];
}

function printValue(value: unknown, bare: boolean): string {
  if (typeof value === "string") return bare ? stripTemplate(value) : printString(value);
  if (Array.isArray(value)) return `[${value.map((item) => printValue(item, bare)).join(", ")}]`;
  if (isObject(value)) {
    const entries = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map(
        (key) =>
          [/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : printString(key), printValue(value[key], false)] as const,
      );
    return entries.length === 0 ? "{}" : `{\n${indent(printAttributes(entries).join("\n"))}\n}`;
  }
  return jsonText(value) ?? "null";
}

/** `${aws_x.y}` and `aws_x.y` are the same address. */
function stripTemplate(text: string): string {
  return text.startsWith("${") && text.endsWith("}") ? text.slice(2, -1) : text;
}

/** Two spaces before every line; our strings hold no line breaks, they are escaped. */
function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
