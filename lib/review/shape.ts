import { type Problem, UsageError } from "../errors";
import { isArray, isObject, type Json, type JsonObject } from "./json";

const MAX_PROBLEMS = 20;

/** Collects what is wrong with the shape of a document, so that the user sees it all at once. */
export class Shape {
  private readonly problems: Problem[] = [];
  private omitted = 0;

  constructor(private readonly file: string) {}

  /** Notes that the value at `path` is not what the format says. Values are never repeated: they may be secret. */
  wrong(path: string, value: Json | undefined, expected: string): void {
    if (this.problems.length >= MAX_PROBLEMS) {
      this.omitted += 1;
      return;
    }
    this.problems.push({
      rule: "plan-json/shape",
      file: this.file,
      path,
      message: `is ${describe(value)}, expected ${expected}`,
    });
  }

  object(value: Json | undefined, path: string): JsonObject {
    if (isObject(value)) return value;
    this.wrong(path, value, "an object");
    return {};
  }

  optionalObject(value: Json | undefined, path: string): JsonObject {
    return value === undefined || value === null ? {} : this.object(value, path);
  }

  text(value: Json | undefined, path: string): string {
    if (typeof value === "string" && value !== "") return value;
    this.wrong(path, value, "a text that is not empty");
    return "";
  }

  optionalText(value: Json | undefined, path: string): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    this.wrong(path, value, "a text");
    return undefined;
  }

  optionalBoolean(value: Json | undefined, path: string): boolean | undefined {
    if (value === undefined || typeof value === "boolean") return value;
    this.wrong(path, value, "true or false");
    return undefined;
  }

  /** An array that Terraform leaves out when it is empty. */
  optionalArray(value: Json | undefined, path: string): readonly Json[] {
    if (value === undefined || value === null) return [];
    if (isArray(value)) return value;
    this.wrong(path, value, "an array");
    return [];
  }

  /** Throws UsageError when anything was noted. */
  done(): void {
    if (this.problems.length === 0) return;
    const last = {
      rule: "plan-json/shape",
      file: this.file,
      message:
        this.omitted > 0
          ? `and ${this.omitted} more like these: this is not a plan in Terraform's format`
          : "this is not a plan in Terraform's format",
      fix: "give the whole output of `terraform show -json PLANFILE`, unchanged",
    };
    throw new UsageError([...this.problems, last]);
  }
}

function describe(value: Json | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (isArray(value)) return "an array";
  if (value === "") return "an empty text";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
