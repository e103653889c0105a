import { ExternalError } from "../errors";
import { shown } from "../util/secret";
import type { Resource } from "./resource";

/** Typed access to a resource's attributes: an absent one reads as its empty value, as every version of TFE has some; one of another
 * type than TFE documents is an error. */
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
    throw new ExternalError(`the server left out a documented attribute: ${this.where}.${name}`, {
      fix: "check that the host is Terraform Enterprise or HCP Terraform and that no proxy changes its answers",
    });
  }

  /** As {@link required}, of what becomes a part of a path or of an import's id. @throws ExternalError also when it cannot be one */
  part(name: string): string {
    const value = this.required(name);
    if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value)) return value;
    throw new ExternalError(`the server sent an invalid name: ${this.where}.${name} is ${shown(value)}`, {
      fix: "check that the host is Terraform Enterprise or HCP Terraform and that no proxy changes its answers",
    });
  }

  text(name: string): string {
    return this.optional(name) ?? "";
  }

  /** null for absent, null and empty. */
  optional(name: string): string | null {
    return this.of(name, "a string", (value): value is string => typeof value === "string") || null;
  }

  flag(name: string, absent = false): boolean {
    return this.optionalFlag(name) ?? absent;
  }

  optionalFlag(name: string): boolean | null {
    return this.of(name, "true or false", (value): value is boolean => typeof value === "boolean");
  }

  texts(name: string): string[] {
    const isTexts = (value: unknown): value is string[] =>
      Array.isArray(value) && value.every((item) => typeof item === "string");
    return [...(this.of(name, "a list of strings", isTexts) ?? [])];
  }

  count(name: string): number | null {
    return this.of(name, "a whole number", (value): value is number => Number.isSafeInteger(value));
  }

  /** A nested object; null when there is none. */
  object(name: string): Attributes | null {
    const value = this.of(name, "an object", isObject);
    return value === null ? null : new Attributes({ ...value }, `${this.where}.${name}`);
  }

  /** A nested object as it is, its keys sorted; null when there is none. */
  record(name: string): Record<string, unknown> | null {
    const value = this.of(name, "an object", isObject);
    return value === null ? null : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  /** A value of the type that TFE documents; null for absent and null. Another one, taken for none, would be a setting that is lost. */
  private of<T>(name: string, expected: string, isType: (value: unknown) => value is T): T | null {
    const value = this.has(name) ? this.values[name] : null;
    if (value === null) return null;
    if (isType(value)) return value;
    throw new ExternalError(
      `the server's answer differs from TFE's documentation: ${this.where}.${name} is ${shown(value)}; expected ${expected}`,
      { fix: "check that the host is Terraform Enterprise or HCP Terraform and that no proxy changes its answers" },
    );
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isResource(source: Resource | Readonly<Record<string, unknown>>): source is Resource {
  return "attributes" in source && "relationships" in source && "id" in source;
}
