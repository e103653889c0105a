import { parse } from "@cdktf/hcl2json";
import { App } from "cdktf";
import { OrganizationStack } from "../../lib/constructs/organization-stack";
import type { MigrationPlan } from "../../lib/migration/migration-plan";

/** A stack on its own, with the backend that an organization file has by default. */
export function stackOf(plan: MigrationPlan): OrganizationStack {
  return new OrganizationStack(new App(), "acme", {
    plan,
    backend: { type: "local", settings: { path: "../../../terraform.acme.tfstate" } },
  });
}

export function hclOf(plan: MigrationPlan): string {
  return stackOf(plan).toHclTerraform().hcl;
}

/** What a stack's JSON says, in the form in which `@cdktf/hcl2json` gives back HCL: blocks are lists, references are templates. */
export function expectedFromJson(stack: OrganizationStack): unknown {
  const { "//": _, ...json } = stack.toTerraform();
  return asHcl(json, []);
}

export async function readBack(hcl: string): Promise<unknown> {
  return parse("main.tf", hcl);
}

const NESTED = new Set(["lifecycle", "vcs_repo", "required_providers", "local", "backend"]);
const ADDRESSES = new Set(["to", "from", "ignore_changes", "depends_on"]);

function asHcl(value: unknown, path: readonly string[]): unknown {
  const key = path.at(-1) ?? "";
  if (Array.isArray(value)) return value.map((item) => asHcl(item, path));
  if (typeof value === "string") {
    const address = ADDRESSES.has(key) || (key === "type" && path[0] === "variable");
    if (address && !value.startsWith("${")) return `\${${value}}`;
    // hcl2json gives a literal within an interpolation back as text.
    const text = value.replace(/\$\{"([$%#&]+)"\}(?=\{TfToken\[)/g, "$1");
    // Terraform holds every string in Unicode's normal form C, from JSON as from HCL (cty, `NormalizeString`).
    return text.normalize("NFC");
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name, item]) => name !== "//" && item !== undefined && item !== null)
    .map(([name, item]) => [name, asHcl(item, [...path, name])] as const);
  const object = Object.fromEntries(entries);
  const isLabelled = path.length === 2 && ["variable", "output"].includes(path[0] ?? "");
  const isResource = path.length === 3 && ["resource", "data"].includes(path[0] ?? "");
  const isNested = NESTED.has(key) && key !== "backend" && path.length > 1;
  return isLabelled || isResource || isNested || (path.length === 1 && key === "terraform") ? [object] : object;
}
