import { Token } from "cdktf";

/** The names of the props that have no default. */
type RequiredKeys<Props> = {
  [Key in keyof Props]-?: Record<never, never> extends Pick<Props, Key> ? never : Key;
}[keyof Props];

/** What each required prop is. `keys`: an object of its own, which is looked into no further. */
export type Required<Props> = {
  readonly [Key in RequiredKeys<Props>]: Props[Key] extends string
    ? "text"
    : Props[Key] extends boolean
      ? "flag"
      : Props[Key] extends readonly unknown[]
        ? "list"
        : Required<Props[Key]> | "keys";
};

type Shape = { readonly [key: string]: "text" | "flag" | "list" | "keys" | Shape };

const words = { text: "a string", flag: "true or false", list: "a list", keys: "an object" } as const;

/**
 * Refuses props that lack what has no default, all of it at once: who writes JavaScript, or casts, would else meet a `TypeError` from
 * within, or a configuration with a hole in it.
 *
 * @throws Error
 */
export function requireProps<Props>(construct: string, props: Props, required: Required<Props>): void {
  const problems = [...check(props, required as Shape, "")];
  if (problems.length > 0) throw new Error(`${construct}: ${problems.join("; ")}`);
}

function* check(props: unknown, required: Shape, path: string): Iterable<string> {
  if (!isObject(props)) {
    yield `${path === "" ? "the props are" : `\`${path}\` is`} ${stateOf(props)}; expected an object with ${Object.keys(required).join(", ")}`;
    return;
  }
  for (const [key, wanted] of Object.entries(required)) {
    const value = props[key];
    const name = path === "" ? key : `${path}.${key}`;
    if (typeof wanted === "object") yield* check(value, wanted, name);
    else if (!fits(value, wanted)) yield `\`${name}\` is ${stateOf(value)}; expected ${words[wanted]}`;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fits(value: unknown, wanted: keyof typeof words): boolean {
  // A reference of cdktf's stands for a value of any type.
  if (value !== undefined && value !== null && Token.isUnresolved(value)) return true;
  switch (wanted) {
    case "text":
      return typeof value === "string";
    case "flag":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "keys":
      return isObject(value);
  }
}

/** Its type alone: a value that stands in a wrong place may be a secret. */
function stateOf(value: unknown): string {
  if (value === undefined || value === null) return "missing";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
