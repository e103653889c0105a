import { ExternalError } from "../errors";
import type { Resource } from "../tfe/json-api";
import { shown } from "../util/secret";

/** Typed access to a resource's attributes: an absent one reads as its empty value, as every version of TFE has some. */
export class Attributes {
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly where: string;

  /** @param where what messages call it; a resource is called by its type, id and attributes */
  constructor(source: Resource | Readonly<Record<string, unknown>>, where = "") {
    this.values = isResource(source) ? source.attributes : source;
    this.where = isResource(source) ? `${source.type} ${source.id}: attributes` : where;
  }

  /** What every version has and nothing can be understood without. @throws ExternalError when it is absent or empty */
  required(name: string): string {
    const value = this.optional(name);
    if (value !== null) return value;
    throw new ExternalError(`the server left out what TFE documents: ${this.where}.${name}`, {
      fix: "check that the host is Terraform Enterprise or HCP Terraform, and that no proxy changes its answers",
    });
  }

  /** As {@link required}, of what becomes a part of a path or of an import's id. @throws ExternalError also when it cannot be one */
  part(name: string): string {
    const value = this.required(name);
    if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value)) return value;
    throw new ExternalError(`what the server sent is no name: ${this.where}.${name} is ${shown(value)}`, {
      fix: "check that the host is Terraform Enterprise or HCP Terraform, and that no proxy changes its answers",
    });
  }

  text(name: string): string {
    return this.optional(name) ?? "";
  }

  /** null for absent, null and empty. */
  optional(name: string): string | null {
    const value = this.values[name];
    return typeof value === "string" && value !== "" ? value : null;
  }

  flag(name: string, absent = false): boolean {
    const value = this.values[name];
    return typeof value === "boolean" ? value : absent;
  }

  optionalFlag(name: string): boolean | null {
    const value = this.values[name];
    return typeof value === "boolean" ? value : null;
  }

  texts(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
  }

  count(name: string): number | null {
    const value = this.values[name];
    return typeof value === "number" && Number.isInteger(value) ? value : null;
  }

  /** A nested object; null when there is none. */
  object(name: string): Attributes | null {
    const value = this.values[name];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? new Attributes({ ...value }, `${this.where}.${name}`)
      : null;
  }

  /** A nested object as it is, its keys sorted; null when there is none. */
  record(name: string): Record<string, unknown> | null {
    const value = this.values[name];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }
}

function isResource(source: Resource | Readonly<Record<string, unknown>>): source is Resource {
  return "attributes" in source && "relationships" in source && "id" in source;
}
